import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Numbers, chineseNumbers } from '../../server/core/kernel/number/numbers.ts';
import { numberPlanOf } from '../../server/start/config/number-plan.ts';

const normaliseDialled = (typed: string) => chineseNumbers.normaliseDialled(typed);
const comparableNumber = (number: string) => chineseNumbers.comparableNumber(number);
const isSameNumber = (one: string, other: string) => chineseNumbers.isSameNumber(one, other);

describe('a dialled number', () => {
  it.each([
    ['138 0013 8000', '13800138000'],
    ['+86 138-0013-8000', '13800138000'],
    ['0086 13800138000', '13800138000'],
    ['+86 (10) 8888 6666', '01088886666'],
    ['010-88886666', '01088886666'],
    ['+86 400 800 1000', '4008001000'],
    ['+1 212 555 0100', '+12125550100'],
    ['001 212 555 0100', '0012125550100'],
    ['1002', '1002'],
    ['*64', '*64'],
    ['861062627410', '01062627410'],
    ['8613800138000', '13800138000'],
    ['010/6262/7410', '01062627410'],
    ['０１０－６２６２－７４１０', '01062627410'],
    ['tel:+86-10-6262-7410;ext=12', '01062627410'],
    ['+86 (0)10 6262 7410', '01062627410'],
    ['010-62627410转8001', '01062627410'],
    ['400 800 1000 x 12', '4008001000'],
    ['010-62627410,,12', '01062627410'],
    ['tel:+861062627410;postd=pp12', '01062627410'],
    ['tel:6262-7410;phone-context=+86-10', '01062627410'],
    ['tel:+861062627410;phone-context=+1;isub=7', '01062627410'],
    ['tel:10086;phone-context=example.com', '10086'],
    ['*21*86100#', '*21*86100#'],
  ])('%s is called as %s', (typed, called) => {
    expect(normaliseDialled(typed)).toBe(called);
  });

  it.each(['', '+', '---', '++1', '1+2', 'abc', '12345678901234567890', '+1234567890123456', '*#'])(
    '%j cannot be called',
    (typed) => {
      expect(normaliseDialled(typed)).toBeNull();
    },
  );

  it('is the same after it was normalised once', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[+0-9 ().*#-]{1,24}$/), (typed) => {
        const once = normaliseDialled(typed);
        if (once !== null) expect(normaliseDialled(once)).toBe(once);
      }),
    );
  });
});

describe('one telephone', () => {
  it.each([
    ['010 6262 7410', '861062627410', true],
    ['010 6262 7410 转 1', '861062627410;ext=1', true],
    ['010 6262 7410 转 1', '010 6262 7410 转 2', false],
    ['010 6262 7410', '010 6262 7410 转 2', false],
    ['010 6262 7410，1', '010 6262 7410 ext 1', true],
    ['tel:62627410;phone-context=+8610;ext=1', '010 6262 7410;postd=p1', true],
    ['tel:62627410;ext=1;phone-context=+8610', '010 6262 7410', false],
    ['*64', '64', false],
    ['', 'anonymous', false],
    ['62627410', '01062627410', false],
  ])('%j and %j: %j', (one, other, same) => {
    expect(isSameNumber(one, other)).toBe(same);
  });
});

describe('two spellings of one number', () => {
  it.each([
    [['+86 138 0013 8000', '8613800138000', '013800138000', '138-0013-8000'], '13800138000'],
    [['+86 10 8888 6666', '010-88886666', '008601088886666'], '1088886666'],
    [['+1 212 555 0100', '001 212 555 0100'], '12125550100'],
    [['4008001000', '+86 400 800 1000'], '4008001000'],
    [['1002', '１００２'], '1002'],
    [
      [
        '010 6262 7410',
        '861062627410',
        '+86 10 6262 7410',
        '+86 (0)10 6262 7410',
        '00861062627410',
        '86 010 62627410',
        '010/6262/7410',
        '（010）6262－7410',
        'tel:+861062627410',
        'sip:+861062627410@trunk.example',
        '010-62627410转8001',
        '010 6262 7410 ext. 12',
      ],
      '1062627410',
    ],
    [['0571-8888 0199', '8657188880199'], '57188880199'],
    [['021 5208 0142', '862152080142'], '2152080142'],
    [['864008001000', '400-800-1000'], '4008001000'],
    [['*64', '＊64'], '*64'],
    [['', 'anonymous', 'Unknown 123', '未知'], ''],
  ])('%j compare as %s', (spellings, comparable) => {
    for (const spelling of spellings) expect(comparableNumber(spelling)).toBe(comparable);
  });

  it('compare alike for every Chinese mobile number', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^1[3-9][0-9]{9}$/), (mobile) => {
        const spellings = [`+86${mobile}`, `0086${mobile}`, `86${mobile}`, `0${mobile}`, `+86 0${mobile}`];
        for (const spelling of spellings) expect(comparableNumber(spelling)).toBe(mobile);
      }),
    );
  });

  it('do not make one of two different numbers abroad and at home', () => {
    expect(comparableNumber('+1 3800138000')).not.toBe(comparableNumber('3800138000'));
    expect(comparableNumber('1002')).not.toBe(comparableNumber('01002'));
  });
});

describe.each([
  ['GB', '+44 (0)20 7946/0000', '02079460000', ['020 7946 0000', '442079460000', '0044 20 7946 0000']],
  ['US', '+1 (212) 555-0100', '2125550100', ['1 212 555 0100', '212.555.0100', '12125550100']],
  ['DE', '+49 30 123456', '030123456', ['030 123456', '(030) 12 34 56', '0049 30 123456']],
  ['IT', '+39 06 6982 1234', '0669821234', ['06 6982 1234', '390669821234']],
  ['RU', '+7 495 123 45 67', '84951234567', ['8 495 123-45-67', '84951234567']],
  ['HK', '+852 2345 6789', '23456789', ['2345 6789', '85223456789']],
  ['CN', '+86 10 6262 7410', '01062627410', ['010/6262/7410', '861062627410']],
])('a server that stands in %s', (country, international, called, spellings) => {
  const plain = new Numbers(numberPlanOf(country));
  const withDigit = new Numbers(numberPlanOf(country), '9');

  it('reads a number without a plus as one of its country', () => {
    for (const spelling of [international, called, ...spellings]) {
      expect([spelling, plain.normaliseDialled(spelling)]).toEqual([spelling, called]);
      expect([spelling, plain.isSameNumber(spelling, international)]).toEqual([spelling, true]);
    }
  });

  it('takes the digit for a line outside off, where it is one', () => {
    for (const spelling of spellings) {
      for (const typed of [
        `9${spelling}`,
        `9 ${spelling}`,
        `9,${spelling}`,
        spelling,
        `9 ${international}`,
      ]) {
        expect([typed, withDigit.normaliseDialled(typed)]).toEqual([typed, called]);
        expect([typed, withDigit.isSameNumber(typed, international)]).toEqual([typed, true]);
      }
    }
  });

  it('calls people abroad, and leaves short numbers as they are', () => {
    const abroad = plain.normaliseDialled('+33 1 42 68 53 00');
    expect(abroad).toBe('+33142685300');
    expect(plain.comparableNumber('+33 1 42 68 53 00')).toBe('33142685300');
    for (const short of ['1002', '110', '*64', '*21*1002#']) {
      expect(withDigit.normaliseDialled(short)).toBe(short);
    }
    expect(withDigit.normaliseDialled('9110')).toBe('110');
  });

  it('makes nothing new of a number that it has made', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[+0-9 ()./*#-]{1,24}$/), (typed) => {
        const once = plain.normaliseDialled(typed);
        if (once !== null) expect(plain.normaliseDialled(once)).toBe(once);
        if (once !== null) expect(plain.comparableNumber(once)).toBe(plain.comparableNumber(typed));
      }),
    );
  });
});

it('a number that begins with the digit for a line outside, and is one, stays whole', () => {
  const american = new Numbers(numberPlanOf('US'), '9');
  expect(american.normaliseDialled('917 555 0100')).toBe('9175550100');
  expect(american.normaliseDialled('911')).toBe('911');
  expect(american.normaliseDialled('9 911')).toBe('911');
  const chinese = new Numbers(numberPlanOf('CN'), '9');
  expect(chinese.normaliseDialled('95588')).toBe('95588');
  expect(chinese.normaliseDialled('9 95588')).toBe('95588');
});

describe('what is no number at all', () => {
  /** Time of the processor for one reading; the least of several, so that nothing else is measured. */
  const cost = (text: string) => {
    const once = () => {
      const before = process.cpuUsage();
      for (let n = 0; n < 40; n++) comparableNumber(text);
      const { user, system } = process.cpuUsage(before);
      return user + system;
    };
    return Math.min(...Array.from({ length: 7 }, once));
  };

  it.each([
    ['pauses', (n: number) => `111${','.repeat(n)}z`],
    ['pauses and blanks', (n: number) => `111${' ,'.repeat(n / 2)}z`],
    ['digits', (n: number) => `${'1'.repeat(n)}z`],
    ['words', (n: number) => `111${'x'.repeat(n)}z`],
    ['at signs', (n: number) => `${'@'.repeat(n)}\nz`],
  ])('costs in proportion to its length: %s', (_, text) => {
    expect(cost(text(1600)) / cost(text(50))).toBeLessThan(128);
  });
});
