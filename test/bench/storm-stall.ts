import { setTimeout as wait } from 'node:timers/promises';
import { MUSIC_NOTES } from '../e2e/voices.ts';
import { CallCentre } from '../support/call-centre.ts';
import { tonesIn } from '../support/goertzel.ts';
import { SipCaller } from '../support/sip-caller.ts';
import { figure, type Figure } from './report.ts';
import { progress } from './side-by-side.ts';

const CALLS = Number(process.env['CALLS'] ?? 20);
const STALL_MS = 10_000;
/** Longer than any watchdog waits, ms. */
const AFTER_MS = 8_000;

/** The whole server is stopped for ten seconds, its media child is not: which share of the calls is alive after it. */
export async function figuresOfStall(): Promise<Figure[]> {
  const centre = await CallCentre.start({ TELEBAR_LOG_LEVEL: 'error' }, 'embedded');
  const callers: SipCaller[] = [];
  try {
    for (let index = 0; index < CALLS; index += 1) {
      const caller = await SipCaller.open(centre.sipPort);
      callers.push(caller);
      const final = caller.answered();
      caller.invite('400100', `1380013${8000 + index}`);
      if ((await final) >= 300) throw new Error('a call was refused');
    }
    const before = await hearing(callers);
    progress(`${before} calls, and the server stands still for ${STALL_MS / 1000} s`);
    process.kill(centre.pid, 'SIGSTOP');
    try {
      await wait(STALL_MS);
    } finally {
      process.kill(centre.pid, 'SIGCONT');
    }
    await wait(AFTER_MS);
    const after = await hearing(callers);
    return [
      figure(
        'calls alive after 10 s stall',
        after / before,
        'share',
        '1',
        `${before} callers who hear music`,
      ),
    ];
  } finally {
    for (const caller of callers) caller.close();
    await centre.stop();
  }
}

/** How many of them hear the music of the line. */
async function hearing(callers: readonly SipCaller[]): Promise<number> {
  const heard = await Promise.all(callers.map((caller) => caller.rtp.listen(1_500)));
  return heard.filter((samples) => tonesIn(samples, MUSIC_NOTES, 400).length > 0).length;
}
