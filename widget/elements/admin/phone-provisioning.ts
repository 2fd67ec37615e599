/** What a telephone has to know to register. */
export interface Registration {
  readonly name: string;
  readonly username: string;
  readonly password: string;
  readonly host: string;
  readonly port: number;
}

interface Maker {
  /** How the file is called; the telephone looks for one that is named by its MAC address, in small letters without colons. */
  readonly file: string;
  readonly type: string;
  write(registration: Registration): string;
}

const oneLine = (text: string): string => text.replace(/[\r\n]+/g, ' ');
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const xml = (text: string): string => text.replace(/[&<>"]/g, (sign) => ENTITIES[sign] ?? sign);

/** Configuration files of common desk phones, for one account over UDP, as their makers describe them. */
export const MAKERS = {
  Yealink: {
    file: 'mac.cfg',
    type: 'text/plain',
    write: ({ name, username, password, host, port }) =>
      [
        '#!version:1.0.0.1',
        'account.1.enable = 1',
        `account.1.label = ${oneLine(name)}`,
        `account.1.display_name = ${oneLine(name)}`,
        `account.1.auth_name = ${username}`,
        `account.1.user_name = ${username}`,
        `account.1.password = ${password}`,
        `account.1.sip_server.1.address = ${host}`,
        `account.1.sip_server.1.port = ${port}`,
        'account.1.sip_server.1.transport_type = 0',
        '',
      ].join('\n'),
  },
  Fanvil: {
    file: 'mac.cfg',
    type: 'text/plain',
    write: ({ name, username, password, host, port }) =>
      [
        '<<VOIP CONFIG FILE>>Version:2.0002',
        '',
        '<SIP CONFIG MODULE>',
        '--SIP Line List--  :',
        'SIP1 Enable Reg    :1',
        `SIP1 Phone Number  :${username}`,
        `SIP1 Display Name  :${oneLine(name)}`,
        `SIP1 Register Addr :${host}`,
        `SIP1 Register Port :${port}`,
        `SIP1 Register User :${username}`,
        `SIP1 Register Pswd :${password}`,
        '',
        '<<END OF FILE>>',
        '',
      ].join('\n'),
  },
  Grandstream: {
    file: 'cfgmac.xml',
    type: 'text/xml',
    write: ({ name, username, password, host, port }) =>
      [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<gs_provision version="1">',
        '  <config version="1">',
        '    <P271>1</P271>',
        `    <P270>${xml(oneLine(name))}</P270>`,
        `    <P3>${xml(oneLine(name))}</P3>`,
        `    <P47>${xml(host)}:${port}</P47>`,
        `    <P35>${xml(username)}</P35>`,
        `    <P36>${xml(username)}</P36>`,
        `    <P34>${xml(password)}</P34>`,
        '  </config>',
        '</gs_provision>',
        '',
      ].join('\n'),
  },
} as const satisfies Record<string, Maker>;
export type MakerName = keyof typeof MAKERS;

/** The same for a person who types it at any telephone: what is asked for there, and what to answer. */
export function typedIn({ name, username, password, host, port }: Registration) {
  return [
    ['admin.phone.line.display', oneLine(name)],
    ['admin.phone.line.user', username],
    ['admin.phone.line.authentication', username],
    ['admin.phone.line.password', password],
    ['admin.phone.line.registrar', `${host}:${port}`],
    ['admin.phone.line.transport', 'UDP'],
  ] as const;
}
