import type { IdSource } from '../../../server/core/kernel/id-source.ts';
import type { AsteriskConfig } from '../../../server/switch/asterisk/asterisk-config.ts';
import { AsteriskCluster } from '../../../server/switch/asterisk/cluster/asterisk-cluster.ts';
import { LogBook, realClock } from '../switch-bed.ts';
import { adapt, guideFile } from './guide-file.ts';
import { AsteriskNode, type AsteriskNodeOptions } from './node.ts';
import { configFor } from './switch-on-node.ts';

/** Of the network between the nodes: addresses of the loopback interface that nothing else uses. */
export const LINE_ADDRESS = { one: '127.0.0.11', two: '127.0.0.12' } as const;
export const LINE_PASSWORD = 'test-only-node-password';

type NodeName = keyof typeof LINE_ADDRESS;

/** Two Asterisks side by side with a line between them, by the guide's files. */
export class ClusterNodes {
  readonly one: AsteriskNode;
  readonly two: AsteriskNode;
  /** Of the line between them. */
  readonly linePort: number;

  private constructor(one: AsteriskNode, two: AsteriskNode, linePort: number) {
    this.one = one;
    this.two = two;
    this.linePort = linePort;
  }

  static async start(
    options: { one?: AsteriskNodeOptions; two?: AsteriskNodeOptions } = {},
  ): Promise<ClusterNodes> {
    const port = 20_000 + Math.floor(Math.random() * 9_000);
    const [one, two] = await Promise.all([
      AsteriskNode.start({ ...options.one, appended: appendedTo('one', port, options.one) }),
      AsteriskNode.start({ ...options.two, appended: appendedTo('two', port, options.two) }),
    ]);
    return new ClusterNodes(one, two, port);
  }

  get all(): AsteriskNode[] {
    return [this.one, this.two];
  }

  /** @param ariOfOne where ARI of the first one is, when behind a wire */
  cluster(
    ids: IdSource,
    more: Partial<AsteriskConfig> = {},
    ariOfOne = this.one.ariUrl,
  ): { telephone: AsteriskCluster; log: LogBook } {
    const log = new LogBook();
    const nodes = [
      { name: 'one', config: { ...configFor(this.one, more), ariUrl: ariOfOne } },
      { name: 'two', config: configFor(this.two, more) },
    ];
    return { telephone: new AsteriskCluster({ nodes, clock: realClock, ids, log }), log };
  }

  /** What the server is told so that it works on them. @param ariOfOne where ARI of the first one is, when behind a wire */
  environment(ariOfOne = this.one.ariUrl): Record<string, string> {
    const listed = { one: { ariUrl: ariOfOne, webSocketUrl: this.one.webSocketUrl }, two: this.two };
    return {
      TELEBAR_SWITCH: 'asterisk',
      TELEBAR_ASTERISK_NODES: Object.entries(listed)
        .map(([name, { ariUrl, webSocketUrl }]) => `${name}=${ariUrl}|${webSocketUrl}`)
        .join(','),
      TELEBAR_ASTERISK_USER: this.one.user,
      TELEBAR_ASTERISK_PASSWORD: this.one.password,
      TELEBAR_ASTERISK_TRUNK: 'trunk',
    };
  }

  async stop(): Promise<void> {
    await Promise.all(this.all.map((node) => node.stop()));
  }
}

function appendedTo(
  name: NodeName,
  port: number,
  { appended = {} }: AsteriskNodeOptions = {},
): Record<string, string> {
  const other = name === 'one' ? 'two' : 'one';
  // What the guide shows is the node "one".
  const line = guideFile('cluster/pjsip.conf').replaceAll('telebar-node-two', `telebar-node-${other}`);
  const pjsip = adapt(line, {
    'transport-nodes:transport/bind': `${LINE_ADDRESS[name]}:${port}`,
    'telebar-nodes:auth/password': LINE_PASSWORD,
    [`telebar-node-${other}:aor/contact`]: `sip:${LINE_ADDRESS[other]}:${port}`,
    [`telebar-node-${other}:identify/match`]: LINE_ADDRESS[other],
  });
  return {
    ...appended,
    'pjsip.conf': pjsip + (appended['pjsip.conf'] ?? ''),
    'extensions.conf': guideFile('cluster/extensions.conf'),
  };
}
