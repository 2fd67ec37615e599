import { beforeEach, describe, expect, it } from 'vitest';
import { IncomingInvite } from '../../server/switch/embedded/sip/incoming-invite.ts';
import { OutgoingInvite, type OutgoingHandlers } from '../../server/switch/embedded/sip/outgoing-invite.ts';
import type { ServerTransaction } from '../../server/switch/embedded/sip/server-transaction.ts';
import type { ParsedRequest } from '../../server/switch/embedded/sip/sip-message.ts';
import type { SipSession } from '../../server/switch/embedded/sip/sip-session.ts';
import { SipStack } from '../../server/switch/embedded/sip/sip-stack.ts';
import type { ResponseParts } from '../../server/switch/embedded/sip/write-message.ts';
import { ManualClock, settle } from '../support/manual-clock.ts';
import { LogBook } from '../support/switch-bed.ts';
import { RecordingFlow } from './recording-flow.ts';
import { requestText, type RequestParts, responseTo, SDP } from './sip-messages.ts';
import { writeMessage } from '../../server/switch/embedded/sip/write-message.ts';

let clock: ManualClock;
let stack: SipStack;
let flow: RecordingFlow;
let offered: ServerTransaction[];
let session: SipSession;
let told: string[];

beforeEach(() => {
  clock = new ManualClock();
  flow = new RecordingFlow();
  offered = [];
  told = [];
  stack = new SipStack({
    clock,
    log: new LogBook(),
    host: '127.0.0.1',
    listener: {
      onRequest: (transaction) => offered.push(transaction),
      onFlowClosed: () => undefined,
      onLatency: () => undefined,
      isFamiliar: () => true,
      wasChallenged: () => false,
    },
  });
});

const handlers = (): OutgoingHandlers & { onCancelled(): void; onVanished(): void } => ({
  onOffer: async (sdp) => {
    told.push('offer');
    if (sdp.includes('bad')) throw new Error('refused');
    return SDP;
  },
  onOfferWanted: async (inForce) => inForce,
  onAnswer: async () => void told.push('answer'),
  onInfo: (type) => type === 'application/dtmf-relay',
  onEnded: (end) => told.push(end.kind === 'bye' ? 'bye' : end.why),
  onHeard: () => undefined,
  onProgress: (status, sdp) => told.push(`${status}${sdp ? ' sdp' : ''}`),
  onAnswered: (answered) => {
    session = answered;
    told.push('answered');
  },
  onRefused: (status) => told.push(`refused ${status}`),
  onUnreachable: (why) => told.push(why),
  onCancelled: () => told.push('cancelled'),
  onVanished: () => told.push('vanished'),
});

function receive(parts: RequestParts): void {
  stack.receive(Buffer.from(requestText(parts)), flow);
}

function respond(to: ParsedRequest, status: number, parts: ResponseParts = {}): void {
  const contact: readonly [string, string] = ['Contact', '<sip:far@192.0.2.7>'];
  const { headers = [] } = parts;
  const response = responseTo(to, flow, status, { ...parts, headers: [contact, ...headers] });
  stack.receive(Buffer.from(writeMessage(response)), flow);
}

/** Requests of a method that we sent so far. */
const sent = (method: string): ParsedRequest[] =>
  flow.requests.filter((message) => message.method === method);

const last = (method: string): ParsedRequest => {
  const found = sent(method).at(-1);
  if (!found) throw new Error(`no ${method} was sent; ${flow.sent.join('\n')}`);
  return found;
};

function incoming(parts: RequestParts = {}): IncomingInvite {
  receive({ body: SDP, ...parts });
  const [transaction] = offered.slice(-1);
  const invite = transaction && IncomingInvite.accept(stack, transaction, handlers());
  if (!invite) throw new Error('the INVITE was not offered');
  return invite;
}

function dial(credential?: { username: string; password: string }): OutgoingInvite {
  const invite = new OutgoingInvite(
    stack,
    {
      uri: 'sip:far@192.0.2.7',
      flow,
      from: '<sip:400100@127.0.0.1>',
      to: '<sip:far@192.0.2.7>',
      headers: [],
      sdp: SDP,
      symmetric: true,
      ...(credential ? { credential } : {}),
    },
    handlers(),
  );
  invite.start();
  return invite;
}

const ourTag = (): string => offered[0]?.localTag ?? '';

describe('a call that comes in', () => {
  it('is tried, rings, is answered, repeats its 200 until the ACK, and ends by BYE', () => {
    const invite = incoming();
    invite.ring();
    invite.answer(SDP);
    expect(flow.statuses).toEqual([100, 180, 200]);
    clock.advanceNow(1_500);
    expect(flow.statuses).toEqual([100, 180, 200, 200, 200]);
    receive({ method: 'ACK', branch: 'z9hG4bKack', toTag: ourTag() });
    clock.advanceNow(20_000);
    expect(flow.statuses).toHaveLength(5);
    receive({ method: 'BYE', branch: 'z9hG4bKbye', toTag: ourTag(), cseq: 2 });
    expect(told).toEqual(['bye']);
    expect(flow.statuses.at(-1)).toBe(200);
    receive({ method: 'INFO', branch: 'z9hG4bKlate', toTag: ourTag(), cseq: 3 });
    expect(flow.statuses.at(-1)).toBe(481);
  });

  it('is lost when nobody acknowledges the 200, and says BYE', () => {
    incoming().answer(SDP);
    clock.advanceNow(32_000);
    expect(told).toEqual(['no-ack']);
    expect(sent('BYE')).toHaveLength(1);
  });

  it('repeats its provisional response every minute', () => {
    incoming().ring();
    clock.advanceNow(120_000);
    expect(flow.statuses).toEqual([100, 180, 180, 180]);
  });

  it('is cancelled before the answer and not after it', () => {
    const invite = incoming();
    receive({ method: 'CANCEL' });
    expect(flow.statuses).toEqual([100, 200, 487]);
    expect(told).toEqual(['cancelled']);
    invite.answer(SDP);
    expect(flow.statuses).toHaveLength(3);
  });

  it('ends when the caller says BYE to the early dialog', () => {
    incoming().ring();
    receive({ method: 'BYE', branch: 'z9hG4bKbye', toTag: ourTag(), cseq: 2 });
    expect(flow.statuses).toEqual([100, 180, 200, 487]);
    expect(told).toEqual(['cancelled']);
  });

  it('refuses what demands reliable provisional responses with 420', () => {
    receive({ body: SDP, headers: [['Require', '100rel, timer']] });
    expect(flow.statuses).toEqual([420]);
    expect(flow.messages[0]?.headers.get('unsupported')).toBe('100rel');
  });

  it('is ended when its ACK has no answer to our offer', () => {
    incoming({ body: '' }).answer(SDP);
    receive({ method: 'ACK', branch: 'z9hG4bKack', toTag: ourTag() });
    expect(told).toEqual(['no-ack']);
  });
});

describe('within a call', () => {
  function answered(parts: RequestParts = {}): void {
    incoming(parts).answer(SDP);
    receive({ method: 'ACK', branch: 'z9hG4bKack', toTag: ourTag() });
    flow.sent.length = 0;
  }

  it('answers UPDATE without a description, INFO and OPTIONS', () => {
    answered();
    receive({ method: 'UPDATE', branch: 'z9hG4bK2', toTag: ourTag(), cseq: 2 });
    receive({ method: 'OPTIONS', branch: 'z9hG4bK3', toTag: ourTag(), cseq: 3 });
    receive({ method: 'INFO', branch: 'z9hG4bK4', toTag: ourTag(), cseq: 4 });
    expect(flow.statuses).toEqual([200, 200, 200]);
    expect(told).toEqual([]);
  });

  it('refuses a request that is older than the last one', () => {
    answered({ cseq: 5 });
    receive({ method: 'INFO', branch: 'z9hG4bK2', toTag: ourTag(), cseq: 4 });
    expect(flow.statuses).toEqual([500]);
  });

  it('answers a new offer and goes on as before when it cannot be taken', async () => {
    answered();
    receive({ branch: 'z9hG4bK2', toTag: ourTag(), cseq: 2, body: SDP });
    await settle();
    receive({ method: 'ACK', branch: 'z9hG4bK2a', toTag: ourTag(), cseq: 2 });
    receive({ branch: 'z9hG4bK3', toTag: ourTag(), cseq: 3, body: `${SDP}a=bad\r\n` });
    await settle();
    expect(flow.statuses).toEqual([100, 200, 100, 488]);
    expect(told).toEqual(['offer', 'offer']);
  });

  it('refuses a second offer while the first is open', async () => {
    answered();
    receive({ branch: 'z9hG4bK2', toTag: ourTag(), cseq: 2, body: SDP });
    receive({ method: 'UPDATE', branch: 'z9hG4bK3', toTag: ourTag(), cseq: 3, body: SDP });
    expect(flow.statuses).toEqual([100, 500]);
    await settle();
    expect(flow.statuses).toEqual([100, 500, 200]);
  });

  it('offers its own description to a re-INVITE without one', async () => {
    answered();
    receive({ branch: 'z9hG4bK2', toTag: ourTag(), cseq: 2 });
    await settle();
    expect(flow.messages.at(-1)?.body).toBe(SDP);
    // Ours waits for its answer: a collision is told as one (RFC 3261 §14.2).
    receive({ branch: 'z9hG4bK3', toTag: ourTag(), cseq: 3, body: SDP });
    expect(flow.statuses).toEqual([100, 200, 491]);
    receive({ method: 'ACK', branch: 'z9hG4bK2a', toTag: ourTag(), cseq: 2, body: SDP });
    expect(told).toEqual(['answer']);
  });
});

describe('session timers', () => {
  const timer = (value: string): RequestParts => ({
    headers: [
      ['Supported', 'timer'],
      ['Session-Expires', value],
    ],
  });

  it('lets a caller who offers to refresh do so, and ends the call when it stops', () => {
    incoming(timer('90')).answer(SDP);
    expect(flow.messages.at(-1)?.headers.get('session-expires')).toBe('90;refresher=uac');
    expect(flow.messages.at(-1)?.headers.get('require')).toBe('timer');
    receive({ method: 'ACK', branch: 'z9hG4bKack', toTag: ourTag() });
    clock.advanceNow(45_000);
    receive({ method: 'UPDATE', branch: 'z9hG4bK2', toTag: ourTag(), cseq: 2, ...timer('90;refresher=uac') });
    clock.advanceNow(59_000);
    expect(told).toEqual([]);
    clock.advanceNow(1_000);
    expect(told).toEqual(['session-expired']);
    expect(sent('BYE')).toHaveLength(1);
  });

  it('refuses an interval below ninety seconds with 422', () => {
    receive({ body: SDP, ...timer('30') });
    const [transaction] = offered;
    if (transaction) IncomingInvite.accept(stack, transaction, handlers());
    expect(flow.statuses).toEqual([422]);
    expect(flow.messages[0]?.headers.get('min-se')).toBe('90');
  });

  it('refreshes by UPDATE where it is our turn and the far side knows it', () => {
    dial();
    respond(last('INVITE'), 200, {
      body: SDP,
      headers: [
        ['Allow', 'INVITE, UPDATE'],
        ['Session-Expires', '120;refresher=uac'],
      ],
    });
    clock.advanceNow(60_000);
    expect(last('UPDATE').headers.get('session-expires')).toBe('120;refresher=uac');
    respond(last('UPDATE'), 200, { headers: [['Session-Expires', '120;refresher=uac']] });
    clock.advanceNow(60_000);
    expect(sent('UPDATE').length).toBeGreaterThanOrEqual(2);
    expect(told).toEqual(['answered']);
  });

  it('refreshes by re-INVITE otherwise, and tries again at random after a collision (491)', () => {
    dial();
    respond(last('INVITE'), 200, { body: SDP, headers: [['Session-Expires', '120;refresher=uac']] });
    clock.advanceNow(60_000);
    expect(sent('INVITE')).toHaveLength(2);
    const collided = last('INVITE').cseq.number;
    respond(last('INVITE'), 491);
    clock.advanceNow(2_000);
    expect(last('INVITE').cseq.number).toBe(collided);
    clock.advanceNow(2_100);
    expect(last('INVITE').cseq.number).toBe(collided + 1);
    const again = last('INVITE');
    expect(again.body).toBe(SDP);
    respond(again, 200, { body: SDP });
    expect(last('ACK').cseq.number).toBe(again.cseq.number);
  });

  it('loses the call when the far side knows nothing of it any more', () => {
    dial();
    respond(last('INVITE'), 200, {
      body: SDP,
      headers: [
        ['Allow', 'UPDATE'],
        ['Session-Expires', '120;refresher=uac'],
      ],
    });
    clock.advanceNow(60_000);
    respond(last('UPDATE'), 481);
    expect(told).toEqual(['answered', 'dialog-gone']);
  });
});

describe('a call that goes out', () => {
  it('tells its progress and is acknowledged, again for each repeated 200', () => {
    dial();
    const invite = last('INVITE');
    respond(invite, 180);
    respond(invite, 183, { body: SDP });
    respond(invite, 200, { body: SDP });
    respond(invite, 200, { body: SDP });
    expect(told).toEqual(['180', '183 sdp', 'answered']);
    expect(sent('ACK')).toHaveLength(2);
    // Also when its transaction is long gone.
    clock.advanceNow(40_000);
    respond(invite, 200, { body: SDP });
    expect(sent('ACK')).toHaveLength(3);
  });

  it('answers a challenge once and gives up at the second', () => {
    dial({ username: 'u', password: 'p' });
    const challenge: ResponseParts = {
      headers: [['WWW-Authenticate', 'Digest realm="c", nonce="n", qop="auth"']],
    };
    respond(last('INVITE'), 401, challenge);
    expect(last('INVITE').cseq.number).toBe(2);
    expect(last('INVITE').headers.get('authorization')).toContain('username="u"');
    respond(last('INVITE'), 401, challenge);
    expect(sent('INVITE')).toHaveLength(2);
    expect(told).toEqual(['refused 401']);
  });

  it('asks for a longer session where the far side wants it (422)', () => {
    dial();
    respond(last('INVITE'), 422, { headers: [['Min-SE', '3600']] });
    expect(last('INVITE').headers.get('session-expires')).toBe('3600');
    expect(last('INVITE').headers.get('min-se')).toBe('3600');
  });

  it('waits with CANCEL for a provisional response', () => {
    const invite = dial();
    invite.cancel('Q.850;cause=19');
    expect(sent('CANCEL')).toEqual([]);
    respond(last('INVITE'), 180);
    const cancel = last('CANCEL');
    expect(cancel.via.branch).toBe(last('INVITE').via.branch);
    expect(cancel.headers.get('reason')).toBe('Q.850;cause=19');
    respond(last('INVITE'), 487);
    expect(told).toEqual([]);
    clock.advanceNow(40_000);
    expect(clock.pending).toBe(0);
  });

  it('ends an answer that crosses the CANCEL by BYE and tells nobody', () => {
    const invite = dial();
    respond(last('INVITE'), 180);
    invite.cancel();
    respond(last('INVITE'), 200, { body: SDP });
    expect(sent('ACK')).toHaveLength(1);
    expect(sent('BYE')).toHaveLength(1);
    expect(told).toEqual(['180']);
  });

  it('keeps the first of two forks that answer and ends the other', () => {
    dial();
    respond(last('INVITE'), 200, { body: SDP, toTag: 'one' });
    respond(last('INVITE'), 200, { body: SDP, toTag: 'two' });
    expect(sent('ACK')).toHaveLength(2);
    expect(sent('BYE').map((bye) => bye.to.params.get('tag'))).toEqual(['two']);
    expect(told).toEqual(['answered']);
  });

  it('is unreachable when nothing comes back', () => {
    dial();
    clock.advanceNow(32_000);
    expect(told).toEqual(['timeout']);
  });

  it('goes back by the routes that it came by (RFC 3261 §12.2.1.1)', () => {
    dial();
    respond(last('INVITE'), 200, {
      body: SDP,
      headers: [['Record-Route', '<sip:192.0.2.9;lr>, <sip:192.0.2.10;lr>']],
    });
    expect(last('ACK').headers.list('route')).toEqual(['<sip:192.0.2.10;lr>', '<sip:192.0.2.9;lr>']);
    expect(last('ACK').uri).toBe('sip:far@192.0.2.7');
  });
});

describe('a peer that answers OPTIONS, and knows no UPDATE', () => {
  const answers = async (ask: Promise<boolean>): Promise<boolean | 'open'> =>
    Promise.race([ask, settle().then(() => 'open' as const)]);
  beforeEach(() => {
    dial();
    respond(last('INVITE'), 200, { body: SDP });
  });

  it('is believed at first', async () => {
    const asked = session.probe();
    respond(last('OPTIONS'), 200);
    expect(await answers(asked)).toBe(true);
    expect(sent('INVITE')).toHaveLength(1);
  });

  it('is asked by a re-INVITE then, and stays when it takes that', async () => {
    const asked = session.probe(true);
    expect(sent('OPTIONS')).toHaveLength(0);
    expect(last('INVITE').body).toBe(SDP);
    expect(last('INVITE').to.params.get('tag')).toBe('far');
    // There is no session timer, and asking brings none.
    expect(last('INVITE').headers.has('session-expires')).toBe(false);
    expect(await answers(asked)).toBe('open');
    respond(last('INVITE'), 200, { body: SDP });
    expect(await answers(asked)).toBe(true);
    clock.advanceNow(3_600_000);
    expect(told).not.toContain('session-expired');
  });

  it('is lost when it has forgotten the call', async () => {
    const asked = session.probe(true);
    respond(last('INVITE'), 481);
    expect(await answers(asked)).toBe(false);
    expect(told.at(-1)).toBe('dialog-gone');
  });

  it('is lost when it only tries for ever', async () => {
    const asked = session.probe(true);
    respond(last('INVITE'), 100);
    clock.advanceNow(32_000);
    expect(await answers(asked)).toBe(false);
  });
});
