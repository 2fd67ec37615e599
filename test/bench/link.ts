/**
 * `npm run bench:link`: what it costs that the legs of a call are on different Asterisk nodes: time until a leg is joined, how
 * much later its voice arrives, and CPU of the nodes; beside calls whose legs are on one node, in the same run.
 *
 * `CALLS` (10) at once, `SECONDS` (6) of measuring. RTP legs; both nodes on this machine.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { ClusterBed, type Talker } from '../support/asterisk/cluster-bed.ts';
import type { AsteriskNode } from '../support/asterisk/node.ts';
import { cpuOf } from './processes.ts';
import { figure, type Figure, quantile, report } from './report.ts';

const CALLS = Number(process.env['CALLS'] ?? 10);
const SECONDS = Number(process.env['SECONDS'] ?? 6);
const ONSETS = 8;
const SETTLE_MS = 1_500;
const VOICE_HZ = 1_000;

interface Measured {
  readonly joinMs: number[];
  readonly voiceMs: number[];
  readonly cpuPerCall: number;
}

/** How long after one began to speak the other hears it, ms. The speaker's next packet is up to 20 ms away. */
async function onset(from: Talker, to: Talker): Promise<number> {
  from.call.rtp.say(null);
  await wait(200 + Math.random() * 20);
  const began = performance.now();
  from.call.rtp.say(VOICE_HZ);
  for (;;) {
    const [heard] = to.call.rtp.tonesSince(began, VOICE_HZ);
    if (heard !== undefined) return heard - began;
    if (performance.now() - began > 2_000) throw new Error('nothing was heard');
    await wait(5);
  }
}

async function measure(bed: ClusterBed, customers: AsteriskNode, agents: AsteriskNode): Promise<Measured> {
  const joinMs: number[] = [];
  const calls: { customer: Talker; agent: Talker }[] = [];
  const phones = [];
  for (let index = 0; index < CALLS; index += 1) phones.push(await bed.phone(agents));
  const rooms = [];
  for (const phone of phones) {
    const customer = await bed.customer(customers);
    const agent = await bed.callPhone(phone);
    const roomId = await bed.room(customer);
    const began = performance.now();
    await bed.telephone.place(agent.legId, roomId, { kind: 'all' });
    joinMs.push(performance.now() - began);
    calls.push({ customer, agent });
    rooms.push(roomId);
  }
  await wait(SETTLE_MS);
  const cpu = async (): Promise<number> => {
    const used = await Promise.all(bed.nodes.all.map(({ pid }) => cpuOf(pid ?? 0)));
    return used.reduce((sum, each) => sum + each, 0);
  };
  const [before, startedAt] = [await cpu(), performance.now()];
  await wait(SECONDS * 1000);
  const cpuPerCall = (100 * ((await cpu()) - before)) / ((performance.now() - startedAt) / 1000) / CALLS;
  const voiceMs: number[] = [];
  for (let turn = 0; turn < ONSETS; turn += 1) {
    for (const { customer, agent } of calls) voiceMs.push(await onset(customer, agent));
  }
  for (const { customer, agent } of calls) {
    for (const { legId } of [customer, agent]) await bed.telephone.hangup(legId);
  }
  for (const roomId of rooms) await bed.telephone.closeRoom(roomId);
  await wait(SETTLE_MS);
  return { joinMs, voiceMs, cpuPerCall };
}

const bed = await ClusterBed.open();
const { one, two } = bed.nodes;
// The first call compiles what all others use.
await measure(bed, one, two);
const near = await measure(bed, one, one);
const far = await measure(bed, one, two);
await bed.close();

const reference = `${CALLS} calls at once`;
const beside = (metric: string, unit: string, of: (measured: Measured) => number): Figure[] => [
  figure(`${metric}, one node`, of(near), unit, null, reference),
  figure(`${metric}, across nodes`, of(far), unit, null, reference),
];
await report('link', [
  ...beside('a leg is joined, p50', 'ms', ({ joinMs }) => quantile(joinMs, 0.5)),
  ...beside('a leg is joined, p95', 'ms', ({ joinMs }) => quantile(joinMs, 0.95)),
  ...beside('voice arrives, p50', 'ms', ({ voiceMs }) => quantile(voiceMs, 0.5)),
  ...beside('voice arrives, p95', 'ms', ({ voiceMs }) => quantile(voiceMs, 0.95)),
  ...beside('CPU of all nodes per call', '% of a core', ({ cpuPerCall }) => cpuPerCall),
]);
