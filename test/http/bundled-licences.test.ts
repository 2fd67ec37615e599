import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build, type Rollup } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageFolder } from '../../vite.config.ts';

const root = resolve(import.meta.dirname, '../..');
const outDir = mkdtempSync(join(tmpdir(), 'telebar-licences-'));
afterAll(() => rmSync(outDir, { recursive: true, force: true }));

/** The packages whose code is in a build, and the file that names them. */
async function built(mode: string): Promise<{ packages: string[]; notice: string }> {
  const folders = new Set<string>();
  await build({
    root,
    mode,
    logLevel: 'silent',
    configFile: join(root, 'vite.config.ts'),
    build: { outDir: join(outDir, mode), emptyOutDir: true },
    plugins: [
      {
        name: 'see-what-is-bundled',
        generateBundle(_options: unknown, bundle: Rollup.OutputBundle) {
          for (const output of Object.values(bundle)) {
            if (output.type !== 'chunk') continue;
            for (const id of output.moduleIds) folders.add(packageFolder(id) ?? '');
          }
        },
      },
    ],
  });
  const file = join(outDir, mode, 'NOTICE.txt');
  return {
    packages: [...folders].filter(Boolean),
    notice: existsSync(file) ? readFileSync(file, 'utf8') : '',
  };
}

describe.each(['production', 'server'])('what the %s build bundles', (mode) => {
  let packages: string[];
  let notice: string;
  beforeAll(async () => {
    ({ packages, notice } = await built(mode));
  }, 120_000);

  it('is named with the text of its licence', () => {
    if (mode === 'production') {
      expect(packages.some((folder) => folder.endsWith('/jssip'))).toBe(true);
      expect(packages.some((folder) => folder.endsWith('/@tanstack/query-core'))).toBe(true);
    }
    for (const folder of packages) {
      const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
        name: string;
        version: string;
      };
      const [, after = ''] = notice.split(`\n${name} ${version} (`);
      const own = after.split('='.repeat(80))[1] ?? '';
      expect(own, name).toMatch(/copyright/i);
      expect(own, name).toMatch(/permission|redistribution|license/i);
    }
    expect(notice).toContain('Telebar contains the following packages');
  });
});

describe('the package of a module', () => {
  it.each([
    ['/x/node_modules/lit/index.js', '/x/node_modules/lit'],
    ['\0/x/node_modules/jssip/lib/UA.js?commonjs-module', '/x/node_modules/jssip'],
    ['/x/node_modules/a/node_modules/@s/b/c.js', '/x/node_modules/a/node_modules/@s/b'],
    ['/x/widget/index.ts', null],
    ['\0virtual', null],
  ])('%j is %j', (id, folder) => {
    expect(packageFolder(id)).toBe(folder);
  });
});
