import { MOST_ROWS } from '../../contract/people-file.ts';
import type { Locale } from '../../contract/wire.ts';
import { PEOPLE_COLUMNS, type FileFault, type PeopleColumn } from '../../vocabulary/people-faults.ts';
import type { CsvLine } from './csv-text.ts';

/** What a column may be called; the first is what it is called in a file of ours. */
const NAMES: Readonly<Record<PeopleColumn, Readonly<Record<Locale, readonly string[]>>>> = {
  number: {
    en: ['number', 'agent number', 'extension'],
    'zh-CN': ['工号', '号码', '坐席号', '分机号', '分机'],
  },
  username: { en: ['username', 'user name', 'login'], 'zh-CN': ['用户名', '登录名', '账号'] },
  name: { en: ['name', 'full name'], 'zh-CN': ['姓名', '名称', '名字'] },
  email: { en: ['email', 'e-mail', 'mail'], 'zh-CN': ['邮箱', '电子邮箱', '邮件'] },
  role: { en: ['role'], 'zh-CN': ['角色'] },
  groups: { en: ['groups', 'member of'], 'zh-CN': ['技能组', '坐席组', '所属组'] },
  leads: { en: ['leads'], 'zh-CN': ['负责的组', '组长'] },
  active: { en: ['active', 'status'], 'zh-CN': ['状态', '启用'] },
};

const ACTIVE: ReadonlyMap<string, boolean> = new Map([
  ...['yes', 'true', '1', 'active', '是', '启用', '在用', '在职'].map((word) => [word, true] as const),
  ...['no', 'false', '0', 'inactive', '否', '停用', '禁用', '离职'].map((word) => [word, false] as const),
]);

/** A table of people: which cell of a line says what. */
export interface PeopleSheet {
  readonly columns: ReadonlyMap<PeopleColumn, number>;
  /** How many cells a line may have. */
  readonly width: number;
  readonly ignored: readonly string[];
  readonly lines: readonly CsvLine[];
}

export function peopleSheet(lines: readonly CsvLine[]): PeopleSheet | { fault: FileFault } {
  const [head, ...rest] = lines;
  if (head === undefined || rest.length === 0) return { fault: 'empty' };
  const columns = new Map<PeopleColumn, number>();
  const ignored: string[] = [];
  for (const [index, cell] of head.cells.entries()) {
    const column = columnOf(cell);
    if (column === undefined) ignored.push(...(cell === '' ? [] : [cell.slice(0, 100)]));
    else if (columns.has(column)) return { fault: 'column-twice' };
    else columns.set(column, index);
  }
  if (!columns.has('number')) return { fault: 'no-number-column' };
  if (rest.length > MOST_ROWS) return { fault: 'too-many-rows' };
  return { columns, width: head.cells.length, ignored, lines: rest };
}

export function headings(locale: Locale): string[] {
  return PEOPLE_COLUMNS.map((column) => NAMES[column][locale][0] ?? column);
}

/** Undefined: it says neither. */
export function activeOf(word: string): boolean | undefined {
  return ACTIVE.get(spelled(word));
}

export function activeWord(active: boolean, locale: Locale): string {
  if (locale === 'en') return active ? 'yes' : 'no';
  return active ? '启用' : '停用';
}

/** However it was typed. */
export function spelled(text: string): string {
  return text.normalize('NFKC').trim().toLowerCase();
}

function columnOf(cell: string): PeopleColumn | undefined {
  const word = spelled(cell);
  return PEOPLE_COLUMNS.find((column) => Object.values(NAMES[column]).flat().includes(word));
}
