/** As what the result of a call counts. */
export const RESULT_MARKS = ['connected', 'valid', 'success'] as const;
export type ResultMark = (typeof RESULT_MARKS)[number];
