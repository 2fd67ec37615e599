import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const guideFolder = join(import.meta.dirname, '../../../docs/asterisk');

/** A file of the integrator's guide, as it is. */
export function guideFile(name: string): string {
  return readFileSync(join(guideFolder, name), 'utf8');
}

/** What an integrator would write into lines that are marked `; yours`; null: the line is taken out. */
export type Yours = Readonly<Record<string, string | null>>;

const SECTION = /^\[([^\]]+)\]/;
const MARKED = /^;?([\w.]+) (=>?) .* ; yours$/;

/**
 * The file as an integrator would have it after following the guide's rule: only lines that end in `; yours` are touched,
 * their values replaced; one behind a semicolon is switched on. Keys are `section/option`, of a section that
 * begins with its type `section:type/option`.
 * @throws Error when no such line is marked: then the guide does not tell integrators of what the tests need
 */
export function adapt(text: string, yours: Yours): string {
  const open = new Map(Object.entries(yours));
  const lines = text.split('\n');
  let section = '';
  const adapted = lines.flatMap((line, at): string[] => {
    const name = SECTION.exec(line)?.[1];
    if (name !== undefined) {
      const type = /^type = (\w+)$/.exec(lines[at + 1] ?? '')?.[1];
      section = type === undefined ? name : `${name}:${type}`;
    }
    const [, option = '', sign] = MARKED.exec(line) ?? [];
    const key = `${section}/${option}`;
    const value = open.get(key);
    if (value === undefined) return [line];
    open.delete(key);
    if (value === null) return [];
    // In `a => b` the left side is an example, too.
    return [sign === '=>' ? value : `${option} = ${value}`];
  });
  const [missing] = open.keys();
  if (missing !== undefined) throw new Error(`no line marked '; yours' for ${missing}`);
  return adapted.join('\n');
}

/** Without one section: an Asterisk that does not need it. */
export function withoutSection(text: string, name: string, type: string): string {
  const [head = '', ...sections] = text.split(/^(?=\[)/m);
  const kept = sections.filter((section) => !section.startsWith(`[${name}]\ntype = ${type}\n`));
  if (kept.length !== sections.length - 1) throw new Error(`no section ${name} of type ${type}`);
  return [head, ...kept].join('');
}

/**
 * The same for files of other programs: statements marked `# yours`, at their end or in the line above, are replaced.
 * @throws Error when a statement is not there, or not marked
 */
export function fillIn(text: string, statements: Readonly<Record<string, string>>): string {
  const open = new Map(Object.entries(statements));
  const lines = text.split('\n');
  const filled = lines.map((line, at) => {
    const marked = line.endsWith('# yours') || lines[at - 1]?.trim() === '# yours';
    const statement = line.replace(/# yours$/, '').trim();
    const value = marked ? open.get(statement) : undefined;
    if (value === undefined) return line;
    open.delete(statement);
    return value;
  });
  const [missing] = open.keys();
  if (missing !== undefined) throw new Error(`no statement marked '# yours': ${missing}`);
  return filled.join('\n');
}
