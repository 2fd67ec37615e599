/**
 * `npm run bench:idle`: what Telebar costs when nobody calls: memory and CPU of the server, and of what carries the voices:
 * the media child, or Asterisk. `SECONDS` (20), `--switch=embedded|asterisk|both`.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { CallCentre, type SwitchName } from '../support/call-centre.ts';
import { cpuOf, memoryOf } from './processes.ts';
import { figure, type Figure } from './report.ts';
import { onEach, progress, reportSideBySide } from './side-by-side.ts';

const seconds = Number(process.env['SECONDS'] ?? 20);

async function measure(on: SwitchName): Promise<Figure[]> {
  const centre = await CallCentre.start({ TELEBAR_LOG_LEVEL: 'warn' }, on);
  try {
    await wait(3000);
    progress(`${on}: idle for ${seconds} s`);
    const node = centre.asterisk?.pid;
    const pids = [centre.pid, ...(node ? [node] : await centre.children())];
    const before = await Promise.all(pids.map(cpuOf));
    await wait(seconds * 1000);
    const after = await Promise.all(pids.map(cpuOf));
    const [server = 0, ...others] = await Promise.all(pids.map(memoryOf));
    const used = after.map((value, index) => (100 * (value - (before[index] ?? 0))) / seconds);
    const total = used.reduce((sum, value) => sum + value, 0);
    const voices = others.reduce((sum, value) => sum + value, 0);
    const reference = `${seconds} s idle, demo data, SQLite`;
    return [
      figure('server memory', server, 'MB', '< 150', reference),
      figure('memory of what carries the voices', voices, 'MB', null, reference),
      figure('CPU of the server', used[0] ?? 0, '% of a core', '< 1', reference),
      figure('CPU of both', total, '% of a core', on === 'embedded' ? '< 1' : null, reference),
    ];
  } finally {
    await centre.stop();
  }
}

await reportSideBySide('idle', await onEach(measure));
