import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { beforeEach, describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { DatagramGate } from '../../server/switch/embedded/sip/datagram-gate.ts';
import type { InboundRequest } from '../../server/switch/embedded/sip/sip-message.ts';
import { SourceBudget } from '../../server/switch/embedded/sip/source-budget.ts';
import { StrangerPool } from '../../server/switch/embedded/sip/stranger-pool.ts';
import { TcpFlow } from '../../server/switch/embedded/sip/tcp-flow.ts';
import { WebSocketFlow } from '../../server/switch/embedded/sip/websocket-flow.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { RecordingFlow } from './recording-flow.ts';
import { request } from './sip-messages.ts';

let clock: ManualClock;
beforeEach(() => (clock = new ManualClock()));

describe('the pool of strangers', () => {
  it('gives up the oldest of the network that has most, never one of a smaller', () => {
    const pool = new StrangerPool<string>(4);
    expect(pool.add('small', 'honest')).toBeNull();
    for (const name of ['a', 'b', 'c']) expect(pool.add('large', name)).toBeNull();
    expect(pool.add('large', 'd')).toBe('a');
    expect(pool.add('other', 'e')).toBe('b');
    expect(pool.add('other', 'e')).toBeNull();
    expect(pool.size).toBe(4);
  });

  it('has room again when one has said who it is', () => {
    const pool = new StrangerPool<string>(1);
    pool.add('here', 'a');
    pool.delete('here', 'a');
    pool.delete('here', 'a');
    expect(pool.add('here', 'b')).toBeNull();
    expect(pool.size).toBe(1);
  });
});

describe('the gate for datagrams', () => {
  const from = (address: string, headers: Array<[string, string]> = [], port = 5060): InboundRequest =>
    request(new RecordingFlow('UDP', address, port), { headers });
  let gate: DatagramGate;
  beforeEach(() => {
    gate = new DatagramGate(clock, {
      isFamiliar: ({ address }) => address === '192.0.2.1',
      wasChallenged: ({ headers }) => headers.has('authorization'),
    });
  });
  const passed = (count: number, of: (index: number) => InboundRequest): number =>
    Array.from({ length: count }, (_, index) => gate.admits(of(index))).filter(Boolean).length;

  it('lets a stranger ask often, and not without end', () => {
    expect(passed(1_000, () => from('192.0.2.9'))).toBe(405);
    clock.advanceNow(1_000);
    expect(passed(1_000, () => from('192.0.2.9'))).toBe(100);
    expect(passed(10, () => from('192.0.2.8'))).toBe(10);
  });

  it('lets a phone ask first of all beside a flood of its own address, whenever it begins', () => {
    for (let second = 0; second < 60; second++) {
      passed(2_000, () => from('192.0.2.9'));
      expect(passed(5, () => from('192.0.2.9', [], 6_000 + second))).toBe(5);
      expect(passed(20, () => from('192.0.2.9', [], 6_000 + second))).toBe(0);
      clock.advanceNow(1_000);
    }
  });

  it.each([
    ['asks for the first time', []],
    ['answers its challenge', [['Authorization', 'Digest']]],
  ] satisfies [string, Array<[string, string]>][])(
    'hears a phone that %s beside a flood from 500 ports of its own address, whenever it begins',
    (_name, headers) => {
      const flood = Array.from({ length: 500 }, (_, port) => from('192.0.2.9', headers, 1_024 + port));
      for (let second = 0; second < 90; second++) {
        for (let round = 0; round < 4; round++) for (const datagram of flood) gate.admits(datagram);
        expect(gate.admits(from('192.0.2.9', headers, 6_000 + second))).toBe(true);
        clock.advanceNow(1_000);
      }
    },
  );

  it('gives an address with many ports no more than its budget and its two reserves', () => {
    expect(passed(20_000, (index) => from('192.0.2.9', [], 1_024 + index))).toBe(1_100);
    clock.advanceNow(1_000);
    expect(passed(20_000, (index) => from('192.0.2.9', [], 1_024 + index))).toBe(150);
    expect(passed(5, () => from('192.0.2.8'))).toBe(5);
  });

  it('always lets in who is registered, and who answers a challenge while forged addresses flood', () => {
    const flood = (index: number): InboundRequest =>
      from(`10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`);
    expect(passed(20_000, flood)).toBe(6_000);
    expect(gate.admits(from('192.0.2.8'))).toBe(false);
    expect(gate.admits(from('192.0.2.1'))).toBe(true);
    expect(gate.admits(from('192.0.2.8', [['Authorization', 'Digest']]))).toBe(true);
    clock.advanceNow(100);
    expect(gate.admits(from('192.0.2.8'))).toBe(true);
  });
});

/** As much of a socket of `ws` as a flow uses; it answers pings after 20 ms as long as it is read. */
class FakeSocket extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  isPaused = false;
  bufferedAmount = 0;
  ended: string | null = null;
  pause(): void {
    this.isPaused = true;
  }
  resume(): void {
    this.isPaused = false;
  }
  pongs = 0;
  pong(): void {
    this.pongs++;
  }
  ping(): void {
    clock.after(20, () => {
      if (!this.isPaused) this.emit('pong');
    });
  }
  close(code: number): void {
    this.ended ??= `closed with ${code}`;
    this.readyState = 2;
  }
  terminate(): void {
    this.ended ??= 'cut off';
    this.readyState = 3;
    this.emit('close');
  }
}

describe('a socket', () => {
  let socket: FakeSocket;
  let known: boolean;
  let read: number;
  let served: number[];
  let shared: SourceBudget;
  beforeEach(() => {
    known = false;
    read = 0;
    served = [];
    shared = new SourceBudget(clock, 100, 10);
    socket = open();
  });

  function open(): FakeSocket {
    const fake = new FakeSocket();
    const host = {
      clock,
      shared,
      isKnown: () => known,
      onStanding: () => undefined,
      onMessage: ({ length }: Buffer) => {
        served.push(length);
        read++;
      },
      onClosed: () => undefined,
      onLatency: () => undefined,
    };
    void new WebSocketFlow('ws:1', fake as unknown as WebSocket, host, '192.0.2.7', 5);
    return fake;
  }

  /** What a peer gets through that sends as fast as it is read. */
  function flood(ms: number, bytes = 300, to = socket): number {
    const before = read;
    for (let at = 0; at < ms; at += 10) {
      while (!to.isPaused && to.ended === null && read - before < 100_000)
        to.emit('message', Buffer.alloc(bytes));
      clock.advanceNow(10);
    }
    return read - before;
  }

  it('of a stranger is closed when nobody has registered on it in 15 s', () => {
    clock.advanceNow(14_900);
    expect(socket.ended).toBeNull();
    clock.advanceNow(100);
    expect(socket.ended).toBe('closed with 1008');
    clock.advanceNow(4_000);
    expect(socket.readyState).toBe(3);
    expect(clock.pending).toBe(0);
  });

  it('stays open while somebody is registered on it, and is closed after the registration has gone', () => {
    known = true;
    clock.advanceNow(120_000);
    expect(socket.ended).toBeNull();
    known = false;
    clock.advanceNow(20_000);
    expect(socket.ended).toBe('closed with 1008');
  });

  it('of a stranger is read slowly after a few messages, and cut off when that goes on', () => {
    expect(flood(1_000)).toBeLessThan(30);
    expect(flood(10_000)).toBeLessThan(60);
    expect(socket.ended).toBe('cut off');
  });

  it('of a stranger is read slowly by bytes, too', () => {
    expect(flood(1_000, 30_000)).toBeLessThan(5);
  });

  it('with a registration is read a hundred times a second for as long as it likes', () => {
    known = true;
    expect(flood(1_000)).toBeGreaterThan(500);
    const second = flood(1_000);
    expect(second).toBeGreaterThan(90);
    expect(second).toBeLessThan(110);
    expect(socket.ended).toBeNull();
  });

  it('pays for pings and unasked pongs as for messages', () => {
    for (let count = 0; count < 21; count++) socket.emit('ping', Buffer.alloc(0));
    expect(socket.isPaused).toBe(true);
  });

  it('of a stranger gets no more served or answered of one piece of the wire than of many', () => {
    for (let count = 0; count < 200; count++) socket.emit('message', Buffer.alloc(300));
    expect(read).toBe(20);
    for (let count = 0; count < 200; count++) socket.emit('ping', Buffer.alloc(0));
    expect(socket.pongs).toBe(0);
    // The pings are owed for, too.
    for (let at = 0; at < 3_000; at += 100) clock.advanceNow(100);
    expect(read).toBe(20);
    for (let count = 0; count < 200; count++) socket.emit('message', Buffer.alloc(300));
    expect(socket.ended).toBe('cut off');
  });

  it('serves what it has read too early later, in its order, and then reads on', () => {
    const pieces = Array.from({ length: 30 }, (_, index) => Buffer.alloc(100 + index));
    for (const piece of pieces) socket.emit('message', piece);
    expect(read).toBe(20);
    clock.advanceNow(200);
    expect(read).toBe(21);
    for (let at = 0; at < 2_200; at += 100) clock.advanceNow(100);
    expect(served).toEqual(pieces.map(({ length }) => length));
    expect(socket.isPaused).toBe(false);
    expect(socket.ended).toBeNull();
  });

  it('with a registration loses nothing of a piece of the wire that is larger than its budget', () => {
    known = true;
    for (let count = 0; count < 1_500; count++) socket.emit('message', Buffer.alloc(10));
    expect(read).toBeLessThan(600);
    for (let at = 0; at < 11_000; at += 10) clock.advanceNow(10);
    expect(read).toBe(1_500);
    expect(socket.ended).toBeNull();
  });

  it('shares what strangers of its network may send, whatever comes in one piece', () => {
    const others = Array.from({ length: 50 }, () => open());
    for (let at = 0; at < 10_000; at += 100) {
      for (const other of others)
        for (let count = 0; count < 100 && !other.isPaused; count += 1)
          for (let piece = 0; piece < 5; piece++) other.emit('message', Buffer.alloc(300));
      clock.advanceNow(100);
    }
    // Six of each socket, a hundred at once, a hundred a second, and what each had begun.
    expect(read).toBeLessThan(50 * 6 + 100 + 1_000 + 50);
  });

  it('can always send enough to register, however many other strangers of its network send', () => {
    const others = Array.from({ length: 60 }, () => open());
    for (const other of others)
      for (let count = 0; count < 15; count++) other.emit('message', Buffer.alloc(300));
    const late = open();
    for (let count = 0; count < 6; count++) late.emit('message', Buffer.alloc(600));
    expect(late.isPaused).toBe(false);
    late.emit('message', Buffer.alloc(600));
    expect(late.isPaused).toBe(true);
  });
});

/** As much of a socket of TCP as a flow uses. */
class FakeTcp extends EventEmitter {
  readonly connecting = false;
  readonly writable = true;
  writableLength = 0;
  destroyed = false;
  isPaused = false;
  setNoDelay(): void {}
  setKeepAlive(): void {}
  write(): void {}
  pause(): void {
    this.isPaused = true;
  }
  resume(): void {
    this.isPaused = false;
  }
  destroy(): void {
    this.destroyed = true;
    this.emit('close');
  }
}

describe('a TCP connection of a stranger', () => {
  it('gets no more served of one piece of the stream than of many, and all of it in time', () => {
    let read = 0;
    const socket = new FakeTcp();
    const host = {
      clock,
      shared: new SourceBudget(clock, 100, 10),
      isKnown: () => false,
      onStanding: () => undefined,
      onMessage: () => void read++,
      onClosed: () => undefined,
      onLatency: () => undefined,
    };
    void new TcpFlow('tcp:1', socket as unknown as Socket, host, '192.0.2.7', 5);
    socket.emit('data', Buffer.from(`${'A b\r\nl:0\r\n\r\n'.repeat(60)}A b\r\nl:9`));
    expect(read).toBe(20);
    expect(socket.isPaused).toBe(true);
    for (let at = 0; at < 8_200; at += 100) clock.advanceNow(100);
    expect(read).toBe(60);
    expect(socket.isPaused).toBe(false);
    expect(socket.destroyed).toBe(false);
    socket.destroy();
    expect(clock.pending).toBe(0);
  });
});
