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

/** What Telebar needs of Asterisk, and what these need in turn; everything else stays unloaded. */
const MODULES = [
  ...['res_timing_timerfd', 'res_sorcery_config', 'res_sorcery_memory', 'res_sorcery_astdb'],
  ...['res_curl', 'res_http_websocket', 'res_websocket_client', 'res_http_media_cache', 'res_crypto'],
  ...[
    'res_pjproject',
    'res_pjsip',
    'res_pjsip_session',
    'res_pjsip_pubsub',
    'res_pjsip_authenticator_digest',
  ],
  ...['res_pjsip_outbound_authenticator_digest', 'res_pjsip_endpoint_identifier_user'],
  ...['res_pjsip_endpoint_identifier_ip', 'res_pjsip_registrar', 'res_pjsip_transport_websocket'],
  ...['res_pjsip_nat', 'res_pjsip_caller_id', 'res_pjsip_sdp_rtp', 'res_pjsip_rfc3326'],
  ...['res_pjsip_header_funcs', 'res_pjsip_dtmf_info', 'res_rtp_asterisk', 'res_srtp', 'chan_pjsip'],
  ...[
    'chan_bridge_media',
    'codec_ulaw',
    'codec_alaw',
    'codec_gsm',
    'codec_resample',
    'codec_opus_open_source',
  ],
  ...['res_format_attr_opus', 'format_wav', 'format_sln', 'format_gsm', 'format_pcm'],
  ...['bridge_simple', 'bridge_native_rtp', 'bridge_softmix', 'bridge_holding', 'res_musiconhold'],
  ...['pbx_config', 'app_stasis', 'app_amd', 'func_callerid', 'func_channel', 'func_talkdetect'],
  ...['res_stasis', 'res_stasis_answer', 'res_stasis_playback', 'res_stasis_recording', 'res_stasis_snoop'],
  ...['res_stasis_device_state', 'res_ari', 'res_ari_applications', 'res_ari_asterisk', 'res_ari_bridges'],
  ...[
    'res_ari_channels',
    'res_ari_device_states',
    'res_ari_endpoints',
    'res_ari_events',
    'res_ari_playbacks',
  ],
  ...['res_ari_recordings', 'res_ari_model'],
];

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
    'modules.conf': lines(
      '[modules]',
      'autoload = no',
      ...MODULES.filter((name) => !config.disabledModules.includes(name)).map((name) => `load = ${name}.so`),
    ),
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
    'sorcery.conf': lines(
      '; Agents come and go at run time, and are kept through a restart of Asterisk.',
      '[res_pjsip]',
      'endpoint = config,pjsip.conf,criteria=type=endpoint',
      'endpoint = astdb,telebar_endpoint',
      'auth = config,pjsip.conf,criteria=type=auth',
      'auth = astdb,telebar_auth',
      'aor = config,pjsip.conf,criteria=type=aor',
      'aor = astdb,telebar_aor',
    ),
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
    'extensions.conf': lines(
      '; Not `_.`: that would also take the extension h, which Asterisk runs after a hang-up.',
      '[telebar]',
      'exten => _[+*#0-9]!,1,Stasis(telebar,offered)',
      '; Nobody is there: calls of the time in which Telebar starts anew.',
      'same => n,Goto(telebar-fallback,${EXTEN},1)',
      '[telebar-fallback]',
      'exten => _[+*#0-9]!,1,Hangup(42)',
    ),
    'amd.conf': lines('[general]'),
    'cdr.conf': lines('[general]', 'enable = no'),
    'cel.conf': lines('[general]', 'enable = no'),
  };
}

function lines(...all: string[]): string {
  return `${all.join('\n')}\n`;
}
