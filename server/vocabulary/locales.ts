/** Languages of a team and its pages. */
export const LOCALES = ['en', 'zh-CN'] as const;
export type Locale = (typeof LOCALES)[number];

/** What a team has written in each of them. */
export type Label = Record<Locale, string>;
