import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

/** End-to-end: real browsers, real sockets, real audio. Two call centres at once: each waits for people most of its time. */
export default defineConfig({
  root: resolve(import.meta.dirname, '../..'),
  test: {
    include: ['test/e2e/**/*.test.ts'],
    // What happens in a page alone is the same on every switch.
    exclude:
      process.env['TELEBAR_TEST_SWITCH'] === 'asterisk'
        ? ['test/e2e/pages/**', 'test/e2e/pop-geometry.test.ts', 'test/e2e/first-ring.test.ts']
        : [],
    setupFiles: ['test/support/tell-failures.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 120_000,
    // What is to come at last; a busy machine is slower than the second that is the standard.
    expect: { poll: { timeout: 15_000 } },
    hookTimeout: 90_000,
    teardownTimeout: 20_000,
  },
});
