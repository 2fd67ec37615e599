import type { Page } from 'playwright-core';
import { afterEach, describe, expect, it } from 'vitest';
import { AgentDesk } from '../e2e/agent-desk.ts';
import { AGENT_HZ, CUSTOMER_HZ } from '../e2e/voices.ts';
import { environmentFor } from '../support/asterisk/environment.ts';
import { AsteriskNode } from '../support/asterisk/node.ts';
import { ToneBrowser, waitForTone } from '../support/browsers.ts';
import { CallCentre } from '../support/call-centre.ts';
import { hasTone } from '../support/goertzel.ts';
import { SipPeer } from '../support/sip-peer.ts';

const undo: Array<() => Promise<unknown>> = [];
afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step();
});

/** A customer at a carrier that knows G.711 alone, and an agent in a browser; resolves with the codec of the agent's voice. */
async function codecOfTheAgent(prepare: (page: Page) => Promise<void> = async () => {}): Promise<string> {
  const node = await AsteriskNode.start();
  undo.push(() => node.stop());
  const [centre, browser, customer] = await Promise.all([
    CallCentre.start(environmentFor(node)),
    ToneBrowser.launch(AGENT_HZ),
    SipPeer.open({ switchPort: node.sipPort }),
  ]);
  undo.push(
    () => centre.stop(),
    () => browser.close(),
    () => customer.close(),
  );
  const agent = await AgentDesk.open(browser, centre, '1001', {}, prepare);
  await agent.signIn();
  const call = await customer.call('400100', { from: '<sip:13800138000@127.0.0.1>' });
  await agent.waitForState('Ringing');
  await agent.answer();
  await call.waitForStatus(200);
  call.rtp.say(CUSTOMER_HZ);
  await waitForTone(agent.page, CUSTOMER_HZ);
  await expect.poll(async () => hasTone(await call.rtp.listen(300), AGENT_HZ), { timeout: 5_000 }).toBe(true);
  expect(new Set(call.rtp.received.slice(-20).map(({ payloadType }) => payloadType))).toEqual(new Set([0]));
  const codec = await agent.page.evaluate(async () => {
    const stats = await window.telebarEar.peers.at(-1)?.getStats();
    const all = [...(stats?.values() ?? [])] as Record<string, unknown>[];
    const voice = all.find(({ type }) => type === 'outbound-rtp');
    return String(all.find(({ id }) => id === voice?.['codecId'])?.['mimeType']);
  });
  call.bye();
  await agent.button(/^State: (Wrap-up|Idle)/).waitFor();
  return codec;
}

describe('an agent in a browser and a customer who has G.711 alone hear each other', () => {
  it('with Opus between browser and Asterisk', async () => {
    expect(await codecOfTheAgent()).toBe('audio/opus');
  });

  it('with G.711 all the way when the browser has no Opus', async () => {
    const withoutOpus = async (page: Page): Promise<void> => {
      await page.addInitScript(() => {
        const Native = RTCPeerConnection;
        window.RTCPeerConnection = class extends Native {
          override setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
            const { type, sdp = '' } = description;
            const opus = /a=rtpmap:(\d+) opus/i.exec(sdp)?.[1] ?? 'none';
            const without = sdp
              .replace(new RegExp(`^a=(rtpmap|fmtp|rtcp-fb):${opus} .*\r\n`, 'gm'), '')
              .replace(new RegExp(`^(m=audio .*) ${opus}\\b`, 'm'), '$1');
            return super.setRemoteDescription({ type, sdp: without });
          }
        };
      });
    };
    expect(await codecOfTheAgent(withoutOpus)).toBe('audio/PCMU');
  });
});
