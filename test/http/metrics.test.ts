import { afterEach, describe, expect, it } from 'vitest';
import { startServer } from '../../server/start/compose.ts';
import { readConfig } from '../../server/start/config/config.ts';
import { FakeSwitch } from '../support/fake-switch.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { freePort } from '../support/ports.ts';
import { SequenceIds } from '../support/sequence-ids.ts';
import { Bed, silent } from './bed.ts';

const secret = 'a-secret-of-more-than-thirty-two-characters';
const token = 'token-of-the-collector';

let bed: Bed;
afterEach(() => bed.stop());

async function read(headers: Record<string, string> = {}): Promise<string> {
  const answer = await fetch(`${bed.url}/metrics`, { headers });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  return answer.text();
}

/** The value of the series; null: there is none. */
async function value(series: string): Promise<number | null> {
  const line = (await read()).split('\n').find((each) => each.startsWith(`${series} `));
  return line === undefined ? null : Number(line.slice(series.length));
}

/** Names with their labels, without values. */
const seriesOf = (text: string): string[] =>
  text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.replace(/ \S+$/, ''));

describe('metrics', () => {
  it('follow the text format: each is described once, before its values', async () => {
    bed = await Bed.start();
    bed.switch.trunk.callIn('13911112222', '400100');
    await expect.poll(() => value('telebar_calls_waiting')).toBe(1);
    const text = await read();
    expect(text.endsWith('\n')).toBe(true);
    const described = new Set<string>();
    for (const line of text.trimEnd().split('\n')) {
      const help = /^# HELP ([a-z_]+) \S.*$/.exec(line);
      if (help !== null) {
        expect(described, line).not.toContain(help[1]);
        described.add(help[1] ?? '');
        continue;
      }
      if (/^# TYPE [a-z_]+ (counter|gauge|histogram)$/.test(line)) continue;
      const sample = /^([a-z_]+)(\{[a-z]+="[^"\\]*"(,[a-z]+="[^"\\]*")*\})? -?[\d.e+-]+$/.exec(line);
      expect(sample, line).not.toBeNull();
      expect(described, line).toContain(sample?.[1]?.replace(/_(bucket|sum|count)$/, ''));
    }
    expect(new Set(seriesOf(text)).size).toBe(seriesOf(text).length);
  });

  it('tell of calls, agents, decisions, the store and the switch', async () => {
    bed = await Bed.start();
    expect(await value('telebar_ready')).toBe(1);
    expect(await value('telebar_teams')).toBe(2);
    expect(await value('telebar_calls_waiting')).toBe(0);
    expect(await value('telebar_calls{phase="talking"}')).toBe(0);
    expect(await value('telebar_agents{state="signed-out"}')).toBeGreaterThan(2);
    expect(await value('telebar_decisions_total{input="CallArrived"}')).toBeNull();
    const caller = bed.switch.trunk.callIn('13911112222', '400100');
    await expect.poll(() => value('telebar_calls{phase="waiting"}')).toBe(1);
    await expect.poll(() => value('telebar_switch_seconds_count{operation="answer"}')).toBe(1);
    expect(await value('telebar_legs{role="customer"}')).toBe(1);
    expect(await value('telebar_decisions_total{input="CallArrived"}')).toBe(1);
    expect(await value('telebar_commit_seconds_count{kind="live"}')).toBeGreaterThan(0);
    expect(await value('telebar_commit_seconds_bucket{kind="live",le="+Inf"}')).toBe(
      await value('telebar_commit_seconds_count{kind="live"}'),
    );
    await expect.poll(() => value('telebar_mailbox_jobs')).toBe(0);
    expect(await value('telebar_realtime_pages')).toBe(0);
    expect(await value('process_resident_memory_bytes')).toBeGreaterThan(1e7);
    expect(await value('telebar_event_loop_delay_seconds{quantile="0.99"}')).toBeGreaterThanOrEqual(0);
    await bed.clock.advance(5000);
    await expect.poll(() => value('telebar_longest_wait_seconds')).toBeGreaterThanOrEqual(5);
    caller.hangup();
    await expect.poll(() => value('telebar_calls_waiting')).toBe(0);
    expect(await value('telebar_longest_wait_seconds')).toBe(0);
    bed.switch.crash();
    await expect.poll(() => value('telebar_switch_up')).toBe(0);
    await expect.poll(() => value('telebar_ready')).toBe(0);
  });

  it('have no more series with more callers, and name neither people nor numbers', async () => {
    bed = await Bed.start();
    let calls = 0;
    const call = async (number: string): Promise<void> => {
      const caller = bed.switch.trunk.callIn(number, '400100');
      await expect.poll(() => value('telebar_calls_waiting')).toBe(1);
      caller.hangup();
      calls += 1;
      await expect.poll(() => value('telebar_switch_seconds_count{operation="close-room"}')).toBe(calls);
    };
    await call('13911112221');
    const first = seriesOf(await read());
    for (const number of ['13911112222', '13911112223', '13911112224']) await call(number);
    const text = await read();
    expect(seriesOf(text)).toEqual(first);
    expect(text).not.toMatch(/139111|400100|demo|1001|Li Lei|(team|agent|group|call)_[0-9a-z]/);
  });

  it('are for this machine alone in a demo, and not for whom a proxy speaks', async () => {
    bed = await Bed.start();
    await read();
    for (const header of ['x-forwarded-for', 'forwarded']) {
      const answer = await fetch(`${bed.url}/metrics`, { headers: { [header]: 'for=192.0.2.7' } });
      expect(answer.status, header).toBe(404);
    }
  });

  it('are nowhere outside a demo without their token', async () => {
    bed = await Bed.start({ TELEBAR_DEMO: '0', TELEBAR_SECRET: secret, TELEBAR_HOST: '127.0.0.1' });
    for (const headers of [{}, { authorization: 'Bearer ' }, { authorization: `Bearer ${token}` }]) {
      expect((await fetch(`${bed.url}/metrics`, { headers })).status).toBe(404);
    }
  });

  it('are for whoever has the token', async () => {
    bed = await Bed.start({
      TELEBAR_DEMO: '0',
      TELEBAR_SECRET: secret,
      TELEBAR_HOST: '127.0.0.1',
      TELEBAR_METRICS_TOKEN: token,
    });
    for (const authorization of ['', token, `Bearer ${token}x`, `Basic ${token}`]) {
      expect((await fetch(`${bed.url}/metrics`, { headers: { authorization } })).status).toBe(404);
    }
    expect(await read({ authorization: `Bearer ${token}` })).toContain('telebar_teams ');
  });
});

describe('health', () => {
  const statusOf = async (path: string): Promise<number> => (await fetch(`${bed.url}${path}`)).status;

  it('is ready while calls can be taken, and alive whether or not', async () => {
    bed = await Bed.start();
    expect([await statusOf('/readyz'), await statusOf('/livez')]).toEqual([200, 200]);
    bed.switch.crash();
    const down = await fetch(`${bed.url}/readyz`);
    expect([down.status, await statusOf('/livez')]).toEqual([503, 200]);
    expect(JSON.stringify(await down.json())).toContain('media child exited');
    bed.switch.recover();
    await expect.poll(() => statusOf('/readyz')).toBe(200);
  });

  it('is not ready before everything has started', async () => {
    bed = await Bed.start();
    const port = String(await freePort());
    const clock = new ManualClock();
    const telephony = new FakeSwitch(clock, new SequenceIds());
    let open = (): void => undefined;
    telephony.start = () => new Promise((done) => (open = done));
    const config = readConfig({ PORT: port, TELEBAR_DEMO: '1', TELEBAR_DATA: `${bed.folder}/starting` });
    const starting = startServer(config, { logger: silent, root: bed.folder, clock, switch: telephony });
    const at = `http://127.0.0.1:${port}`;
    await expect
      .poll(() =>
        fetch(`${at}/livez`).then(
          ({ status }) => status,
          () => 0,
        ),
      )
      .toBe(200);
    const answer = await fetch(`${at}/readyz`);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toEqual({
      status: 'not ready',
      reasons: ['The server is starting or stopping.'],
    });
    open();
    const running = await starting;
    expect((await fetch(`${at}/readyz`)).status).toBe(200);
    await running.stop();
  });
});
