import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AgentDesk } from '../e2e/agent-desk.ts';
import { AGENT_HZ, CUSTOMER_HZ } from '../e2e/voices.ts';
import type { AsteriskNode } from '../support/asterisk/node.ts';
import { expectEmpty } from '../support/asterisk/switch-on-node.ts';
import { ToneBrowser, waitForTone } from '../support/browsers.ts';
import { CallCentre } from '../support/call-centre.ts';
import { freePort } from '../support/ports.ts';
import type { PeerCall } from '../support/peer-call.ts';
import { SipPeer } from '../support/sip-peer.ts';

/** Death is noticed after two seconds of refusals; the rest is the desk's. */
const FREE_MS = 8_000;

let centre: CallCentre;
let node: AsteriskNode;
let agents: ToneBrowser;
let carrier: SipPeer;
let agent: AgentDesk;

beforeAll(async () => {
  carrier = await SipPeer.open({ switchPort: await freePort(), incoming: 'ring' });
  [centre, agents] = await Promise.all([
    CallCentre.start({ TELEBAR_TRUNK: `127.0.0.1:${carrier.localPort}` }, 'asterisk'),
    ToneBrowser.launch(AGENT_HZ),
  ]);
  if (centre.asterisk === null) throw new Error('there is no Asterisk');
  node = centre.asterisk;
  carrier.options.switchPort = node.sipPort;
  agent = await AgentDesk.ready(agents, centre, '1001');
});
afterEach(async () => {
  if (node.pid === null) await node.launch();
  await centre.healthy();
  for (const call of carrier.calls.splice(0)) if (!call.ended) call.bye();
  await expectEmpty(node);
});
afterAll(async () => {
  await agents.close();
  await centre.stop();
  await carrier.close();
});

async function customer(): Promise<PeerCall> {
  const call = await carrier.call('400100', { from: '<sip:13800138001@127.0.0.1>' });
  call.rtp.say(CUSTOMER_HZ);
  return call;
}

async function ring(): Promise<PeerCall> {
  const call = await customer();
  await agent.waitForState('Ringing');
  return call;
}

async function talk(): Promise<PeerCall> {
  const call = await ring();
  await agent.answer();
  await waitForTone(agent.page, CUSTOMER_HZ);
  return call;
}

const SITUATIONS: Record<string, () => Promise<unknown>> = {
  'while a call rings at the agent': ring,
  'while the agent talks': talk,
  'while the customer is on hold': async () => {
    await talk();
    await agent.button('Hold').click();
    await agent.waitForState('On hold');
  },
  'while the agent calls somebody': async () => {
    await agent.dial('13900139000');
    await agent.waitForState('Dialling');
    (await carrier.incoming()).ring();
  },
  'while the agent is paused and a caller waits': async () => {
    await agent.pause();
    const call = await customer();
    await call.waitForStatus(200);
  },
};

describe('Asterisk is killed, and stays away,', () => {
  it.each(Object.entries(SITUATIONS))(
    '%s: nobody is stuck, no call is left, and the next one works when it is back',
    async (name, situation) => {
      await situation();
      const rest = await centre.login('1001');
      await node.kill();
      if (name.includes('paused')) await agent.waitForState('Paused');
      else await agent.button(/^State: (Idle|Wrap-up)/).waitFor({ timeout: FREE_MS });
      // Asterisk is still away.
      expect((await fetch(`${centre.origin}/healthz`)).status).toBe(503);
      const openCalls = async (): Promise<unknown[]> => {
        const { items } = await rest.get<{ items: { endedAt: number | null; cause: string | null }[] }>(
          '/calls',
        );
        return items.filter(({ endedAt }) => endedAt === null);
      };
      await expect.poll(openCalls, { timeout: FREE_MS }).toEqual([]);
      const { calls } = await rest.get<{ calls: { phase: string }[] }>('/desk');
      expect(calls.filter(({ phase }) => phase !== 'ended')).toEqual([]);

      await node.launch();
      await centre.healthy();
      if (name.includes('paused')) await rest.send('POST', '/agent/resume');
      await agent.becomeReady();
      await agent.waitForLink(30_000);
      const call = await talk();
      call.bye();
      await agent.becomeReady();
    },
    90_000,
  );
});
