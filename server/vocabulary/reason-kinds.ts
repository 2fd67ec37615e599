/** What a team lists reasons for. */
export const REASON_KINDS = ['pause', 'wrap-up', 'result'] as const;
export type ReasonKind = (typeof REASON_KINDS)[number];
