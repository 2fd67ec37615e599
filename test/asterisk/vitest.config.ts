import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from '../support/longest-first.ts';

/** The switch suites on a real Asterisk; two at once, as most of their time is spent listening. */
export default defineConfig({
  root: resolve(import.meta.dirname, '../..'),
  test: {
    include: ['test/asterisk/**/*.test.ts'],
    setupFiles: ['test/support/tell-failures.ts'],
    globalSetup: ['test/asterisk/install-around.ts'],
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    testTimeout: 120_000,
    hookTimeout: 90_000,
    // What is to come at last; a busy machine is slower than the second that is the standard.
    expect: { poll: { timeout: 15_000 } },
  },
});
