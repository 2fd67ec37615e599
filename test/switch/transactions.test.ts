import { beforeEach, describe, expect, it } from 'vitest';
import type { ServerTransaction } from '../../server/switch/embedded/sip/server-transaction.ts';
import { SipHeaders } from '../../server/switch/embedded/sip/sip-headers.ts';
import type {
  InboundRequest,
  InboundResponse,
  SipRequest,
} from '../../server/switch/embedded/sip/sip-message.ts';
import { TransactionLayer } from '../../server/switch/embedded/sip/transaction-layer.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { RecordingFlow } from './recording-flow.ts';
import { request, responseTo } from './sip-messages.ts';

let clock: ManualClock;
let layer: TransactionLayer;
let flow: RecordingFlow;
let offered: ServerTransaction[];
let acks: InboundRequest[];
let strays: InboundResponse[];

beforeEach(() => {
  clock = new ManualClock();
  flow = new RecordingFlow();
  offered = [];
  acks = [];
  strays = [];
  layer = new TransactionLayer(
    clock,
    {
      onRequest: (transaction) => offered.push(transaction),
      onAck: (ack) => acks.push(ack),
      onStraySuccess: (response) => strays.push(response),
    },
    () => '127.0.0.1:5060',
  );
});

function outgoing(method: string): SipRequest {
  const headers = new SipHeaders([
    ['From', '<sip:telebar@127.0.0.1>;tag=ours'],
    ['To', '<sip:far@192.0.2.7>'],
    ['Call-ID', 'ours'],
    ['CSeq', `1 ${method}`],
  ]);
  return { kind: 'request', method, uri: 'sip:far@192.0.2.7', headers, body: '' };
}

function send(method: string, to = flow) {
  const got: number[] = [];
  const failures: string[] = [];
  const transaction = layer.send(outgoing(method), to, {
    onResponse: (response) => got.push(response.status),
    onFailure: (why) => failures.push(why),
  });
  const [sent] = to.requests.slice(-1);
  if (!sent) throw new Error('nothing was sent');
  return { transaction, got, failures, sent };
}

/** When each message left, ms from the start. */
function times(until: number): number[] {
  const result: number[] = [];
  let seen = flow.sent.length;
  for (let ms = 0; ms < until; ms += 100) {
    clock.advanceNow(100);
    for (; seen < flow.sent.length; seen++) result.push(ms + 100);
  }
  return result;
}

describe('a client transaction of INVITE', () => {
  it('repeats on UDP at doubling intervals (timer A) and times out after 32 s (timer B)', () => {
    const { failures } = send('INVITE');
    expect(times(33_000)).toEqual([500, 1500, 3500, 7500, 15500, 31500]);
    expect(failures).toEqual(['timeout']);
    expect(layer.size).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('stops repeating when a provisional response comes and waits as long as it takes', () => {
    const { failures, sent, got } = send('INVITE');
    layer.receiveResponse(responseTo(sent, flow, 180));
    expect(times(120_000)).toEqual([]);
    expect(got).toEqual([180]);
    expect(failures).toEqual([]);
  });

  it('acknowledges a refusal in the same branch, each time it comes, until timer D', () => {
    const { sent, got } = send('INVITE');
    const busy = responseTo(sent, flow, 486);
    layer.receiveResponse(busy);
    layer.receiveResponse(busy);
    expect(got).toEqual([486]);
    const acknowledged = flow.requests.filter((message) => message.method === 'ACK');
    expect(acknowledged).toHaveLength(2);
    expect(acknowledged[0]?.via.branch).toBe(sent.via.branch);
    expect(acknowledged[0]?.headers.get('to')).toContain('tag=far');
    clock.advanceNow(32_000);
    expect(layer.size).toBe(0);
  });

  it('passes on repeated 2xx while accepted (RFC 6026) and hands later ones over as strays', () => {
    const { sent, got } = send('INVITE');
    const ok = responseTo(sent, flow, 200);
    layer.receiveResponse(ok);
    layer.receiveResponse(ok);
    expect(got).toEqual([200, 200]);
    clock.advanceNow(32_000);
    layer.receiveResponse(ok);
    expect(got).toHaveLength(2);
    expect(strays).toHaveLength(1);
  });

  it('neither repeats nor lingers on a WebSocket, and fails when the socket closes', () => {
    const socket = new RecordingFlow('WS');
    const { failures } = send('INVITE', socket);
    clock.advanceNow(5_000);
    expect(socket.sent).toHaveLength(1);
    layer.onFlowClosed(socket);
    expect(failures).toEqual(['transport']);
    expect(clock.pending).toBe(0);
  });
});

describe('a client transaction of another method', () => {
  it('repeats at up to four seconds (timer E) and times out after 32 s (timer F)', () => {
    const { failures } = send('OPTIONS');
    expect(times(33_000)).toEqual([500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500]);
    expect(failures).toEqual(['timeout']);
  });

  it('takes one final response and absorbs its repetitions until timer K', () => {
    const { sent, got } = send('BYE');
    layer.receiveResponse(responseTo(sent, flow, 200));
    layer.receiveResponse(responseTo(sent, flow, 200));
    expect(got).toEqual([200]);
    expect(layer.size).toBe(1);
    clock.advanceNow(5_000);
    expect(layer.size).toBe(0);
  });
});

describe('a server transaction of INVITE', () => {
  it('answers a repeated request with its last response and offers it once', () => {
    layer.receiveRequest(request(flow));
    offered[0]?.respond(180);
    layer.receiveRequest(request(flow));
    expect(offered).toHaveLength(1);
    expect(flow.statuses).toEqual([180, 180]);
  });

  it('repeats a refusal (timer G) until the ACK, then forgets after timer I', () => {
    layer.receiveRequest(request(flow));
    offered[0]?.respond(486);
    clock.advanceNow(1_600);
    expect(flow.statuses).toEqual([486, 486, 486]);
    layer.receiveRequest(request(flow, { method: 'ACK' }));
    clock.advanceNow(4_900);
    expect(flow.statuses).toHaveLength(3);
    expect(layer.size).toBe(1);
    clock.advanceNow(100);
    expect(layer.size).toBe(0);
    expect(acks).toEqual([]);
  });

  it('gives up after timer H when no ACK comes', () => {
    layer.receiveRequest(request(flow));
    let failed = false;
    const [transaction] = offered;
    if (transaction) transaction.onFailure = () => (failed = true);
    transaction?.respond(603);
    clock.advanceNow(32_000);
    expect(failed).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it('absorbs repeated requests after a 2xx (RFC 6026) and passes the ACK up', () => {
    layer.receiveRequest(request(flow));
    offered[0]?.respond(200);
    layer.receiveRequest(request(flow));
    expect(flow.statuses).toEqual([200]);
    layer.receiveRequest(request(flow, { method: 'ACK', branch: 'z9hG4bKack', toTag: 'x' }));
    expect(acks).toHaveLength(1);
  });

  it('answers CANCEL with 200 and tells it, and with 481 when there is nothing to cancel', () => {
    layer.receiveRequest(request(flow));
    const [transaction] = offered;
    if (transaction) transaction.onCancel = () => transaction.respond(487);
    layer.receiveRequest(request(flow, { method: 'CANCEL' }));
    expect(flow.statuses).toEqual([200, 487]);
    layer.receiveRequest(request(flow, { method: 'CANCEL', branch: 'z9hG4bKother' }));
    expect(flow.statuses).toEqual([200, 487, 481]);
  });

  it('lets the answer stand when CANCEL comes after it', () => {
    layer.receiveRequest(request(flow));
    const [transaction] = offered;
    let cancelled = false;
    if (transaction) transaction.onCancel = () => (cancelled = true);
    transaction?.respond(200);
    layer.receiveRequest(request(flow, { method: 'CANCEL' }));
    expect(cancelled).toBe(false);
    expect(flow.statuses).toEqual([200, 200]);
  });

  it('answers the same request by another way with 482 (merged request)', () => {
    layer.receiveRequest(request(flow));
    layer.receiveRequest(request(flow, { branch: 'z9hG4bKforked' }));
    expect(offered).toHaveLength(1);
    expect(flow.statuses).toEqual([482]);
  });

  it('matches requests of RFC 2543 elements without a branch', () => {
    layer.receiveRequest(request(flow, { branch: '1' }));
    layer.receiveRequest(request(flow, { branch: '1' }));
    offered[0]?.respond(404);
    layer.receiveRequest(request(flow, { branch: '1', method: 'ACK' }));
    expect(offered).toHaveLength(1);
    expect(offered[0]?.state).toBe('confirmed');
  });
});

describe('a server transaction of another method', () => {
  it('repeats its final response for repeated requests until timer J', () => {
    layer.receiveRequest(request(flow, { method: 'OPTIONS' }));
    offered[0]?.respond(200);
    layer.receiveRequest(request(flow, { method: 'OPTIONS' }));
    expect(flow.statuses).toEqual([200, 200]);
    clock.advanceNow(32_000);
    expect(layer.size).toBe(0);
  });
});

describe('what is kept of requests', () => {
  const socket = (index: number): RecordingFlow => new RecordingFlow('WS', '192.0.2.7', 40_000 + index);
  /** One more request of its own, with a body. */
  let count = 0;
  const ask = (on: RecordingFlow, method = 'INVITE', body = 'x'.repeat(60_000)): ServerTransaction => {
    const own = { branch: `z9hG4bK${++count}`, callId: `call-${count}`, fromTag: `tag-${count}` };
    layer.receiveRequest(request(on, { method, body, ...own }));
    const transaction = offered.at(-1);
    if (!transaction) throw new Error('nothing was offered');
    return transaction;
  };

  it.each(['UDP', 'WS'] as const)('is nothing on %s when the answer is for a stranger', (protocol) => {
    const stranger = new RecordingFlow(protocol);
    for (const method of ['INVITE', 'REGISTER', 'OPTIONS', 'PRACK', 'ODD'])
      ask(stranger, method).respondOnce(401);
    expect(stranger.statuses).toEqual([401, 401, 401, 401, 401]);
    layer.receiveRequest(request(stranger, { method: 'CANCEL', branch: 'z9hG4bKnone' }));
    layer.receiveRequest(request(stranger, { method: 'ACK' }));
    expect(layer.size).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('lets a challenged request that comes again be judged again, under the same tag', () => {
    for (let turn = 0; turn < 2; turn++) {
      layer.receiveRequest(request(flow));
      offered.at(-1)?.respondOnce(401);
    }
    expect(offered).toHaveLength(2);
    const [first, second] = flow.messages.map(({ to }) => to.params.get('tag'));
    expect(first).toMatch(/^\w{16}$/);
    expect(second).toBe(first);
  });

  it('is no body once there is an answer', () => {
    const transaction = ask(flow);
    expect(transaction.request.body).toHaveLength(60_000);
    transaction.respond(100);
    expect(transaction.request.body).toHaveLength(60_000);
    transaction.respond(486);
    expect(transaction.request.body).toBe('');
  });

  it('is only the INVITE when that is cancelled, however often', () => {
    layer.receiveRequest(request(flow));
    for (let turn = 0; turn < 5; turn++) layer.receiveRequest(request(flow, { method: 'CANCEL' }));
    expect(flow.statuses).toEqual([200, 200, 200, 200, 200]);
    expect(layer.size).toBe(1);
  });

  it('is bounded for one socket, whose answered requests make room, and costs no other', () => {
    const [greedy, honest] = [socket(1), socket(2)];
    const waiting = ask(honest);
    for (let turn = 0; turn < 500; turn++) ask(greedy).respond(486);
    expect(layer.size).toBe(101);
    expect(waiting.pending).toBe(true);
    waiting.respond(180);
    expect(honest.statuses).toEqual([180]);
  });

  it('refuses one more on a socket where all others still wait for their answer', () => {
    const greedy = socket(1);
    for (let turn = 0; turn < 100; turn++) ask(greedy);
    const before = offered.length;
    layer.receiveRequest(request(greedy, { branch: 'z9hG4bKmore', callId: 'more' }));
    expect(greedy.statuses).toEqual([503]);
    expect(offered).toHaveLength(before);
    offered[0]?.respond(200);
    layer.receiveRequest(request(greedy, { branch: 'z9hG4bKmore', callId: 'more' }));
    expect(offered).toHaveLength(before + 1);
  });

  it('is bounded for one network, however many sockets it opens, and costs no other', () => {
    const greedy = (port: number): RecordingFlow => new RecordingFlow('WS', '192.0.2.66', port);
    const sockets = Array.from({ length: 51 }, (_, port) => greedy(port));
    const last = sockets.at(-1);
    for (const each of sockets.slice(0, 50)) for (let turn = 0; turn < 100; turn++) ask(each, 'INVITE', 'x');
    expect(layer.size).toBe(5_000);
    if (last) layer.receiveRequest(request(last, { branch: 'z9hG4bKmore', callId: 'more' }));
    expect(last?.statuses).toEqual([503]);
    const honest = new RecordingFlow('WS', '192.0.2.8', 1);
    ask(honest).respond(180);
    expect(honest.statuses).toEqual([180]);
    // An answered one makes room, on whatever socket it came.
    offered[0]?.respond(486);
    if (last) ask(last).respond(180);
    expect(last?.statuses).toEqual([503, 180]);
  });

  it('is freed when the socket closes, answered or not', () => {
    const closing = socket(1);
    let told = false;
    ask(closing).onFailure = () => (told = true);
    ask(closing).respond(486);
    ask(closing).respond(200);
    ask(closing, 'INFO');
    layer.onFlowClosed(closing);
    expect(told).toBe(true);
    expect(layer.size).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('is out of reach from another socket', () => {
    const [mine, other] = [socket(1), socket(2)];
    layer.receiveRequest(request(mine));
    const [transaction] = offered;
    let cancelled = false;
    if (transaction) transaction.onCancel = () => (cancelled = true);
    layer.receiveRequest(request(other, { method: 'CANCEL' }));
    expect(other.statuses).toEqual([481]);
    expect(cancelled).toBe(false);
  });
});
