import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AgentDesk } from '../e2e/agent-desk.ts';
import { AGENT_HZ, CUSTOMER_HZ } from '../e2e/voices.ts';
import { startPostgres, type PostgresCluster } from '../store/postgres-cluster.ts';
import { ToneBrowser, waitForTone } from '../support/browsers.ts';
import { CallCentre } from '../support/call-centre.ts';
import { hasTone } from '../support/goertzel.ts';
import type { PeerCall } from '../support/peer-call.ts';
import { freePort } from '../support/ports.ts';
import { SipPeer } from '../support/sip-peer.ts';

const PATIENCE_MS = 60_000;

let cluster: PostgresCluster;
/** Whose own the team is. */
let owner: CallCentre;
/** Works at an application of its own, on the same Asterisk and the same database. */
let other: CallCentre;
let agents: ToneBrowser;
let carrier: SipPeer;

beforeAll(async () => {
  cluster = await startPostgres();
  carrier = await SipPeer.open({ switchPort: await freePort(), incoming: 'ring' });
  const shared = {
    TELEBAR_SECRET: 'a secret of at least thirty-two characters',
    TELEBAR_DATABASE_URL: await cluster.newDatabase(),
    TELEBAR_TRUNK: `127.0.0.1:${carrier.localPort}`,
  };
  owner = await CallCentre.start({ ...shared, TELEBAR_TEAMS: 'demo' }, 'asterisk');
  if (owner.asterisk === null) throw new Error('there is no Asterisk');
  carrier.options.switchPort = owner.asterisk.sipPort;
  [other, agents] = await Promise.all([
    CallCentre.start(
      { ...shared, TELEBAR_TEAMS: 'another', TELEBAR_ASTERISK_APP: 'telebar-two' },
      owner.asterisk,
    ),
    ToneBrowser.launch(AGENT_HZ),
  ]);
}, 180_000);
afterAll(async () => {
  await agents.close();
  await other.halt();
  await owner.stop();
  await other.stop();
  await carrier.close();
  await cluster.stop();
});

interface Health {
  notes?: string[];
  reasons?: string[];
}

async function health({ origin }: CallCentre): Promise<string> {
  const response = await fetch(`${origin}/healthz`).catch(() => null);
  const { notes = [], reasons = [] } = ((await response?.json()) ?? {}) as Health;
  return [...notes, ...reasons].join('\n');
}

async function hearEachOther(agent: AgentDesk, caller: PeerCall): Promise<void> {
  await waitForTone(agent.page, CUSTOMER_HZ).catch((error: Error) => {
    throw new Error(
      `${error.message}\nthe caller${caller.ended ? ', who has left' : ''}: ${caller.rtp.traffic()}`,
    );
  });
  await expect
    .poll(async () => hasTone(await caller.rtp.listen(300), AGENT_HZ), { timeout: PATIENCE_MS })
    .toBe(true);
}

async function talk(agent: AgentDesk): Promise<PeerCall> {
  const dial = () => carrier.call('400100', { from: '<sip:13800138001@127.0.0.1>' });
  let caller = await dial();
  const rings = async () => {
    // While the database is too slow a call is refused.
    if (caller.ended) caller = await dial();
    return agent.button(/^State: Ringing/).isVisible();
  };
  await expect.poll(rings, { timeout: PATIENCE_MS, interval: 500 }).toBe(true);
  caller.rtp.say(CUSTOMER_HZ);
  await agent.answer();
  await hearEachOther(agent, caller);
  return caller;
}

describe('of two servers that work at once on one Asterisk', () => {
  it('one is killed: the other serves its teams as well, and the call goes on and is hung up there', async () => {
    const agent = await AgentDesk.ready(agents, other, '1001');
    const caller = await talk(agent);
    await owner.halt('SIGKILL');
    await hearEachOther(agent, caller);
    await expect.poll(() => health(other), { timeout: PATIENCE_MS }).toContain('asterisk/telebar');
    await agent.page.waitForFunction(() => window.Telebar.getState().connection === 'online', undefined, {
      timeout: PATIENCE_MS,
    });
    await agent.waitForState('Talking', PATIENCE_MS);
    await hearEachOther(agent, caller);
    await agent.hangUp();
    await caller.waitForRequest('BYE');
    await agent.becomeReady();

    // The one of before comes back, and takes nothing away.
    await owner.launch({ healthy: false });
    await expect.poll(() => health(owner), { timeout: PATIENCE_MS }).toContain(`:${other.port})`);
    const next = await talk(agent);
    await other.halt('SIGTERM');
    await owner.healthy();
    expect(next.ended).toBe(false);
    next.bye();
    await next.response('BYE', 3);
  }, 240_000);
});
