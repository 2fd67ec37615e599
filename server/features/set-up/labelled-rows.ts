import type { RowPage, RowQuery } from '../../core/ports/unit-of-work.ts';
import { listSorted } from '../../store/cursor.ts';
import { searchKey } from '../../store/search-key.ts';

interface LabelledRow {
  readonly id: string;
  /** In each language. */
  readonly label: Readonly<Record<string, string>>;
  readonly position: number;
}

/** Those that have the words in a name of theirs. A team has few enough of them to look through. */
export function searchLabelled<Row extends LabelledRow>(
  rows: readonly Row[],
  query: RowQuery<'position' | 'label'>,
): RowPage<Row> {
  const key = searchKey(query.q ?? '');
  const labelKey = ({ label }: Row) => searchKey(Object.values(label).join(' '));
  const found = rows.filter((row) => labelKey(row).includes(key));
  const columns = { position: (row: Row) => row.position, label: labelKey };
  return listSorted(found, query, columns, ({ id }) => id);
}
