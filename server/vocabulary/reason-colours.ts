/** Marks of reasons, as the page's theme draws them. */
export const REASON_COLOURS = ['red', 'orange', 'green', 'cyan', 'blue', 'violet', 'grey'] as const;
export type ReasonColour = (typeof REASON_COLOURS)[number];
