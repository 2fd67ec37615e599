/**
 * `npm run bench`: every bench once, one after the other, in about nine minutes on two cores, and their figures as tables in
 * Markdown (`test/bench/out/summary.md`). With `-- --write` they also replace those of `docs/performance.md`: on a machine that
 * does nothing else, please. `--switch=embedded|asterisk|both` and names of benches (`-- recovery calls`) narrow it.
 */
import { spawnSync } from 'node:child_process';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import type { Figure } from './report.ts';

interface Bench {
  readonly name: string;
  readonly title: string;
  readonly env: Readonly<Record<string, string>>;
  readonly args: readonly string[];
  /** Takes `--switch`. */
  readonly both: boolean;
}

const SAID = process.argv.slice(2);
const BENCHES: readonly Bench[] = [
  { name: 'setup', title: 'Set-up times', env: { ROUNDS: '10' }, args: [], both: true },
  { name: 'recovery', title: 'Recovery of a reloaded page', env: { ROUNDS: '20' }, args: [], both: true },
  { name: 'actions', title: 'Action times', env: { ROUNDS: '18' }, args: [], both: true },
  { name: 'calls', title: 'CPU and memory per call', env: { SECONDS: '6' }, args: [], both: true },
  { name: 'link', title: 'A call over two Asterisk nodes', env: { SECONDS: '6' }, args: [], both: false },
  { name: 'idle', title: 'Idle', env: { SECONDS: '15' }, args: [], both: true },
  { name: 'switch', title: 'The embedded switch under load', env: {}, args: ['300'], both: false },
  { name: 'storm', title: 'In bad weather', env: { SECONDS: '10' }, args: [], both: false },
  { name: 'live', title: 'A live team of a thousand agents', env: {}, args: [], both: false },
  { name: 'live-store', title: 'What a live team costs its database', env: {}, args: [], both: false },
  { name: 'start', title: 'The start of a large server', env: {}, args: [], both: false },
  { name: 'admin', title: 'Administration', env: {}, args: [], both: false },
  { name: 'size', title: 'What a page loads', env: {}, args: [], both: false },
];
const DOCUMENT = resolve(import.meta.dirname, '../../docs/performance.md');
const [BEGIN, END] = ['<!-- figures: begin -->', '<!-- figures: end -->'];
const SUFFIX = { embedded: ', embedded', asterisk: ', asterisk', ratio: ', embedded : asterisk' } as const;

function run({ name, env, args, both }: Bench): void {
  const file = join(import.meta.dirname, `${name}.ts`);
  const narrowed = both ? SAID.filter((argument) => argument.startsWith('--switch=')) : [];
  const { status } = spawnSync(process.execPath, ['--import', 'tsx', file, ...args, ...narrowed], {
    // What is set outside stands.
    env: { ...env, ...process.env },
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error(`bench:${name} ended with ${status}`);
}

/** One row a metric; figures of both switches beside each other. */
function tableOf(figures: readonly Figure[]): string[] {
  const rows = new Map<string, Partial<Record<keyof typeof SUFFIX, Figure>> & { alone?: Figure }>();
  for (const figure of figures) {
    const found = Object.entries(SUFFIX).find(([, suffix]) => figure.metric.endsWith(suffix));
    const metric = found ? figure.metric.slice(0, -found[1].length) : figure.metric;
    rows.set(metric, { ...rows.get(metric), [found?.[0] ?? 'alone']: figure });
  }
  const sides = [...rows.values()].some((row) => row.embedded ?? row.asterisk);
  const alone = [...rows].filter(([, row]) => row.alone !== undefined);
  const beside = [...rows].filter(([, row]) => row.embedded ?? row.asterisk);
  const value = (figure: Figure | undefined): string =>
    figure === undefined ? '' : `${Number(figure.value.toPrecision(3))}`;
  const lines: string[] = [];
  if (sides) {
    lines.push(
      '| metric | embedded | Asterisk | ratio | unit | aim |',
      '| --- | ---: | ---: | ---: | --- | --- |',
    );
    for (const [metric, { embedded, asterisk, ratio }] of beside) {
      const { unit = '', aim = null } = embedded ?? asterisk ?? {};
      const aims = [aim, ratio?.aim ? `ratio ${ratio.aim}` : null].filter(Boolean).join(', ');
      lines.push(
        `| ${metric} | ${value(embedded)} | ${value(asterisk)} | ${value(ratio)} | ${unit} | ${aims} |`,
      );
    }
    if (alone.length > 0) lines.push('');
  }
  if (alone.length > 0) lines.push('| metric | value | unit | aim |', '| --- | ---: | --- | --- |');
  for (const [metric, row] of alone) {
    lines.push(`| ${metric} | ${value(row.alone)} | ${row.alone?.unit ?? ''} | ${row.alone?.aim ?? ''} |`);
  }
  return lines;
}

const named = SAID.filter((argument) => !argument.startsWith('--'));
const chosen = BENCHES.filter(({ name }) => named.length === 0 || named.includes(name));
const unknown = named.filter((name) => !BENCHES.some((bench) => bench.name === name));
if (unknown.length > 0) throw new Error(`there is no bench ${unknown.join(', ')}`);
const load = loadavg()[0] ?? 0;
const startedAt = Date.now();
const lines: string[] = [
  `${availableParallelism()} shared cores, Node ${process.versions.node}; load before the last run: ${load.toFixed(1)}.`,
  '',
];
for (const bench of chosen) {
  process.stderr.write(`\nbench:${bench.name} (${Math.round((Date.now() - startedAt) / 1000)} s so far)\n`);
  run(bench);
}
// What was measured before and not now stands as it was, with its own day.
for (const bench of BENCHES) {
  const file = join(import.meta.dirname, 'out', `${bench.name}.json`);
  const taken = await stat(file).catch(() => null);
  if (taken === null) continue;
  const figures = JSON.parse(await readFile(file, 'utf8')) as Figure[];
  const day = taken.mtime.toISOString().slice(0, 10);
  lines.push(`### ${bench.title} (\`${bench.name}\`, ${day})`, '', ...tableOf(figures), '');
}
await writeFile(join(import.meta.dirname, 'out/summary.md'), `${lines.join('\n')}\n`);
if (SAID.includes('--write')) {
  const text = await readFile(DOCUMENT, 'utf8');
  const [before, after] = [text.indexOf(BEGIN) + BEGIN.length, text.indexOf(END)];
  if (text.indexOf(BEGIN) < 0 || after < before) throw new Error(`${DOCUMENT} has lost its marks`);
  const whole = `${text.slice(0, before)}\n\n${lines.join('\n')}\n${text.slice(after)}`;
  await writeFile(DOCUMENT, whole);
}
process.stderr.write(`\nall in ${Math.round((Date.now() - startedAt) / 1000)} s\n`);
