import type { ProblemCode } from '../../server/contract/problem.ts';

/** Why a command was refused. */
export interface CommandFailure {
  /**
   * `given-up`: it was owed, and could not be carried out in time. `reload-needed`: the server has another version than this page.
   */
  code: ProblemCode | 'offline' | 'timeout' | 'given-up' | 'reload-needed';
  /** English, from the server; elements show the sentence of `code` in the user's language. */
  message: string;
  retryable: boolean;
  details: Readonly<Record<string, unknown>>;
}

/** What host API methods and element handlers reject with. */
export class CommandError extends Error implements CommandFailure {
  readonly code: CommandFailure['code'];
  readonly retryable: boolean;
  readonly details: Readonly<Record<string, unknown>>;
  constructor(failure: CommandFailure) {
    super(failure.message);
    this.name = 'TelebarError';
    this.code = failure.code;
    this.retryable = failure.retryable;
    this.details = failure.details;
  }
}
