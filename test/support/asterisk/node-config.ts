import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The configuration files of one Asterisk node for tests and the demo, by name. */
export interface NodeConfig {
  /** The unpacked tree. */
  readonly tree: string;
  /** Own folder, with a short path: the control socket's name has a limit of 107 bytes (`sun_path`). */
  readonly folder: string;
  readonly modulesFolder: string;
  /** ARI and SIP over WebSocket. */
  readonly httpPort: number;
  readonly sipPort: number;
  readonly rtpPorts: readonly [number, number];
  readonly password: string;
  /** Where calls to outside numbers go; null: `connectCarrier` says it later. Calls from 127.0.0.1 without a known user come in from it. */
  readonly carrier: { readonly host: string; readonly port: number } | null;
  readonly disabledModules: readonly string[];
}

export function nodeFiles(config: NodeConfig): Record<string, string> {
  const { tree, folder, carrier } = config;
  return {
    'asterisk.conf': lines(
      '[directories]',
      `astetcdir => ${folder}/etc`,
      `astmoddir => ${config.modulesFolder}`,
      `astvarlibdir => ${folder}/lib`,
      `astdbdir => ${folder}/lib`,
      `astkeydir => ${folder}/lib`,
      `astdatadir => ${tree}/usr/share/asterisk`,
      `astagidir => ${folder}/lib`,
      `astspooldir => ${folder}/spool`,
      `astrundir => ${folder}/run`,
      `astlogdir => ${folder}/log`,
      `astsbindir => ${tree}/usr/sbin`,
      `astcachedir => ${folder}/cache`,
      '[options]',
      'documentation_language = en_US',
    ),
    'modules.conf': without(guide('modules.conf'), config.disabledModules),
    'logger.conf': lines('[logfiles]', 'messages => notice,warning,error,verbose'),
    'http.conf': lines(
      '[general]',
      'enabled = yes',
      'bindaddr = 127.0.0.1',
      `bindport = ${config.httpPort}`,
      'enable_static = no',
    ),
    'ari.conf': lines(
      '[general]',
      'enabled = yes',
      'pretty = no',
      'websocket_write_timeout = 1000',
      '[telebar]',
      'type = user',
      'read_only = no',
      `password = ${config.password}`,
    ),
    'sorcery.conf': guide('sorcery.conf'),
    'pjsip.conf': lines(
      '[global]',
      'type = global',
      'user_agent = Telebar-Asterisk',
      "; An agent is known by its name first: a phone may stand behind the carrier's address.",
      'endpoint_identifier_order = username,ip',
      '[transport-udp]',
      'type = transport',
      'protocol = udp',
      `bind = 127.0.0.1:${config.sipPort}`,
      '[transport-ws]',
      'type = transport',
      'protocol = ws',
      'bind = 127.0.0.1',
      '[trunk]',
      'type = endpoint',
      'transport = transport-udp',
      'context = telebar',
      'disallow = all',
      'allow = ulaw,alaw',
      'aors = trunk',
      'direct_media = no',
      'allow_transfer = no',
      'trust_id_inbound = yes',
      'dtmf_mode = auto_info',
      'rtp_timeout = 10',
      // Without one, `connectCarrier` makes it at run time.
      ...(carrier === null ? [] : ['[trunk]', 'type = aor', `contact = sip:${carrier.host}:${carrier.port}`]),
      '[trunk]',
      'type = identify',
      'endpoint = trunk',
      'match = 127.0.0.1',
    ),
    'rtp.conf': lines(
      '[general]',
      `rtpstart = ${config.rtpPorts[0]}`,
      `rtpend = ${config.rtpPorts[1]}`,
      'strictrtp = yes',
      'icesupport = yes',
    ),
    'musiconhold.conf': lines('[default]', 'mode = files', `directory = ${folder}/moh`),
    'extensions.conf': guide('extensions.conf'),
    'amd.conf': lines('[general]'),
    'cdr.conf': lines('[general]', 'enable = no'),
    'cel.conf': lines('[general]', 'enable = no'),
  };
}

/** A file of the integrator's guide, as it is. */
function guide(name: string): string {
  return readFileSync(join(import.meta.dirname, '../../../docs/asterisk', name), 'utf8');
}

function without(modules: string, disabled: readonly string[]): string {
  return modules
    .split('\n')
    .filter((line) => !disabled.some((name) => line === `load = ${name}.so`))
    .join('\n');
}

function lines(...all: string[]): string {
  return `${all.join('\n')}\n`;
}
