/**
 * `npm run bench:soak`: a call centre that is busy for ten minutes, and what it holds on to. The built server, six agents at desk
 * phones, 200 calls a minute from the trunk: each is answered, talks for a second, ends, and after-call work ends at once.
 * Memory and handles at the end are compared with those after the first minute, when everything has been used once.
 *
 * `MINUTES` (10), `A_MINUTE` (200). Needs the build.
 */
import { readdir } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { DeskSnapshot } from '../../server/contract/desk.ts';
import { CallCentre, type RestClient } from '../support/call-centre.ts';
import { SipCaller } from '../support/sip-caller.ts';
import { SipPeer } from '../support/sip-peer.ts';
import { memoryOf } from './processes.ts';
import { figure, quantile, report } from './report.ts';

const MINUTES = Number(process.env['MINUTES'] ?? 10);
const A_MINUTE = Number(process.env['A_MINUTE'] ?? 200);
const AGENTS = ['1001', '1002', '1003', '1004', '1005', '1006'];
const TALK_MS = 1_000;
/** A caller is given up, ms. */
const PATIENCE_MS = 20_000;
const LOOK_MS = 5_000;

interface Look {
  readonly server: number;
  readonly media: number;
  readonly handles: number;
}

async function handlesOf(pid: number): Promise<number> {
  return (await readdir(`/proc/${pid}/fd`)).length;
}

async function look(centre: CallCentre): Promise<Look> {
  const [media = 0] = await centre.children();
  return {
    server: await memoryOf(centre.pid),
    media: await memoryOf(media),
    handles: (await handlesOf(centre.pid)) + (await handlesOf(media)),
  };
}

/** An agent at a desk phone that answers by itself, whose after-call work is ended as soon as it begins. */
async function seat(centre: CallCentre, username: string): Promise<{ me: RestClient; phone: SipPeer }> {
  const options = {
    switchPort: centre.sipPort,
    username,
    password: 'telebar-demo',
    incoming: 'answer',
  } as const;
  const phone = await SipPeer.open(options);
  await phone.register();
  const me = await centre.login(username);
  const { status, body } = await me.send('POST', '/agent/sign-in', {
    device: { kind: 'phone', endpointId: `phone_demo_${username}` },
  });
  if (status !== 200) throw new Error(`sign-in of ${username}: ${status} ${JSON.stringify(body)}`);
  return { me, phone };
}

async function keepReady(me: RestClient, until: number): Promise<void> {
  while (Date.now() < until) {
    const { agent } = await me.get<DeskSnapshot>('/desk');
    if (agent.state === 'acw') await me.send('POST', '/agent/end-acw');
    await pause(200);
  }
}

/** @returns whether it was answered */
async function oneCall(centre: CallCentre, number: number): Promise<boolean> {
  const caller = await SipCaller.open(centre.sipPort);
  const final = caller.answered();
  caller.invite('400100', `138${String(number).padStart(8, '0')}`);
  const status = await Promise.race([final, pause(PATIENCE_MS, 408)]);
  if (status < 300) {
    await pause(TALK_MS);
    await caller.bye();
    await pause(200);
  }
  caller.close();
  return status < 300;
}

const centre = await CallCentre.start({}, 'embedded');
const until = Date.now() + MINUTES * 60_000;
const seats = await Promise.all(AGENTS.map((username) => seat(centre, username)));
const ready = seats.map(({ me }) => keepReady(me, until));
const calls: Promise<boolean>[] = [];
const looks: Look[] = [];
let missed = 0;
const looking = setInterval(() => {
  // The media child may be gone in that very moment.
  look(centre).then(
    (seen) => looks.push(seen),
    () => (missed += 1),
  );
}, LOOK_MS);
const begun = Date.now();
for (let number = 0; Date.now() < until; number += 1) {
  calls.push(oneCall(centre, number));
  await pause(Math.max(0, begun + (number + 1) * (60_000 / A_MINUTE) - Date.now()));
}
await Promise.all(ready);
const answered = (await Promise.all(calls)).filter(Boolean).length;
clearInterval(looking);
for (const { phone } of seats) await phone.close();
await centre.stop();
const warnings = centre.log.split('\n').filter((line) => /"level":(40|50|60)/.test(line));
process.stdout.write(
  warnings
    .slice(0, 20)
    .map((line) => `${line}\n`)
    .join(''),
);

/** The middle of some looks: memory jumps with each collection. */
const middle = (some: readonly Look[], of: keyof Look): number =>
  quantile(
    some.map((seen) => seen[of]),
    0.5,
  );
const minute = Math.ceil(60_000 / LOOK_MS);
const [first, last] = [looks.slice(minute, 2 * minute), looks.slice(-minute)];
const grown = (of: keyof Look): number => middle(last, of) / middle(first, of);
await report('soak', [
  figure('soak: calls', calls.length, '', null, `${A_MINUTE} a minute for ${MINUTES} minutes`),
  figure('soak: answered', (100 * answered) / calls.length, '%', '100'),
  figure('soak: looks in which a process was gone', missed, '', '0'),
  figure('soak: warnings in the log', warnings.length, '', '0'),
  figure('soak: memory of the server at the end', middle(last, 'server'), 'MB'),
  figure('soak: memory of the server, end : second minute', grown('server'), 'ratio', '<= 1.2'),
  figure('soak: memory of the media child, end : second minute', grown('media'), 'ratio', '<= 1.2'),
  figure('soak: handles, end : second minute', grown('handles'), 'ratio', '<= 1.1'),
]);
