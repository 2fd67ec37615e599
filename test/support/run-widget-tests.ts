import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  defaultReporter,
  startTestRunner,
  type TestRunnerConfig,
  type TestSuiteResult,
} from '@web/test-runner';

/** Runs the widget suites in Chromium and counts them; a file that fails to load or to finish is one failure. */
export async function runWidgetTests(root: string): Promise<{ passed: number; failed: number }> {
  const count = { passed: 0, failed: 0 };
  const add = (suite: TestSuiteResult): void => {
    for (const test of suite.tests) {
      if (test.skipped) continue;
      if (test.passed) count.passed += 1;
      else count.failed += 1;
    }
    for (const inner of suite.suites) add(inner);
  };
  const file = pathToFileURL(join(root, 'test/widget/web-test-runner.config.js')).href;
  const { default: config } = (await import(file)) as { default: TestRunnerConfig };
  const runner = await startTestRunner({
    config: {
      ...config,
      reporters: [defaultReporter({ reportTestResults: true, reportTestProgress: false })],
    },
    readCliArgs: false,
    readFileConfig: false,
    autoExitProcess: false,
  });
  if (runner === undefined) return { passed: 0, failed: 1 };
  const passed = await new Promise<boolean>((done) => {
    runner.on('finished', done);
    runner.on('stopped', done);
  });
  for (const session of runner.sessions.all()) {
    const failedBefore = count.failed;
    if (session.testResults !== undefined) add(session.testResults);
    if (!session.passed && count.failed === failedBefore) count.failed += 1;
  }
  await runner.stop().catch(() => undefined);
  if (!passed && count.failed === 0) count.failed = 1;
  return count;
}
