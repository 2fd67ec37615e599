/** Passkeys: one's own, and logging in with one. */
export const passkeys = {
  'admin.passkeys': 'Passkeys',
  'admin.passkeys.lead':
    'With a passkey you log in on this page by fingerprint, face, PIN or security key, without password and code. Your password stays good.',
  'admin.passkeys.add': 'Add a passkey',
  'admin.passkeys.name': 'Name',
  'admin.passkeys.password': 'Present password',
  'admin.passkeys.make': 'Make the passkey',
  'admin.passkeys.cancel': 'Cancel',
  'admin.passkeys.remove': 'Remove',
  'admin.passkeys.remove.sentence':
    '“{name}” logs you in no more. Remove it in the device as well, or it goes on offering itself.',
  'admin.passkeys.unused': 'Since {since}, never used',
  'admin.passkeys.used': 'Since {since}, last used {used}',
  'admin.passkeys.insecure': 'Passkeys need HTTPS. Open this page at {origin}/admin/.',
  'admin.passkeys.elsewhere': 'Passkeys belong to {origin}. Open this page at {origin}/admin/.',
  'admin.passkeys.unsupported': 'This browser knows no passkeys.',
  'admin.passkeys.cancelled': 'The browser was not given a passkey. Try again.',
  'admin.passkeys.known': 'This device has a passkey for you already.',
  'admin.passkeys.failed': 'The browser could not make or use a passkey here.',
  'admin.ways.passkey': 'Log in with a passkey',
  'admin.ways.passkey.instead': 'Use a passkey instead',
} as const;
