import { CommandError } from '../live/command-error.ts';

/**
 * Sends a command from a handler. Its refusal is in `state.failures`, where the element shows it, so it needs no second
 * handling here; anything else is a fault of ours and goes to the page's error handler.
 */
export function issue(command: Promise<unknown> | undefined): void {
  command?.catch((error: unknown) => {
    if (!(error instanceof CommandError)) reportError(error);
  });
}
