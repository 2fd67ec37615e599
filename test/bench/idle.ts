/** `npm run bench:idle`: what the server costs when nobody calls: memory and CPU of the server and its media child. */
import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { CallCentre } from '../support/call-centre.ts';
import { figure, report } from './report.ts';

const seconds = Number(process.env['SECONDS'] ?? 20);
/** Linux counts CPU time in hundredths of a second. */
const TICKS_PER_SECOND = 100;

/** Resident memory of a process, MB. */
async function memory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024;
}

/** CPU time that a process has used since its start, s. */
async function cpu(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The name in parentheses may hold spaces: count from its end. Fields 14 and 15 are utime and stime.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

const centre = await CallCentre.start({ TELEBAR_LOG_LEVEL: 'warn' });
try {
  await wait(3000);
  const pids = [centre.pid, ...(await centre.children())];
  const before = await Promise.all(pids.map(cpu));
  await wait(seconds * 1000);
  const after = await Promise.all(pids.map(cpu));
  const [server = 0, ...children] = await Promise.all(pids.map(memory));
  const used = after.reduce((sum, value, index) => sum + value - (before[index] ?? 0), 0);
  const media = children.reduce((sum, value) => sum + value, 0);
  const reference = `${seconds} s idle, demo data, SQLite`;
  await report('idle', [
    figure('server memory', server, 'MB', '< 150', reference),
    figure('media child memory', media, 'MB', null, reference),
    figure('CPU of both', (100 * used) / seconds, '% of a core', '< 1', reference),
  ]);
} finally {
  await centre.stop();
}
