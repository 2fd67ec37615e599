/** When after-call work follows: after every call that rang, after those that were answered, never. */
export const ACW_MODES = ['after-ring', 'after-answer', 'off'] as const;
export type AcwMode = (typeof ACW_MODES)[number];
