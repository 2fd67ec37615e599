import type { CommandFailure } from '../../live/command-error.ts';

const CONFLICTS = ['device-not-connected', 'device-in-use', 'device-address-differs'] as const;
export type Conflict = (typeof CONFLICTS)[number];

/** Whether a refused sign-in is one that the agent can decide. */
export function isConflict(failure: CommandFailure | null): failure is CommandFailure & { code: Conflict } {
  return failure !== null && CONFLICTS.some((code) => code === failure.code);
}
