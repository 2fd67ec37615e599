/**
 * Writes the custom-elements manifest to docs/reference/custom-elements.json; with `--check` it only says whether the
 * file there is what the sources would give.
 */
import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

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

if (process.argv.includes('--check')) {
  const present = await readFile(committed, 'utf8').catch(() => '');
  if (present !== fresh) {
    console.error('docs/reference/custom-elements.json is not what the elements say: run `npm run manifest`');
    process.exit(1);
  }
} else {
  await mkdir(join(root, 'docs/reference'), { recursive: true });
  await writeFile(committed, fresh);
}
