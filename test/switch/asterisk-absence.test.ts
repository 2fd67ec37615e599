import { describe, expect, it } from 'vitest';
import { Absence } from '../../server/switch/asterisk/absence.ts';
import { AriError } from '../../server/switch/asterisk/ari-error.ts';
import { ManualClock } from '../support/manual-clock.ts';

const REFUSED = new AriError(0, 'no answer', {
  cause: new TypeError('fetch failed', {
    cause: Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }),
  }),
});
const SILENT = new AriError(0, 'no answer', { cause: new Error('timeout') });

function watched(): { clock: ManualClock; absence: Absence; given: string[] } {
  const clock = new ManualClock();
  const given: string[] = [];
  return { clock, absence: new Absence(clock, (reason) => given.push(reason)), given };
}

describe('an Asterisk that is out of reach', () => {
  it('is dead when it has refused every attempt for two seconds', () => {
    const { clock, absence, given } = watched();
    absence.begin();
    absence.failed(REFUSED);
    clock.advanceNow(1_900);
    absence.failed(REFUSED);
    expect(given).toEqual([]);
    clock.advanceNow(200);
    absence.failed(REFUSED);
    expect(given).toEqual(['Asterisk is not running']);
  });

  it('may live on when attempts fail in any other way in between', () => {
    const { clock, absence, given } = watched();
    absence.begin();
    for (let second = 0; second < 20; second += 1) {
      absence.failed(second % 2 === 0 ? REFUSED : SILENT);
      clock.advanceNow(1_000);
    }
    expect(given).toEqual([]);
  });

  it('is given up after a minute, and only once', () => {
    const { clock, absence, given } = watched();
    absence.begin();
    for (let second = 0; second < 59; second += 1) {
      clock.advanceNow(1_000);
      absence.failed(SILENT);
    }
    expect(given).toEqual([]);
    clock.advanceNow(1_000);
    for (let second = 0; second < 10; second += 1) {
      absence.failed(REFUSED);
      clock.advanceNow(1_000);
    }
    expect(given).toEqual(['Asterisk is out of reach for too long']);
  });

  it('that is back is judged anew the next time', () => {
    const { clock, absence, given } = watched();
    absence.begin();
    absence.failed(REFUSED);
    absence.end();
    expect(clock.pending).toBe(0);
    clock.advanceNow(5_000);
    absence.begin();
    absence.failed(REFUSED);
    expect(given).toEqual([]);
    clock.advanceNow(2_000);
    absence.failed(REFUSED);
    expect(given).toHaveLength(1);
    absence.end();
  });
});
