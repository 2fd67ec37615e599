import { beforeEach, describe, expect, it } from 'vitest';
import type { RoomId } from '../../server/core/kernel/ids.ts';
import type { Voice } from '../../server/core/ports/switch.ts';
import { HIGH, LOW, THIRD } from './suite-bed.ts';
import type { Answered, SuiteBed } from './suite-bed.ts';

const ALL = [LOW, HIGH, THIRD] as const;

/** The part of the contract that is voices: to whom each leg of a room speaks, and that all of them hear it all. */
export function describeVoices(bedOf: () => SuiteBed): void {
  let bed: SuiteBed;
  beforeEach(() => {
    bed = bedOf();
  });

  /** An agent (LOW) and a customer (HIGH) in a room, and a coach (THIRD) who is in none yet. */
  async function coached(): Promise<{ room: RoomId; agent: Answered; customer: Answered; coach: Answered }> {
    const agent = await bed.talkTo(await bed.phone('anna'));
    const customer = await bed.answeredCaller();
    const coach = await bed.talkTo(await bed.phone('clara'));
    const room = await bed.room(agent, customer);
    agent.far.say(LOW);
    customer.far.say(HIGH);
    coach.far.say(THIRD);
    return { room, agent, customer, coach };
  }

  const heardBy = async (...legs: readonly Answered[]): Promise<ReadonlyArray<readonly number[]>> =>
    (await Promise.all(legs.map(({ far }) => far.listen(ALL)))).map(({ tones }) => tones);

  describe('the voices of a room', () => {
    it('are changed in place: listening, whispering, barging in, and silent again', async () => {
      if (!bed.telephone.capabilities.whisper) return;
      const { room, agent, customer, coach } = await coached();
      const put = (voice: Voice): Promise<void> => bed.telephone.place(coach.legId, room, voice);
      const silent = [[HIGH], [LOW], [LOW, HIGH]];
      await put({ kind: 'listen' });
      expect(await heardBy(agent, customer, coach)).toEqual(silent);
      await put({ kind: 'whisper', to: agent.legId });
      expect(await heardBy(agent, customer, coach)).toEqual([[HIGH, THIRD], [LOW], [LOW, HIGH]]);
      await put({ kind: 'all' });
      expect(await heardBy(agent, customer, coach)).toEqual([
        [HIGH, THIRD],
        [LOW, THIRD],
        [LOW, HIGH],
      ]);
      await put({ kind: 'listen' });
      expect(await heardBy(agent, customer, coach)).toEqual(silent);
    });

    it('mute a leg of a talk, and let it speak again', async () => {
      const { room, agent, customer } = await coached();
      await bed.telephone.place(agent.legId, room, { kind: 'listen' });
      expect(await heardBy(agent, customer)).toEqual([[HIGH], []]);
      await bed.telephone.place(agent.legId, room, { kind: 'all' });
      expect(await heardBy(agent, customer)).toEqual([[HIGH], [LOW]]);
    });

    it('let a coach whisper to another leg in place', async () => {
      if (!bed.telephone.capabilities.whisper) return;
      const { room, agent, customer, coach } = await coached();
      await bed.telephone.place(coach.legId, room, { kind: 'whisper', to: agent.legId });
      await bed.telephone.place(coach.legId, room, { kind: 'whisper', to: customer.legId });
      expect(await heardBy(agent, customer)).toEqual([[HIGH], [LOW, THIRD]]);
    });

    it('reach nobody while the coached leg is in another room, and it again when it is back', async () => {
      if (!bed.telephone.capabilities.whisper) return;
      const { room, agent, customer, coach } = await coached();
      const elsewhere = await bed.room();
      await bed.telephone.place(coach.legId, room, { kind: 'whisper', to: agent.legId });
      await bed.telephone.place(agent.legId, elsewhere, { kind: 'all' });
      expect(await heardBy(agent, customer, coach)).toEqual([[], [], [HIGH]]);
      await bed.telephone.place(agent.legId, room, { kind: 'all' });
      expect(await heardBy(agent, customer, coach)).toEqual([[HIGH, THIRD], [LOW], [LOW, HIGH]]);
    });

    it('follow a coach who goes after the coached leg to another room', async () => {
      if (!bed.telephone.capabilities.whisper) return;
      const { room, agent, customer, coach } = await coached();
      const elsewhere = await bed.room();
      await bed.telephone.place(coach.legId, room, { kind: 'whisper', to: agent.legId });
      await bed.telephone.place(agent.legId, elsewhere, { kind: 'all' });
      await bed.telephone.place(customer.legId, elsewhere, { kind: 'all' });
      await bed.telephone.place(coach.legId, elsewhere, { kind: 'whisper', to: agent.legId });
      expect(await heardBy(agent, customer, coach)).toEqual([[HIGH, THIRD], [LOW], [LOW, HIGH]]);
    });

    it('leave a coach a listener when the coached leg hangs up', async () => {
      if (!bed.telephone.capabilities.whisper) return;
      const { room, agent, customer, coach } = await coached();
      await bed.telephone.place(coach.legId, room, { kind: 'whisper', to: agent.legId });
      await agent.far.hangup();
      await bed.log.next('leg-ended', (event) => event.legId === agent.legId);
      expect(await heardBy(customer, coach)).toEqual([[], [HIGH]]);
    });
  });
}
