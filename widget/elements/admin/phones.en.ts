/** Desk phones, and what they register with. */
export const phones = {
  'admin.phones': 'Desk phones',
  'admin.phones.add': 'New desk phone',
  'admin.phones.empty':
    'There is no desk phone yet. Make one for each telephone that stands on a desk and registers here.',
  'admin.part.phone': 'Desk phone',
  'admin.phone.username': 'SIP user name',
  'admin.phone.name.new':
    'Where it stands, or whose it is. What it registers with is told when you have saved.',
  'admin.phone.name.hint': 'Where it stands, or whose it is.',
  'admin.phone.told': 'Enter this at the telephone now: the password is not shown again.',
  'admin.phone.server': 'Registrar',
  'admin.phone.port': 'Port',
  'admin.phone.server.hint':
    'The address under which the telephone reaches this server, which may be another one than yours.',
  'admin.phone.server.other':
    'Here another system is the registrar of desk phones, or its port is not fixed: enter where they register.',
  'admin.phone.maker': 'Telephone',
  'admin.phone.maker.any': 'Any, by hand',
  'admin.phone.line.display': 'Display name',
  'admin.phone.line.user': 'User name',
  'admin.phone.line.authentication': 'Authentication name',
  'admin.phone.line.password': 'Password',
  'admin.phone.line.registrar': 'Registrar',
  'admin.phone.line.transport': 'Transport',
  'admin.phone.lines': 'To be typed',
  'admin.phone.file': 'Configuration file',
  'admin.phone.file.hint':
    "Save it as {name}, with the telephone's MAC address in place of mac, where the telephone fetches its configuration; or upload it at the telephone's own page.",
  'admin.phone.save': 'Save as a file',
  'admin.phone.renew': 'New password',
  'admin.phone.renew.sentence':
    'The password of before is worth nothing from this moment on: the telephone has to register with the new one.',
  'admin.phone.remove': 'Remove desk phone',
  'admin.phone.remove.sentence':
    'It cannot register any more. Who works with it is not linked until another telephone is chosen.',
} as const;
