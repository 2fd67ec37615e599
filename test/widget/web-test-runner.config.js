import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import commonjs from '@rollup/plugin-commonjs';
import { esbuildPlugin } from '@web/dev-server-esbuild';
import { fromRollup } from '@web/dev-server-rollup';
import { playwrightLauncher } from '@web/test-runner-playwright';

const rootDir = resolve(fileURLToPath(import.meta.url), '../../..');

/** Browser suites of the widget, as modules straight from the sources, in the machine's Chromium. */
export default {
  rootDir,
  files: ['test/widget/**/*.test.ts'],
  nodeResolve: { exportConditions: ['development', 'browser'] },
  concurrency: 2,
  testsStartTimeout: 60_000,
  testsFinishTimeout: 180_000,
  // query-core asks for it to tell development from production; bundlers put it in.
  testRunnerHtml: (framework) =>
    `<!doctype html><html lang="en"><head><title>Widget</title></head><body><script>window.process = { env: {} };</script><script type="module" src="${framework}"></script></body></html>`,
  testFramework: { config: { timeout: 30_000 } },
  browsers: [
    playwrightLauncher({
      product: 'chromium',
      launchOptions: {
        executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
        args: [
          '--no-sandbox',
          '--disable-background-networking',
          '--disable-component-update',
          '--disable-sync',
          '--use-fake-ui-for-media-stream',
          '--use-fake-device-for-media-stream=device-count=3',
        ],
      },
    }),
  ],
  plugins: [
    // The only packages of the widget that are not ES modules: JsSIP and what it needs.
    fromRollup(commonjs)({ include: ['**/node_modules/{jssip,debug,ms,events,sdp-transform}/**'] }),
    esbuildPlugin({ ts: true, target: 'es2022', tsconfig: resolve(rootDir, 'tsconfig.json') }),
  ],
};
