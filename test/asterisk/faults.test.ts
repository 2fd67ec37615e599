import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { LegId, RoomId } from '../../server/core/kernel/ids.ts';
import type { Clock } from '../../server/core/kernel/clock.ts';
import { FaultBed } from '../support/asterisk/fault-bed.ts';
import { clearAndStop, switchOn } from '../support/asterisk/switch-on-node.ts';
import { hasTone } from '../support/goertzel.ts';
import { RtpEndpoint } from '../support/rtp-endpoint.ts';
import type { SipPeer } from '../support/sip-peer.ts';
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

describe('a carrier', () => {
  it('that says nothing at all is given up when the ring time is over', async () => {
    const carrier = await bed.carrier();
    const one = await bed.started();
    carrier.alive = false;
    const legId = await bed.dial(one, '13900139000', 1_000);
    expect(await one.log.next('leg-ended')).toMatchObject({ legId, cause: 'no-answer', side: 'near' });
  });

  it.each([
    [403, 'forbidden'],
    [404, 'unknown-number'],
    [486, 'busy'],
    [503, 'congestion'],
    [603, 'rejected'],
  ])('that refuses with %i has its reason told: %s', async (status, cause) => {
    await bed.carrier(status);
    const one = await bed.started();
    const legId = await bed.dial(one);
    expect(await one.log.next('leg-ended')).toMatchObject({ legId, cause, side: 'far', sipStatus: status });
  });

  it('that has stopped to answer is known before anybody is called, and is told to the operator', async () => {
    const carrier = await bed.peer({ incoming: 'answer' });
    await bed.node.connectCarrier('127.0.0.1', carrier.localPort, {
      qualify_frequency: '1',
      qualify_timeout: '0.3',
    });
    const one = await bed.started();
    const legId = await bed.dial(one);
    await one.log.next('leg-answered');
    await one.telephone.hangup(legId);
    carrier.alive = false;
    await expect
      .poll(() => one.book.lines.join('\n'), { timeout: 5_000 })
      .toMatch(/error the carrier does not answer/);
    await expect(bed.dial(one)).rejects.toMatchObject({ code: 'no-route' });
    carrier.alive = true;
    await expect
      .poll(() => one.book.lines.join('\n'), { timeout: 5_000 })
      .toMatch(/info the carrier answers again/);
    const again = await bed.dial(one);
    await one.log.next('leg-answered', (event) => event.legId === again);
    await one.telephone.hangup(again);
    await one.log.next('leg-ended', (event) => event.legId === again);
  });
});

describe('a carrier on TCP', () => {
  it('is called over it, as the guide says', async () => {
    const own = await FaultBed.open({
      appended: {
        'pjsip.conf':
          '\n[transport-tcp]\ntype = transport\nprotocol = tcp\nbind = 127.0.0.1:0\n\n[trunk](+type=endpoint)\ntype = endpoint\ntransport = transport-tcp\n',
      },
    });
    const carrier = await own.peer({ tcp: true, incoming: 'answer', switchPort: 0 });
    await own.node.connectCarrier('127.0.0.1', carrier.localPort, {
      contact: `sip:127.0.0.1:${carrier.localPort};transport=tcp`,
    });
    const one = await own.started();
    const legId = await own.dial(one);
    await one.log.next('leg-answered');
    const call = await carrier.incoming();
    expect(call.invite?.headers.get('via')).toMatch(/^SIP\/2\.0\/TCP /);
    await one.telephone.hangup(legId);
    await call.waitForRequest('BYE');
    await own.tidy();
    await own.close();
  });
});

describe('a carrier that vanishes without a goodbye', () => {
  it('is noticed by its silence: the call of a number outside is lost, and so is one that it brought', async () => {
    const carrier = await bed.carrier('answer');
    const one = await bed.started();
    const outgoing = await bed.dial(one);
    const called = await carrier.incoming();
    await one.log.next('leg-answered', (event) => event.legId === outgoing);
    const incoming = await bed.caller(one);
    for (const { rtp } of [called, incoming.call]) rtp.pause();
    carrier.alive = false;
    for (const legId of [outgoing, incoming.legId]) {
      const lost = await one.log.next('leg-lost', (event) => event.legId === legId, 20_000);
      expect(lost).toMatchObject({ cause: 'media-lost' });
    }
    expect(await one.telephone.legs()).toEqual([]);
  });
});

describe('a carrier that redirects a call', () => {
  const NUMBER = '13900139000';
  const to = (port: number, number = NUMBER, host = '127.0.0.1'): [string, string][] => [
    ['Contact', `<sip:${number}@${host}:${port}>`],
  ];

  /** It sends calls on at once. Asterisk may miss that, and ask again. */
  async function sendsOn(peer: Promise<SipPeer>, refusal: [string, string][]): Promise<SipPeer> {
    const sender = await peer;
    sender.options.refusal = refusal;
    return sender;
  }

  it('to another of its hosts is followed, with the same number, and the ring time goes on', async () => {
    const gateway = await bed.peer({ incoming: 'wait' });
    await sendsOn(bed.carrier(302), to(gateway.localPort, `+${NUMBER}`));
    const one = await bed.started();
    const legId = await bed.dial(one);
    const call = await gateway.incoming();
    expect(call.invite?.uri).toContain(`sip:${NUMBER}@127.0.0.1:${gateway.localPort}`);
    call.ring();
    await one.log.next('leg-ringing');
    call.answer();
    await one.log.next('leg-answered', (event) => event.legId === legId);
    expect(await one.telephone.legs()).toMatchObject([{ legId, state: 'answered' }]);
    await one.telephone.hangup(legId);
    await call.waitForRequest('BYE');
    expect(await one.log.next('leg-ended')).toMatchObject({ legId, side: 'near' });
    expect(one.log.count('leg-ended')).toBe(1);

    const short = await bed.dial(one, NUMBER, 1_000);
    const unanswered = await gateway.incoming(1);
    expect(await one.log.next('leg-ended', (event) => event.legId === short)).toMatchObject({
      cause: 'no-answer',
    });
    await unanswered.waitForRequest('CANCEL');
  });

  it.each([
    ['to another number', (port: number) => to(port, '00882123456')],
    ['to a host that nobody has allowed', (port: number) => to(port, NUMBER, '127.0.0.2')],
    ['to a name', (port: number) => to(port, NUMBER, 'localhost')],
    ['to no address of SIP', (): [string, string][] => [['Contact', '<tel:00882123456>']]],
    ['to nowhere', (): [string, string][] => []],
  ])('%s is taken for a refusal', async (_where, contact) => {
    const gateway = await bed.peer({ incoming: 486 });
    await sendsOn(bed.carrier(302), contact(gateway.localPort));
    const one = await bed.started();
    const legId = await bed.dial(one);
    const ended = await one.log.next('leg-ended');
    expect(ended).toMatchObject({ legId, cause: 'rejected', side: 'far', sipStatus: 302 });
    expect(gateway.refused).toBe(0);
  });

  it('in a circle is given up', async () => {
    const carrier = await bed.carrier(302);
    const gateway = await sendsOn(bed.peer({ incoming: 302 }), to(carrier.localPort));
    carrier.options.refusal = to(gateway.localPort);
    const one = await bed.started();
    const legId = await bed.dial(one);
    expect(await one.log.next('leg-ended')).toMatchObject({ legId, cause: 'rejected', sipStatus: 302 });
  });

  it('is followed five times and no more', async () => {
    const hosts = [await bed.peer({ incoming: 486 })];
    for (let n = 0; n < 5; n++) {
      const next = hosts[0]?.localPort ?? 0;
      hosts.unshift(await sendsOn(bed.peer({ incoming: 302 }), to(next)));
    }
    await sendsOn(bed.carrier(302), to(hosts[0]?.localPort ?? 0));
    const one = await bed.started();
    const legId = await bed.dial(one);
    expect(await one.log.next('leg-ended')).toMatchObject({ legId, cause: 'rejected', sipStatus: 302 });
    expect(hosts.map(({ refused }) => refused > 0)).toEqual([true, true, true, true, true, false]);
  });

  it('is not followed for somebody who has hung up meanwhile', async () => {
    const gateway = await bed.peer({ incoming: 'ring' });
    await sendsOn(bed.carrier(302), to(gateway.localPort));
    const one = await bed.started();
    const legId = await bed.dial(one);
    await one.telephone.hangup(legId);
    expect(await one.log.next('leg-ended')).toMatchObject({ legId });
    // Whether it was called at all depends on who was first; it does not go on ringing.
    await expect.poll(() => gateway.calls.every(({ ended }) => ended)).toBe(true);
  });
});

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
    await one.log.next('switch-up', undefined, 5_000);
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
