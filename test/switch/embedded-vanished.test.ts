import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EndpointId, LegId } from '../../server/core/kernel/ids.ts';
import type { PeerCall } from '../support/peer-call.ts';
import type { SipPeer } from '../support/sip-peer.ts';
import { legId, SwitchBed } from '../support/switch-bed.ts';

/** Silence of 1.5 s, and four seconds in which the peer could have answered; the rest is patience with a busy machine. */
const NOTICED_MS = 20_000;
/** Longer than it would take to find somebody gone. */
const LONG_MS = 7_000;
const OUT = legId('leg_out');

let bed: SwitchBed;

beforeEach(async () => {
  bed = await SwitchBed.open();
});

afterEach(() => bed.close());

async function fromCarrier(headers: ReadonlyArray<readonly [string, string]> = []): Promise<{
  peer: SipPeer;
  call: PeerCall;
  id: LegId;
}> {
  const peer = await bed.peer();
  const call = await peer.call('400100', { headers });
  const { legId: id } = await bed.events.next('leg-offered');
  await bed.sw.answer(id);
  await call.waitForFinal();
  return { peer, call, id };
}

async function toPhone(): Promise<{ peer: SipPeer; call: PeerCall; id: LegId }> {
  const peer = await bed.phone('1001');
  await bed.sw.dial({
    legId: OUT,
    target: { kind: 'endpoint', endpointId: 'ep_1001' as EndpointId },
    callerId: { number: '13800138000' },
    ringMs: 20_000,
  });
  const call = await peer.incoming();
  call.answer();
  await bed.events.next('leg-answered');
  return { peer, call, id: OUT };
}

const kinds = [
  ['a carrier', fromCarrier],
  ['a desk phone', toPhone],
] as const;

describe.each(kinds)('%s that falls silent in a call', (_who, connect) => {
  it('is lost when it does not answer either', async () => {
    const { peer, call, id } = await connect();
    await call.rtp.listen(300);
    peer.alive = false;
    call.rtp.pause();
    const lost = await bed.events.next('leg-lost', (event) => event.legId === id, NOTICED_MS);
    expect(lost.cause).toBe('signalling-lost');
    expect((await bed.sw.legs()).map((leg) => leg.legId)).not.toContain(id);
  });

  it('is lost also when it has never said a word', async () => {
    const { peer, call, id } = await connect();
    call.rtp.pause();
    peer.alive = false;
    await bed.events.next('leg-lost', (event) => event.legId === id, NOTICED_MS);
  });

  it('is lost when it has forgotten the call, as after a restart', async () => {
    const { peer, call, id } = await connect();
    call.rtp.pause();
    peer.forget(call);
    await bed.events.next('leg-lost', (event) => event.legId === id, NOTICED_MS);
  });

  it('stays while it answers: it may suppress silence', async () => {
    const { call, id } = await connect();
    await call.rtp.listen(300);
    call.rtp.pause();
    await call.waitForRequest('UPDATE');
    await call.rtp.listen(LONG_MS);
    expect((await bed.sw.legs()).map((leg) => leg.legId)).toContain(id);
    expect(bed.events.of('leg-lost')).toEqual([]);
    expect(call.ended).toBe(false);
    // Not asked again and again.
    expect(call.requests.filter(({ method }) => method === 'UPDATE')).toHaveLength(1);
  });

  it('is not even asked while it holds', async () => {
    const { call, id } = await connect();
    const sequence = call.request('INVITE', [], call.rtp.description('sendonly'));
    await call.response('INVITE', sequence);
    call.rtp.pause();
    await call.rtp.listen(LONG_MS);
    expect((await bed.sw.legs()).map((leg) => leg.legId)).toContain(id);
    expect(call.requests.map(({ method }) => method)).not.toContain('UPDATE');
  });
});

it('asks by OPTIONS who knows no UPDATE', async () => {
  const { call, id } = await fromCarrier([['Allow', 'INVITE, ACK, BYE, CANCEL, OPTIONS']]);
  call.rtp.pause();
  await call.waitForRequest('OPTIONS');
  expect((await bed.sw.legs()).map((leg) => leg.legId)).toContain(id);
});

it('asking leaves the session timer as the peer runs it', async () => {
  const { call } = await fromCarrier([
    ['Supported', 'timer'],
    ['Session-Expires', '120;refresher=uac'],
  ]);
  call.rtp.pause();
  const asked = await call.waitForRequest('UPDATE');
  expect(asked.headers.get('session-expires')).toMatch(/^120\b/);
});
