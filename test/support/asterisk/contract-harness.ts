import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Switch } from '../../../server/core/ports/switch.ts';
import { SIP_REALM } from '../../../server/switch/embedded/sip-realm.ts';
import type { FarBrowsers } from '../../contract/browser-far-ends.ts';
import { farPhone, farTrunk } from '../../contract/sip-far-ends.ts';
import type { SwitchHarness } from '../../contract/switch-harness.ts';
import { SipPeer, type SipPeerOptions } from '../sip-peer.ts';
import type { LogBook } from '../switch-bed.ts';
import type { AsteriskNode } from './node.ts';
import { clearAndStop, UniqueIds } from './switch-on-node.ts';

interface HarnessParts {
  /** The node that the carrier is at. */
  carrierNode: AsteriskNode;
  makeSwitch(ids: UniqueIds): { telephone: Switch; log: LogBook };
  /** Where the next phone registers, when there are so many peers already, the carrier among them. */
  nodeOfPhone(peers: number): AsteriskNode;
  nodeOfBrowser(signallingUrl: string): AsteriskNode | undefined;
  browsers: FarBrowsers;
  /** Called when everything has stopped. */
  expectNothingLeft(): Promise<void>;
}

/** Asterisk for the contract: browsers, phones and a carrier on UDP, and sound. */
export async function harnessOnAsterisk(parts: HarnessParts): Promise<SwitchHarness> {
  const { carrierNode, nodeOfPhone, nodeOfBrowser, browsers } = parts;
  const folder = await mkdtemp(join(tmpdir(), 'telebar-asterisk-'));
  const ids = new UniqueIds();
  const carrier = await SipPeer.open({ switchPort: carrierNode.sipPort, incoming: 'wait' });
  await carrierNode.connectCarrier('127.0.0.1', carrier.localPort);
  const { telephone, log } = parts.makeSwitch(ids);
  await telephone.start();
  const peers: SipPeer[] = [carrier];
  const peerOf = async (options: SipPeerOptions): Promise<SipPeer> => {
    const peer = await SipPeer.open({ ...options, incoming: 'wait' });
    peers.push(peer);
    return peer;
  };
  return {
    telephone,
    ids,
    folder,
    hasSound: true,
    trunk: farTrunk(carrier),
    ha1: (username, password) =>
      createHash('md5').update(`${username}:${SIP_REALM}:${password}`).digest('hex'),
    phone: async ({ username, password }) =>
      farPhone(await peerOf({ switchPort: nodeOfPhone(peers.length).sipPort, username, password })),
    browser: async ({ username, password, signallingUrl }) => {
      const webSocketUrl = signallingUrl ?? '';
      const switchPort = nodeOfBrowser(webSocketUrl)?.sipPort ?? 0;
      return browsers.open(await peerOf({ switchPort, username, password, webSocketUrl }));
    },
    witness: () => carrierNode.voices(),
    stop: async () => {
      if (process.env['TELEBAR_TEST_LOG']) console.log(log.lines.join('\n'));
      await clearAndStop(telephone);
      for (const peer of peers) await peer.close();
      await rm(folder, { recursive: true, force: true });
      await parts.expectNothingLeft();
    },
  };
}
