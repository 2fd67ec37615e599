import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AgentSetUp } from '../../server/contract/people.ts';
import type { DeskSnapshot } from '../../server/contract/desk.ts';
import { CallCentre, type RestClient } from '../support/call-centre.ts';
import { amplitudeAt } from '../support/goertzel.ts';
import type { PeerCall } from '../support/peer-call.ts';
import { freePort } from '../support/ports.ts';
import { SipPeer } from '../support/sip-peer.ts';
import { AGENT_HZ, COLLEAGUE_HZ, CUSTOMER_HZ } from './voices.ts';

const LEADER_HZ = 1050;
/** At which 1 is to be keyed. */
const BEEP_HZ = 950;
const NUMBERS = { '1001': '13700000001', '1002': '13700000002', '1000': '13700000008' } as const;

let carrier: SipPeer;
let centre: CallCentre;

beforeAll(async () => {
  carrier = await SipPeer.open({ switchPort: await freePort(), incoming: 'ring' });
  centre = await CallCentre.start({ TELEBAR_TRUNK: `127.0.0.1:${carrier.localPort}` });
  carrier.options.switchPort = centre.sipPort;
});
afterAll(async () => {
  await centre.stop();
  await carrier.close();
});

/** Who works with a telephone at the carrier, and has no page. */
async function outside(username: keyof typeof NUMBERS): Promise<RestClient> {
  const admin = await centre.login('admin');
  const path = `/set-up/agents/agent_demo_${username}`;
  const { version } = await admin.get<AgentSetUp>(path);
  const entered = await admin.send('PATCH', path, { outsideNumber: NUMBERS[username] }, version);
  expect(entered.status, JSON.stringify(entered.body)).toBe(200);
  const agent = await centre.login(username);
  // A leader takes no calls of queues here.
  const groups = username === '1000' ? { groups: [] } : {};
  const signedIn = await agent.send('POST', '/agent/sign-in', { device: { kind: 'outside' }, ...groups });
  expect(signedIn.body).toMatchObject({ device: { kind: 'outside', name: NUMBERS[username], online: true } });
  return agent;
}

/** It rings at that number, and is picked up. */
async function pickedUp(username: keyof typeof NUMBERS, hz: number): Promise<PeerCall> {
  const call = await carrier.waiters.until(`a call to ${username}`, () =>
    carrier.calls.find(({ invite, ended }) => !ended && invite?.uri.includes(NUMBERS[username])),
  );
  call.answer();
  call.rtp.say(hz);
  return call;
}

async function keyed(call: PeerCall): Promise<void> {
  await hears(call, BEEP_HZ);
  await call.rtp.sendDigit('1');
}

const loud = async (call: PeerCall, hz: number): Promise<number> =>
  amplitudeAt(await call.rtp.listen(400), hz);

async function hears(call: PeerCall, ...tones: number[]): Promise<void> {
  for (const hz of tones)
    await expect.poll(() => loud(call, hz), { message: `${hz} Hz` }).toBeGreaterThan(700);
}

/** For a while: what was on its way has come by then. */
async function hearsNot(call: PeerCall, ...tones: number[]): Promise<void> {
  const samples = await call.rtp.listen(800);
  for (const hz of tones) expect(amplitudeAt(samples, hz), `${hz} Hz`).toBeLessThan(300);
}

it('agents and a leader with mobiles: a machine gets no caller, a person a queue’s call, a consult, a transfer; the leader listens and barges in', async () => {
  const [anna, , leader] = [await outside('1001'), await outside('1000'), await centre.login('1000')];
  const only = async (): Promise<DeskSnapshot['calls'][number] | undefined> =>
    (await anna.get<DeskSnapshot>('/desk')).calls.find(({ phase }) => phase !== 'ended');
  const act = async (path: string, body: object = {}): Promise<void> => {
    const { status, body: answer } = await anna.send('POST', `/calls/${(await only())?.id}/${path}`, body);
    expect(status, JSON.stringify(answer)).toBe(200);
  };

  const customer = await carrier.call('400100', { from: '<sip:13800138001@127.0.0.1>' });
  customer.rtp.say(CUSTOMER_HZ);
  const annas = await pickedUp('1001', AGENT_HZ);
  expect(annas.invite?.headers.get('from')).toContain('400100');
  await hears(annas, BEEP_HZ);
  await hearsNot(annas, CUSTOMER_HZ);
  await hearsNot(customer, AGENT_HZ);
  expect((await only())?.phase).toBe('offered');
  await annas.rtp.sendDigit('1');
  await hears(customer, AGENT_HZ);
  await hears(annas, CUSTOMER_HZ);

  await act('hold');
  await hearsNot(customer, AGENT_HZ);
  await act('resume');
  await hears(customer, AGENT_HZ);

  await outside('1002');
  await act('consult', { target: { agent: '1002' } });
  const bens = await pickedUp('1002', COLLEAGUE_HZ);
  await keyed(bens);
  await hears(annas, COLLEAGUE_HZ);
  await hears(bens, AGENT_HZ);
  await hearsNot(customer, AGENT_HZ, COLLEAGUE_HZ);

  await act('swap');
  const listening = leader.send('POST', '/agents/1001/listen');
  const leaders = await pickedUp('1000', LEADER_HZ);
  expect(await listening).toMatchObject({ status: 200 });
  await hears(leaders, CUSTOMER_HZ, AGENT_HZ);
  await hearsNot(customer, LEADER_HZ);
  await hearsNot(annas, LEADER_HZ);
  expect(await leader.send('POST', '/agents/1001/barge')).toMatchObject({ status: 200 });
  await hears(customer, LEADER_HZ, AGENT_HZ);
  await hears(annas, LEADER_HZ);

  await act('transfer');
  await hears(customer, COLLEAGUE_HZ);
  await hears(bens, CUSTOMER_HZ);
  await hearsNot(customer, AGENT_HZ, LEADER_HZ);
  await expect.poll(() => [annas.ended, leaders.ended]).toEqual([true, true]);
  bens.bye();
  await expect.poll(() => customer.ended).toBe(true);
});
