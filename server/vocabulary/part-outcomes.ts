/** What a party's part in a call came to. Reports count them; which of them an agent is to blame for they say themselves. */
export const PART_OUTCOMES = [
  /** There was a conversation. */
  'answered',
  /** The caller gave up waiting. How short is too short to count is for the report to say. */
  'abandoned',
  /** We have ended the wait: the line was full, nobody was there, or it took too long. */
  'turned-away',
  // What became of a call that rang at an agent, and of a number that was called.
  'no-answer',
  'rejected',
  'busy',
  /** We gave up calling a number. */
  'cancelled',
  /** The caller was gone while it rang at the agent. */
  'caller-left',
  /** It rang here, and somebody else has taken it. */
  'elsewhere',
  /** The part of who has dialled, when nobody was reached; why stands in the other part. */
  'unanswered',
  /** A device, a line or a server was at fault. */
  'failed',
] as const;
export type PartOutcome = (typeof PART_OUTCOMES)[number];
