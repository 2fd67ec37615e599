import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import { DomainError } from '../core/kernel/domain-error.ts';
import { TIMING_BUCKETS, type Timing } from '../core/kernel/meters.ts';
import { clientAddress } from './client-address.ts';

type Labels = Readonly<Record<string, string>>;

/** One value of a metric; labels come from words of the code, so that their number is bounded. */
export interface Sample {
  readonly labels?: Labels;
  readonly value: number;
}

/** A metric with its name by the conventions of Prometheus: base units, `_total` for what only grows. */
export type Metric = { readonly name: string; readonly help: string } & (
  | { readonly type: 'counter' | 'gauge'; readonly samples: readonly Sample[] }
  | { readonly type: 'histogram'; readonly label: string; readonly kinds: ReadonlyMap<string, Timing> }
);

/** The text format 0.0.4, which every collector reads. */
export function exposition(metrics: readonly Metric[]): string {
  const lines = metrics.flatMap((metric) => [
    `# HELP ${metric.name} ${metric.help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`,
    `# TYPE ${metric.name} ${metric.type}`,
    ...(metric.type === 'histogram'
      ? [...metric.kinds].flatMap(([kind, timing]) =>
          histogramLines(metric.name, { [metric.label]: kind }, timing),
        )
      : metric.samples.map(({ labels = {}, value }) => line(metric.name, labels, value))),
  ]);
  return `${lines.join('\n')}\n`;
}

function histogramLines(name: string, labels: Labels, { buckets, count, sum }: Timing): string[] {
  let upTo = 0;
  const ends = TIMING_BUCKETS.map((end, index) => {
    upTo += buckets[index] ?? 0;
    return line(`${name}_bucket`, { ...labels, le: String(end) }, upTo);
  });
  return [
    ...ends,
    line(`${name}_bucket`, { ...labels, le: '+Inf' }, count),
    line(`${name}_sum`, labels, sum),
    line(`${name}_count`, labels, count),
  ];
}

function line(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}`;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

export interface MetricsOptions {
  /** Who has it may read, from anywhere; null: nobody but, in a demo, this machine. */
  readonly token: string | null;
  readonly demo: boolean;
  readonly read: () => readonly Metric[];
}

/**
 * `GET /metrics` for Prometheus. Without the token there is nothing here, so that a server that is reached from the internet
 * tells nobody how many calls it has.
 */
export function metricsPage({ token, demo, read }: MetricsOptions): RequestHandler {
  return (request, response) => {
    const allowed = token === null ? demo && isThisMachine(request) : hasToken(request, token);
    if (!allowed) throw new DomainError('not-found', 'There is nothing here without the token for metrics.');
    response.set({ 'Cache-Control': 'no-store', 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' });
    response.send(exposition(read()));
  };
}

function hasToken(request: Request, token: string): boolean {
  const given = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}

/** Directly: a proxy on this machine speaks for others. */
function isThisMachine(request: Request): boolean {
  const { headers } = request;
  const address = clientAddress(request, 0);
  const loopback = address === '::1' || address.startsWith('127.');
  return loopback && headers['x-forwarded-for'] === undefined && headers.forwarded === undefined;
}
