import { setTimeout as wait } from 'node:timers/promises';
import { CallCentre } from '../support/call-centre.ts';
import { SipPeer } from '../support/sip-peer.ts';
import { Forked } from './forked.ts';
import { memoryOf } from './processes.ts';
import { figure, type Figure } from './report.ts';
import { progress } from './side-by-side.ts';
import type { FromStranger, ToStranger } from './storm-stranger.ts';

const SECONDS = Number(process.env['SECONDS'] ?? 10);
const REST_SECONDS = Number(process.env['REST'] ?? 60);
const INVITES_PER_SECOND = 5_000;
const DATAGRAMS_PER_SECOND = 2_000;
/** How often an honest page and an honest desk phone come and register anew, ms. */
const HONEST_MS = 200;
/** A registration that takes longer has not been answered, ms. */
const PATIENCE_MS = 4_000;

interface Line {
  readonly username: string;
  readonly password: string;
}

/**
 * A stranger sends 5,000 INVITEs a second on one WebSocket, opened again whenever it is closed, and 2,000 a second on UDP, from
 * this machine, which the server shares with it. Meanwhile pages and desk phones come and register, and then is looked at
 * what the server has kept of it.
 */
export async function figuresOfFlood(): Promise<Figure[]> {
  const centre = await CallCentre.start({ TELEBAR_LOG_LEVEL: 'error' }, 'embedded');
  const stranger = new Forked<ToStranger, FromStranger>(
    new URL('storm-stranger.ts', import.meta.url).pathname,
  );
  try {
    const line = await lineOf(centre);
    // What a server that has had some work keeps for good.
    const calm = await registrations(centre, line, 5);
    await wait(3_000);
    const before = await memoryOf(centre.pid);
    progress(`a flood of ${SECONDS} s`);
    const { port, sipPort } = centre;
    stranger.send({ port, sipPort, invites: INVITES_PER_SECOND, datagrams: DATAGRAMS_PER_SECOND });
    await stranger.next('started');
    const under = await registrations(centre, line, SECONDS);
    stranger.send({ stop: true });
    const { invites, datagrams } = await stranger.next('stopped');
    const during = await memoryOf(centre.pid);
    progress(`${REST_SECONDS} s of rest`);
    await wait(REST_SECONDS * 1000);
    const after = await memoryOf(centre.pid);
    const reference = `${Math.round(invites / SECONDS)} INVITEs/s on one socket, ${Math.round(datagrams / SECONDS)} on UDP`;
    return [
      figure('honest REGISTER answered under flood', under.share, 'share', '1', reference),
      figure('pages: REGISTER under flood, slowest', under.pages, 'ms', null, `before: ${calm.pages} ms`),
      figure('phones: REGISTER under flood, slowest', under.phones, 'ms', null, `before: ${calm.phones} ms`),
      figure('memory after flood', after / before, 'ratio', '< 1.3', `to before, ${REST_SECONDS} s later`),
      figure('memory at the end of the flood', during / before, 'ratio', null, 'to before'),
    ];
  } finally {
    stranger.kill();
    await centre.stop();
  }
}

async function lineOf(centre: CallCentre): Promise<Line> {
  const response = await fetch(`${centre.origin}/api/v1/demo/line`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ number: '13900139000' }),
  });
  if (!response.ok) throw new Error(`no line of the demo: ${response.status}`);
  return (await response.json()) as Line;
}

/** Pages and phones that come, register and go for some seconds: which share was answered in time, and the slowest, ms. */
async function registrations(
  centre: CallCentre,
  line: Line,
  seconds: number,
): Promise<{ share: number; pages: number; phones: number }> {
  const webSocketUrl = `ws://127.0.0.1:${centre.port}/sip`;
  const phone: Line = { username: '1001', password: 'telebar-demo' };
  const pages: Promise<number>[] = [];
  const phones: Promise<number>[] = [];
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    pages.push(registration({ ...line, webSocketUrl }, centre));
    phones.push(registration({ ...phone, retransmits: true }, centre));
    await wait(HONEST_MS);
  }
  const took = [await Promise.all(pages), await Promise.all(phones)];
  const [slowestPage = 0, slowestPhone = 0] = took.map((each) => Math.round(Math.max(...each)));
  const all = took.flat();
  const answered = all.filter((ms) => ms <= PATIENCE_MS).length;
  return { share: answered / all.length, pages: slowestPage, phones: slowestPhone };
}

/** How long it took until the server said 200, ms; for ever when it said something else or nothing. */
async function registration(
  options: Omit<Parameters<typeof SipPeer.open>[0], 'switchPort'>,
  { sipPort }: CallCentre,
): Promise<number> {
  const began = performance.now();
  const peer = await SipPeer.open({ switchPort: sipPort, ...options });
  try {
    return (await peer.register()).status === 200 ? performance.now() - began : Number.POSITIVE_INFINITY;
  } catch {
    return Number.POSITIVE_INFINITY;
  } finally {
    await peer.close();
  }
}
