import { stat } from 'node:fs/promises';
import { relative, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/**
 * Files that take a minute and more, most of it listening: begun first, so that none of them runs alone at the end. A fresh clone knows no
 * durations, and the size of a file says nothing of them.
 */
const LONG = [
  'test/contract/embedded.test.ts',
  'test/asterisk/contract.test.ts',
  'test/asterisk/cluster-contract.test.ts',
  'test/http/process.test.ts',
  'test/switch/embedded-vanished.test.ts',
  'test/core/parties-properties.test.ts',
];

interface Specification {
  moduleId: string;
}

/** Vitest's sequencer of the suites that run whole. */
export class LongestFirst {
  shard<File>(files: File[]): Promise<File[]> {
    return Promise.resolve(files);
  }

  async sort<File extends Specification>(files: File[]): Promise<File[]> {
    const sized = await Promise.all(
      files.map(async (file) => {
        const long = LONG.indexOf(relative(root, file.moduleId));
        return { file, rank: long < 0 ? LONG.length : long, size: (await stat(file.moduleId)).size };
      }),
    );
    return sized.sort((one, other) => one.rank - other.rank || other.size - one.size).map(({ file }) => file);
  }
}
