import type { Switch } from '../../../server/core/ports/switch.ts';
import type { Clock } from '../../../server/core/kernel/clock.ts';
import type { IdSource } from '../../../server/core/kernel/id-source.ts';
import type { AsteriskConfig } from '../../../server/switch/asterisk/asterisk-config.ts';
import { AsteriskSwitch } from '../../../server/switch/asterisk/asterisk-switch.ts';
import { LogBook, realClock } from '../switch-bed.ts';
import type { AsteriskNode } from './node.ts';

/** The adapter's configuration for a node of the tests. */
export function configFor(node: AsteriskNode, more: Partial<AsteriskConfig> = {}): AsteriskConfig {
  return {
    ariUrl: node.ariUrl,
    webSocketUrl: node.webSocketUrl,
    user: node.user,
    password: node.password,
    application: 'telebar',
    trunk: 'trunk',
    carrierHosts: ['127.0.0.1'],
    context: 'telebar',
    audio: { host: '127.0.0.1', port: 0, url: null },
    transports: { browser: 'transport-ws', phone: 'transport-udp' },
    ...more,
  };
}

export function switchOn(
  node: AsteriskNode,
  ids: IdSource,
  more: Partial<AsteriskConfig> = {},
  clock: Clock = realClock,
): { telephone: AsteriskSwitch; log: LogBook } {
  const log = new LogBook();
  const telephone = new AsteriskSwitch({ config: configFor(node, more), clock, ids, log });
  return { telephone, log };
}

/** Ids that no other switch on the same node has had. */
export class UniqueIds implements IdSource {
  static #last = 0;

  next<T extends string>(prefix: string): T {
    UniqueIds.#last += 1;
    return `${prefix}_${process.pid}_${UniqueIds.#last}` as T;
  }
}

/** Ends everything that a switch has alive, and stops it: by itself it leaves its calls to the next server. */
export async function clearAndStop(telephone: Switch): Promise<void> {
  if (telephone.up) {
    const gone = await Promise.allSettled([
      ...(await telephone.endpoints()).map(({ endpointId }) => telephone.retire(endpointId)),
      ...(await telephone.legs()).map(({ legId }) => telephone.hangup(legId)),
      ...(await telephone.rooms()).map((roomId) => telephone.closeRoom(roomId)),
    ]);
    const failed = gone.find((each) => each.status === 'rejected');
    if (failed) throw failed.reason;
  }
  await telephone.stop();
}

/** @throws Error when a channel, a bridge or a file of a recording is left on the node */
export function expectEmpty(node: AsteriskNode): Promise<void> {
  return expectNone(async () => {
    const [channels, bridges, recordings] = await Promise.all([
      node.ari<{ name: string }[]>('GET', '/channels'),
      node.ari<{ id: string }[]>('GET', '/bridges'),
      node.ari<{ name: string }[]>('GET', '/recordings/stored'),
    ]);
    return [
      ...channels.map(({ name }) => name),
      ...bridges.map(({ id }) => id),
      ...recordings.map(({ name }) => `recording ${name}`),
    ];
  });
}

/** @throws Error when the node still has a phone that was made at run time (its contact expires by itself) */
export function expectNoPhones(node: AsteriskNode): Promise<void> {
  return expectNone(async () =>
    [...(await node.atPrompt('database show')).matchAll(/^\/(telebar_\w+\/\S+)/gm)]
      .flatMap(([, key]) => key ?? [])
      // The tests' own carrier.
      .filter((key) => !key.endsWith('/trunk')),
  );
}

async function expectNone(left: () => Promise<string[]>): Promise<void> {
  const deadline = Date.now() + 2_000;
  for (;;) {
    const found = await left();
    if (found.length === 0) return;
    if (Date.now() > deadline) throw new Error(`left on Asterisk: ${found.join(', ')}`);
    await new Promise((done) => setTimeout(done, 25));
  }
}
