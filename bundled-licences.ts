import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

const FILE = 'NOTICE.txt';
const HEADER = 'Telebar contains the following packages. Each is followed by the text of its licence.\n';
const RULE = '='.repeat(80);

/**
 * Writes the licence texts of all packages whose code is in the bundle into `NOTICE.txt` beside it.
 * @param kept file of an earlier build into the same folder, whose packages stay named
 * @throws when a package has no licence text: then nobody may ship it
 */
export function bundledLicences(kept?: string): Plugin {
  return {
    name: 'telebar-bundled-licences',
    generateBundle(_options, bundle) {
      const folders = new Set<string>();
      for (const output of Object.values(bundle)) {
        if (output.type !== 'chunk') continue;
        for (const id of output.moduleIds) {
          const folder = packageFolder(id);
          if (folder !== null) folders.add(folder);
        }
      }
      const before = kept !== undefined && existsSync(kept) ? readFileSync(kept, 'utf8') : HEADER;
      const sections = [...folders]
        .map(section)
        .filter((text) => !before.includes(text))
        .toSorted();
      this.emitFile({ type: 'asset', fileName: FILE, source: before + sections.join('') });
    },
  };
}

/** The folder of the package that a module is of; null for our own. */
export function packageFolder(id: string): string | null {
  const path = id.replace(/^\0/, '').replace(/\?.*$/, '');
  return /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0] ?? null;
}

function section(folder: string): string {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
    license?: string;
  };
  const files = readdirSync(folder).filter((name) => /^(licen[cs]e|copying|notice)/i.test(name));
  if (files.length === 0) {
    throw new Error(`${manifest.name} ${manifest.version} has no licence text: it cannot be shipped so.`);
  }
  const texts = files.toSorted().map((name) => readFileSync(join(folder, name), 'utf8').trim());
  const title = `${manifest.name} ${manifest.version} (${manifest.license ?? 'see below'})`;
  return `\n${RULE}\n${title}\n${RULE}\n\n${texts.join('\n\n')}\n`;
}
