import { adapt, guideFile } from './guide-file.ts';

export interface ExistingPbx {
  readonly sipPort: number;
  readonly httpPort: number;
  readonly ariPassword: string;
  readonly carrierPort: number;
}

/** Passwords of the phones 100 and 101. */
export const EXISTING_PASSWORD = 'of-the-existing-phones';

/**
 * An Asterisk that has a life of its own: everything loaded, phones 100 and 101, a dialplan that lets these call each other
 * and the whole world, an inbound route. Files are laid out as FreePBX lays them: generated ones that nobody edits, which
 * include those that belong to the integrator (`*_custom.conf`). Into these go the guide's files, as its table says.
 */
export function existingPbx({
  sipPort,
  httpPort,
  ariPassword,
  carrierPort,
}: ExistingPbx): Record<string, string> {
  const phone = (number: string): string[] => [
    `[${number}]`,
    'type=endpoint',
    'context=from-internal',
    'disallow=all',
    'allow=ulaw,alaw',
    `aors=${number}`,
    `auth=${number}-auth`,
    'direct_media=no',
  ];
  return {
    // As it comes: all that is installed, but for what the guide tells to leave out.
    'modules.conf': text('[modules]', 'autoload=yes', 'noload = res_stasis_device_state.so'),
    'pjsip.conf': text(
      '[global]',
      'type=global',
      // SIP Settings, Endpoint Identifier Order.
      'endpoint_identifier_order=username,ip',
      '#include pjsip_custom.conf',
      ...['transports', 'endpoint', 'aor', 'auth', 'registration', 'identify'].flatMap((what) => [
        `#include pjsip.${what}.conf`,
        `#include pjsip.${what}_custom_post.conf`,
      ]),
    ),
    'pjsip_custom.conf': '',
    'pjsip.transports.conf': text(
      '[0.0.0.0-udp]',
      'type=transport',
      'protocol=udp',
      `bind=127.0.0.1:${sipPort}`,
      '[0.0.0.0-ws]',
      'type=transport',
      'protocol=ws',
      'bind=0.0.0.0',
    ),
    'pjsip.transports_custom_post.conf': '',
    'pjsip.endpoint.conf': text(
      ...phone('100'),
      ...phone('101'),
      '[carrier]',
      'type=endpoint',
      'transport=0.0.0.0-udp',
      'context=from-pstn',
      'disallow=all',
      'allow=ulaw,alaw',
      'aors=carrier',
      'trust_id_inbound=yes',
    ),
    'pjsip.endpoint_custom_post.conf': fillInSection(
      guideFile('freepbx/pjsip.endpoint_custom_post.conf'),
      '[carrier](+)',
    ),
    'pjsip.aor.conf': text(
      ...['100', '101'].flatMap((number) => [`[${number}]`, 'type=aor', 'max_contacts=1']),
      '[carrier]',
      'type=aor',
      `contact=sip:127.0.0.1:${carrierPort}`,
    ),
    'pjsip.aor_custom_post.conf': '',
    'pjsip.auth.conf': text(
      ...['100', '101'].flatMap((number) => [
        `[${number}-auth]`,
        'type=auth',
        'auth_type=userpass',
        `username=${number}`,
        `password=${EXISTING_PASSWORD}`,
      ]),
    ),
    'pjsip.auth_custom_post.conf': '',
    'pjsip.registration.conf': '',
    'pjsip.registration_custom_post.conf': '',
    'pjsip.identify.conf': text('[carrier]', 'type=identify', 'endpoint=carrier', 'match=127.0.0.1'),
    'pjsip.identify_custom_post.conf': '',
    'extensions.conf': text(
      '#include extensions_override_freepbx.conf',
      '#include extensions_additional.conf',
      '#include extensions_custom.conf',
      '[from-pstn]',
      'include => ext-did',
      '[from-internal]',
      'include => from-internal-additional',
    ),
    'extensions_override_freepbx.conf': '',
    'extensions_additional.conf': text(
      '[ext-did]',
      // An inbound route with a custom destination.
      'exten => 400100,1,Goto(telebar,400100,1)',
      'exten => 400200,1,Dial(PJSIP/101,20)',
      '[from-internal-additional]',
      'exten => _1XX,1,Dial(PJSIP/${EXTEN},20)',
      'exten => _00.,1,Dial(PJSIP/${EXTEN}@carrier,20)',
      'exten => *99,1,Answer()',
      ' same => n,Wait(20)',
    ),
    'extensions_custom.conf': guideFile('extensions.conf'),
    'http.conf': text('#include http_additional.conf', '#include http_custom.conf'),
    'http_additional.conf': text('[general]', 'enabled=yes', 'bindaddr=127.0.0.1', `bindport=${httpPort}`),
    'http_custom.conf': '',
    'ari.conf': text(
      '[general]',
      '#include ari_general_additional.conf',
      '#include ari_general_custom.conf',
      '#include ari_additional.conf',
      '#include ari_additional_custom.conf',
    ),
    'ari_general_additional.conf': text('enabled=yes', 'pretty=no', 'websocket_write_timeout=1000'),
    'ari_general_custom.conf': '',
    'ari_additional.conf': text('[freepbxuser]', 'type=user', 'password=its-own', 'read_only=no'),
    'ari_additional_custom.conf': adapt(guideFile('freepbx/ari_additional_custom.conf'), {
      'telebar:user/password': ariPassword,
    }),
  };
}

function fillInSection(file: string, section: string): string {
  const marked = `${section} ; yours`;
  if (!file.includes(marked)) throw new Error(`no section marked '; yours': ${section}`);
  return file.replace(marked, section);
}

function text(...lines: string[]): string {
  return `${lines.join('\n')}\n`;
}
