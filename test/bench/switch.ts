import { fork, type ChildProcess } from 'node:child_process';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { asId, type LegId, type RoomId } from '../../server/core/kernel/ids.ts';
import { MediaChild } from '../../server/switch/embedded/media/media-child-process.ts';
import { figure, quantile, report, type Figure } from './report.ts';
import type { FromGenerator, ToGenerator } from './switch-generator.ts';
import { systemClock } from '../../server/start/system-clock.ts';

/**
 * What the embedded switch's media costs: real DTLS-SRTP legs from a generator in another process, in rooms of two
 * (forwarding) and of three (mixing). The child's own CPU counts; generator and this process share the machine with it,
 * so latencies are upper bounds. `node … switch.ts [legs …]` measures other numbers of legs.
 */

const CHILD_SOURCE = join(import.meta.dirname, '../../server/switch/embedded/media/child.ts');
const CHILD_FOLDER = join(import.meta.dirname, 'out/media-child');
const SETTLE_MS = 2000;
const MEASURE_MS = 10_000;
const HANDSHAKES_AT_ONCE = 10;
const PRIOR = 'SWITCHES trial, 2 shared cores';

class Generator {
  #process: ChildProcess;
  #inbox: FromGenerator[] = [];
  #waiting = new Set<() => void>();

  constructor() {
    this.#process = fork(join(import.meta.dirname, 'switch-generator.ts'), [], {
      execArgv: ['--import', 'tsx'],
    });
    this.#process.on('message', (message) => {
      this.#inbox.push(message as FromGenerator);
      for (const check of [...this.#waiting]) check();
    });
  }

  send(message: ToGenerator): void {
    this.#process.send(message);
  }

  next<Type extends FromGenerator['type']>(
    type: Type,
    leg?: number,
  ): Promise<Extract<FromGenerator, { type: Type }>> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(check);
        reject(new Error(`the generator sent no ${type} ${leg ?? ''}`));
      }, 20_000);
      const check = (): void => {
        const at = this.#inbox.findIndex(
          (message) =>
            message.type === type && (leg === undefined || ('leg' in message && message.leg === leg)),
        );
        if (at < 0) return;
        clearTimeout(timer);
        this.#waiting.delete(check);
        const [found] = this.#inbox.splice(at, 1);
        resolve(found as Extract<FromGenerator, { type: Type }>);
      };
      this.#waiting.add(check);
      check();
    });
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function connect(child: MediaChild, generator: Generator, leg: number): Promise<void> {
  const legId = asId<LegId>(`leg-${leg}`);
  generator.send({ type: 'call', leg, sdp: await child.createOffer(legId, 'webrtc') });
  const { sdp } = await generator.next('answer', leg);
  await child.acceptAnswer(legId, sdp);
  await generator.next('open', leg);
}

async function measure(kind: 'forwarding' | 'mixing', legs: number): Promise<Figure[]> {
  const roomSize = kind === 'forwarding' ? 2 : 3;
  const warn = (details: object, message: string): void => {
    process.stderr.write(`${message} ${JSON.stringify(details)}\n`);
  };
  const child = new MediaChild({
    config: {
      bindAddress: '127.0.0.1',
      webrtcPort: 0,
      rtpPorts: [0, 0],
      iceServers: [],
      silenceMs: 60_000,
    },
    childPath: join(CHILD_FOLDER, 'media-child.js'),
    logger: { info: () => undefined, warn, error: warn },
    clock: systemClock,
  });
  const generator = new Generator();
  try {
    await child.start();
    generator.send({ type: 'pair', a: legs, b: legs + 1 });
    await generator.next('open', legs);
    const empty = await child.stats();
    for (let from = 0; from < legs; from += HANDSHAKES_AT_ONCE) {
      const batch = Array.from(
        { length: Math.min(HANDSHAKES_AT_ONCE, legs - from) },
        (_, index) => from + index,
      );
      await Promise.all(batch.map((leg) => connect(child, generator, leg)));
    }
    const stamping = [legs];
    for (let leg = 0; leg < legs; leg += 1) {
      const roomId = asId<RoomId>(`room-${Math.floor(leg / roomSize)}`);
      await child.openRoom(roomId);
      await child.place(asId<LegId>(`leg-${leg}`), roomId, { kind: 'all' });
      if (leg % roomSize === 0) stamping.push(leg);
    }
    generator.send({ type: 'run', stamping });
    await delay(SETTLE_MS);
    generator.send({ type: 'measure' });
    const before = await child.stats();
    const startedAt = performance.now();
    await delay(MEASURE_MS);
    const after = await child.stats();
    const elapsedMs = performance.now() - startedAt;
    generator.send({ type: 'results' });
    const results = await generator.next('results');
    const cpu = (after.cpuMicros - before.cpuMicros) / 10 / elapsedMs;
    const name = `${kind} ${legs} legs`;
    const full = legs >= 300;
    const p50 = quantile(results.latencies, 0.5);
    const p99 = quantile(results.latencies, 0.99);
    return [
      figure(`${name}: child CPU`, cpu, '% of a core', full ? '< 75' : null, PRIOR),
      figure(`${name}: CPU per leg`, cpu / legs, '% of a core', null, '0.17-0.22'),
      figure(
        `${name}: latency p50 through the switch`,
        p50,
        'ms',
        kind === 'mixing' ? '< 45' : null,
        kind === 'mixing' ? '40' : '0.4-1.0',
      ),
      figure(
        `${name}: latency p99 through the switch`,
        p99,
        'ms',
        kind === 'forwarding' ? '< 3' : null,
        kind === 'forwarding' ? '2.2' : null,
      ),
      figure(`${name}: latency p50 without the switch`, quantile(results.baseline, 0.5), 'ms'),
      figure(`${name}: latency p99 without the switch`, quantile(results.baseline, 0.99), 'ms'),
      figure(
        `${name}: added latency p50`,
        p50 - quantile(results.baseline, 0.5),
        'ms',
        kind === 'mixing' ? '< 45' : null,
      ),
      figure(
        `${name}: added latency p99`,
        p99 - quantile(results.baseline, 0.99),
        'ms',
        kind === 'forwarding' ? '< 3' : null,
      ),
      figure(`${name}: underruns`, after.underruns - before.underruns, 'count', '0'),
      figure(`${name}: worst tick delay`, after.worstTickLateMs, 'ms'),
      figure(`${name}: ticks given up`, after.skippedTicks - before.skippedTicks, 'count', '0'),
      figure(`${name}: packets out per packet in`, results.received / Math.max(1, results.sent), 'ratio'),
      figure(`${name}: memory per leg`, (after.rssBytes - empty.rssBytes) / legs / 1024, 'KiB'),
    ];
  } finally {
    generator.kill();
    await child.stop();
  }
}

/** The child as `npm start` runs it: bundled, without a loader in its memory. */
async function buildChild(): Promise<void> {
  await build({
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    build: {
      ssr: true,
      outDir: CHILD_FOLDER,
      target: 'node20',
      minify: false,
      rolldownOptions: { input: { 'media-child': CHILD_SOURCE } },
    },
  });
}

await buildChild();
const counts = process.argv
  .slice(2)
  .map(Number)
  .filter((count) => count >= 6);
const figures: Figure[] = [];
for (const kind of ['forwarding', 'mixing'] as const) {
  for (const legs of counts.length > 0 ? counts : [100, 200, 300]) {
    // Whole rooms only.
    figures.push(...(await measure(kind, legs - (legs % (kind === 'forwarding' ? 2 : 3)))));
  }
}
// Tail latencies mean little while others use the cores: 1.5 to 2 is this bench alone on two of them.
figures.push(figure('machine load while measuring', loadavg()[0] ?? 0, 'runnable', '< 2'));
await report('switch', figures);
