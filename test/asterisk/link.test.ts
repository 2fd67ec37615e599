import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { LegId, PlaybackId, RecordingId, RoomId } from '../../server/core/kernel/ids.ts';
import { FaultBed } from '../support/asterisk/fault-bed.ts';
import { AsteriskNode } from '../support/asterisk/node.ts';
import { expectEmpty } from '../support/asterisk/switch-on-node.ts';
import { freePort } from '../support/ports.ts';
import { endpointSpec } from '../support/switch-bed.ts';

let bed: FaultBed;
beforeAll(async () => {
  bed = await FaultBed.open();
});
afterEach(() => bed.tidy());
afterAll(() => bed.close());

describe('the link to Asterisk', () => {
  it('waits for an Asterisk that comes up later, and gives it the phones', async () => {
    const httpPort = await freePort();
    const { telephone, log } = bed.make({ ariUrl: `http://127.0.0.1:${httpPort}` });
    await telephone.start();
    const spec = endpointSpec('late', 'secret');
    await telephone.provision(spec);
    await expect(
      telephone.dial({
        legId: bed.ids.next<LegId>('leg'),
        target: { kind: 'number', number: '1' },
        callerId: { number: '1' },
        ringMs: 1_000,
      }),
    ).rejects.toMatchObject({ code: 'switch-down' });
    const late = await AsteriskNode.start({ httpPort });
    bed.after(() => late.stop());
    await log.next('switch-up');
    const peer = await bed.peer({ username: 'late', password: 'secret' }, late);
    expect((await peer.register()).status).toBe(200);
    await log.next('endpoint-online', (event) => event.endpointId === spec.endpointId);
  });

  it('is lost and back: the call goes on, and what ended meanwhile is told once', async () => {
    const one = await bed.wired();
    const { telephone, log, wire } = one;
    const { legId, call } = await bed.caller(one);
    const room = bed.ids.next<RoomId>('room');
    await telephone.openRoom(room);
    await telephone.place(legId, room, { kind: 'all' });

    wire.cut();
    await log.next('switch-down');
    await expect(telephone.music(legId, true)).rejects.toMatchObject({ code: 'switch-down' });
    expect(await telephone.legs()).toMatchObject([{ legId, roomId: room, state: 'answered' }]);
    await wire.mend();
    await log.next('switch-up');
    await telephone.music(legId, true);
    expect(log.count('leg-offered')).toBe(1);

    const downs = log.count('switch-down');
    wire.cut();
    await expect.poll(() => log.count('switch-down')).toBeGreaterThan(downs);
    call.bye();
    await call.response('BYE', 3).catch(() => undefined);
    const ups = log.count('switch-up');
    await wire.mend();
    await expect.poll(() => log.count('switch-up'), { timeout: 8_000 }).toBe(ups + 1);
    expect(log.count('leg-lost') + log.count('leg-ended')).toBe(1);
    expect(await telephone.legs()).toEqual([]);
  });

  it('is lost while a phone is answered, a caller comes, and what was played and recorded is over: all is told', async () => {
    const carrier = await bed.carrier('ring');
    const one = await bed.wired();
    const { telephone, log, wire } = one;
    const { legId: customer } = await bed.caller(one);
    const out = await bed.dial(one);
    await log.next('leg-ringing');
    const [playbackId, recordingId] = [bed.ids.next<PlaybackId>('play'), bed.ids.next<RecordingId>('rec')];
    const path = join(bed.node.folder, `${recordingId}.wav`);
    await telephone.record({ recordingId, target: { leg: customer }, path });
    await telephone.play({
      playbackId,
      target: { leg: customer },
      source: { kind: 'frequency', hz: 440, ms: 1_000 },
    });

    // Asterisk has not noticed it yet, so callers still come to us and not to the fallback.
    wire.cutUnnoticed();
    await log.next('switch-down');
    (await carrier.incoming()).answer();
    const waiting = await (await bed.peer()).call('400100', { from: '<sip:13700137000@127.0.0.1>' });
    // Nobody but a third one can see that all of it has happened.
    await expect
      .poll(async () =>
        (await bed.node.ari<{ state: string }[]>('GET', '/channels')).map(({ state }) => state),
      )
      .toEqual(expect.arrayContaining(['Up', 'Up', 'Ring']));
    await bed.node.ari('DELETE', `/channels/${await channelOf(customer)}`);
    await wire.mend();
    await log.next('switch-up');

    await log.next('leg-answered', ({ legId }) => legId === out);
    await log.next('leg-offered', ({ from }) => from.kind === 'trunk' && from.number === '13700137000');
    await log.next('playback-finished', (event) => event.playbackId === playbackId);
    await log.next('recording-finished', (event) => event.recordingId === recordingId);
    expect((await stat(path)).size).toBeGreaterThan(44);
    expect(log.count('leg-lost', (event) => 'legId' in event && event.legId === customer)).toBe(1);
    expect(log.count('leg-offered')).toBe(2);
    waiting.cancel();
    await log.next('leg-ended', ({ cause }) => cause === 'cancelled');
  });

  it('is lost while calls are hung up and rooms closed: it is done when the link is back', async () => {
    const one = await bed.wired();
    const { telephone, log, wire } = one;
    const { legId, call } = await bed.caller(one);
    const room = bed.ids.next<RoomId>('room');
    await telephone.openRoom(room);
    await telephone.place(legId, room, { kind: 'all' });
    wire.cut();
    await log.next('switch-down');
    await expect(telephone.hangup(legId)).rejects.toMatchObject({ code: 'switch-down' });
    await expect(telephone.closeRoom(room)).rejects.toMatchObject({ code: 'switch-down' });
    await wire.mend();
    await log.next('leg-ended', (event) => event.legId === legId && event.side === 'near', 8_000);
    await expect.poll(() => call.ended).toBe(true);
    await expectEmpty(bed.node);
  });

  it('is lost while a phone is taken back: Asterisk forgets it when the link is back', async () => {
    const one = await bed.wired();
    const { peer, endpointId } = await bed.phone(one);
    one.wire.cut();
    await one.log.next('switch-down');
    await one.telephone.retire(endpointId);
    await one.wire.mend();
    await one.log.next('switch-up');
    expect((await peer.register()).status).not.toBe(200);
  });

  it('does not bring back a credential that expired while it was lost', async () => {
    const one = await bed.wired();
    const spec = endpointSpec('brief', 'secret', { expiresAt: Date.now() + 500 });
    await one.telephone.provision(spec);
    one.wire.cut();
    await one.log.next('switch-down');
    await new Promise((done) => setTimeout(done, Math.max(0, (spec.expiresAt ?? 0) - Date.now() + 50)));
    await one.wire.mend();
    await one.log.next('switch-up');
    const peer = await bed.peer({ username: 'brief', password: 'secret' });
    expect((await peer.register()).status).toBe(401);
  });
});

describe('an Asterisk that is gone', () => {
  it('is noticed while it stays away: its calls are told as lost, and agents are not left in them', async () => {
    const own = await AsteriskNode.start();
    bed.after(() => own.stop());
    const one = await bed.started({}, own);
    const { legId } = await bed.caller(one, own);
    await own.kill();
    await one.log.next('switch-down');
    const lost = await one.log.next('leg-lost', (event) => event.legId === legId, 5_000);
    expect(lost.cause).toBe('switch-failure');
    expect(await one.telephone.legs()).toEqual([]);
    expect(await one.telephone.rooms()).toEqual([]);
    await own.launch();
    await one.log.next('switch-up');
    await bed.caller(one, own);
    expect(one.log.count('leg-lost')).toBe(1);
  });

  it('is kept with its calls when only the way to it is cut', async () => {
    const one = await bed.wired();
    const { legId } = await bed.caller(one);
    one.wire.cut();
    await one.log.next('switch-down');
    // Longer than a dead one would be kept.
    await new Promise((done) => setTimeout(done, 3_500));
    expect(one.log.count('leg-lost')).toBe(0);
    await one.wire.mend();
    await one.log.next('switch-up');
    await one.telephone.hangup(legId);
    await one.log.next('leg-ended');
  });

  it('has what lived on against all signs hung up when it is back', async () => {
    const one = await bed.wired();
    const { legId, call } = await bed.caller(one);
    const room = bed.ids.next<RoomId>('room');
    await one.telephone.openRoom(room);
    await one.telephone.place(legId, room, { kind: 'all' });
    await one.wire.refuse();
    await one.log.next('leg-lost', (event) => event.legId === legId, 5_000);
    expect(call.ended).toBe(false);
    await one.wire.mend();
    await one.log.next('switch-up');
    await expect.poll(() => call.ended).toBe(true);
    await expectEmpty(bed.node);
  });

  it('ends its calls when it is started anew, and has its phones again', async () => {
    const own = await AsteriskNode.start();
    bed.after(() => own.stop());
    const one = await bed.started({}, own);
    const { peer, endpointId } = await bed.phone(one, {}, own);
    const legId = bed.ids.next<LegId>('leg');
    await one.telephone.dial({
      legId,
      target: { kind: 'endpoint', endpointId },
      callerId: { number: '400100' },
      ringMs: 5_000,
    });
    await one.log.next('leg-answered');
    await own.kill();
    await one.log.next('switch-down');
    await own.launch();
    await one.log.next('switch-up');
    expect(await one.log.next('leg-lost')).toMatchObject({ legId, cause: 'switch-failure' });
    expect(await one.telephone.legs()).toEqual([]);
    expect((await peer.register()).status).toBe(200);
    await expect
      .poll(async () => (await one.telephone.endpoints())[0]?.online, { timeout: 5_000 })
      .toBe(true);
    await expectEmpty(own);
  });
});

describe('a second server with the same application', () => {
  it('has the calls from then on; the first tells its own as lost, and touches nothing', async () => {
    const first = await bed.started();
    const { legId, call } = await bed.caller(first);
    const second = await bed.started();
    expect(await second.telephone.legs()).toMatchObject([{ legId, state: 'answered' }]);
    expect(await first.log.next('leg-lost')).toMatchObject({ legId, cause: 'switch-failure' });
    expect(first.telephone.up).toBe(false);
    expect(first.book.lines.join('\n')).toMatch(/error another server has taken.*TELEBAR_ASTERISK_APP/);
    await expect(first.telephone.hangup(legId)).resolves.toBeUndefined();
    // The first does not come back to fight for it.
    const next = await bed.caller(second);
    await new Promise((done) => setTimeout(done, 1_500));
    expect(first.telephone.up).toBe(false);
    expect(second.telephone.up).toBe(true);
    expect([call.ended, next.call.ended]).toEqual([false, false]);
    expect(first.log.count('leg-offered')).toBe(1);
    await second.telephone.hangup(legId);
    await expect.poll(() => call.ended).toBe(true);
  });

  it('and another name leaves the calls of the first alone', async () => {
    const first = await bed.started();
    const { legId, call } = await bed.caller(first);
    const room = bed.ids.next<RoomId>('room');
    await first.telephone.openRoom(room);
    await first.telephone.place(legId, room, { kind: 'all' });
    const other = await bed.started({ application: 'telebar-2' });
    expect(await other.telephone.legs()).toEqual([]);
    expect(await other.telephone.rooms()).toEqual([]);
    expect(first.telephone.up).toBe(true);
    await first.telephone.hangup(legId);
    await first.log.next('leg-ended');
    expect(other.log.count('leg-offered') + other.log.count('leg-ended')).toBe(0);
    expect(call.statuses).toContain(200);
  });
});

/** The channel of an offered leg has an id that Asterisk gave it. */
async function channelOf(legId: LegId): Promise<string> {
  for (const { id } of await bed.node.ari<{ id: string }[]>('GET', '/channels')) {
    const value = await bed.node
      .ari<{ value: string }>('GET', `/channels/${id}/variable?variable=TELEBAR_LEG`)
      .then(
        (variable) => variable.value,
        () => null,
      );
    if (value === legId) return id;
  }
  throw new Error(`no channel of ${legId}`);
}
