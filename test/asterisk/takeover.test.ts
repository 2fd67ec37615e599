import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AgentDesk } from '../e2e/agent-desk.ts';
import { AGENT_HZ, CUSTOMER_HZ, hearsRingback } from '../e2e/voices.ts';
import type { AsteriskNode } from '../support/asterisk/node.ts';
import { expectEmpty } from '../support/asterisk/switch-on-node.ts';
import { ToneBrowser, waitForNoTone, waitForTone } from '../support/browsers.ts';
import { CallCentre } from '../support/call-centre.ts';
import { freePort } from '../support/ports.ts';
import { hasTone, rms } from '../support/goertzel.ts';
import type { PeerCall } from '../support/peer-call.ts';
import { SipPeer } from '../support/sip-peer.ts';

interface CallRecord {
  id: string;
  cause: string | null;
  answeredAt: number | null;
  endedAt: number | null;
  agentNumber: string | null;
}

let centre: CallCentre;
let node: AsteriskNode;
let agents: ToneBrowser;
let carrier: SipPeer;

beforeAll(async () => {
  carrier = await SipPeer.open({ switchPort: await freePort(), incoming: 'ring' });
  [centre, agents] = await Promise.all([
    CallCentre.start({ TELEBAR_TRUNK: `127.0.0.1:${carrier.localPort}` }, 'asterisk'),
    ToneBrowser.launch(AGENT_HZ),
  ]);
  if (centre.asterisk === null) throw new Error('there is no Asterisk');
  node = centre.asterisk;
  carrier.options.switchPort = node.sipPort;
});
afterEach(async () => {
  for (const call of carrier.calls.splice(0)) if (!call.ended) call.bye();
  await centre.sendHome('1001', '1002');
  await Promise.all(agents.browser.contexts().map((context) => context.close()));
  await expectEmpty(node);
});
afterAll(async () => {
  await agents.close();
  await centre.stop();
  await carrier.close();
});

/** A customer rings the hotline; how far it gets is the test's. */
async function customer(number = '13800138001'): Promise<PeerCall> {
  const call = await carrier.call('400100', { from: `<sip:${number}@127.0.0.1>` });
  call.rtp.say(CUSTOMER_HZ);
  return call;
}

async function talk(): Promise<{ agent: AgentDesk; caller: PeerCall }> {
  const agent = await AgentDesk.ready(agents, centre, '1001');
  const caller = await customer();
  await agent.waitForState('Ringing');
  await agent.answer();
  await hearEachOther(agent, caller);
  return { agent, caller };
}

async function hearEachOther(agent: AgentDesk, caller: PeerCall): Promise<void> {
  await waitForTone(agent.page, CUSTOMER_HZ);
  await hears(caller, (samples) => hasTone(samples, AGENT_HZ));
}

/** Waits until what the customer hears is like that. */
async function hears(caller: PeerCall, like: (samples: Int16Array) => boolean): Promise<void> {
  await expect.poll(async () => like(await caller.rtp.listen(300)), { timeout: 6_000 }).toBe(true);
}

const music = (samples: Int16Array): boolean => rms(samples) > 100 && !hasTone(samples, AGENT_HZ, 300);

/** The page is connected to the new server and has its snapshot. */
async function reconnected(agent: AgentDesk): Promise<void> {
  await agent.page.waitForFunction(() => window.Telebar.getState().connection === 'online', undefined, {
    timeout: 30_000,
  });
  await agent.waitForLink(30_000);
}

async function answeredAt(agent: AgentDesk): Promise<number | null | undefined> {
  return (await agent.liveCall())?.answeredAt;
}

async function lastRecord(): Promise<CallRecord | undefined> {
  const rest = await centre.login('1001');
  return (await rest.get<{ items: CallRecord[] }>('/calls')).items[0];
}

describe.each(['SIGKILL', 'SIGTERM'] as const)('a conversation whose server gets %s', (signal) => {
  it('goes on without it, and is in the hands of the next one, with its timer', async () => {
    const { agent, caller } = await talk();
    const since = await answeredAt(agent);
    expect(since).toBeGreaterThan(0);
    await centre.halt(signal);
    await agent.bar.getByText('Connection lost', { exact: false }).first().waitFor();
    await hearEachOther(agent, caller);
    await centre.launch();
    await reconnected(agent);
    await agent.waitForState('Talking');
    expect(await answeredAt(agent)).toBe(since);
    await hearEachOther(agent, caller);

    await agent.button('Hold').click();
    await agent.waitForState('On hold');
    await hears(caller, music);
    await waitForNoTone(agent.page, CUSTOMER_HZ);
    await agent.resume();
    await hearEachOther(agent, caller);
    await agent.hangUp();
    await caller.waitForRequest('BYE');
    await agent.becomeReady();
    expect(await lastRecord()).toMatchObject({ cause: 'normal', agentNumber: '1001', answeredAt: since });
  }, 120_000);
});

describe('a server that is killed', () => {
  it('leaves who waits in the queue the music, and the next one offers them to an agent', async () => {
    const caller = await customer();
    await caller.waitForStatus(200);
    await hears(caller, music);
    await centre.halt('SIGKILL');
    await hears(caller, music);
    await centre.launch();
    await hears(caller, music);
    const agent = await AgentDesk.open(agents, centre, '1001');
    await agent.signIn('Ringing');
    await agent.answer();
    await hearEachOther(agent, caller);
    caller.bye();
    await agent.becomeReady();
    expect(await lastRecord()).toMatchObject({ cause: 'normal', agentNumber: '1001' });
  }, 120_000);

  it('leaves new calls to the fallback of the dialplan, until the next one is there', async () => {
    await centre.halt('SIGKILL');
    const refused = await customer();
    expect((await refused.waitForFinal()).status).toBe(503);
    await centre.launch();
    const caller = await customer();
    await caller.waitForStatus(200);
    caller.bye();
    await caller.response('BYE', 3);
  }, 60_000);

  it('leaves a held call on hold, and the next one takes it back', async () => {
    const { agent, caller } = await talk();
    await agent.button('Hold').click();
    await agent.waitForState('On hold');
    await hears(caller, music);
    await centre.halt('SIGKILL');
    await hears(caller, music);
    await centre.launch();
    await reconnected(agent);
    await agent.waitForState('On hold');
    await hears(caller, music);
    await waitForNoTone(agent.page, CUSTOMER_HZ);
    await agent.resume();
    await hearEachOther(agent, caller);
    caller.bye();
    await agent.becomeReady();
  }, 120_000);

  it('while a number outside rings: the agent hears the ringback, and whoever answers meanwhile is joined', async () => {
    const agent = await AgentDesk.ready(agents, centre, '1001');
    await agent.dial('13900139000');
    const far = await carrier.incoming();
    await agent.waitForState('Dialling');
    expect(await hearsRingback(agent.page)).toBe(true);
    await centre.halt('SIGKILL');
    await centre.launch();
    await reconnected(agent);
    await agent.waitForState('Dialling');
    expect(await hearsRingback(agent.page)).toBe(true);
    await centre.halt('SIGKILL');
    far.answer();
    far.rtp.say(CUSTOMER_HZ);
    await far.waitForRequest('ACK');
    await centre.launch();
    await reconnected(agent);
    await agent.waitForState('Talking');
    await hearEachOther(agent, far);
    expect(await hearsRingback(agent.page, 1_500)).toBe(false);
    await agent.hangUp();
    await far.waitForRequest('BYE');
    await agent.becomeReady();
    expect(await lastRecord()).toMatchObject({ cause: 'normal', agentNumber: '1001' });
  }, 120_000);

  it('leaves a call ringing, and it can be answered at the next one', async () => {
    const agent = await AgentDesk.ready(agents, centre, '1001');
    const caller = await customer();
    await agent.waitForState('Ringing');
    await centre.halt('SIGKILL');
    await centre.launch();
    await reconnected(agent);
    await agent.waitForState('Ringing');
    await agent.answer();
    await hearEachOther(agent, caller);
    await agent.hangUp();
    await caller.waitForRequest('BYE');
    await agent.becomeReady();
  }, 120_000);

  it('while the customer hangs up: the agent has after-call work, and the next call works without a click', async () => {
    const { agent, caller } = await talk();
    await centre.halt('SIGKILL');
    caller.bye();
    await waitForNoTone(agent.page, CUSTOMER_HZ);
    await centre.launch();
    await reconnected(agent);
    await agent.becomeReady();
    expect(await lastRecord()).toMatchObject({ cause: 'normal' });
    const next = await customer();
    await agent.waitForState('Ringing');
    await agent.answer();
    await hearEachOther(agent, next);
    next.bye();
    await agent.becomeReady();
  }, 120_000);

  it('while the agent reloads the page: the customer hears music, and then the agent again', async () => {
    const { agent, caller } = await talk();
    await centre.halt('SIGKILL');
    await agent.page.goto('about:blank');
    await centre.launch();
    await hears(caller, music);
    await agent.page.goBack();
    await agent.waitForState('Talking', 30_000);
    await hearEachOther(agent, caller);
    await agent.hangUp();
    await caller.waitForRequest('BYE');
    await agent.becomeReady();
  }, 120_000);
});

describe('an Asterisk that comes after the server', () => {
  it('leaves the server not ready, and then takes calls with every agent registered again', async () => {
    const agent = await AgentDesk.ready(agents, centre, '1001');
    await centre.halt('SIGTERM');
    await node.kill();
    await centre.launch({ healthy: false });
    await expect.poll(() => health(), { timeout: 15_000 }).toMatchObject({ status: 'unavailable' });
    await node.launch();
    const back = performance.now();
    await centre.healthy();
    await reconnected(agent);
    expect(performance.now() - back).toBeLessThan(15_000);
    const caller = await customer();
    await agent.waitForState('Ringing', 30_000);
    await agent.answer();
    await hearEachOther(agent, caller);
    caller.bye();
    await agent.becomeReady();
  }, 120_000);
});

async function health(): Promise<unknown> {
  const response = await fetch(`${centre.origin}/healthz`).catch(() => null);
  return response?.json();
}
