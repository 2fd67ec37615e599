import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asId } from '../../server/core/ids.ts';
import type { EndpointId, LegId, PlaybackId, RecordingId, RoomId } from '../../server/core/ids.ts';
import { SwitchError } from '../../server/core/ports/switch.ts';
import type { LiveLeg, Switch, SwitchErrorCode } from '../../server/core/ports/switch.ts';
import { EventLog } from './switch-events-log.ts';
import type { FarCall, FarPhone, MakeHarness, SwitchHarness } from './switch-harness.ts';

const RING_MS = 20_000;
const LOW = 600;
const HIGH = 1500;
const THIRD = 2100;

/** What every switch behind the port does. An adapter takes part by naming its harness. */
export function describeSwitch(name: string, makeHarness: MakeHarness): void {
  describe(`${name} as a switch`, () => {
    let bed: SwitchHarness;
    let telephone: Switch;
    let log: EventLog;

    beforeEach(async () => {
      bed = await makeHarness();
      telephone = bed.telephone;
      log = new EventLog(telephone);
    });

    afterEach(async () => {
      log.stop();
      await bed.stop();
    });

    async function phone(username: string): Promise<FarPhone & { endpointId: EndpointId }> {
      const endpointId = asId<EndpointId>(`ep-${username}`);
      await telephone.provision({
        endpointId,
        kind: 'agent',
        device: 'phone',
        username,
        ha1: bed.ha1(username, 'right'),
        expiresAt: null,
        displayName: username,
      });
      const device = await bed.phone({ endpointId, username, password: 'right' });
      expect(await device.register()).toBe(200);
      await log.next('endpoint-online', (event) => event.endpointId === endpointId);
      return Object.assign(device, { endpointId });
    }

    const newLeg = (): LegId => bed.ids.next<LegId>('leg');

    function dialPhone(
      endpointId: EndpointId,
      more: { ringMs?: number; autoAnswer?: string } = {},
    ): {
      legId: LegId;
      dialled: Promise<void>;
    } {
      const legId = newLeg();
      const dialled = telephone.dial({
        legId,
        target: { kind: 'endpoint', endpointId },
        callerId: { number: '400100', name: 'Hotline' },
        ringMs: more.ringMs ?? RING_MS,
        headers: { 'X-Telebar-Leg': legId },
        ...(more.autoAnswer ? { autoAnswer: more.autoAnswer } : {}),
      });
      return { legId, dialled };
    }

    async function talkTo(
      device: FarPhone & { endpointId: EndpointId },
    ): Promise<{ legId: LegId; far: FarCall }> {
      const { legId, dialled } = dialPhone(device.endpointId);
      await dialled;
      const far = await device.nextCall();
      await far.answer();
      await log.next('leg-answered', (event) => event.legId === legId);
      return { legId, far };
    }

    async function answeredCaller(from = '13800138000'): Promise<{ legId: LegId; far: FarCall }> {
      const before = log.events.length;
      const far = await bed.trunk.call(from, '400100');
      await log.next('leg-offered', (event) => log.events.indexOf(event) >= before);
      const offered = log.events.slice(before).find((event) => event.type === 'leg-offered');
      if (offered?.type !== 'leg-offered') throw new Error('no leg was offered');
      await telephone.answer(offered.legId);
      await far.until('up');
      return { legId: offered.legId, far };
    }

    async function live(legId: LegId): Promise<LiveLeg | undefined> {
      return (await telephone.legs()).find((leg) => leg.legId === legId);
    }

    async function refusal(attempt: Promise<unknown>): Promise<SwitchErrorCode> {
      const error = await attempt.then(
        () => null,
        (reason: unknown) => reason,
      );
      if (error instanceof SwitchError) return error.code;
      throw new Error('was not refused with a SwitchError', { cause: error });
    }

    /** Both ends hear each other and nobody else; without sound only the model is checked elsewhere. */
    async function expectTalk(a: FarCall, b: FarCall): Promise<void> {
      a.say(LOW);
      b.say(HIGH);
      const [atA, atB] = [await a.listen([LOW, HIGH]), await b.listen([LOW, HIGH])];
      if (atA) expect(atA.tones).toEqual([HIGH]);
      if (atB) expect(atB.tones).toEqual([LOW]);
    }

    describe('endpoints', () => {
      it('tells when one comes online and when it goes', async () => {
        const device = await phone('anna');
        expect(await telephone.endpoints()).toContainEqual(
          expect.objectContaining({ endpointId: device.endpointId, online: true }),
        );
        await device.unregister();
        const offline = await log.next('endpoint-offline');
        expect(offline).toMatchObject({ endpointId: device.endpointId, reason: 'unregistered' });
        expect(await telephone.endpoints()).toContainEqual(
          expect.objectContaining({ endpointId: device.endpointId, online: false }),
        );
      });

      it('keeps a registration when the credential is replaced', async () => {
        const device = await phone('anna');
        await telephone.provision({
          endpointId: device.endpointId,
          kind: 'agent',
          device: 'phone',
          username: 'anna',
          ha1: bed.ha1('anna', 'another'),
          expiresAt: null,
          displayName: 'anna',
        });
        const { legId, far } = await talkTo(device);
        expect((await live(legId))?.state).toBe('answered');
        await far.hangup();
      });

      it('forgets one that is retired, while its call goes on', async () => {
        const device = await phone('anna');
        const { legId } = await talkTo(device);
        await telephone.retire(device.endpointId);
        await log.next('endpoint-offline', (event) => event.endpointId === device.endpointId);
        expect((await live(legId))?.state).toBe('answered');
        expect(await refusal(dialPhone(device.endpointId).dialled)).toBe('no-such-endpoint');
      });

      it('refuses to call one that is not there', async () => {
        expect(await refusal(dialPhone(asId<EndpointId>('ep-nobody')).dialled)).toBe('no-such-endpoint');
        const device = await phone('anna');
        await device.unregister();
        await log.next('endpoint-offline');
        expect(await refusal(dialPhone(device.endpointId).dialled)).toBe('endpoint-offline');
      });
    });

    describe('a call from outside', () => {
      it('is offered with the dialled number and the caller, rings, and is answered', async () => {
        const far = await bed.trunk.call('13800138000', '400100');
        const offered = await log.next('leg-offered');
        expect(offered).toMatchObject({
          dialled: '400100',
          from: { kind: 'trunk', number: '13800138000' },
        });
        expect((await live(offered.legId))?.state).toBe('offered');
        await telephone.ring(offered.legId);
        await far.until('ringing');
        await telephone.answer(offered.legId);
        await far.until('up');
        expect((await live(offered.legId))?.state).toBe('answered');
      });

      it.each([
        ['busy', 486],
        ['unknown-number', 404],
        ['unreachable', 480],
      ] as const)('is refused as %s with %i', async (cause, status) => {
        const far = await bed.trunk.call('13800138000', '400100');
        const { legId } = await log.next('leg-offered');
        await telephone.reject(legId, cause);
        await far.until('over');
        const told = far.refusedWith();
        if (told !== null) expect(told).toBe(status);
        await log.next('leg-ended', (event) => event.legId === legId && event.side === 'near');
        expect(await live(legId)).toBeUndefined();
      });

      it('ends as cancelled when the caller gives up', async () => {
        const far = await bed.trunk.call('13800138000', '400100');
        const { legId } = await log.next('leg-offered');
        await telephone.ring(legId);
        await far.hangup();
        const ended = await log.next('leg-ended');
        expect(ended).toMatchObject({ legId, cause: 'cancelled', side: 'far' });
        expect(await refusal(telephone.answer(legId))).toBe('no-such-leg');
      });

      it('ends normally with a goodbye of either side', async () => {
        const one = await answeredCaller('13800000001');
        await one.far.hangup();
        const far = await log.next('leg-ended', (event) => event.legId === one.legId);
        expect(far).toMatchObject({ cause: 'normal', side: 'far' });
        const two = await answeredCaller('13800000002');
        await telephone.hangup(two.legId);
        await two.far.until('over');
        const near = await log.next('leg-ended', (event) => event.legId === two.legId);
        expect(near).toMatchObject({ cause: 'normal', side: 'near' });
      });
    });

    describe('a call to a device', () => {
      it('reaches it with caller and headers, rings and is answered', async () => {
        const device = await phone('anna');
        const { legId, dialled } = dialPhone(device.endpointId);
        await dialled;
        const far = await device.nextCall();
        expect(far.caller).toBe('400100');
        expect(far.header('X-Telebar-Leg')).toBe(legId);
        expect(far.autoAnswer).toBe(false);
        await far.ring();
        await log.next('leg-ringing', (event) => event.legId === legId);
        expect((await live(legId))?.state).toBe('ringing');
        await far.answer();
        await log.next('leg-answered', (event) => event.legId === legId);
        expect(await live(legId)).toMatchObject({ state: 'answered', endpointId: device.endpointId });
      });

      it('asks the phone to answer by itself', async () => {
        const device = await phone('anna');
        await dialPhone(device.endpointId, { autoAnswer: 'token' }).dialled;
        expect((await device.nextCall()).autoAnswer).toBe(true);
      });

      it.each([
        ['busy', 486],
        ['rejected', 603],
        ['unreachable', 480],
      ] as const)('ends as %s when it is refused with %i', async (cause, status) => {
        const device = await phone('anna');
        const { legId, dialled } = dialPhone(device.endpointId);
        await dialled;
        await (await device.nextCall()).refuse(status);
        expect(await log.next('leg-ended')).toMatchObject({ legId, cause, side: 'far' });
      });

      it('ends as not answered when the ring time is over', async () => {
        const device = await phone('anna');
        const { legId, dialled } = dialPhone(device.endpointId, { ringMs: 300 });
        await dialled;
        const far = await device.nextCall();
        await far.ring();
        expect(await log.next('leg-ended')).toMatchObject({ legId, cause: 'no-answer' });
        await far.until('over');
      });

      it('stops ringing when it is hung up', async () => {
        const device = await phone('anna');
        const { legId, dialled } = dialPhone(device.endpointId);
        await dialled;
        const far = await device.nextCall();
        await far.ring();
        await log.next('leg-ringing');
        await telephone.hangup(legId, 'cancelled');
        await far.until('over');
        expect(await log.next('leg-ended')).toMatchObject({ legId, side: 'near' });
        expect(await live(legId)).toBeUndefined();
      });

      it('hands over a call that the device makes itself', async () => {
        const device = await phone('anna');
        const far = await device.dial('1002');
        const offered = await log.next('leg-offered');
        expect(offered).toMatchObject({
          dialled: '1002',
          from: { kind: 'endpoint', endpointId: device.endpointId },
        });
        await telephone.answer(offered.legId);
        await far.until('up');
      });
    });

    describe('a call to a number outside', () => {
      async function dialOut(number: string): Promise<{ legId: LegId; dialled: Promise<void> }> {
        const legId = newLeg();
        const dialled = telephone.dial({
          legId,
          target: { kind: 'number', number },
          callerId: { number: '02088886666' },
          ringMs: RING_MS,
        });
        return { legId, dialled };
      }

      it('goes over the trunk with the caller id and is answered', async () => {
        const { legId, dialled } = await dialOut('13800138000');
        await dialled;
        const far = await bed.trunk.nextCall();
        expect(far.caller).toBe('02088886666');
        await far.ring();
        expect(await log.next('leg-ringing')).toMatchObject({ legId, earlyMedia: false });
        await far.answer();
        await log.next('leg-answered', (event) => event.legId === legId);
      });

      it('tells that early media carries the tones of the network', async () => {
        const { legId, dialled } = await dialOut('13800138000');
        await dialled;
        const far = await bed.trunk.nextCall();
        await far.ring({ earlyMedia: true });
        expect(await log.next('leg-ringing')).toMatchObject({ legId, earlyMedia: true });
      });

      it('ends as unknown when the network has no such number', async () => {
        const { legId, dialled } = await dialOut('13800138000');
        await dialled;
        await (await bed.trunk.nextCall()).refuse(404);
        expect(await log.next('leg-ended')).toMatchObject({ legId, cause: 'unknown-number' });
      });

      it('has no route when there is no line', async () => {
        if (!bed.dropTrunk) return;
        await bed.dropTrunk();
        expect(await refusal((await dialOut('13800138000')).dialled)).toBe('no-route');
        expect(await telephone.legs()).toEqual([]);
      });
    });

    describe('rooms', () => {
      async function twoInRoom(): Promise<{
        room: RoomId;
        one: FarCall;
        two: FarCall;
        legs: [LegId, LegId];
      }> {
        const agent = await talkTo(await phone('anna'));
        const customer = await answeredCaller();
        const room = bed.ids.next<RoomId>('room');
        await telephone.openRoom(room);
        await telephone.place(agent.legId, room, { kind: 'all' });
        await telephone.place(customer.legId, room, { kind: 'all' });
        return { room, one: agent.far, two: customer.far, legs: [agent.legId, customer.legId] };
      }

      it('join two legs in both directions', async () => {
        const { room, one, two, legs } = await twoInRoom();
        expect((await live(legs[0]))?.roomId).toBe(room);
        await expectTalk(one, two);
      });

      it('keep who only listens silent, and let the leg speak again', async () => {
        const { room, one, two, legs } = await twoInRoom();
        await telephone.place(legs[0], room, { kind: 'listen' });
        one.say(LOW);
        two.say(HIGH);
        const muted = await two.listen([LOW]);
        if (muted) expect(muted.tones).toEqual([]);
        const hears = await one.listen([HIGH]);
        if (hears) expect(hears.tones).toEqual([HIGH]);
        await telephone.place(legs[0], room, { kind: 'all' });
        await expectTalk(one, two);
      });

      it('let a third party whisper to one of two', async () => {
        if (!telephone.capabilities.whisper) return;
        const { room, one, two, legs } = await twoInRoom();
        const coach = await talkTo(await phone('clara'));
        await telephone.place(coach.legId, room, { kind: 'whisper', to: legs[0] });
        one.say(LOW);
        two.say(HIGH);
        coach.far.say(THIRD);
        const all = [LOW, HIGH, THIRD];
        const [atOne, atTwo, atCoach] = [
          await one.listen(all),
          await two.listen(all),
          await coach.far.listen(all),
        ];
        if (atOne) expect(atOne.tones).toEqual([HIGH, THIRD]);
        if (atTwo) expect(atTwo.tones).toEqual([LOW]);
        if (atCoach) expect(atCoach.tones).toEqual([LOW, HIGH]);
      });

      it('let a leg go into silence, and move it to another room in one step', async () => {
        const { one, two, legs } = await twoInRoom();
        await telephone.remove(legs[1]);
        one.say(LOW);
        expect((await live(legs[1]))?.roomId).toBeNull();
        const silent = await two.listen([LOW]);
        if (silent) expect(silent.silent).toBe(true);
        const other = bed.ids.next<RoomId>('room');
        await telephone.openRoom(other);
        await telephone.place(legs[0], other, { kind: 'all' });
        await telephone.place(legs[1], other, { kind: 'all' });
        expect((await live(legs[0]))?.roomId).toBe(other);
        await expectTalk(one, two);
      });

      it('give music to one leg, who then neither hears nor is heard, and give the talk back', async () => {
        const { room, one, two, legs } = await twoInRoom();
        await telephone.music(legs[1], true);
        one.say(LOW);
        two.say(HIGH);
        const held = await two.listen([LOW]);
        if (held) {
          expect(held.tones).toEqual([]);
          expect(held.silent).toBe(false);
        }
        const holder = await one.listen([HIGH]);
        if (holder) expect(holder.tones).toEqual([]);
        expect((await live(legs[1]))?.roomId).toBe(room);
        await telephone.music(legs[1], false);
        await expectTalk(one, two);
      });

      it('leave their legs alone when they close', async () => {
        const { room, one, two, legs } = await twoInRoom();
        await telephone.closeRoom(room);
        expect((await live(legs[0]))?.state).toBe('answered');
        one.say(LOW);
        const alone = await two.listen([LOW]);
        if (alone) expect(alone.tones).toEqual([]);
        expect(await refusal(telephone.place(legs[0], room, { kind: 'all' }))).toBe('no-such-room');
      });
    });

    describe('playing and recording', () => {
      it('plays a tone to a leg and tells when it is over', async () => {
        const { legId, far } = await answeredCaller();
        const playbackId = bed.ids.next<PlaybackId>('play');
        const source = { kind: 'frequency', hz: THIRD, ms: 1_500 } as const;
        await telephone.play({ playbackId, target: { leg: legId }, source });
        const heard = await far.listen([THIRD]);
        if (heard) expect(heard.tones).toEqual([THIRD]);
        expect(await log.next('playback-finished')).toMatchObject({ playbackId, reason: 'completed' });
      });

      it('plays in a loop until it is stopped', async () => {
        const { legId, far } = await answeredCaller();
        const playbackId = bed.ids.next<PlaybackId>('play');
        await telephone.play({
          playbackId,
          target: { leg: legId },
          source: { kind: 'frequency', hz: THIRD, ms: 100 },
          loop: true,
        });
        const heard = await far.listen([THIRD]);
        if (heard) expect(heard.tones).toEqual([THIRD]);
        expect(log.count('playback-finished')).toBe(0);
        await telephone.stopPlayback(playbackId);
        expect(await log.next('playback-finished')).toMatchObject({ playbackId, reason: 'stopped' });
      });

      it('records a leg to a file and tells how long it was', async () => {
        if (!telephone.capabilities.recordLeg) return;
        const { legId, far } = await answeredCaller();
        far.say(LOW);
        const recordingId = bed.ids.next<RecordingId>('rec');
        const path = join(bed.folder, `${recordingId}.wav`);
        await telephone.record({ recordingId, target: { leg: legId }, path });
        await far.listen([LOW]);
        await telephone.stopRecording(recordingId);
        const finished = await log.next('recording-finished');
        expect(finished).toMatchObject({ recordingId, path });
        expect(finished.failed).toBeUndefined();
      });

      it('closes a recording when its leg ends', async () => {
        if (!telephone.capabilities.recordLeg) return;
        const { legId, far } = await answeredCaller();
        const recordingId = bed.ids.next<RecordingId>('rec');
        const path = join(bed.folder, `${recordingId}.wav`);
        await telephone.record({ recordingId, target: { leg: legId }, path });
        await far.hangup();
        expect((await log.next('recording-finished')).recordingId).toBe(recordingId);
      });
    });

    describe('digits', () => {
      it('pass from the far end', async () => {
        const { legId, far } = await answeredCaller();
        await far.sendDigits('12#');
        await log.next('digit', (event) => event.digit === '#');
        const digits = log.events.flatMap((event) => (event.type === 'digit' ? [event] : []));
        expect(digits.map((event) => event.digit).join('')).toBe('12#');
        expect(digits.every((event) => event.legId === legId)).toBe(true);
      });

      it('pass to the far end', async () => {
        const { legId, far } = await answeredCaller();
        await telephone.sendDigits(legId, '90*');
        await expect.poll(() => far.digits(), { timeout: 4_000 }).toBe('90*');
      });
    });

    describe('legs that are gone', () => {
      it('are refused to every intent but the hang-up', async () => {
        const { legId, far } = await answeredCaller();
        await far.hangup();
        await log.next('leg-ended', (event) => event.legId === legId);
        const room = bed.ids.next<RoomId>('room');
        await telephone.openRoom(room);
        expect(await refusal(telephone.place(legId, room, { kind: 'all' }))).toBe('no-such-leg');
        expect(await refusal(telephone.music(legId, true))).toBe('no-such-leg');
        expect(await refusal(telephone.sendDigits(legId, '1'))).toBe('no-such-leg');
        await telephone.hangup(legId);
        await telephone.hangup(legId);
        expect(log.count('leg-ended', (event) => 'legId' in event && event.legId === legId)).toBe(1);
      });

      it('tell that they were lost when the far end dies without a goodbye', async () => {
        const { legId, far } = await talkTo(await phone('anna'));
        if (!far.vanish) return;
        await far.vanish();
        const lost = await log.next('leg-lost', (event) => event.legId === legId, 10_000);
        expect(['media-lost', 'signalling-lost']).toContain(lost.cause);
        expect(await live(legId)).toBeUndefined();
      });

      it('leave nothing alive behind', async () => {
        const agent = await talkTo(await phone('anna'));
        const customer = await answeredCaller();
        expect((await telephone.legs()).map((leg) => leg.legId).toSorted()).toEqual(
          [agent.legId, customer.legId].toSorted(),
        );
        await telephone.hangup(agent.legId);
        await telephone.hangup(customer.legId);
        await log.next('leg-ended', (event) => event.legId === customer.legId);
        expect(await telephone.legs()).toEqual([]);
      });
    });
  });
}
