/**
 * What an insert ends with when rows that are there already are replaced.
 *
 * @param columns names in the database
 * @param keys by which a row is found; none: it must be new
 * @param lasting columns that a row which is replaced has already: indices on them are left alone
 */
export function replacingClause(
  columns: readonly string[],
  keys: readonly string[],
  lasting: readonly string[],
): string {
  if (keys.length === 0) return '';
  const kept = new Set([...keys, ...lasting]);
  const changes = columns.filter((name) => !kept.has(name)).map((name) => `${name} = excluded.${name}`);
  return ` ON CONFLICT (${keys.join(', ')}) DO UPDATE SET ${changes.join(', ')}`;
}
