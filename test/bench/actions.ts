/**
 * `npm run bench:actions`: how long each operation of a call takes, and how much of it is Telebar's: the raw ARI requests, the
 * Switch port and the REST API, in turns on the same Asterisk; and the port and the REST API on the embedded switch. And how long
 * what many parties do takes until it is heard at the far end (`audible.ts`), and what a call of thirty costs (`thirty.ts`).
 *
 * `ROUNDS` (30) of each operation, of which the first of every call is not counted; `--switch=embedded|asterisk|both`.
 * Needs the build.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { MediaChild } from '../../server/switch/embedded/media/media-child-process.ts';
import { switchOn, UniqueIds } from '../support/asterisk/switch-on-node.ts';
import { CallCentre, type SwitchName } from '../support/call-centre.ts';
import { SwitchBed } from '../support/switch-bed.ts';
import { type Level, type Operation, OPERATIONS, port, rawAri, rest } from './action-levels.ts';
import { AUDIBLE_OPERATIONS, audibleOn, type AudibleTimes } from './audible.ts';
import { Forked } from './forked.ts';
import type { FromLegs, ToLegs } from './legs-generator.ts';
import { figure, type Figure, printTable, quantile, writeFigures } from './report.ts';
import { chosenSwitches, progress } from './side-by-side.ts';
import { thirtyOn } from './thirty.ts';
import { systemClock } from '../../server/start/system-clock.ts';

const rounds = Number(process.env['ROUNDS'] ?? 30);
const ROUNDS_OF_A_CALL = 6;
const AIM = '<= 10';
const AUDIBLE_AIM = '< 250';
const DIGIT_MS = 600;
/** Only once in a call. */
const ONCE: ReadonlySet<Operation> = new Set(['open a room', 'dial', 'hang up a call']);
const ids = new UniqueIds();

/** Times by operation, ms. */
type Times = Map<Operation, number[]>;

class FarEnds {
  readonly process = new Forked<ToLegs, FromLegs>(join(import.meta.dirname, 'legs-generator.ts'));
  carrierPort = 0;

  async open(): Promise<void> {
    this.process.send({ type: 'open' });
    this.carrierPort = (await this.process.next('opened')).carrierPort;
  }

  /** The desk phone of agent 1001; it answers at once. */
  async deskPhone(switchPort: number): Promise<void> {
    const phones = [{ username: '1001', password: 'telebar-demo' }];
    this.process.send({ type: 'register', phones, switchPort, webSocketUrl: null });
    await this.process.next('registered');
  }
}

async function timed(times: Times, operation: Operation, act: () => Promise<unknown>): Promise<void> {
  const from = performance.now();
  await act();
  const list = times.get(operation) ?? [];
  times.set(operation, list);
  list.push(performance.now() - from);
}

async function oneCall(level: Level, times: Times): Promise<void> {
  const call = await level.call();
  const at = async (operation: Operation, into: Times): Promise<void> => {
    const act = call.operations[operation];
    if (act) await timed(into, operation, act);
  };
  await at('open a room', times);
  await at('dial', times);
  await call.settle();
  // The first of each warms up what belongs to this call.
  for (let round = 0; round <= ROUNDS_OF_A_CALL; round += 1) {
    const into: Times = round === 0 ? new Map() : times;
    for (const operation of OPERATIONS) {
      if (ONCE.has(operation)) continue;
      await at(operation, into);
      if (operation === 'move to another room') await call.operations.unmute?.();
    }
    // Asterisk does nothing else with a channel while it sends a digit and its pauses.
    await new Promise((done) => setTimeout(done, DIGIT_MS));
  }
  await at('hang up a call', times);
  await call.over();
}

/** The levels take turns, so that what else the machine does meets all alike. */
async function measure(name: string, levels: Readonly<Record<string, Level>>): Promise<Map<string, Times>> {
  const measured = new Map<string, Times>(Object.keys(levels).map((level) => [level, new Map()]));
  const calls = Math.max(1, Math.ceil(rounds / ROUNDS_OF_A_CALL));
  for (let call = 1; call <= calls; call += 1) {
    for (const [level, made] of Object.entries(levels)) await oneCall(made, measured.get(level) ?? new Map());
    progress(`${name}: call ${call}/${calls} on each level`);
  }
  for (const made of Object.values(levels)) await made.close();
  return measured;
}

async function onAsterisk(folder: string): Promise<Map<string, Times>> {
  const ends = new FarEnds();
  await ends.open();
  const centre = await CallCentre.start(
    { TELEBAR_LOG_LEVEL: 'warn', TELEBAR_TRUNK: `127.0.0.1:${ends.carrierPort}` },
    'asterisk',
  );
  try {
    const { asterisk: node } = centre;
    if (node === null) throw new Error('there is no Asterisk');
    await ends.deskPhone(node.sipPort);
    const { telephone } = switchOn(node, ids, { application: 'bench-port' });
    await telephone.start();
    const measured = await measure('asterisk', {
      'raw ARI': await rawAri(node, ids),
      port: port(telephone, ids, folder),
      REST: await rest(centre),
    });
    await telephone.stop();
    return measured;
  } finally {
    await centre.stop();
    ends.process.kill();
  }
}

async function onEmbedded(folder: string): Promise<Map<string, Times>> {
  // A carrier answers to where it was called from: each switch has one of its own.
  const [ends, own] = [new FarEnds(), new FarEnds()];
  await Promise.all([ends.open(), own.open()]);
  const centre = await CallCentre.start(
    { TELEBAR_LOG_LEVEL: 'warn', TELEBAR_TRUNK: `127.0.0.1:${ends.carrierPort}` },
    'embedded',
  );
  const quiet = { info: () => undefined, warn: () => undefined, error: console.error };
  const bed = await SwitchBed.open({
    ids,
    engine: new MediaChild({
      config: {
        bindAddress: '127.0.0.1',
        webrtcPort: 0,
        rtpPorts: [42_000, 42_399],
        iceServers: [],
        silenceMs: 60_000,
      },
      childPath: resolve(import.meta.dirname, '../../dist/server/media-child.js'),
      logger: quiet,
      clock: systemClock,
    }),
    config: {
      trunk: { allowedAddresses: ['127.0.0.1'], target: { host: '127.0.0.1', port: own.carrierPort } },
    },
  });
  try {
    await ends.deskPhone(centre.sipPort);
    return await measure('embedded', { port: port(bed.sw, ids, folder), REST: await rest(centre) });
  } finally {
    await bed.close();
    await centre.stop();
    ends.process.kill();
    own.process.kill();
  }
}

const folder = await mkdtemp(join(tmpdir(), 'telebar-actions-'));
const asterisk = chosenSwitches().includes('asterisk') ? await onAsterisk(folder) : new Map<string, Times>();
const embedded = chosenSwitches().includes('embedded') ? await onEmbedded(folder) : new Map<string, Times>();
await rm(folder, { recursive: true, force: true });

const figures: Figure[] = [];
const rows: string[][] = [
  [
    'operation, p50 in ms',
    'raw ARI',
    'port',
    'added',
    'REST',
    'added',
    'embedded port',
    'REST',
    'REST ratio',
  ],
];
for (const operation of OPERATIONS) {
  const p50 = (of: Map<string, Times>, level: string): number =>
    quantile(of.get(level)?.get(operation) ?? [], 0.5);
  const values = {
    raw: p50(asterisk, 'raw ARI'),
    port: p50(asterisk, 'port'),
    rest: p50(asterisk, 'REST'),
    ownPort: p50(embedded, 'port'),
    ownRest: p50(embedded, 'REST'),
  };
  const note = (metric: string, value: number, aim: string | null, reference: string | null): void => {
    if (Number.isFinite(value)) figures.push(figure(`${operation}: ${metric}`, value, 'ms', aim, reference));
  };
  const count = ONCE.has(operation) ? Math.ceil(rounds / ROUNDS_OF_A_CALL) : rounds;
  note('raw ARI p50, asterisk', values.raw, null, `${count} times`);
  note('port p50, asterisk', values.port, null, `${count} times`);
  note('REST p50, asterisk', values.rest, null, `${count} times`);
  note('port p50, embedded', values.ownPort, null, `${count} times`);
  note('REST p50, embedded', values.ownRest, null, `${count} times`);
  note('added by the port', values.port - values.raw, AIM, 'raw ARI of the same run');
  note('added by REST and call control', values.rest - values.raw, AIM, 'raw ARI of the same run');
  const ratio = values.ownRest / values.rest;
  const shown = (value: number): string => (Number.isFinite(value) ? value.toFixed(1) : '');
  rows.push([
    operation,
    shown(values.raw),
    shown(values.port),
    shown(values.port - values.raw),
    shown(values.rest),
    shown(values.rest - values.raw),
    shown(values.ownPort),
    shown(values.ownRest),
    Number.isFinite(ratio) ? ratio.toFixed(2) : '',
  ]);
}
printTable('actions', rows, 8);

const audible = new Map<SwitchName, AudibleTimes>();
for (const on of chosenSwitches()) audible.set(on, await audibleOn(on, rounds));
const heard: string[][] = [
  ['heard at the far end, ms', ...[...audible.keys()].flatMap((on) => [`${on} p50`, 'p95'])],
];
for (const operation of AUDIBLE_OPERATIONS) {
  const name = `${operation}: audible`;
  const row: string[] = [operation];
  const worst: number[] = [];
  for (const [on, times] of audible) {
    const all = times.get(operation) ?? [];
    const [p50, p95] = [quantile(all, 0.5), quantile(all, 0.95)];
    figures.push(figure(`${name} p50, ${on}`, p50, 'ms', null, `${all.length} times`));
    figures.push(figure(`${name} p95, ${on}`, p95, 'ms', AUDIBLE_AIM, `${all.length} times`));
    row.push(p50.toFixed(0), p95.toFixed(0));
    worst.push(p95);
  }
  figures.push(figure(`${name} p95`, Math.max(...worst), 'ms', AUDIBLE_AIM, 'the worse of the switches'));
  heard.push(row);
}
printTable('actions of many parties', heard, 4);

const thirty: string[][] = [['a call of thirty', 'heard', 'gathered in s', 'server CPU', 'media CPU']];
for (const on of chosenSwitches()) {
  const of = await thirtyOn(on);
  const note = (metric: string, value: number, unit: string, aim: string | null): void =>
    void figures.push(figure(`thirty parties: ${metric}, ${on}`, value, unit, aim, null));
  note('each hears the others', of.heard * 100, '%', '100');
  note('hear themselves', of.echoes, '', '0');
  note('gathered', of.gathered, 's', null);
  note('server CPU', of.serverCpu * 100, '% of a core', null);
  note('media CPU', of.mediaCpu * 100, '% of a core', null);
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  thirty.push([on, percent(of.heard), of.gathered.toFixed(1), percent(of.serverCpu), percent(of.mediaCpu)]);
}
printTable('a call of thirty, called in over REST', thirty, 4);
process.stdout.write(`aim: p95 ${AUDIBLE_AIM} ms\n`);
process.stdout.write(`aim: added ${AIM} ms, by the port and by REST\n`);
await writeFigures('actions', figures);
