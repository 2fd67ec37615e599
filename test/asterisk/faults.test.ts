import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { LegId, RoomId } from '../../server/core/kernel/ids.ts';
import type { Clock } from '../../server/core/kernel/clock.ts';
import { FaultBed } from '../support/asterisk/fault-bed.ts';
import { clearAndStop, switchOn } from '../support/asterisk/switch-on-node.ts';
import { hasTone } from '../support/goertzel.ts';
import { RtpEndpoint } from '../support/rtp-endpoint.ts';
import { endpointSpec, realClock } from '../support/switch-bed.ts';

const PHONE_HZ = 1500;
const CALLER_HZ = 600;
const STRANGER_HZ = 2100;
/** Of `strictrtp`, with a little over. */
const LEARNING_MS = 5_500;
let bed: FaultBed;
beforeAll(async () => {
  bed = await FaultBed.open();
});
afterEach(() => bed.tidy());
afterAll(() => bed.close());

describe('a phone', () => {
  it('that is taken from Asterisk between being found and being called is offline', async () => {
    const one = await bed.started();
    const { spec, endpointId } = await bed.phone(one);
    await bed.node.ari('DELETE', `/asterisk/config/dynamic/res_pjsip/endpoint/${spec.username}`);
    await expect(
      one.telephone.dial({
        legId: bed.ids.next<LegId>('leg'),
        target: { kind: 'endpoint', endpointId },
        callerId: { number: '400100' },
        ringMs: 5_000,
      }),
    ).rejects.toMatchObject({ code: 'endpoint-offline' });
    expect(await one.telephone.legs()).toEqual([]);
  });

  it('in a browser whose page is gone is noticed long before the silence of its voice would be', async () => {
    const { telephone, log } = await bed.started();
    const spec = endpointSpec('page', 'secret', { device: 'browser' });
    await telephone.provision(spec);
    const page = await bed.peer({
      username: 'page',
      password: 'secret',
      webSocketUrl: bed.node.webSocketUrl,
    });
    expect((await page.register()).status).toBe(200);
    expect(await log.next('endpoint-online')).toMatchObject({
      endpointId: spec.endpointId,
      userAgent: 'scripted peer',
    });
    const legId = bed.ids.next<LegId>('leg');
    await telephone.dial({
      legId,
      target: { kind: 'endpoint', endpointId: spec.endpointId },
      callerId: { number: '400100' },
      ringMs: 20_000,
    });
    await log.next('leg-ringing');
    await page.drop();
    expect(await log.next('endpoint-offline')).toMatchObject({ reason: 'lost' });
    expect(await log.next('leg-lost', undefined, 3_000)).toMatchObject({ legId, cause: 'signalling-lost' });
  });

  it('whose credential has expired is refused', async () => {
    const { telephone } = await bed.started();
    await telephone.provision(endpointSpec('short', 'secret', { expiresAt: Date.now() + 300 }));
    const peer = await bed.peer({ username: 'short', password: 'secret' });
    expect((await peer.register()).status).toBe(200);
    await expect.poll(async () => (await peer.register()).status, { timeout: 3_000 }).toBe(401);
  });
});

describe('a stranger who sends voice to the port of a desk phone’s call', () => {
  const hears = async (rtp: RtpEndpoint, hz: number): Promise<boolean> => hasTone(await rtp.listen(300), hz);

  it('is neither heard nor told anything: before the phone speaks, while it is silent, while it holds', async () => {
    const one = await bed.started();
    const { peer, endpointId } = await bed.phone(one, { incoming: 'ring' });
    const { legId: customer, call: caller } = await bed.caller(one);
    const legId = bed.ids.next<LegId>('leg');
    await one.telephone.dial({
      legId,
      target: { kind: 'endpoint', endpointId },
      callerId: { number: '400100' },
      ringMs: 9_000,
    });
    const call = await peer.incoming();
    const stranger = await RtpEndpoint.open({ address: '127.0.0.2' });
    bed.after(() => stranger.close());
    stranger.connect(call.invite?.body ?? '');
    stranger.say(STRANGER_HZ);
    await caller.rtp.listen(500);
    call.answer();
    await one.log.next('leg-answered', (event) => event.legId === legId);
    const roomId = bed.ids.next<RoomId>('room');
    await one.telephone.openRoom(roomId);
    for (const each of [customer, legId]) await one.telephone.place(each, roomId, { kind: 'all' });
    caller.rtp.say(CALLER_HZ);
    call.rtp.say(PHONE_HZ);
    const expectPhone = async (): Promise<void> => {
      await expect.poll(() => hears(caller.rtp, PHONE_HZ), { timeout: 5_000 }).toBe(true);
      await expect.poll(() => hears(call.rtp, CALLER_HZ), { timeout: 5_000 }).toBe(true);
      expect(await hears(caller.rtp, STRANGER_HZ)).toBe(false);
      expect(stranger.received).toEqual([]);
    };
    await expectPhone();

    // So long Asterisk learns where a voice comes from; then it knows.
    await call.rtp.listen(LEARNING_MS);
    call.rtp.pause();
    expect(await hears(caller.rtp, STRANGER_HZ)).toBe(false);
    call.rtp.start();
    await expectPhone();

    await call.reinvite(call.rtp.description('sendonly'));
    call.rtp.pause();
    expect(await hears(caller.rtp, STRANGER_HZ)).toBe(false);
    call.rtp.start();
    await call.reinvite(call.rtp.description());
    await expectPhone();
  });
});

describe('somebody else in the same Asterisk', () => {
  it('has channels and rooms that are left alone: no word of them, nothing done to them, not after a loss either', async () => {
    await bed.carrier('answer');
    const other = await bed.started({ application: 'somebody-else' });
    const one = await bed.wired();
    const theirs = await bed.dial(other);
    await other.log.next('leg-answered');
    const room = bed.ids.next<RoomId>('room');
    await other.telephone.openRoom(room);
    await other.telephone.place(theirs, room, { kind: 'all' });
    one.wire.cut();
    await one.log.next('switch-down');
    await one.wire.mend();
    await one.log.next('switch-up');
    expect(await one.telephone.legs()).toEqual([]);
    expect(await one.telephone.rooms()).toEqual([]);
    expect(one.log.events.filter((event) => event.type.startsWith('leg-'))).toEqual([]);
    expect(await other.telephone.legs()).toMatchObject([{ legId: theirs, roomId: room, state: 'answered' }]);
    await other.telephone.hangup(theirs);
    await other.log.next('leg-ended');
    expect(one.log.events.filter((event) => event.type.startsWith('leg-'))).toEqual([]);
  });

  it('hangs a call of ours up at the prompt: it has ended as any call ends', async () => {
    const one = await bed.started();
    const { legId, call } = await bed.caller(one);
    await bed.node.atPrompt('channel request hangup all');
    expect(await one.log.next('leg-ended')).toMatchObject({ legId, cause: 'normal', side: 'far' });
    await expect.poll(() => call.ended).toBe(true);
  });

  it('takes one of ours out of its room: the room can be closed all the same', async () => {
    const one = await bed.started();
    const { legId: customer } = await bed.caller(one);
    const room = bed.ids.next<RoomId>('room');
    await one.telephone.openRoom(room);
    await one.telephone.place(customer, room, { kind: 'all' });
    const [channel] = await bed.node.ari<{ id: string }[]>('GET', '/channels');
    await bed.node.ari('POST', `/bridges/${room}/removeChannel?channel=${channel?.id}`);
    await one.telephone.closeRoom(room);
    expect(await one.telephone.rooms()).toEqual([]);
    expect(one.log.count('leg-lost') + one.log.count('leg-ended')).toBe(0);
  });

  it('ends a room of ours: it is made again, and those who were in it are back', async () => {
    await bed.carrier('answer');
    const one = await bed.started();
    const { legId: customer } = await bed.caller(one);
    const outside = await bed.dial(one);
    await one.log.next('leg-answered', (event) => event.legId === outside);
    const room = bed.ids.next<RoomId>('room');
    await one.telephone.openRoom(room);
    await one.telephone.place(customer, room, { kind: 'all' });
    await one.telephone.place(outside, room, { kind: 'listen' });
    await bed.node.ari('DELETE', `/bridges/${room}`);
    await expect
      .poll(async () =>
        (await bed.node.ari<{ id: string; channels: string[] }[]>('GET', '/bridges')).map(
          ({ id, channels }) => [id, channels.length],
        ),
      )
      .toEqual([[room, 2]]);
    expect(one.book.lines.join('\n')).toMatch(/warn somebody has ended a room/);
    await one.telephone.music(customer, true);
    await one.telephone.music(customer, false);
    await one.telephone.closeRoom(room);
    expect(one.log.count('leg-lost') + one.log.count('leg-ended')).toBe(0);
  });
});

/** Resolves when the channel says that its leg hears music: it is written after the answer to `music`. */
async function noted(legId: LegId): Promise<void> {
  const [channel] = await bed.node.ari<{ id: string }[]>('GET', '/channels');
  await expect
    .poll(() =>
      bed.node.ari<{ value: string }>(
        'GET',
        `/channels/${channel?.id ?? legId}/variable?variable=TELEBAR_NOTE`,
      ),
    )
    .toMatchObject({ value: expect.stringContaining('"music":true') });
}

describe('a server that goes away', () => {
  it('has no watch on all endpoints, which Asterisk 22 crashes on when a contact changes just then', async () => {
    await bed.started();
    const { endpoint_ids: watched } = await bed.node.ari<{ endpoint_ids: string[] }>(
      'GET',
      '/applications/telebar',
    );
    expect(watched).toEqual(['PJSIP']);
  });
});

describe('a server that is started anew', () => {
  it.each(['stopped', 'killed'])(
    'after one that was %s has its calls in hand, and can go on with them',
    async (how) => {
      const first = await bed.wired();
      const { legId, call } = await bed.caller(first);
      const room = bed.ids.next<RoomId>('room');
      await first.telephone.openRoom(room);
      await first.telephone.place(legId, room, { kind: 'all' });
      await first.telephone.music(legId, true);
      await noted(legId);
      if (how === 'stopped') await first.telephone.stop();
      // As a killed process: nothing is said any more.
      else first.wire.cut();

      const { telephone, log } = await bed.started();
      expect(await telephone.legs()).toEqual([{ legId, roomId: room, state: 'answered', endpointId: null }]);
      expect(await telephone.rooms()).toEqual([room]);
      await telephone.music(legId, false);
      await telephone.closeRoom(room);
      await telephone.hangup(legId);
      await log.next('leg-ended', (event) => event.legId === legId);
      await expect.poll(() => call.ended).toBe(true);
    },
  );

  it('takes the phones away that the one before it left and nobody asks for any more, and keeps those that are asked for', async () => {
    const first = await bed.wired();
    const kept = await bed.phone(first, { name: 'kept' });
    await bed.phone(first, { name: 'left' });
    first.wire.cut();
    // A minute is a second here.
    const clock: Clock = {
      ...realClock,
      after: (ms, fn) => realClock.after(ms >= 60_000 ? ms / 60 : ms, fn),
    };
    const { telephone } = switchOn(bed.node, bed.ids, {}, clock);
    bed.after(() => clearAndStop(telephone));
    await telephone.start();
    await telephone.provision(kept.spec);
    const made = async (): Promise<string> => bed.node.atPrompt('database show telebar_endpoint');
    expect(await made()).toMatch(/\/kept[^]*\/left/);
    await expect.poll(made, { timeout: 5_000 }).not.toContain('/left');
    expect(await made()).toContain('/kept');
    expect((await kept.peer.register()).status).toBe(200);
  });
});
