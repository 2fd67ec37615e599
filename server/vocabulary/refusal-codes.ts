/**
 * Every way in which a request can fail, as one literal. The widget has a sentence for each in each language; the server
 * maps each to one HTTP status (`http/problem.ts`).
 */
export const REFUSAL_CODES = [
  // the request itself
  'invalid-request', // 400, `errors` names the fields
  'payload-too-large', // 413
  'not-found', // 404
  'request-in-progress', // 409, the first with this Idempotency-Key, `retryAfterMs`
  'key-reused', // 422, the Idempotency-Key was used for another request
  'rate-limited', // 429, `retryAfterMs`
  'internal', // 500, only a correlation id
  'unavailable', // 503, switch or database down
  // who is asking
  'wrong-credentials', // 401
  'token-missing', // 401
  'token-expired', // 401
  'token-invalid', // 401, foreign, forged or revoked
  'wrong-password', // 403, unlocking
  'password-must-change', // 403, somebody else has made it: log in with `newPassword`
  'code-required', // 403, a second factor is set up: log in with `code`
  'wrong-code', // 403, of the second factor, or it was used already
  'origin-not-allowed', // 403
  'sso-unavailable', // 502, the provider of single sign-on does not answer
  'passkey-refused', // 403, `reason`: why a passkey was not taken
  'sso-refused', // 403, `reason`: why a login by the provider has failed
  'no-mail', // 409, no mail server is set up
  'forbidden', // 403, the role lacks the right
  'locked', // 423, the desk is locked
  // presence
  'not-signed-in', // 409, dialling or answering while signed out
  'unknown-group', // 404
  'unknown-reason', // 422
  'static-member', // 409, cannot leave this group
  'device-not-connected', // 409
  'device-in-use', // 409, `by`
  'device-address-differs', // 409, `agentAddress`, `deviceAddress`
  'device-cannot-answer', // 409, pick up the desk phone's own handset
  'unknown-device', // 404
  'microphone-unavailable', // 409
  'not-allowed-now', // 409, `state`: pausing in a call, …
  // calls
  'no-such-call', // 404
  'call-not-ringing', // 409, second answer of one call, or it is gone
  'call-not-active', // 409
  'call-full', // 409, nobody else can be called in
  'consult-taken', // 409, somebody of the call talks aside already
  'call-held', // 409
  'call-not-held', // 409
  'held-by-other-side', // 409, the other side holds the call, or is about to: only that side takes it back
  'held-at-phone', // 409, the desk phone holds by its own button: take the call back there
  'agent-busy', // 409, has a call already
  'barge-taken', // 409, another leader barges in there already, `by`
  'state-changed', // 409, the agent is in another state than the leader saw, `state`
  'target-busy', // 409
  'target-unavailable', // 409, the called agent is signed out or not linked
  'unknown-number', // 422, not a number that can be dialled
  'number-leads-here', // 422, it would be dialled by itself, and leads back to this server, `by`: names
  'dialling-restricted', // 403, the group may not dial, or only from the history
  'no-route', // 409, no trunk for outside numbers
  'call-failed', // 502, `cause`
  // records
  'version-conflict', // 412, somebody else saved first, `current`
  'version-required', // 428, a change has to say which version was read
  'duplicate-number', // 409, the number belongs to another customer, `customerId`
  // set-up
  'number-taken', // 409, an extension or a line that is in use
  'username-taken', // 409
  'in-use', // 409, `uses`: what leads there; say where that goes (`moveTo`)
  'reason-loop', // 409, a reason would stand below itself
  'reason-depth', // 409, more than four levels
  'reasons-below', // 409, `reasons`: others stand below it
  'own-rights', // 409, who asks would not be able to set the team up any more
  'last-administrator', // 409, the team would have none
  'overflow-loop', // 409, callers would be passed round, `groups`
  'overflow-outside', // 409, the group may not pass calls on outside
] as const;
export type RefusalCode = (typeof REFUSAL_CODES)[number];
