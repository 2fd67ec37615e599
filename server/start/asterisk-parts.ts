import type { AsteriskSettings } from './config/asterisk-environment.ts';
import type { Switch } from '../core/ports/switch.ts';
import { AsteriskSwitch, type AsteriskSwitchParts } from '../switch/asterisk/asterisk-switch.ts';
import { AsteriskCluster } from '../switch/asterisk/cluster/asterisk-cluster.ts';

/** An Asterisk that is there already, or several of them as one switch, steered over ARI. */
export function asteriskSwitch(
  { nodes, user, password, application, trunk, context, audio, transports }: AsteriskSettings,
  { prefix: trunkPrefix, allow: carrierHosts }: { prefix: string; allow: readonly string[] },
  parts: Pick<AsteriskSwitchParts, 'clock' | 'ids' | 'log'>,
): Switch {
  const listed = nodes.map(({ name, ariUrl, webSocketUrl }) => ({
    name,
    config: {
      ariUrl,
      webSocketUrl,
      user,
      password,
      application,
      trunk,
      trunkPrefix,
      carrierHosts,
      context,
      audio,
      transports,
    },
  }));
  const [first] = listed;
  if (first === undefined) throw new Error('there is no Asterisk');
  return listed.length === 1
    ? new AsteriskSwitch({ ...parts, config: first.config })
    : new AsteriskCluster({ ...parts, nodes: listed });
}
