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
import { AsteriskNode } from '../support/asterisk/node.ts';
import {
  clearAndStop,
  expectEmpty,
  expectNoPhones,
  switchOn,
  UniqueIds,
} from '../support/asterisk/switch-on-node.ts';
import { SipPeer, type SipPeerOptions } from '../support/sip-peer.ts';

const browsers = new FarBrowsers();
let node: AsteriskNode;

beforeAll(async () => {
  node = await AsteriskNode.start();
});

afterAll(async () => {
  browsers.stop();
  await node.stop();
});

/** Asterisk with browsers, phones and a carrier on UDP, and sound. Nothing may be left on it after a test. */
async function asteriskHarness({ line }: { line: boolean }): Promise<SwitchHarness> {
  const folder = await mkdtemp(join(tmpdir(), 'telebar-asterisk-'));
  const ids = new UniqueIds();
  const carrier = await SipPeer.open({ switchPort: node.sipPort, incoming: 'wait' });
  await node.connectCarrier('127.0.0.1', carrier.localPort);
  const { telephone, log } = switchOn(node, ids, line ? {} : { trunk: null });
  await telephone.start();
  const peers: SipPeer[] = [carrier];
  const peerOf = async (options: Partial<SipPeerOptions>): Promise<SipPeer> => {
    const { username = '', password = '', webSocketUrl } = options;
    const peer = await SipPeer.open({
      switchPort: node.sipPort,
      username,
      password,
      incoming: 'wait',
      ...(webSocketUrl === undefined ? {} : { webSocketUrl }),
    });
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
    phone: async (account) => farPhone(await peerOf(account)),
    browser: async (account) =>
      browsers.open(await peerOf({ ...account, webSocketUrl: account.signallingUrl ?? '' })),
    stop: async () => {
      if (process.env['TELEBAR_TEST_LOG']) console.log(log.lines.join('\n'));
      await clearAndStop(telephone);
      for (const peer of peers) await peer.close();
      await rm(folder, { recursive: true, force: true });
      await expectEmpty(node);
      await expectNoPhones(node);
    },
  };
}

describeSwitch('Asterisk', asteriskHarness);
