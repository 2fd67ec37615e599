import { adapt, guideFile, withoutSection, type Yours } from './guide-file.ts';

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
  /** Where its sockets listen. */
  readonly address: string;
  readonly httpsPort: number;
  readonly sipTlsPort: number;
  /** More values for lines of the guide's files that are marked as the integrator's, by file. */
  readonly yours: Readonly<Record<string, Yours>>;
  /** What an integrator has appended to files of the guide. */
  readonly appended: Readonly<Record<string, string>>;
  /** Whole files, beside those of the guide or in place of one. */
  readonly files: Readonly<Record<string, string>>;
}

/** Of the certificate in the node's folder. */
export const TLS_FILES = { certificate: 'etc/tls.crt', key: 'etc/tls.key' } as const;

/** The files of the integrator's guide, with the values of this node in the lines that are the integrator's to fill in. */
export function nodeFiles(config: NodeConfig): Record<string, string> {
  const { tree, folder, address, carrier } = config;
  const certificate = `${folder}/${TLS_FILES.certificate}`;
  const key = `${folder}/${TLS_FILES.key}`;
  const own: Record<string, Yours> = {
    'http.conf': {
      'general/bindaddr': address,
      'general/bindport': String(config.httpPort),
      'general/tlsbindaddr': `${address}:${config.httpsPort}`,
      'general/tlscertfile': certificate,
      'general/tlsprivatekey': key,
    },
    'ari.conf': { 'telebar:user/password': config.password },
    'pjsip.conf': {
      'transport-udp:transport/bind': `${address}:${config.sipPort}`,
      'transport-tls:transport/bind': `${address}:${config.sipTlsPort}`,
      'transport-tls:transport/cert_file': certificate,
      'transport-tls:transport/priv_key_file': key,
      'trunk:identify/match': '127.0.0.1',
      'trunk:aor/contact': carrier === null ? null : `sip:${carrier.host}:${carrier.port}`,
    },
    'rtp.conf': {
      'general/rtpstart': String(config.rtpPorts[0]),
      'general/rtpend': String(config.rtpPorts[1]),
    },
    'musiconhold.conf': { 'default/directory': `${folder}/moh` },
  };
  const files = Object.fromEntries(
    GUIDE.map((name) => [
      name,
      adapt(guideFile(name), { ...own[name], ...config.yours[name] }) + (config.appended[name] ?? ''),
    ]),
  );
  files['modules.conf'] = without(files['modules.conf'] ?? '', config.disabledModules);
  // Without a carrier, `connectCarrier` makes the section at run time.
  if (carrier === null) files['pjsip.conf'] = withoutSection(files['pjsip.conf'] ?? '', 'trunk', 'aor');
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
    ...files,
    ...config.files,
  };
}

/** Every file that the guide brings for Asterisk itself. */
const GUIDE = [
  'amd.conf',
  'ari.conf',
  'cdr.conf',
  'cel.conf',
  'extensions.conf',
  'http.conf',
  'indications.conf',
  'logger.conf',
  'modules.conf',
  'musiconhold.conf',
  'pjsip.conf',
  'rtp.conf',
  'sorcery.conf',
];

function without(modules: string, disabled: readonly string[]): string {
  return modules
    .split('\n')
    .filter((line) => !disabled.some((name) => line === `load = ${name}.so`))
    .join('\n');
}

function lines(...all: string[]): string {
  return `${all.join('\n')}\n`;
}
