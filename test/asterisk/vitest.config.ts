import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

/** The switch suites on a real Asterisk, one file at a time: tones are measured in real time. */
export default defineConfig({
  root: resolve(import.meta.dirname, '../..'),
  test: {
    include: ['test/asterisk/**/*.test.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
