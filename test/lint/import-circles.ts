import { readFile, readdir } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';

/**
 * The circles of a tree of files, types and dynamic imports included: the linter's own rule follows neither. A circle is
 * the list of its files, sorted; one list for each knot of files that reach each other.
 * @param root folder of the tree
 * @param folders those below it that are looked at, with all below them
 */
export async function importCircles(root: string, folders: readonly string[]): Promise<string[][]> {
  const files = new Set<string>();
  for (const folder of folders) {
    for (const file of await readdir(join(root, folder), { recursive: true })) {
      if (/(?<!\.d)\.ts$/.test(file)) files.add(join(folder, file));
    }
  }
  const graph = new Map<string, string[]>();
  for (const file of files) {
    const imported = importsOf(await readFile(join(root, file), 'utf8'));
    const targets = imported.map((specifier) => normalize(join(dirname(file), specifier)));
    graph.set(
      file,
      targets.filter((target) => files.has(target)),
    );
  }
  return knots(graph).map((knot) => knot.toSorted());
}

/** The relative specifiers of a source, without what follows `?`. What a comment speaks of is no import. */
function importsOf(source: string): string[] {
  const code = source.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  const specifiers = code.matchAll(/\b(?:from|import)\s*\(?\s*['"](\.[^'"?]*)[^'"]*['"]/g);
  return [...specifiers].map(([, specifier = '']) => specifier);
}

/** Tarjan's strongly connected components, those of one file that does not import itself left out. */
function knots(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const visit = (file: string): void => {
    index.set(file, index.size);
    low.set(file, index.size - 1);
    stack.push(file);
    for (const target of graph.get(file) ?? []) {
      if (!index.has(target)) visit(target);
      if (stack.includes(target)) low.set(file, Math.min(low.get(file) ?? 0, low.get(target) ?? 0));
    }
    if (low.get(file) !== index.get(file)) return;
    const knot = stack.splice(stack.indexOf(file));
    if (knot.length > 1 || graph.get(file)?.includes(file) === true) found.push(knot);
  };
  for (const file of graph.keys()) if (!index.has(file)) visit(file);
  return found;
}
