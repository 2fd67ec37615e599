import { adapt, fillIn, guideFile } from './guide-file.ts';
import type { AsteriskNodeOptions } from './node.ts';
import { networkTools, Service } from './network-tools.ts';

/** Hosts of their own on the loopback interface: Kamailio tells nodes, carrier and phones apart by address. */
export const FRONT = { proxy: '127.0.0.30', carrier: '127.0.0.31', phone: '127.0.0.32' } as const;
const MARK = 'test-only-carrier-mark';

/** How a node behind Kamailio differs: it knows the carrier by Kamailio's mark alone. */
export function nodeBehind(port: number): AsteriskNodeOptions {
  return {
    carrier: { host: FRONT.proxy, port },
    yours: { 'pjsip.conf': { 'trunk:identify/match': '192.0.2.10' } },
    appended: {
      'pjsip.conf': adapt(guideFile('kamailio/pjsip.conf'), {
        'trunk-kamailio:identify/match_header': `Telebar-Carrier: ${MARK}`,
      }),
    },
  };
}

/** Kamailio with the guide's files. */
export function startFrontProxy(
  port: number,
  nodes: readonly [number, number],
  carrierPort: number,
): Promise<Service> {
  const list = fillIn(guideFile('kamailio/dispatcher.list'), {
    '1 sip:10.0.0.11:5060': `1 sip:127.0.0.1:${nodes[0]}`,
    '1 sip:10.0.0.12:5060': `1 sip:127.0.0.1:${nodes[1]}`,
    '2 sip:192.0.2.10:5060': `2 sip:${FRONT.carrier}:${carrierPort}`,
  });
  return Service.start({
    program: 'usr/sbin/kamailio',
    args: (folder) => [
      ...['-f', `${folder}/kamailio.cfg`, '-L', `${networkTools.libraries}/kamailio/modules`],
      // In the foreground, small, and nothing outside its folder.
      ...['-DD', '-E', '-m', '32', '-M', '4', '-Y', folder, '-P', `${folder}/pid`],
    ],
    files: (folder) => ({
      'kamailio.cfg': fillIn(guideFile('kamailio/kamailio.cfg'), {
        'listen=udp:203.0.113.30:5060': `listen=udp:${FRONT.proxy}:${port}`,
        'modparam("dispatcher", "list_file", "/etc/kamailio/dispatcher.list")': `modparam("dispatcher", "list_file", "${folder}/dispatcher.list")`,
        '#!substdef "!CARRIER_MARK!change-me!g"': `#!substdef "!CARRIER_MARK!${MARK}!g"`,
      }),
      'dispatcher.list': list,
    }),
    // The last of its processes.
    ready: /tcp_main_loop/,
  });
}
