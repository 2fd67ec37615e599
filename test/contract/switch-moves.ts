import { beforeEach, describe, expect, it } from 'vitest';
import { HIGH, LOW, THIRD, hearsSoon } from './suite-bed.ts';
import type { SuiteBed } from './suite-bed.ts';
import { gapWhile, median, type ToneTrace } from './tone-trace.ts';

/** A longer silence is heard as an interruption. */
const GAP_MS = 100;
/** Odd: a mover ends in the second room. Without real sound nothing has to be taken more than once. */
const ROUNDS = { sound: 5, none: 1 } as const;

/** Each of them has to hear on by itself. */
async function worstGap(change: Promise<void>, ears: ReadonlyArray<() => () => ToneTrace>): Promise<number> {
  return Math.max(...(await Promise.all(ears.map((ear) => gapWhile(() => change, ear)))));
}

/** The part of the contract that is change without interruption: who goes on hearing hears on. */
export function describeMoves(bedOf: () => SuiteBed): void {
  let bed: SuiteBed;
  beforeEach(() => {
    bed = bedOf();
  });

  const rounds = (): number => ROUNDS[bed.harness.hasSound ? 'sound' : 'none'];

  describe.each(['phone', 'browser'] as const)('a leg of a %s that moves between rooms', (kind) => {
    it('is heard without a gap, by the ones until then and by the others from then on', async () => {
      const mover = await bed.talkTo(await bed.device(kind, 'anna'));
      const one = await bed.answeredCaller('13800000001');
      const two = await bed.answeredCaller('13800000002');
      const rooms = [await bed.room(mover, one), await bed.room(two)] as const;
      mover.far.say(LOW);
      await hearsSoon(one.far, LOW);
      const gaps: number[] = [];
      for (let round = 0; round < rounds(); round += 1) {
        const room = rooms[round % 2 === 0 ? 1 : 0];
        const move = (): Promise<void> => bed.telephone.place(mover.legId, room, { kind: 'all' });
        const ears = [one, two].map(
          ({ far }) =>
            () =>
              far.trace(LOW),
        );
        gaps.push(await gapWhile(move, ...ears));
      }
      expect(median(gaps)).toBeLessThan(GAP_MS);
      expect((await one.far.listen([LOW])).tones).toEqual([]);
      expect((await two.far.listen([LOW])).tones).toEqual([LOW]);
    });

    it('hears without a gap, the ones until then and the others from then on', async () => {
      const mover = await bed.talkTo(await bed.device(kind, 'anna'));
      const one = await bed.answeredCaller('13800000001');
      const two = await bed.answeredCaller('13800000002');
      const rooms = [await bed.room(mover, one), await bed.room(two)] as const;
      for (const { far } of [one, two]) far.say(HIGH);
      await hearsSoon(mover.far, HIGH);
      const gaps: number[] = [];
      for (let round = 0; round < rounds(); round += 1) {
        const room = rooms[round % 2 === 0 ? 1 : 0];
        const move = (): Promise<void> => bed.telephone.place(mover.legId, room, { kind: 'all' });
        gaps.push(await gapWhile(move, () => mover.far.trace(HIGH)));
      }
      expect(median(gaps)).toBeLessThan(GAP_MS);
    });
  });

  describe('the others in a room', () => {
    it('hear each other without a gap while one comes, has music, listens and goes', async () => {
      const one = await bed.talkTo(await bed.phone('anna'));
      const two = await bed.answeredCaller('13800000001');
      const third = await bed.answeredCaller('13800000002');
      const room = await bed.room(one, two);
      const elsewhere = await bed.room();
      one.far.say(LOW);
      two.far.say(HIGH);
      third.far.say(THIRD);
      await hearsSoon(one.far, HIGH);
      await hearsSoon(two.far, LOW);
      const { telephone } = bed;
      const { legId } = third;
      const steps: Array<[what: string, step: () => Promise<void>]> = [
        ['comes', () => telephone.place(legId, room, { kind: 'all' })],
        ['is given music', () => telephone.music(legId, true)],
        ['is back', () => telephone.music(legId, false)],
        ['only listens', () => telephone.place(legId, room, { kind: 'listen' })],
        ['goes elsewhere', () => telephone.place(legId, elsewhere, { kind: 'all' })],
        ['comes again', () => telephone.place(legId, room, { kind: 'all' })],
        ['is taken out', () => telephone.remove(legId)],
      ];
      const gaps = new Map<string, number[]>(steps.map(([what]) => [what, []]));
      for (let round = 0; round < rounds(); round += 1) {
        for (const [what, step] of steps) {
          const ears = [() => one.far.trace(HIGH), () => two.far.trace(LOW)];
          gaps.get(what)?.push(await worstGap(step(), ears));
        }
      }
      for (const [what, each] of gaps) expect(median(each), what).toBeLessThan(GAP_MS);
    });

    it('hear each other, and the coach them, without a gap while the coach changes its voice', async () => {
      if (!bed.telephone.capabilities.whisper) return;
      const agent = await bed.talkTo(await bed.phone('anna'));
      const customer = await bed.answeredCaller();
      const coach = await bed.talkTo(await bed.phone('clara'));
      const room = await bed.room(agent, customer);
      await bed.telephone.place(coach.legId, room, { kind: 'listen' });
      agent.far.say(LOW);
      customer.far.say(HIGH);
      coach.far.say(THIRD);
      await hearsSoon(agent.far, HIGH);
      await hearsSoon(customer.far, LOW);
      await hearsSoon(coach.far, HIGH);
      const voices = {
        whisper: { kind: 'whisper', to: agent.legId },
        barge: { kind: 'all' },
        'whisper again': { kind: 'whisper', to: agent.legId },
        listen: { kind: 'listen' },
      } as const;
      const gaps = new Map<string, number[]>(Object.keys(voices).map((what) => [what, []]));
      for (let round = 0; round < rounds(); round += 1) {
        for (const [what, voice] of Object.entries(voices)) {
          const ears = [
            () => agent.far.trace(HIGH),
            () => customer.far.trace(LOW),
            () => coach.far.trace(HIGH),
            () => coach.far.trace(LOW),
          ];
          const change = bed.telephone.place(coach.legId, room, voice);
          gaps.get(what)?.push(await worstGap(change, ears));
        }
      }
      for (const [what, each] of gaps) expect(median(each), what).toBeLessThan(GAP_MS);
    });
  });
}
