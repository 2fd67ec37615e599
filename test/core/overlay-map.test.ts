import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OverlayMap } from '../../server/core/model/overlay-map.ts';

const key = fc.nat(8);
const value = fc.nat(3).map((n) => (n === 0 ? null : n));
const step = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), key, value }),
  fc.record({ kind: fc.constant('delete' as const), key }),
);

describe('a map laid over another one', () => {
  it('reads as a full copy with the same changes does, in the same order, and leaves the one beneath as it was', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(key, value)), fc.array(step), (beneath, steps) => {
        const base = new Map(beneath);
        const before = [...base];
        const overlay = new OverlayMap(base);
        const copy = new Map(base);
        for (const each of steps) {
          if (each.kind === 'set') {
            overlay.set(each.key, each.value);
            copy.set(each.key, each.value);
          } else expect(overlay.delete(each.key)).toBe(copy.delete(each.key));
          expect([...overlay]).toEqual([...copy]);
          expect([...overlay.keys()]).toEqual([...copy.keys()]);
          expect([...overlay.values()]).toEqual([...copy.values()]);
          expect(overlay.size).toBe(copy.size);
          for (const at of [each.key, 99]) {
            expect(overlay.get(at)).toBe(copy.get(at));
            expect(overlay.has(at)).toBe(copy.has(at));
          }
        }
        expect([...base]).toEqual(before);
        // Laid over the one beneath, the changes come to the copy.
        for (const [at, { before: was, after }] of overlay.changes()) {
          expect(base.get(at)).toBe(was);
          expect(was).not.toBe(after);
          if (after === undefined) base.delete(at);
          else base.set(at, after);
        }
        expect(new Map([...base].sort())).toEqual(new Map([...copy].sort()));
      }),
    );
  });
});
