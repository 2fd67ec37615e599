/** What somebody can be allowed to do; each route names the one it needs. */
export const RIGHTS = [
  /** Log in and out, be signed in, pause, choose a telephone: one's own desk. */
  'use-desk',
  /** Dial, answer, hold, end and note down one's own calls. */
  'control-calls',
  /** Read what calls there have been. */
  'read-calls',
  /** Read how long agents were in which state, and what became of calls. */
  'read-reports',
  /** See how long the line of a group is, and how many serve it. */
  'watch-queues',
  /** See what each agent of a group is doing. */
  'watch-agents',
  /** Listen to agents, speak to them, take their calls over, and change their state. */
  'supervise',
  /** Read the phone books that one may use, and write in one's own; leaders also in the team's. */
  'use-contacts',
  'read-customers',
  'write-customers',
  /** Read who has changed what. */
  'read-audit',
  /** Change who works in the team, its groups, numbers and reasons. */
  'change-set-up',
] as const;
export type Right = (typeof RIGHTS)[number];
