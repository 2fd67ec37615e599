import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One measured figure. Benches print them and write them to `test/bench/out/<name>.json`, to be compared from run to run. */
export interface Figure {
  metric: string;
  value: number;
  unit: string;
  /** What is aimed at, in words (`< 3`), or null when the figure only informs. */
  aim: string | null;
  /** Where the aim or a figure to compare with comes from. */
  reference: string | null;
}

/** Shorthand that rounds to three significant decimals. */
export function figure(
  metric: string,
  value: number,
  unit: string,
  aim: string | null = null,
  reference: string | null = null,
): Figure {
  return { metric, value: Math.round(value * 1000) / 1000, unit, aim, reference };
}

/** The q-quantile (0 to 1) by nearest rank; NaN for no values. */
export function quantile(values: readonly number[], q: number): number {
  if (values.length === 0) return Number.NaN;
  const sorted = [...values].sort((a, b) => a - b);
  const rank = Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1));
  return sorted[rank] ?? Number.NaN;
}

/** Prints the figures as a table and writes them as `out/<name>.json`. */
export async function report(name: string, figures: readonly Figure[]): Promise<void> {
  const rows = figures.map(({ metric, value, unit, aim, reference }) => [
    metric,
    String(value),
    unit,
    aim ?? '',
    reference ?? '',
  ]);
  printTable(name, [['metric', 'value', 'unit', 'aim', 'reference'], ...rows], 1);
  await writeFigures(name, figures);
}

export async function writeFigures(name: string, figures: readonly Figure[]): Promise<void> {
  const folder = join(import.meta.dirname, 'out');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${name}.json`), `${JSON.stringify(figures, null, 2)}\n`);
}

/** Prints rows under each other; the first is the head, and the `numbers` columns after the first hold numbers. */
export function printTable(title: string, rows: readonly string[][], numbers: number): void {
  const columns = [...(rows[0] ?? []).keys()];
  const widths = columns.map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return column > 0 && column <= numbers ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd(),
  );
  if (title !== '') lines.splice(1, 0, widths.map((width) => '-'.repeat(width)).join('  '));
  process.stdout.write(`\n${title === '' ? '' : `${title}\n`}${lines.join('\n')}\n`);
}
