import type { SwitchLog } from '../embedded/sip/switch-log.ts';
import type { AriClient } from './ari-client.ts';
import { AriError, AsteriskUnusable } from './ari-error.ts';
import type { AriAsteriskInfo } from './ari-types.ts';
import { ADDRESS_VARIABLE, explainSilence } from './unreachable.ts';

/** The oldest Asterisk whose ARI has everything that is used here. */
const OLDEST_MAJOR = 20;

/** Modules without which something of the port would fail in the middle of a call. */
const NEEDED_MODULES = [
  'app_dial',
  'app_stasis',
  'bridge_simple',
  'bridge_softmix',
  'chan_bridge_media',
  'chan_pjsip',
  'codec_alaw',
  'codec_resample',
  'codec_ulaw',
  'format_wav',
  'func_callerid',
  'func_dialplan',
  'res_ari_applications',
  'res_ari_asterisk',
  'res_ari_bridges',
  'res_ari_channels',
  'res_ari_endpoints',
  'res_ari_events',
  'res_ari_playbacks',
  'res_ari_recordings',
  'res_http_media_cache',
  'res_http_websocket',
  'res_musiconhold',
  'res_pjsip_authenticator_digest',
  'res_pjsip_caller_id',
  'res_pjsip_dtmf_info',
  'res_pjsip_endpoint_identifier_user',
  'res_pjsip_header_funcs',
  'res_pjsip_nat',
  'res_pjsip_refer',
  'res_pjsip_registrar',
  'res_pjsip_rfc3326',
  'res_pjsip_sdp_rtp',
  'res_pjsip_transport_websocket',
  'res_rtp_asterisk',
  'res_srtp',
  'res_stasis_answer',
  'res_stasis_playback',
  'res_stasis_recording',
  'res_stasis_snoop',
] as const;

/**
 * Not used here, and dangerous: closing an event socket while a device's state is told to it can lock ARI for ever
 * (asterisk/asterisk issue 2170).
 */
const HARMFUL_MODULE = 'res_stasis_device_state';

/**
 * Reads what this Asterisk is and whether it can be used.
 * @throws AsteriskUnusable with a sentence for the operator; AriError when nobody answers, or not yet
 */
export async function checkNode(
  client: AriClient,
  url: string,
  log: Pick<SwitchLog, 'warn'>,
): Promise<AriAsteriskInfo> {
  const info = await ask(client, url);
  const version = info.system?.version;
  if (version === undefined) throw foreign(url);
  const major = Number(/^\D*(\d+)/.exec(version)?.[1] ?? 0);
  if (major < OLDEST_MAJOR) {
    throw new AsteriskUnusable(
      `Asterisk ${version} at ${url} is too old: Telebar needs ${OLDEST_MAJOR} or newer.`,
    );
  }
  const modules = await client.call('GET /asterisk/modules', {});
  const running = new Set(
    modules.filter(({ status }) => status === 'Running').map(({ name }) => name.replace(/\.so$/, '')),
  );
  if (running.has(HARMFUL_MODULE)) {
    log.warn({ module: HARMFUL_MODULE }, 'noload this module: ARI can stand still when it is loaded');
  }
  const missing: string[] = NEEDED_MODULES.filter((name) => !running.has(name));
  // Which one is the machine's business; without any, rooms and music stand still.
  if (![...running].some((name) => name.startsWith('res_timing_'))) missing.push('res_timing_timerfd');
  if (missing.length > 0) {
    throw new AsteriskUnusable(
      `Asterisk at ${url} lacks the modules ${missing.join(', ')}: load them in modules.conf (and install them).`,
    );
  }
  return info;
}

async function ask(client: AriClient, url: string): Promise<AriAsteriskInfo> {
  try {
    const info: unknown = await client.call('GET /asterisk/info', {});
    if (typeof info !== 'object' || info === null) throw foreign(url);
    return info;
  } catch (cause) {
    if (cause instanceof AsteriskUnusable) throw cause;
    if (!(cause instanceof AriError)) throw foreign(url, cause);
    if (cause.status === 0) throw explainSilence(cause, url);
    // It is being started (ARI says 503 until it is fully booted), or a proxy before it does not reach it.
    if (cause.status >= 500) throw cause;
    switch (cause.status) {
      case 401:
      case 403:
        throw new AsteriskUnusable(
          `Asterisk at ${url} refuses the ARI user or password: compare TELEBAR_ASTERISK_USER and TELEBAR_ASTERISK_PASSWORD with ari.conf.`,
          { cause },
        );
      case 404:
        throw new AsteriskUnusable(
          `There is a web server at ${url}, but no ARI: is ari.conf enabled, are res_ari and res_ari_asterisk loaded, and is ${ADDRESS_VARIABLE} right (without /ari)?`,
          { cause },
        );
      default:
        throw foreign(url, cause);
    }
  }
}

function foreign(url: string, cause?: unknown): AsteriskUnusable {
  const answer = cause instanceof AriError ? ` (${cause.status})` : '';
  return new AsteriskUnusable(
    `${url} answers, but not as ARI does${answer}: does ${ADDRESS_VARIABLE} name Asterisk's web server?`,
    cause === undefined ? undefined : { cause },
  );
}
