/** The part of a pino logger that the switch uses: bound details first, then the sentence. */
export interface SwitchLog {
  debug(details: object, message: string): void;
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}
