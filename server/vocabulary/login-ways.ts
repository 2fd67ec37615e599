/** How a session began: with a password, a token that the host's back end had signed, or the provider of the team. */
export const LOGIN_WAYS = ['password', 'host-token', 'single-sign-on'] as const;
export type LoginWay = (typeof LOGIN_WAYS)[number];
