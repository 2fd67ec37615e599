/** How a session began: with a password, a token that the host's back end had signed, the provider of the team, or a passkey. */
export const LOGIN_WAYS = ['password', 'host-token', 'single-sign-on', 'passkey'] as const;
export type LoginWay = (typeof LOGIN_WAYS)[number];
