import { describe, expect, it } from 'vitest';
import { base32, codeOf, keyUri, stepOf } from '../../server/features/second-factors/totp.ts';

/** RFC 6238, Appendix B: SHA-1, eight digits. */
const KEY = Buffer.from('12345678901234567890');
const VECTORS: ReadonlyArray<readonly [seconds: number, code: string]> = [
  [59, '94287082'],
  [1111111109, '07081804'],
  [1111111111, '14050471'],
  [1234567890, '89005924'],
  [2000000000, '69279037'],
  [20000000000, '65353130'],
];

describe('codes of an app', () => {
  it.each(VECTORS)('are those of RFC 6238 at %i s', (seconds, code) => {
    expect(codeOf(KEY, Math.floor(seconds / 30), 8)).toBe(code);
    expect(codeOf(KEY, Math.floor(seconds / 30))).toBe(code.slice(2));
  });

  it('are taken one step early and late, and no further', () => {
    const at = 1_234_567_890_000;
    const step = Math.floor(at / 30_000);
    for (const aside of [-1, 0, 1]) expect(stepOf(KEY, codeOf(KEY, step + aside), at)).toBe(step + aside);
    for (const aside of [-2, 2]) expect(stepOf(KEY, codeOf(KEY, step + aside), at)).toBeNull();
    for (const none of ['', '12345', '1234567', 'abcdef', '１２３４５６'])
      expect(stepOf(KEY, none, at)).toBeNull();
  });

  it('have a key that apps take (RFC 4648 §10)', () => {
    expect(
      ['', 'f', 'fo', 'foo', 'foob', 'fooba', 'foobar'].map((text) => base32(Buffer.from(text))),
    ).toEqual(['', 'MY', 'MZXQ', 'MZXW6', 'MZXW6YQ', 'MZXW6YTB', 'MZXW6YTBOI']);
    const uri = new URL(keyUri(KEY, { team: '北方', username: 'a b' }));
    expect(uri.searchParams.get('secret')).toBe('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
    expect(decodeURIComponent(uri.pathname)).toContain('Telebar 北方:a b');
  });
});
