/**
 * Writes docs/reference: the custom-elements manifest, and what each command asks for; with `--check` it only says whether the files
 * there are what the sources would give.
 */
import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { commandsReference } from './commands-reference.ts';

const root = resolve(import.meta.dirname, '../..');
const committed = join(root, 'docs/reference/custom-elements.json');
const scratch = 'test/out/manifest';

// `elements/<name>/<name>.ts` is the public element; everything beside it is its own business.
const names = await readdir(join(root, 'widget/elements'));
const globs = names.map((name) => `widget/elements/${name}/${name}.ts`);

await mkdir(join(root, scratch), { recursive: true });
execFileSync(
  join(root, 'node_modules/.bin/cem'),
  ['analyze', '--litelement', '--quiet', ...globs.flatMap((glob) => ['--globs', glob]), '--outdir', scratch],
  { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] },
);
const fresh = await readFile(join(root, scratch, 'custom-elements.json'), 'utf8');
await rm(join(root, scratch), { recursive: true });

const pages = [
  [committed, fresh],
  [join(root, 'docs/reference/commands.md'), await formatted(await commandsReference())],
] as const;

if (process.argv.includes('--check')) {
  for (const [path, text] of pages) {
    const present = await readFile(path, 'utf8').catch(() => '');
    if (present === text) continue;
    console.error(`${relative(root, path)} is not what the sources say: run \`npm run manifest\``);
    process.exitCode = 1;
  }
} else {
  await mkdir(join(root, 'docs/reference'), { recursive: true });
  for (const [path, text] of pages) await writeFile(path, text);
}

async function formatted(markdown: string): Promise<string> {
  const options = await resolveConfig(join(root, 'docs/reference/commands.md'));
  return format(markdown, { ...options, parser: 'markdown' });
}
