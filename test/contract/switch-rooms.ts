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

  /** Each of them hears these tones, all at the same time: at once, or when a busy machine has got to it. */
  async function expectHeard(
    legs: readonly Answered[],
    tones: ReadonlyArray<readonly number[]>,
    what = '',
  ): Promise<void> {
    const hear = async () =>
      (await Promise.all(legs.map(({ far }) => far.listen(TONES)))).map((heard) => heard.tones);
    await expect.poll(hear, { timeout: 6_000, message: what }).toEqual(tones);
  }

  /** The speakers have a tone each, the others are silent. */
  function speak(legs: readonly Answered[], speakers: readonly Answered[]): void {
    for (const leg of legs) leg.far.say(TONES[speakers.indexOf(leg)] ?? null);
  }

  describe('a room of three', () => {
    it('lets everybody hear all others and not himself', async () => {
      const legs = await callers(3);
      await bed.room(...legs);
      speak(legs, legs);
      await expectHeard(legs, [
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
      await expectHeard(legs, [[HIGH], [LOW], []]);
      await bed.telephone.place(three.legId, room, { kind: 'all' });
      await expectHeard(legs, [
        [HIGH, THIRD],
        [LOW, THIRD],
        [LOW, HIGH],
      ]);
      await bed.telephone.place(one.legId, elsewhere, { kind: 'all' });
      await expectHeard(legs, [[], [THIRD], [HIGH]]);
      await bed.telephone.place(one.legId, room, { kind: 'all' });
      await two.far.hangup();
      await bed.log.next('leg-ended', (event) => event.legId === two.legId);
      await expectHeard([one, three], [[THIRD], [LOW]]);
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
        const others = legs.map((leg) => TONES.filter((_hz, speaker) => speakers[speaker] !== leg));
        await expectHeard(legs, others, `while ${first} and the two after speak`);
      }
      const [gone, removed, ...rest] = legs as [Answered, Answered, ...Answered[]];
      speak(legs, rest.slice(0, TONES.length));
      await gone.far.hangup();
      await bed.telephone.remove(removed.legId);
      await bed.log.next('leg-ended', (event) => event.legId === gone.legId);
      const quiet = rest.slice(TONES.length);
      await expectHeard(
        quiet,
        quiet.map(() => [...TONES]),
      );
      await expectHeard([removed], [[]]);
      await bed.telephone.place(removed.legId, room, { kind: 'all' });
      await expectHeard([removed], [[...TONES]]);
      expect(await bed.telephone.legs()).toHaveLength(MANY - 1);
    }, 60_000);
  });
}
