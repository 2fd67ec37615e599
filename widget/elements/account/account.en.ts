/** One's own password and sessions, and what administrators do with those of others. */
export const words = {
  'account.password': 'Change password',
  'account.password.now': 'Present password',
  'account.password.new': 'New password',
  'account.password.hint':
    'At least 8 characters; several words are best. You are logged out everywhere else.',
  'account.password.wrong': 'This password is wrong.',
  'account.password.weak': 'Too easy to guess, or the one of before. Take several words.',
  'account.password.missing': 'Fill in both passwords; the new one has 8 characters at least.',
  'account.password.save': 'Change password',
  'account.password.done': 'The password is changed. Everywhere else you are logged out.',

  'account.sessions': 'Logged in at',
  'account.sessions.none': 'Logged in nowhere.',
  'account.sessions.loading': 'Loading…',
  'account.sessions.failed': 'The sessions could not be loaded.',
  'account.sessions.more': 'Show more',
  'account.sessions.end': 'Log out',
  'account.sessions.endAll': 'Log out everywhere',
  'account.sessions.endOthers': 'Log out everywhere else',
  'account.session.here': 'This page',
  'account.session.times': 'Since {since}, last seen {seen}',
  'account.session.at': '{device}, {address}',
  'account.session.unknown': 'Unknown device',
  'account.via.password': 'Password',
  'account.via.single-sign-on': 'Single sign-on',
  'account.via.passkey': 'Passkey',
  'account.via.host-token': 'By the CRM',

  'account.reset': 'Reset password',
  'account.reset.sentence':
    'The present password is worth nothing any more, and {name} is logged out everywhere: a call loses its voice until they log in again.',
  'account.reset.confirm': 'Make a temporary password',
  'account.cancel': 'Cancel',
  'account.reset.done':
    'Tell {name} this password now: it is shown this once. The next login has to choose another.',
  'account.copy': 'Copy',
  'account.copied': 'Copied',

  'account.factor': 'Code of an app',
  'account.factor.lead':
    'An authenticator app shows a new code each half minute. With it, nobody logs in who only knows your password.',
  'account.factor.begin': 'Set up an app',
  'account.factor.key':
    'Scan the code with the app. Or enter the key below it, or open the link on the device that has the app.',
  'account.factor.qr': 'QR code of the key',
  'account.factor.link': 'Open in the app',
  'account.factor.code': 'Code that the app shows',
  'account.factor.proof': 'Code that the app shows, or a recovery code',
  'account.factor.confirm': 'Switch on',
  'account.factor.codes':
    'It is on. Keep these recovery codes: each opens once if you lose the app. They are shown this once.',
  'account.factor.kept': 'I have the codes',
  'account.factor.unsaved': 'The recovery codes would be lost. Copy them, or write them down, first.',
  'account.factor.on': {
    one: 'On. {count} recovery code is left.',
    other: 'On. {count} recovery codes are left.',
  },
  'account.factor.remove': 'Switch off',
  'account.factor.reset': 'Remove code of an app',
  'account.factor.reset.sentence':
    '{name} logs in with the password alone until an app is set up again; passkeys are removed too.',
  'account.factor.reset.done': 'Removed: the password alone is asked for.',
  'account.forgot': 'Forgot your password?',
  'account.forgot.lead':
    'A link with which you choose another password is sent to the address that your administrator has noted for you.',
  'account.forgot.team': 'Team',
  'account.forgot.email': 'E-mail',
  'account.forgot.missing': 'Fill in the team and your e-mail address.',
  'account.forgot.send': 'Send the link',
  'account.forgot.sent':
    'If the team knows this address, a mail with a link is under way. It is good once, for 30 minutes.',
  'account.link.title': 'Choose a password',
  'account.link.short': 'The new password has 8 characters at least.',
  'account.link.save': 'Choose this password',
  'account.link.done': 'The password is set. Everywhere you were logged in, you are logged out.',
  'account.link.where':
    'Log in with it where you work: in the page of your company with the phone bar. You can also log in here, to see your own account; administrators set up the team here.',
  'account.link.over':
    'This link has been used, or is older than 30 minutes. Ask for another one at the login.',
  'account.link.login': 'Log in here',
} as const;
