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

/** A logger whose lines all carry the ids. */
export function bound(logger: Logger, ids: LogDetails): Logger {
  return {
    info: (details, message) => logger.info({ ...ids, ...details }, message),
    warn: (details, message) => logger.warn({ ...ids, ...details }, message),
    error: (details, message) => logger.error({ ...ids, ...details }, message),
  };
}
