import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SIP_REALM } from '../../server/switch/embedded/sip-realm.ts';
import { SequenceIds } from '../support/sequence-ids.ts';
import { SipPeer } from '../support/sip-peer.ts';
import { SwitchBed } from '../support/switch-bed.ts';
import type { FarBrowsers } from './browser-far-ends.ts';
import { farPhone, farTrunk } from './sip-far-ends.ts';
import type { SwitchHarness } from './switch-harness.ts';

/** The embedded switch with browsers, phones and a carrier on UDP, and sound. */
export async function embeddedHarness(
  browsers: FarBrowsers,
  { line }: { line: boolean },
): Promise<SwitchHarness> {
  const folder = await mkdtemp(join(tmpdir(), 'telebar-switch-'));
  const ids = new SequenceIds();
  // The carrier is there first, because the switch is told its port.
  const carrier = await SipPeer.open({ switchPort: 0, incoming: 'wait' });
  const bed = await SwitchBed.open({
    ids,
    config: {
      trunk: {
        allowedAddresses: ['127.0.0.1'],
        ...(line ? { target: { host: '127.0.0.1', port: carrier.localPort } } : {}),
      },
    },
  });
  carrier.options.switchPort = bed.sw.sipPort;
  return {
    telephone: bed.sw,
    ids,
    folder,
    hasSound: true,
    trunk: farTrunk(carrier),
    ha1: (username, password) =>
      createHash('md5').update(`${username}:${SIP_REALM}:${password}`).digest('hex'),
    phone: async ({ username, password }) =>
      farPhone(await bed.peer({ username, password, incoming: 'wait' })),
    browser: async ({ username, password }) =>
      browsers.open(await bed.peer({ username, password, incoming: 'wait', webSocketUrl: bed.webSocketUrl })),
    stop: async () => {
      await bed.close();
      await carrier.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
