import { once } from 'node:events';
import type { Writable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as ws from 'ws';
import { Roster, RosterPatch, type RosterRow } from '../../server/contract/realtime/roster.ts';
import { ServerMessage, type Position } from '../../server/contract/realtime/frame.ts';
import { Batches } from '../../server/realtime/batches.ts';
import type { TopicSource } from '../../server/realtime/doors.ts';
import { ResumeBuffer } from '../../server/realtime/resume-buffer.ts';
import {
  TopicStream,
  type Follower,
  type Sink,
  type StreamDeps,
} from '../../server/realtime/topic-stream.ts';
import { textFrame } from '../../server/realtime/text-frame.ts';
import { FOLDS } from '../../widget/live/topic-fold.ts';
import { TopicPositions } from '../../widget/live/topic-positions.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { silent } from './bed.ts';

/** What reads a socket; its types lack it. */
const { Receiver } = ws as unknown as { Receiver: new (options: object) => Writable };

/** What is behind the head of the frame. */
function textOf(frame: Buffer): string {
  const length = frame[1] ?? 0;
  return frame.subarray(length < 126 ? 2 : length === 126 ? 4 : 10).toString();
}

/** A roster whose rows a test changes. */
class Source implements TopicSource {
  readonly rows = new Map<string, RosterRow>();
  #told = new Map<string, RosterRow>();
  changed: () => void = () => undefined;

  set(id: string, since: number | null): void {
    if (since === null) this.rows.delete(id);
    else this.rows.set(id, { id, number: id, name: id, state: 'idle', since });
    this.changed();
  }
  patch(): string | null {
    const rows = [...this.rows.values()].filter((row) => this.#told.get(row.id) !== row);
    const gone = [...this.#told.keys()].filter((id) => !this.rows.has(id));
    this.#told = new Map(this.rows);
    return rows.length + gone.length === 0 ? null : JSON.stringify({ rows, gone });
  }
  snapshot(): string {
    return JSON.stringify([...this.#told.values()]);
  }
  close(): void {}
}

/** A page as the widget is: it knows how far it has come, and asks again where something is missing. */
class Reader implements Sink {
  readonly positions = new TopicPositions();
  state: Roster | null = null;
  writable = true;
  follower: Follower | null = null;
  /** How often a message was not the next one. */
  gaps = 0;
  readonly stream: TopicStream;

  constructor(stream: TopicStream) {
    this.stream = stream;
  }
  connect(): void {
    this.follower ??= this.stream.follow(this, this.positions.of('roster'));
  }
  disconnect(): void {
    if (this.follower !== null) this.stream.leave(this.follower);
    this.follower = null;
    this.writable = true;
  }
  drain(): void {
    this.writable = true;
    if (this.follower !== null) this.stream.catchUp(this.follower);
  }
  send(frame: Buffer): void {
    const message = ServerMessage.parse(JSON.parse(textOf(frame)));
    if (message.type !== 'snapshot' && message.type !== 'patch' && message.type !== 'resumed') return;
    const verdict = this.positions.take(message);
    if (verdict === 'gap') this.gaps += 1;
    if (verdict !== 'next') return;
    if (message.type === 'snapshot') this.state = FOLDS.roster([], { rows: Roster.parse(message.state) });
    if (message.type === 'patch' && this.state !== null) {
      this.state = FOLDS.roster(this.state, RosterPatch.parse(message.patch));
    }
  }
}

function depsOf(clock: ManualClock, buffer: ResumeBuffer): StreamDeps {
  return { clock, buffer, batches: new Batches(clock), logger: silent };
}

function streamOf(clock: ManualClock, coalesceMs: number, mostBytes: number) {
  const source = new Source();
  const open = (changed: () => void) => {
    source.changed = changed;
    return source;
  };
  const buffer = new ResumeBuffer(mostBytes, 60_000);
  const stream = new TopicStream('roster', { key: 'roster', coalesceMs, open }, depsOf(clock, buffer));
  return { source, stream, buffer };
}

const READERS = 3;
const reader = fc.nat({ max: READERS - 1 });
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ set: fc.constantFrom('1', '2', '3', '4'), gone: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ wait: fc.constantFrom(1, 200, 70_000) }) },
  fc.record({ connect: reader }),
  fc.record({ disconnect: reader }),
  fc.record({ block: reader }),
  fc.record({ drain: reader }),
);

describe('the stream of a topic', () => {
  it('leaves every page with the state of the server, whatever was lost, resumed or too slow', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 80 }),
        fc.constantFrom(0, 200),
        fc.constantFrom(300, 1_000, 100_000),
        (steps, coalesceMs, mostBytes) => {
          const clock = new ManualClock();
          const { source, stream } = streamOf(clock, coalesceMs, mostBytes);
          const readers = Array.from({ length: READERS }, () => new Reader(stream));
          let since = 0;
          for (const each of steps) {
            if ('set' in each) source.set(each.set, each.gone ? null : (since += 1));
            else if ('wait' in each) clock.advanceNow(each.wait);
            else if ('connect' in each) readers[each.connect]!.connect();
            else if ('disconnect' in each) readers[each.disconnect]!.disconnect();
            else if ('block' in each) readers[each.block]!.writable = false;
            else readers[each.drain]!.drain();
          }
          clock.advanceNow(200);
          for (const each of readers) {
            each.connect();
            each.drain();
          }
          const rows = [...source.rows.values()].sort((a, b) => a.number.localeCompare(b.number));
          for (const each of readers) {
            expect(each.state).toEqual(rows);
            expect(each.gaps).toBe(0);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('tells every page the same bytes', () => {
    const { source, stream } = streamOf(new ManualClock(), 0, 100_000);
    const frames: Buffer[][] = [[], []];
    for (const got of frames) stream.follow({ writable: true, send: (frame) => void got.push(frame) });
    source.set('1', 1);
    expect(frames[0]?.[1]).toBe(frames[1]?.[1]);
  });
});

describe('what is kept for pages that come back', () => {
  const kept = (buffer: ResumeBuffer, position: Position, stream: TopicStream): string => {
    const said: string[] = [];
    const sink = { writable: true, send: (frame: Buffer) => void said.push(textOf(frame)) };
    stream.leave(stream.follow(sink, position));
    return `${(JSON.parse(said[0]!) as { type: string }).type} ${said.length - 1}`;
  };

  it('is bounded in bytes over all streams, and the oldest goes first', () => {
    const clock = new ManualClock();
    const buffer = new ResumeBuffer(10_000, 60_000);
    const streams = ['roster:a', 'roster:b'].map((topic) => {
      const source = new Source();
      const open = (changed: () => void) => {
        source.changed = changed;
        return source;
      };
      return {
        source,
        stream: new TopicStream(topic, { key: topic, coalesceMs: 0, open }, depsOf(clock, buffer)),
      };
    });
    const [quiet, busy] = streams as [(typeof streams)[0], (typeof streams)[0]];
    quiet.source.set('1', 1);
    expect(kept(buffer, { epoch: quiet.stream.epoch, sequence: 0 }, quiet.stream)).toBe('resumed 1');
    for (let since = 0; since < 1_000; since++) {
      busy.source.set('1', since);
      expect(buffer.bytes).toBeLessThanOrEqual(10_000);
    }
    expect(kept(buffer, { epoch: quiet.stream.epoch, sequence: 0 }, quiet.stream)).toBe('snapshot 0');
    expect(kept(buffer, { epoch: busy.stream.epoch, sequence: 995 }, busy.stream)).toBe('resumed 5');
    expect(kept(buffer, { epoch: busy.stream.epoch, sequence: 0 }, busy.stream)).toBe('snapshot 0');
  });

  it('is no older than a minute, and goes with its stream', () => {
    const clock = new ManualClock();
    const { source, stream, buffer } = streamOf(clock, 0, 100_000);
    source.set('1', 1);
    clock.advanceNow(60_001);
    source.set('1', 2);
    expect(kept(buffer, { epoch: stream.epoch, sequence: 0 }, stream)).toBe('snapshot 0');
    expect(kept(buffer, { epoch: stream.epoch, sequence: 1 }, stream)).toBe('resumed 1');
    stream.dispose();
    expect(buffer.bytes).toBe(0);
  });
});

describe('a frame', () => {
  it.each([0, 1, 125, 126, 65_535, 65_536])('of %i bytes is what a WebSocket reads', async (length) => {
    const text = 'é'.repeat(length >>> 1) + 'x'.repeat(length % 2);
    const receiver = new Receiver({ isServer: false });
    const read = once(receiver, 'message');
    receiver.write(textFrame(text));
    const [data, isBinary] = (await read) as [Buffer, boolean];
    expect([data.toString(), isBinary]).toEqual([text, false]);
  });
});
