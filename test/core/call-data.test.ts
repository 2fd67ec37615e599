import { describe, expect, it } from 'vitest';
import { mergeCallData } from '../../server/core/call/call-data.ts';
import { DomainError } from '../../server/core/kernel/domain-error.ts';

const keys = (from: number, count: number, value = 'x') =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`key-${from + n}`, value]));

describe('the data of a call', () => {
  it('is merged, and an empty value removes its key', () => {
    expect(mergeCallData({ a: '1', b: '2' }, { b: '', c: '3' })).toEqual({ a: '1', c: '3' });
  });

  it('holds fifty keys and no more, however many requests bring them', () => {
    const full = mergeCallData(keys(0, 30), keys(30, 20));
    expect(Object.keys(full)).toHaveLength(50);
    expect(() => mergeCallData(full, keys(50, 1))).toThrow(DomainError);
    expect(mergeCallData(full, { 'key-0': '', extra: 'y' })).toHaveProperty('extra', 'y');
  });

  it('holds 16 KiB and no more, counted as they are sent', () => {
    const full = mergeCallData({}, keys(0, 16, 'x'.repeat(1000)));
    expect(() => mergeCallData(full, keys(16, 1, 'x'.repeat(1000)))).toThrow(/16384 bytes/);
    expect(() => mergeCallData({}, keys(0, 6, '数'.repeat(1000)))).toThrow(DomainError);
  });
});
