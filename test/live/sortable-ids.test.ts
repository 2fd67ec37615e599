import { expect, it } from 'vitest';
import { SortableIds } from '../../server/start/sortable-ids.ts';

it('ids are in the order in which they are given, each once, also of one millisecond and of a clock that is set back', () => {
  let now = 1_763_600_000_000;
  const ids = new SortableIds(() => now);
  const given = Array.from({ length: 3_000 }, (_, index) => {
    now += [1, 0, 0, 5, -3][index % 5] ?? 0;
    return ids.next('call');
  });
  expect(given).toEqual([...new Set(given)].toSorted());
  expect(given.every((id) => /^call_[0-9a-hjkmnp-tv-z]{26}$/.test(id))).toBe(true);
});
