import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

/** The switch suites on a real Asterisk, one file at a time: tones are measured in real time. */
export default defineConfig({
  root: resolve(import.meta.dirname, '../..'),
  test: {
    include: ['test/asterisk/**/*.test.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 30_000,
    // As in vite.config.ts: real time on a machine that others share.
    retry: process.env['CI'] === undefined ? 0 : 1,
    hookTimeout: 60_000,
  },
});
