import { CsvError, parse } from 'csv-parse/sync';

export type Encoding = 'utf-8' | 'utf-16' | 'gb18030';

export interface CsvLine {
  /** Where it begins, counted from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** What begins a formula in a spreadsheet. */
const FORMULA = /^[=+\-@\t\r]/;

/** The text of a file; null when it is in none of the encodings in which spreadsheets write. */
export function decode(bytes: Uint8Array): { text: string; encoding: Encoding } | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) {
    return { text: new TextDecoder('utf-16le').decode(bytes), encoding: 'utf-16' };
  }
  for (const encoding of ['utf-8', 'gb18030'] as const) {
    try {
      return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes), encoding };
    } catch {
      // Chinese spreadsheets write GB18030, whose texts are hardly ever UTF-8 by chance.
    }
  }
  return null;
}

/**
 * The lines that are not empty, whatever stands between the cells: a comma, a semicolon, or a tab as spreadsheets paste it.
 * @returns the number of the line that cannot be read, when there is one
 */
export function readCsv(text: string): readonly CsvLine[] | { brokenAt: number } {
  try {
    const rows = parse(text, {
      bom: true,
      delimiter: delimiterOf(text),
      info: true,
      relax_column_count: true,
    }) as unknown as Array<{ record: string[]; info: { lines: number } }>;
    let end = 0;
    return rows
      .map(({ record, info }) => {
        const line = end + 1;
        end = info.lines;
        return { line, cells: record.map((cell) => plain(cell)) };
      })
      .filter(({ cells }) => cells.some((cell) => cell !== ''));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return { brokenAt: Number(error['lines'] ?? 1) };
  }
}

/** With a byte order mark, and nothing in it that a spreadsheet would calculate. */
export function writeCsv(rows: ReadonlyArray<readonly string[]>): string {
  const lines = rows.map((cells) => cells.map((cell) => quoted(defused(cell))).join(','));
  return `\uFEFF${lines.map((line) => `${line}\r\n`).join('')}`;
}

function delimiterOf(text: string): string {
  const [first = ''] = text.split(/\r?\n/, 1);
  const counts = [',', '\t', ';'].map((mark) => ({ mark, count: first.split(mark).length }));
  return counts.toSorted((one, other) => other.count - one.count)[0]?.mark ?? ',';
}

function defused(cell: string): string {
  return FORMULA.test(cell) ? `'${cell}` : cell;
}

/** As it was before it was defused. */
function plain(cell: string): string {
  const trimmed = cell.trim();
  return trimmed.startsWith("'") && FORMULA.test(trimmed.slice(1)) ? trimmed.slice(1) : trimmed;
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
