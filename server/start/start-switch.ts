import type { Switch } from '../core/ports/switch.ts';
import { AsteriskUnusable } from '../switch/asterisk/ari-error.ts';
import type { Config } from './config/config.ts';
import { StartError, codeOf } from './start-error.ts';

/** @throws StartError with a sentence for the operator */
export async function startSwitch(telephony: Switch, { sip, media, ipv6Host }: Config): Promise<void> {
  try {
    await telephony.start();
  } catch (cause) {
    if (cause instanceof AsteriskUnusable) throw new StartError(cause.message, { cause });
    const code = codeOf(cause);
    if (code === 'EADDRINUSE') {
      throw new StartError(
        `UDP port ${sip.port} of ${sip.host} is in use: set TELEBAR_SIP_PORT to another one (0 for any).`,
        { cause },
      );
    }
    if (code === 'EADDRNOTAVAIL') {
      const isIpv6 = ipv6Host !== null && (cause as { address?: string }).address === ipv6Host;
      const setting = isIpv6 ? `TELEBAR_IPV6_HOST ${ipv6Host}` : `TELEBAR_SIP_HOST ${sip.host}`;
      throw new StartError(`${setting} is no address of this machine.`, { cause });
    }
    if (code === 'no-ports') {
      throw new StartError(
        `UDP port ${media.port} of ${media.host} is in use: set TELEBAR_MEDIA_PORT to another one (0 for any).`,
        { cause },
      );
    }
    throw cause;
  }
}
