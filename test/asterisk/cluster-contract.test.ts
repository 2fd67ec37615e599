import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { SIP_REALM } from '../../server/switch/embedded/sip-realm.ts';
import { FarBrowsers } from '../contract/browser-far-ends.ts';
import { farPhone, farTrunk } from '../contract/sip-far-ends.ts';
import type { SwitchHarness } from '../contract/switch-harness.ts';
import { describeSwitch } from '../contract/switch-suite.ts';
import { ClusterNodes } from '../support/asterisk/cluster-nodes.ts';
import { clearAndStop, expectEmpty, UniqueIds } from '../support/asterisk/switch-on-node.ts';
import { SipPeer } from '../support/sip-peer.ts';

const browsers = new FarBrowsers();
let nodes: ClusterNodes;

beforeAll(async () => {
  nodes = await ClusterNodes.start();
});

afterAll(async () => {
  browsers.stop();
  await nodes.stop();
});

/**
 * Two Asterisks with the carrier at the first one. Phones register in turn with the second and the first, so that legs
 * which are joined are on different nodes. Nothing may be left on either after a test.
 */
async function clusterHarness({ line }: { line: boolean }): Promise<SwitchHarness> {
  const folder = await mkdtemp(join(tmpdir(), 'telebar-cluster-'));
  const ids = new UniqueIds();
  const carrier = await SipPeer.open({ switchPort: nodes.one.sipPort, incoming: 'wait' });
  await nodes.one.connectCarrier('127.0.0.1', carrier.localPort);
  const { telephone, log } = nodes.cluster(ids, line ? {} : { trunk: null });
  await telephone.start();
  const peers: SipPeer[] = [carrier];
  return {
    telephone,
    ids,
    folder,
    hasSound: true,
    trunk: farTrunk(carrier),
    ha1: (username, password) =>
      createHash('md5').update(`${username}:${SIP_REALM}:${password}`).digest('hex'),
    phone: async ({ username, password }) => {
      const { sipPort } = peers.length % 2 === 1 ? nodes.two : nodes.one;
      const peer = await SipPeer.open({ switchPort: sipPort, username, password, incoming: 'wait' });
      peers.push(peer);
      return farPhone(peer);
    },
    browser: async ({ username, password, signallingUrl }) => {
      const switchPort = nodes.all.find((node) => node.webSocketUrl === signallingUrl)?.sipPort ?? 0;
      const webSocketUrl = signallingUrl ?? '';
      const peer = await SipPeer.open({ switchPort, username, password, incoming: 'wait', webSocketUrl });
      peers.push(peer);
      return browsers.open(peer);
    },
    stop: async () => {
      if (process.env['TELEBAR_TEST_LOG']) console.log(log.lines.join('\n'));
      await clearAndStop(telephone);
      for (const peer of peers) await peer.close();
      await rm(folder, { recursive: true, force: true });
      for (const node of nodes.all) await expectEmpty(node);
    },
  };
}

describeSwitch('Asterisk cluster', clusterHarness);
