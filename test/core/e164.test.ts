import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comparableNumber, isSameNumber, normaliseDialled } from '../../server/core/number/e164.ts';

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
