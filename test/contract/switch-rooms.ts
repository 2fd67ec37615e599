import { beforeEach, describe, expect, it } from 'vitest';
import { HIGH, LOW, THIRD } from './suite-bed.ts';
import type { Answered, SuiteBed } from './suite-bed.ts';

const TONES = [LOW, HIGH, THIRD] as const;
const MANY = 30;

/** The part of the contract that is rooms of more than two: everybody hears all others, and nobody himself. */
export function describeRooms(bedOf: () => SuiteBed): void {
  let bed: SuiteBed;
  beforeEach(() => {
    bed = bedOf();
  });

  async function callers(count: number): Promise<Answered[]> {
    const all: Answered[] = [];
    for (let index = 0; index < count; index += 1) {
      all.push(await bed.answeredCaller(`138000000${String(index).padStart(2, '0')}`));
    }
    return all;
  }

  /** Who of them hears which tones, all at the same time. */
  const heardBy = async (legs: readonly Answered[]): Promise<ReadonlyArray<readonly number[]>> =>
    (await Promise.all(legs.map(({ far }) => far.listen(TONES)))).map(({ tones }) => tones);

  /** The speakers have a tone each, the others are silent. */
  function speak(legs: readonly Answered[], speakers: readonly Answered[]): void {
    for (const leg of legs) leg.far.say(TONES[speakers.indexOf(leg)] ?? null);
  }

  describe('a room of three', () => {
    it('lets everybody hear all others and not himself', async () => {
      const legs = await callers(3);
      await bed.room(...legs);
      speak(legs, legs);
      expect(await heardBy(legs)).toEqual([
        [HIGH, THIRD],
        [LOW, THIRD],
        [LOW, HIGH],
      ]);
    });

    it('goes on with those who are left when one is taken out, moves away or hangs up', async () => {
      const legs = await callers(3);
      const [one, two, three] = legs as [Answered, Answered, Answered];
      const room = await bed.room(...legs);
      const elsewhere = await bed.room();
      speak(legs, legs);
      await bed.telephone.remove(three.legId);
      expect(await heardBy(legs)).toEqual([[HIGH], [LOW], []]);
      await bed.telephone.place(three.legId, room, { kind: 'all' });
      expect(await heardBy(legs)).toEqual([
        [HIGH, THIRD],
        [LOW, THIRD],
        [LOW, HIGH],
      ]);
      await bed.telephone.place(one.legId, elsewhere, { kind: 'all' });
      expect(await heardBy(legs)).toEqual([[], [THIRD], [HIGH]]);
      await bed.telephone.place(one.legId, room, { kind: 'all' });
      await two.far.hangup();
      await bed.log.next('leg-ended', (event) => event.legId === two.legId);
      expect(await heardBy([one, three])).toEqual([[THIRD], [LOW]]);
    });
  });

  describe('a room of thirty', () => {
    it('lets everybody hear all others and not himself, while some come and go', async () => {
      const legs = await callers(MANY);
      const room = await bed.room(...legs);
      // Three speak at a time, until each has spoken: more tones at once would not be told from their distortion.
      for (let first = 0; first < MANY; first += TONES.length) {
        const speakers = legs.slice(first, first + TONES.length);
        speak(legs, speakers);
        const heard = await heardBy(legs);
        legs.forEach((leg, index) => {
          const others = TONES.filter((_hz, speaker) => speakers[speaker] !== leg);
          expect(heard[index], `leg ${index} while ${first} and the two after speak`).toEqual(others);
        });
      }
      const [gone, removed, ...rest] = legs as [Answered, Answered, ...Answered[]];
      speak(legs, rest.slice(0, TONES.length));
      await gone.far.hangup();
      await bed.telephone.remove(removed.legId);
      await bed.log.next('leg-ended', (event) => event.legId === gone.legId);
      const quiet = rest.slice(TONES.length);
      expect(await heardBy(quiet)).toEqual(quiet.map(() => [...TONES]));
      expect(await heardBy([removed])).toEqual([[]]);
      await bed.telephone.place(removed.legId, room, { kind: 'all' });
      expect(await heardBy([removed])).toEqual([[...TONES]]);
      expect(await bed.telephone.legs()).toHaveLength(MANY - 1);
    }, 60_000);
  });
}
