/** What somebody can be allowed to do; each route names the one it needs. */
export const RIGHTS = [
  /** Log in and out, be signed in, pause, choose a telephone: one's own desk. */
  'use-desk',
  /** Dial, answer, hold, end and note down one's own calls. */
  'control-calls',
  /** Read what calls there have been. */
  'read-calls',
  'read-customers',
  'write-customers',
] as const;
export type Right = (typeof RIGHTS)[number];
