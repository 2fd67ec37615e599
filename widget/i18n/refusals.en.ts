/** Why something was refused or a call has failed, and what to do. */
export const words = {
  'conflict.device-in-use': 'This phone is in use by {who}.',
  'conflict.somebody': 'another agent',

  'problem.invalid-request': 'The entry was not accepted. Check the marked fields.',
  'problem.payload-too-large': 'That is too much at once. Shorten the text and try again.',
  'problem.not-found': 'This no longer exists. Refresh the page.',
  'problem.rate-limited': 'Too many attempts. Wait a minute and try again.',
  'problem.internal': 'The server had an error. Try again; tell your administrator if it stays.',
  'problem.request-in-progress': 'The first request is still at work. Try again in a moment.',
  'problem.key-reused': 'This request was sent before with other content.',
  'problem.unavailable': 'The call service is not available at the moment. Try again shortly.',
  'problem.wrong-credentials': 'Team, user name or password is wrong. Check them and try again.',
  'problem.token-missing': 'You are not logged in. Log in again.',
  'problem.token-expired': 'Your session is over. Log in again.',
  'problem.token-invalid': 'Your session is no longer valid. Log in again.',
  'problem.wrong-password': 'The password is wrong. Try again.',
  'problem.password-must-change': 'Somebody else has made your password. Log in and choose one of your own.',
  'problem.no-mail': 'This server sends no mail. Ask your administrator for a temporary password.',
  'problem.code-required': 'Enter the code of your app as well.',
  'problem.wrong-code': 'This code is wrong or was used already. Wait for the next one.',
  'problem.sso-unavailable':
    'The provider with which you log in does not answer. Try again, or log in with your password.',
  'problem.sso-refused': 'Logging in with the provider has failed.',
  'problem.sso-refused.expired': 'This login took longer than ten minutes, or was used already. Begin again.',
  'problem.sso-refused.denied': 'The provider has not let you in. Try again, or ask who looks after it.',
  'problem.sso-refused.issuer':
    'The provider is another one than was set up. Compare the issuer with its own, to the letter.',
  'problem.sso-refused.client':
    'The provider refuses this server. Compare the id and the secret of the client.',
  'problem.sso-refused.clock':
    'The clock of this server, or of the provider, is wrong. Tell your administrator.',
  'problem.sso-refused.answer':
    'The provider has answered something that is not understood. Tell your administrator.',
  'problem.sso-refused.claim':
    'The provider does not say who you are. Your administrator has to choose a claim that it tells.',
  'problem.sso-refused.domain': 'Your address may not log in here, or the provider has not verified it.',
  'problem.sso-refused.unknown-user': 'The team does not know you yet. Ask your administrator to add you.',
  'problem.sso-refused.ambiguous-user':
    'Several agents of the team have your address. Tell your administrator.',
  'problem.sso-refused.inactive-user': 'You may not log in to this team any more. Ask your administrator.',
  'problem.passkey-refused': 'The passkey was not taken.',
  'problem.passkey-refused.expired': 'This took longer than five minutes, or was used already. Try again.',
  'problem.passkey-refused.unknown': 'Nobody has this passkey here any more. Log in with your password.',
  'problem.passkey-refused.wrong':
    'This passkey is not for this page, or your device did not check that it is you.',
  'problem.passkey-refused.copied':
    'This passkey may have been copied. Log in with your password, remove it and make another one.',
  'problem.passkey-refused.inactive': 'You may not log in any more. Ask your administrator.',
  'problem.passkey-refused.no-name':
    'This server has no name for passkeys. The operator sets TELEBAR_PUBLIC_URL.',
  'problem.passkey-refused.too-many': 'You have twenty passkeys. Remove one first.',
  'problem.origin-not-allowed':
    'This website may not use Telebar. Ask your administrator to allow its address.',
  'problem.forbidden': 'You do not have the right to do this. Ask your leader.',
  'problem.locked': 'The desk is locked. Unlock it with your password first.',
  'problem.not-signed-in': 'You are signed out. Sign in first.',
  'problem.unknown-group': 'This group no longer exists. Refresh the page.',
  'problem.unknown-reason': 'This pause reason no longer exists. Choose another.',
  'problem.static-member': 'You are a fixed member of this group and cannot sign out of it.',
  'problem.device-not-connected': 'Your phone is not connected. Check it and press Refresh.',
  'problem.device-in-use': 'Another agent is using this phone. Choose another phone.',
  'problem.device-address-differs':
    'Your phone is at another address than this computer. Check that it is yours.',
  'problem.device-cannot-answer': 'Answer on your telephone itself. If it beeps, press 1.',
  'problem.unknown-device': 'This phone no longer exists. Choose another.',
  'problem.microphone-unavailable':
    'The microphone cannot be used. Allow it in the browser and press Refresh.',
  'problem.not-allowed-now': 'Not possible in your present state. Finish the call first.',
  'problem.no-such-call': 'This call is over.',
  'problem.call-not-ringing': 'This call was answered already or is gone.',
  'problem.call-not-active': 'This call is not connected.',
  'problem.call-full': 'No more people can be in this call. Let somebody go first.',
  'problem.consult-taken': 'Someone in this call is asking aside already. Wait until that is over.',
  'problem.call-held': 'The call is on hold. Resume it first.',
  'problem.call-not-held': 'The call is not on hold.',
  'problem.held-by-other-side': 'The other side holds the call. Wait until it is resumed there.',
  'problem.held-at-phone': 'Your desk phone holds the call. Resume it with the button on the phone.',
  'problem.agent-busy': 'You have a call already. End it first.',
  'problem.barge-taken': 'Another leader is speaking in this call already.',
  'problem.state-changed': 'The agent is in another state by now. Look again and decide.',
  'problem.target-busy': 'The number is busy. Try again later.',
  'problem.target-unavailable': 'This agent cannot be reached now. Try another.',
  'problem.number-leads-here':
    'This number leads to this phone system itself, so calls would go round. Use a number outside that nobody is reached by here.',
  'problem.unknown-number': 'This is not a number that can be dialled. Check it.',
  'problem.dialling-restricted':
    'Your group may not dial this number. Choose one from the list of recent calls.',
  'problem.no-route': 'No outside line is set up. Tell your administrator.',
  'problem.call-failed': 'The call failed. Try again.',
  'problem.version-conflict': 'Somebody else saved first. Choose which version to keep.',
  'problem.version-required': 'This page is out of date. Reload it and save again.',
  'problem.number-taken': 'This number is in use. Choose another one.',
  'problem.username-taken': 'Another agent has this user name. Choose another one.',
  'problem.in-use': 'Something still leads there. Choose where it goes first.',
  'problem.reason-loop': 'A reason cannot stand below itself. Choose another place for it.',
  'problem.reason-depth': 'That would be more than four levels. Choose a place higher up.',
  'problem.reasons-below': 'Other reasons stand below it. Remove them or give them another place first.',
  'problem.own-rights':
    'You cannot do this to your own account here, as you could lock yourself out. Change your password under My account; let another administrator do the rest.',
  'problem.last-administrator': 'The team would have no administrator. Make another one first.',
  'problem.overflow-loop':
    'Callers would be passed round and round. Let one of these groups overflow to somebody else.',
  'problem.overflow-outside':
    'Calls of this group may not be passed on outside. Allow that, or choose another overflow.',
  'problem.duplicate-number': 'This number belongs to another customer. Open that card or remove the number.',
  'problem.rate-limited.wait': {
    one: 'Too many attempts. Wait {count} second.',
    other: 'Too many attempts. Wait {count} seconds.',
  },
} as const;
