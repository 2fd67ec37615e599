import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { CUSTOMER_HZ } from '../e2e/voices.ts';
import type { AsteriskNode } from '../support/asterisk/node.ts';
import { expectEmpty } from '../support/asterisk/switch-on-node.ts';
import { CallCentre, type RestClient } from '../support/call-centre.ts';
import { freePort } from '../support/ports.ts';
import { hasTone, rms } from '../support/goertzel.ts';
import { SipPeer } from '../support/sip-peer.ts';

const AGENT_HZ = 1400;
/** Milliseconds after the customer's INVITE: the call is stored, answered, offered and joined within them. */
const MOMENTS = [0, 4, 8, 12, 16, 20, 25, 30, 40, 60];

interface Desk {
  agent: { state: string };
  calls: { phase: string }[];
}

let centre: CallCentre;
let node: AsteriskNode;
let carrier: SipPeer;
let phone: SipPeer;
let rest: RestClient;

beforeAll(async () => {
  carrier = await SipPeer.open({ switchPort: await freePort() });
  centre = await CallCentre.start({ TELEBAR_TRUNK: `127.0.0.1:${carrier.localPort}` }, 'asterisk');
  if (centre.asterisk === null) throw new Error('there is no Asterisk');
  node = centre.asterisk;
  carrier.options.switchPort = node.sipPort;
  phone = await SipPeer.open({
    switchPort: node.sipPort,
    username: '1001',
    password: 'telebar-demo',
    incoming: 'answer',
  });
  expect((await phone.register()).status).toBe(200);
  rest = await centre.login('1001');
  await vi.waitFor(
    async () => expect((await rest.send('POST', '/agent/sign-in', SIGN_IN)).status).toBe(200),
    { timeout: 10_000, interval: 100 },
  );
});
afterAll(async () => {
  await centre.stop();
  await Promise.all([carrier.close(), phone.close()]);
});

const SIGN_IN = {
  device: { kind: 'phone', endpointId: 'phone_demo_1001' },
  ignore: ['device-address-differs'],
};

/** The customer talks with the agent, or waits for one with music. */
function isCaredFor(heard: Int16Array): boolean {
  return hasTone(heard, AGENT_HZ) || rms(heard) > 100;
}

describe('a server that is killed while a call comes in', () => {
  it.each(MOMENTS)(
    'after %i ms loses neither the caller nor the agent, and leaves nothing behind',
    async (ms) => {
      const caller = await carrier.call('400100', { from: '<sip:13800138001@127.0.0.1>' });
      caller.rtp.say(CUSTOMER_HZ);
      await new Promise((done) => setTimeout(done, ms));
      await centre.halt('SIGKILL');
      await centre.launch();
      // Whoever came before anybody took the call in is told to try again, by the dialplan.
      if (caller.final === null || caller.final.status === 200) {
        await caller.waitForStatus(200);
        await expect
          .poll(
            async () => {
              for (const call of phone.calls) call.rtp.say(AGENT_HZ);
              return isCaredFor(await caller.rtp.listen(300));
            },
            { timeout: 8_000 },
          )
          .toBe(true);
        caller.bye();
      } else expect(caller.final.status).toBe(503);

      await expect
        .poll(
          async () => {
            await rest.send('POST', '/agent/end-acw');
            const { agent, calls } = await rest.get<Desk>('/desk');
            return { state: agent.state, live: calls.filter(({ phase }) => phase !== 'ended') };
          },
          { timeout: 8_000 },
        )
        .toEqual({ state: 'idle', live: [] });
      await expect.poll(() => phone.calls.every(({ ended }) => ended), { timeout: 8_000 }).toBe(true);
      phone.calls.length = 0;
      await expectEmpty(node);
      const leader = await centre.login('1000');
      const { items } = await leader.get<{ items: { endedAt: number | null }[] }>('/calls?agentNumber=1001');
      expect(items.filter(({ endedAt }) => endedAt === null)).toEqual([]);
    },
    40_000,
  );
});
