/** Addresses that agents open during a call. */
export const links = {
  'admin.links': 'Work links',
  'admin.links.add': 'New link',
  'admin.links.empty':
    'Links to other systems, with the caller filled in: agents open them from the screen pop.',
  'admin.part.link': 'Link',
  'admin.link.url': 'Address',
  'admin.link.url.hint':
    'In braces what is filled in: customer.number, customer.name, customer.id, call.id, call.did, call.group, call.direction, agent.number, agent.name, agent.id, or data. and a key of the call’s data.',
  'admin.link.url.wrong':
    'Enter an address that begins with https:// and a host, with only such places in braces as the list has.',
  'admin.link.groups': 'Groups',
  'admin.link.groups.hint': 'Whose members and leaders have it. Empty: everybody.',
  'admin.link.everybody': 'Everybody',
  'admin.link.remove': 'Remove link',
  'admin.link.remove.sentence': 'Agents do not see it any more.',
} as const;
