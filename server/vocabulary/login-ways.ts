/** How a session began: with a password, or with a token that the host's back end had signed. */
export const LOGIN_WAYS = ['password', 'host-token'] as const;
export type LoginWay = (typeof LOGIN_WAYS)[number];
