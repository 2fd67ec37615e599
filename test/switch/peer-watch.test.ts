import { beforeEach, describe, expect, it } from 'vitest';
import { PeerWatch } from '../../server/switch/embedded/peer-watch.ts';
import { ManualClock } from '../support/manual-clock.ts';

describe('a peer that is silent', () => {
  let clock: ManualClock;
  let watch: PeerWatch;
  let asked: boolean[];
  let gone: number;
  beforeEach(() => {
    clock = new ManualClock();
    asked = [];
    gone = 0;
    watch = new PeerWatch(clock, () => gone++);
  });

  /** The media engine tells it every five seconds; `answers` is what the peer says to each kind of question. */
  async function silent(ms: number, answers = (_thorough: boolean): boolean => true): Promise<void> {
    for (let at = 0; at < ms; at += 5_000) {
      watch.quiet((thorough) => {
        asked.push(thorough);
        return Promise.resolve(answers(thorough));
      });
      await clock.advance(5_000);
    }
  }

  it('is asked again and again, and thoroughly every half a minute', async () => {
    await silent(70_000);
    expect(asked).toEqual([false, false, false, true, false, false, true]);
    expect(gone).toBe(0);
  });

  it('is lost when it says that it is there and does not know the call', async () => {
    await silent(30_000, (thorough) => !thorough);
    expect(gone).toBe(0);
    await silent(5_000, (thorough) => !thorough);
    expect(gone).toBe(1);
  });

  it('is asked lightly again when it has spoken in between', async () => {
    await silent(25_000);
    await clock.advance(20_000);
    await silent(25_000);
    expect(asked).not.toContain(true);
  });
});
