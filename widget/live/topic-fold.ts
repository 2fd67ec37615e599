import type { TopicPatch, TopicState } from '../../server/contract/realtime/topics.ts';
import type { TopicKind } from '../../server/vocabulary/topics.ts';
import { applyChanges } from './desk-changes.ts';

type Folds = { [K in TopicKind]: (state: TopicState<K>, patch: TopicPatch<K>) => TopicState<K> };

/** Lays a patch over the state of its topic. */
export const FOLDS: Folds = {
  desk: applyChanges,
  queue: (before, figures) => Object.assign({}, before, figures),
  roster: (before, { rows, gone }) => withRows(before, rows, gone),
  colleagues: (before, { rows, gone, groups = before.groups }) => ({
    agents: withRows(before.agents, rows, gone),
    groups,
  }),
};

/** In the order of agents' numbers. */
function withRows<Row extends { id: string; number: string }>(
  before: readonly Row[],
  rows: readonly Row[],
  gone: readonly string[] = [],
): Row[] {
  const left = new Set(gone);
  const next = new Map(before.filter(({ id }) => !left.has(id)).map((row) => [row.id, row]));
  for (const row of rows) next.set(row.id, row);
  return [...next.values()].sort((a, b) => a.number.localeCompare(b.number, 'en', { numeric: true }));
}
