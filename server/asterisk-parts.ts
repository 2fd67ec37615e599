import type { AsteriskSettings } from './asterisk-environment.ts';
import { AsteriskSwitch, type AsteriskSwitchParts } from './switch/asterisk/asterisk-switch.ts';

/** An Asterisk that is there already, steered over ARI. */
export function asteriskSwitch(
  { ariUrl, webSocketUrl, user, password, application, trunk, context, audio, transports }: AsteriskSettings,
  parts: Omit<AsteriskSwitchParts, 'config'>,
): AsteriskSwitch {
  return new AsteriskSwitch({
    ...parts,
    config: { ariUrl, webSocketUrl, user, password, application, trunk, context, audio, transports },
  });
}
