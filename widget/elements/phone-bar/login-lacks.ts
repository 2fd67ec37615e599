import type { CommandFailure } from '../../live/command-error.ts';

/** What is asked for beside the password: another one, or the code of an app. */
export type Lack = 'newPassword' | 'code';

/** What a login, or unlocking, is refused for that comes again with it. */
export const LACKS: Readonly<Partial<Record<CommandFailure['code'], Lack>>> = {
  'password-must-change': 'newPassword',
  'code-required': 'code',
};

/** NIST SP 800-63B; the server's rule. */
export const SHORTEST_PASSWORD = 8;
export const SHORTEST_CODE = 6;
