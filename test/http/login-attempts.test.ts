import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryLoginAttempts } from '../../server/features/sessions/memory-login-attempts.ts';
import { ManualClock, settle } from '../support/manual-clock.ts';

const ACCOUNT = 'demo/1001';
let clock: ManualClock;
let attempts: MemoryLoginAttempts;

beforeEach(() => {
  clock = new ManualClock();
  attempts = new MemoryLoginAttempts((ms, then) => void clock.after(ms, then), {
    perAccount: 2,
    perNetwork: 4,
  });
});

const attempt = async (address: string, account: string, right: boolean) =>
  (await attempts.password(address, account, async () => right)).kind;
const wrong = (address: string, account = ACCOUNT) => attempt(address, account, false);
const right = (address: string, account = ACCOUNT) => attempt(address, account, true);

describe('a limit on guessing', () => {
  it('refuses what is wrong too often at one account from one network, and slows down no other', async () => {
    expect([await wrong('2001:db8:1:2::1'), await wrong('2001:db8:1:2:9:8:7:6')]).toEqual(['wrong', 'wrong']);
    expect(await wrong('2001:DB8:1:2::ffff')).toBe('refused');
    expect(await wrong('2001:db8:1::2')).toBe('wrong');
    expect(await right('192.0.2.1')).toBe('right');
    expect(await right('2001:db8:1:2::1', 'demo/1002')).toBe('right');
  });

  it('takes the right password at its next turn, however many guesses wait for theirs', async () => {
    const guesses = Array.from({ length: 400 }, () => wrong('192.0.2.1'));
    await settle();
    const mine = right('192.0.2.1');
    await settle();
    clock.advanceNow(2000);
    expect(await mine).toBe('right');
    void guesses;
  });

  it('checks no more than one guess at an account each two seconds once there were too many', async () => {
    const kinds: string[] = [];
    for (let n = 0; n < 6; n++) void wrong('192.0.2.1').then((kind) => kinds.push(kind));
    await settle();
    expect(kinds).toEqual(['wrong', 'wrong', 'refused']);
    clock.advanceNow(1999);
    await settle();
    expect(kinds.length).toBe(3);
    for (let n = 4; n <= 6; n++) {
      clock.advanceNow(2000);
      await settle();
      expect(kinds.length).toBe(n);
    }
    expect(new Set(kinds.slice(2))).toEqual(new Set(['refused']));
  });

  it('never counts what is right, however much of it comes at once', async () => {
    const kinds = await Promise.all(
      Array.from({ length: 300 }, (_, n) => right('192.0.2.1', `demo/${n % 30}`)),
    );
    expect(new Set(kinds)).toEqual(new Set(['right']));
  });

  it('forgets the wrong ones of an account after the right password', async () => {
    for (let round = 0; round < 3; round++) {
      expect(await wrong('192.0.2.1')).toBe('wrong');
      expect(await right('192.0.2.1')).toBe('right');
    }
  });

  it('slows down a network that guesses at many accounts, but refuses no right password from it', async () => {
    for (let n = 0; n < 5; n++) await wrong('192.0.2.1', `demo/${n}`);
    let done: string | null = null;
    const mine = right('192.0.2.1', 'demo/99').then((kind) => (done = kind));
    await settle();
    expect(done).toBeNull();
    expect(await right('198.51.100.1')).toBe('right');
    clock.advanceNow(2000);
    expect(await mine).toBe('right');
  });

  it('leaves those who have logged in from there before their own turn', async () => {
    expect(await right('192.0.2.1', 'demo/known')).toBe('right');
    for (let n = 0; n < 5; n++) await wrong('192.0.2.1', `demo/${n}`);
    const guesses = Array.from({ length: 50 }, (_, n) => wrong('192.0.2.1', `demo/guess-${n}`));
    expect(await right('192.0.2.1', 'demo/known')).toBe('right');
    for (const _ of guesses) {
      await settle();
      clock.advanceNow(2000);
    }
    await Promise.all(guesses);
  });

  it('counts wrong tokens', async () => {
    for (let n = 0; n < 4; n++) expect(await attempts.wrongToken('192.0.2.1')).toBe(0);
    expect(await attempts.wrongToken('192.0.2.1')).toBeGreaterThan(0);
    expect(await attempts.wrongToken('192.0.2.2')).toBe(0);
  });
});

describe('the cost of checking', () => {
  it('is shared out in turns: two at a time, and a flood waits behind itself', async () => {
    const begun: string[] = [];
    let running = 0;
    const ends: Array<() => void> = [];
    const check = (name: string) => async () => {
      begun.push(name);
      running += 1;
      expect(running).toBeLessThanOrEqual(2);
      await new Promise<void>((resolve) => ends.push(resolve));
      running -= 1;
      return true;
    };
    const all = Array.from({ length: 20 }, (_, n) =>
      attempts.password('192.0.2.1', `flood/${n}`, check('flood')),
    );
    await settle();
    all.push(attempts.password('198.51.100.1', 'demo/honest', check('honest')));
    while (begun.length < 21 || running > 0) {
      await settle();
      ends.shift()?.();
    }
    await Promise.all(all);
    expect(begun.indexOf('honest')).toBeLessThanOrEqual(3);
  });

  it('is taken from the first of the account with the most when 500 of a network wait, and from nobody else', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<boolean>((resolve) => (release = () => resolve(true)));
    const ask = (address: string, account: string) =>
      attempts.password(address, account, () => held).then(({ kind }) => kind);
    const flood = Array.from({ length: 510 }, () => ask('192.0.2.1', 'demo/1001'));
    const late = ask('192.0.2.1', 'demo/late');
    const other = ask('198.51.100.1', ACCOUNT);
    await settle();
    release();
    expect(await late).toBe('right');
    expect(await other).toBe('right');
    const kinds = await Promise.all(flood);
    expect(kinds.filter((kind) => kind === 'refused').length).toBe(10);
    expect(kinds.at(-1)).toBe('right');
  });

  it('goes to a first login beside 500 guesses at as many accounts of its network', async () => {
    for (let n = 0; n < 5; n++) await wrong('192.0.2.1', `demo/${n}`);
    for (let n = 0; n < 600; n++) void wrong('192.0.2.1', `demo/guess-${n}`);
    await settle();
    const mine = right('192.0.2.1', 'demo/honest');
    await settle();
    clock.advanceNow(2000);
    expect(await mine).toBe('right');
  });
});
