/** What a line of the log is about. An error goes under `err`: under any other name pino drops its message and stack. */
export interface LogDetails {
  readonly err?: unknown;
  readonly error?: never;
  readonly [name: string]: unknown;
}

/** The little that the application asks of a logger; a pino logger satisfies it. */
export interface Logger {
  info(details: LogDetails, message: string): void;
  warn(details: LogDetails, message: string): void;
  error(details: LogDetails, message: string): void;
}
