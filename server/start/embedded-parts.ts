import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SipAccounts } from '../core/ports/sip-accounts.ts';
import { clientAddress } from '../http/client-address.ts';
import type { HttpLogger } from '../http/http-app.ts';
import type { Config } from './config/config.ts';
import { iceServersFor } from './relay-credentials.ts';
import type { Clock } from '../core/kernel/clock.ts';
import type { IdSource } from '../core/kernel/id-source.ts';
import { EmbeddedSwitch } from '../switch/embedded/embedded-switch.ts';
import { canonicalAddress } from '../switch/embedded/media/address-scope.ts';
import { MediaChild } from '../switch/embedded/media/media-child-process.ts';
import { SIP_REALM } from '../switch/embedded/sip-realm.ts';

/** Digest secrets are made with the switch's realm, so that the application never needs to know it. */
export function sipAccounts(config: Config): SipAccounts {
  const digest = (algorithm: 'md5' | 'sha256') => (username: string, password: string) =>
    createHash(algorithm).update(`${username}:${SIP_REALM}:${password}`).digest('hex');
  return {
    domain: SIP_REALM,
    realm: SIP_REALM,
    ownPath: '/sip',
    registrarPort: config.asterisk === null && config.sip.port !== 0 ? config.sip.port : null,
    iceServers: (username, now) => iceServersFor(config.media, username, now),
    newPassword: () => randomBytes(24).toString('base64url'),
    ha1: digest('md5'),
    ha1Sha256: digest('sha256'),
  };
}

export interface EmbeddedParts {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: HttpLogger;
  readonly isAllowedOrigin: (origin: string) => Promise<boolean>;
}

/** The switch that comes with Telebar, with its media in a child process. */
export function embeddedSwitch(config: Config, { clock, ids, logger, isAllowedOrigin }: EmbeddedParts) {
  const { media, sip, trunk } = config;
  const announced = media.announcedAddress === null ? {} : { announcedAddress: media.announcedAddress };
  const ipv6 = config.ipv6Host === null ? {} : { ipv6Address: config.ipv6Host };
  const engine = new MediaChild({
    config: {
      bindAddress: media.host,
      ...announced,
      ...ipv6,
      webrtcPort: media.port,
      rtpPorts: [media.rtpPorts.from, media.rtpPorts.to],
      // The server's own candidates; relays are for the browsers.
      iceServers: media.iceServers.flatMap(({ urls }) => urls.filter((url) => url.startsWith('stun:'))),
      mediaHosts: trunk.allow,
      silenceMs: 1500,
    },
    ...childEntry(),
    logger,
    clock,
  });
  return new EmbeddedSwitch({
    config: {
      bindAddress: sip.host,
      sipPort: sip.port,
      tcp: sip.tcp,
      digests: sip.digests,
      ...announced,
      ...ipv6,
      trunk: {
        ...(trunk.target === null ? {} : { target: trunk.target }),
        transport: trunk.transport,
        prefix: trunk.prefix,
        ...(trunk.user === null || trunk.password === null
          ? {}
          : { credential: { username: trunk.user, password: trunk.password } }),
        allowedAddresses: trunk.allow.map(canonicalAddress),
      },
    },
    engine,
    clock,
    ids,
    log: logger,
    isAllowedOrigin,
    addressOf: (request) => clientAddress(request, config.http.trustProxy),
  });
}

/** Beside the bundle when it was built, otherwise the source through tsx. */
function childEntry(): { childPath: string; execArgv?: string[] } {
  const here = dirname(fileURLToPath(import.meta.url));
  const built = join(here, 'media-child.js');
  if (existsSync(built)) return { childPath: built };
  return { childPath: join(here, '../switch/embedded/media/child.ts'), execArgv: ['--import', 'tsx'] };
}
