/**
 * Runs test suites one after the other and ends with the plain line `N passed, N failed`, summed over all of them.
 *
 *   tsx test/support/run-suites.ts [--also postgres,check] [suite ...]
 *
 * Without names: node, widget, e2e. A suite that dies without a report counts as one failure.
 */
import { spawn } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { runWidgetTests } from './run-widget-tests.ts';
import { prepareMachine } from './test-machine.ts';

interface Count {
  passed: number;
  failed: number;
}

const root = resolve(import.meta.dirname, '../..');
const out = join(root, 'test/out');

function run(command: string[], env: NodeJS.ProcessEnv = {}): Promise<number> {
  const [file = '', ...args] = command;
  return new Promise((done) => {
    const child = spawn(file, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
    child.on('error', () => done(127));
    child.on('exit', (code) => done(code ?? 1));
  });
}

/** Vitest's JSON report, by the counts it ends with; a file that does not load is one failure. */
async function vitest(name: string, args: string[], env: NodeJS.ProcessEnv = {}): Promise<Count> {
  const report = join(out, `${name}.json`);
  await rm(report, { force: true });
  const code = await run(
    [
      join(root, 'node_modules/.bin/vitest'),
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...args,
    ],
    { NO_COLOR: '1', ...env },
  );
  const json = await readFile(report, 'utf8').catch(() => null);
  if (json === null) return { passed: 0, failed: 1 };
  const counts = JSON.parse(json) as {
    numPassedTests: number;
    numFailedTests: number;
    testResults: { status: string; assertionResults: { status: string }[] }[];
  };
  const unloaded = counts.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length;
  const failed = counts.numFailedTests + unloaded;
  // An unhandled rejection outside every test makes vitest fail without a failed test.
  return { passed: counts.numPassedTests, failed: code !== 0 && failed === 0 ? 1 : failed };
}

/** They lay networks on this machine and take them away; each time, the browsers of other tests look for another way for their voices. */
const ALONE = ['test/asterisk/nat.test.ts', 'test/asterisk/turn.test.ts'];

const suites: Record<string, () => Promise<Count>> = {
  node: () => vitest('node', ['--config', 'test/vitest.config.ts', '--root', root]),
  widget: () => runWidgetTests(root),
  e2e: async () => {
    if ((await run(['npm', 'run', '--silent', 'build'])) !== 0) return { passed: 0, failed: 1 };
    return vitest('e2e', ['--config', 'test/e2e/vitest.config.ts']);
  },
  /** The contract of the switch and the phone bar's suite on a real Asterisk. */
  asterisk: async () => {
    for (const script of ['build', 'asterisk:install']) {
      if ((await run(['npm', 'run', '--silent', script])) !== 0) return { passed: 0, failed: 1 };
    }
    const config = ['--config', 'test/asterisk/vitest.config.ts'];
    const others = ALONE.flatMap((file) => ['--exclude', file]);
    const adapter = await vitest('asterisk', [...config, ...others]);
    const networks = await vitest('asterisk-networks', [...config, '--maxWorkers=1', ...ALONE]);
    const bar = await vitest('asterisk-e2e', ['--config', 'test/e2e/vitest.config.ts'], {
      TELEBAR_TEST_SWITCH: 'asterisk',
    });
    const counts = [adapter, networks, bar];
    return {
      passed: counts.reduce((sum, { passed }) => sum + passed, 0),
      failed: counts.reduce((sum, { failed }) => sum + failed, 0),
    };
  },
  postgres: () => vitest('postgres', ['test/store'], { TELEBAR_TEST_POSTGRES: '1' }),
  check: async () => {
    const count = { passed: 0, failed: 0 };
    for (const gate of ['types', 'lint', 'format', 'unused', 'manifest', 'size']) {
      if ((await run(['npm', 'run', '--silent', `check:${gate}`])) === 0) count.passed += 1;
      else {
        count.failed += 1;
        console.error(`check:${gate} failed`);
      }
    }
    return count;
  },
};

const { values, positionals } = parseArgs({
  options: { also: { type: 'string', default: '' } },
  allowPositionals: true,
});
const names = positionals.length > 0 ? positionals : ['node', 'widget', 'e2e'];
names.push(...values.also.split(',').filter((name) => name !== ''));

await mkdir(out, { recursive: true });
await prepareMachine();
const total: Count = { passed: 0, failed: 0 };
const lines: string[] = [];
for (const name of names) {
  const suite = suites[name];
  if (suite === undefined) throw new Error(`no suite '${name}': ${Object.keys(suites).join(', ')}`);
  console.log(`\n=== ${name}`);
  const started = Date.now();
  const count = await suite();
  total.passed += count.passed;
  total.failed += count.failed;
  const seconds = Math.round((Date.now() - started) / 1000);
  lines.push(`${name}: ${count.passed} passed, ${count.failed} failed (${seconds} s)`);
}
console.log(`\n${lines.join('\n')}\n\n${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);
