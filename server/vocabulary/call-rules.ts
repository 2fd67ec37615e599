/** What becomes of a call that was passed on and that nobody takes: it comes back to who has passed it on, waits in its group's line, ends. */
export const TRANSFER_RETURNS = ['return', 'queue', 'end'] as const;
export type TransferReturn = (typeof TRANSFER_RETURNS)[number];

/** When the last agent leaves a call in which others are: it ends, or they talk on for a time. */
export const LAST_AGENT_RULES = ['end', 'talk-on'] as const;
export type LastAgentRule = (typeof LAST_AGENT_RULES)[number];
