import { beforeEach, describe, expect, it } from 'vitest';
import type { LegId, RoomId } from '../../server/core/kernel/ids.ts';
import type { FarCall } from './switch-harness.ts';
import { HIGH, LOW, refusal } from './suite-bed.ts';
import type { SuiteBed } from './suite-bed.ts';

/** The part of the contract that is media: rooms and voices, music, playing, recording, digits. */
export function describeMedia(bedOf: () => SuiteBed): void {
  let bed: SuiteBed;
  beforeEach(() => {
    bed = bedOf();
  });

  describe('rooms', () => {
    async function twoInRoom(): Promise<{
      room: RoomId;
      one: FarCall;
      two: FarCall;
      legs: [LegId, LegId];
    }> {
      const agent = await bed.talkTo(await bed.phone('anna'));
      const customer = await bed.answeredCaller();
      const room = bed.harness.ids.next<RoomId>('room');
      await bed.telephone.openRoom(room);
      await bed.telephone.place(agent.legId, room, { kind: 'all' });
      await bed.telephone.place(customer.legId, room, { kind: 'all' });
      return { room, one: agent.far, two: customer.far, legs: [agent.legId, customer.legId] };
    }

    it('join two legs in both directions', async () => {
      const { room, one, two, legs } = await twoInRoom();
      expect((await bed.live(legs[0]))?.roomId).toBe(room);
      await bed.expectTalk(one, two);
    });

    it('let a leg go into silence, and move it to another room in one step', async () => {
      const { one, two, legs } = await twoInRoom();
      await bed.telephone.remove(legs[1]);
      one.say(LOW);
      expect((await bed.live(legs[1]))?.roomId).toBeNull();
      const silent = await two.listen([LOW]);
      expect(silent.silent).toBe(true);
      const other = bed.harness.ids.next<RoomId>('room');
      await bed.telephone.openRoom(other);
      await bed.telephone.place(legs[0], other, { kind: 'all' });
      await bed.telephone.place(legs[1], other, { kind: 'all' });
      expect((await bed.live(legs[0]))?.roomId).toBe(other);
      await bed.expectTalk(one, two);
    });

    it('give music to one leg, who then neither hears nor is heard, and give the talk back', async () => {
      const { room, one, two, legs } = await twoInRoom();
      await bed.telephone.music(legs[1], true);
      one.say(LOW);
      two.say(HIGH);
      const held = await two.listen([LOW]);
      expect(held.tones).toEqual([]);
      expect(held.silent).toBe(false);

      const holder = await one.listen([HIGH]);
      expect(holder.tones).toEqual([]);
      expect((await bed.live(legs[1]))?.roomId).toBe(room);
      await bed.telephone.music(legs[1], false);
      await bed.expectTalk(one, two);
    });

    it('leave their legs alone when they close', async () => {
      const { room, one, two, legs } = await twoInRoom();
      await bed.telephone.closeRoom(room);
      expect((await bed.live(legs[0]))?.state).toBe('answered');
      one.say(LOW);
      const alone = await two.listen([LOW]);
      expect(alone.tones).toEqual([]);
      expect(await refusal(bed.telephone.place(legs[0], room, { kind: 'all' }))).toBe('no-such-room');
    });

    it('are told until they are closed; opening one again changes nothing', async () => {
      const { room, legs } = await twoInRoom();
      await bed.telephone.openRoom(room);
      expect(await bed.telephone.rooms()).toEqual([room]);
      expect((await bed.live(legs[0]))?.roomId).toBe(room);
      expect((await bed.live(legs[1]))?.roomId).toBe(room);
      await bed.telephone.closeRoom(room);
      expect(await bed.telephone.rooms()).toEqual([]);
    });

    it('close while their legs are hanging up', async () => {
      const { room, legs } = await twoInRoom();
      await Promise.all([...legs.map((legId) => bed.telephone.hangup(legId)), bed.telephone.closeRoom(room)]);
      for (const legId of legs) await bed.log.next('leg-ended', (event) => event.legId === legId);
      expect(await bed.telephone.legs()).toEqual([]);
    });
  });

  describe('digits', () => {
    it('pass from the far end', async () => {
      const { legId, far } = await bed.answeredCaller();
      await far.sendDigits('12#');
      await bed.log.next('digit', (event) => event.digit === '#');
      const digits = bed.log.events.flatMap((event) => (event.type === 'digit' ? [event] : []));
      expect(digits.map((event) => event.digit).join('')).toBe('12#');
      expect(digits.every((event) => event.legId === legId)).toBe(true);
    });

    it('pass once each when they are pressed in a hurry', async () => {
      const { far } = await bed.answeredCaller();
      await far.sendDigits('1234#', 60);
      await bed.log.next('digit', (event) => event.digit === '#');
      // Whatever is told late of one has been told when the next one comes.
      await new Promise((done) => setTimeout(done, 300));
      await far.sendDigits('A');
      await bed.log.next('digit', (event) => event.digit === 'A');
      const digits = bed.log.events.flatMap((event) => (event.type === 'digit' ? [event.digit] : []));
      expect(digits.join('')).toBe('1234#A');
    });

    it('pass to the far end, in the order in which they were asked for', async () => {
      const { legId, far } = await bed.answeredCaller();
      await bed.telephone.sendDigits(legId, '90*');
      await bed.telephone.sendDigits(legId, '#ABCD123');
      await expect.poll(() => far.digits(), { timeout: 6_000 }).toBe('90*#ABCD123');
    });
  });
}
