import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_NAME, plain } from '../../server/switch/stranger-text.ts';
import { sourceOf } from '../../server/switch/asterisk/caller.ts';
import type { AriChannel } from '../../server/switch/asterisk/ari-types.ts';

describe("a stranger's text", () => {
  it.each([
    ['marks that turn the direction', 'Bank\u202E0008 tnemyap\u2066', 'Bank0008 tnemyap'],
    ['marks of width zero', 'P\u200Ba\u200Dy\u2060P\uFEFFal\u00AD', 'PayPal'],
    ['line breaks and tabs', 'one\r\ntwo\u2028three\tfour', 'one two three four'],
    ['control characters', 'a\u0000\u0007\u001B[31mb\u009Bc', 'a[31mbc'],
    ['letters that are drawn as nothing', '\u3164\u115F\u2800\uFFA0', ''],
    ['tags and selectors', 'x\u{E0041}\uFE0F\u{E0100}', 'x'],
    ['half a character', 'a\uD83Db', 'ab'],
    ['piled marks', `Z${'\u0301'.repeat(50)}o`, 'Z\u0301\u0301\u0301o'],
    ['nothing of any script', '张伟 שלום مرحبا Zoë हिन्दी 👩', '张伟 שלום مرحبا Zoë हिन्दी 👩'],
  ])('loses %s', (_, written, shown) => {
    expect(plain(written, MAX_NAME)).toBe(shown);
  });

  it('is cut between characters, and is then the same for ever', () => {
    expect(plain('👩'.repeat(200), 3)).toBe('👩👩👩');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (written) => {
        const shown = plain(written, 20);
        expect(Array.from(shown).length).toBeLessThanOrEqual(20);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect(plain(shown, 20)).toBe(shown);
      }),
    );
  });

  it('is treated alike when it comes by Asterisk', () => {
    const channel = { caller: { name: '\u202Eeid\u200B', number: '138\u202C00' } } as AriChannel;
    expect(sourceOf(channel, undefined)).toEqual({ kind: 'trunk', number: '13800', name: 'eid' });
  });
});
