/** Why the server has ended the connection for good. */
export const REFUSALS = {
  unauthorized: { code: 'token-expired', message: 'The session is over.' },
  forbidden: { code: 'origin-not-allowed', message: 'The team does not allow pages of this origin.' },
  'version-mismatch': {
    code: 'reload-needed',
    message: 'The page must be reloaded: the server has another version.',
  },
} as const;

export const LOGOUT = { command: 'logout', callId: null } as const;

export const GIVEN_UP = {
  code: 'given-up',
  message: 'It could not be carried out in time.',
  retryable: true,
  details: {},
} as const;

export const NOBODY = {
  code: 'token-missing',
  message: 'Nobody is logged in.',
  retryable: false,
  details: {},
} as const;

/** The snapshot after a login does not come. */
export const GIVEN_UP_WAITING = {
  code: 'timeout',
  message: 'The server is slow.',
  retryable: true,
  details: {},
} as const;
