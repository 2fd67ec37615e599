import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { parseAuthHeader } from '../../server/switch/embedded/sip/digest.ts';
import { parseMessage } from '../../server/switch/embedded/sip/parse-message.ts';
import { SipStack } from '../../server/switch/embedded/sip/sip-stack.ts';
import { parseNameAddress, parseUri } from '../../server/switch/embedded/sip/sip-uri.ts';
import { parseVia, stampVia } from '../../server/switch/embedded/sip/via.ts';
import { writeMessage } from '../../server/switch/embedded/sip/write-message.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { LogBook } from '../support/switch-bed.ts';
import { RecordingFlow } from './recording-flow.ts';
import { requestText, SDP } from './sip-messages.ts';
import { BROKEN, DROPPED, REFUSED, VALID } from './torture-messages.ts';

let flow: RecordingFlow;
let log: LogBook;
let stack: SipStack;
let clock: ManualClock;

beforeEach(() => {
  // On a WebSocket every answer goes down the flow, whatever the Via says.
  flow = new RecordingFlow('WS');
  clock = new ManualClock();
  log = new LogBook();
  stack = new SipStack({
    clock,
    log,
    host: '127.0.0.1',
    listener: {
      onRequest: (transaction) => transaction.respond(200),
      onFlowClosed: () => undefined,
      onLatency: () => undefined,
      isFamiliar: () => true,
      wasChallenged: () => false,
    },
  });
});

function answersTo(text: string | Buffer): number[] {
  stack.receive(Buffer.from(text as string), flow);
  return flow.statuses;
}

const errors = (): string[] => log.lines.filter((line) => line.startsWith('error'));

describe('torture messages (RFC 4475)', () => {
  it.each(VALID)('reads $name ($section)', ({ text, name }) => {
    const [status] = answersTo(text);
    expect(status, log.lines.join('\n')).toBe(
      name.startsWith('a method') ? 501 : name.includes('tortuous') ? 481 : 200,
    );
    expect(errors()).toEqual([]);
  });

  it.each(BROKEN)('refuses $name ($section)', ({ text, name }) => {
    expect(answersTo(text)).toEqual([name.includes('version') ? 505 : 400]);
  });

  it.each(REFUSED)('answers $name with $status ($section)', ({ text, status }) => {
    expect(answersTo(text)).toEqual([status]);
  });

  it.each(DROPPED)('drops $name ($section)', ({ text }) => {
    expect(answersTo(text)).toEqual([]);
    expect(errors()).toEqual([]);
  });

  it('reads what the tortuous INVITE means', () => {
    const parsed = parseMessage(Buffer.from(VALID[0]?.text as string));
    if (parsed.kind !== 'request') throw new Error(JSON.stringify(parsed));
    const { request } = parsed;
    expect(request.from.displayName).toBe('J Rosenberg \\"');
    expect(request.from.params.get('tag')).toBe('98asjd8');
    expect(request.to.params.get('tag')).toBe('1918181833n');
    expect(request.cseq).toEqual({ number: 9, method: 'INVITE' });
    expect(request.headers.list('via')).toHaveLength(3);
    expect(request.via).toMatchObject({ transport: 'UDP', host: '192.0.2.2', branch: '390skdjuw' });
  });

  it('answers a keep-alive of two line breaks with one, on a socket', () => {
    stack.receive(Buffer.from('\r\n\r\n'), flow);
    expect(flow.sent).toEqual(['\r\n']);
  });
});

describe('what is written', () => {
  it('cannot be broken out of by a value with line breaks', () => {
    const parsed = parseMessage(Buffer.from(requestText()));
    if (parsed.kind !== 'request') throw new Error('no request');
    parsed.request.headers.append('X-Data', 'a\r\nEvil: 1\r\n\r\nbody\u0000');
    const again = parseMessage(Buffer.from(writeMessage(parsed.request)));
    expect(again.kind === 'request' && again.request.headers.get('evil')).toBeUndefined();
    expect(again.kind === 'request' && again.request.headers.get('x-data')).toBe('a Evil: 1 body');
  });

  it('stamps the Via with where the request came from (RFC 3581)', () => {
    const text = 'SIP/2.0/UDP 10.0.0.1:5062;rport;branch=z9hG4bKx';
    const via = parseVia(text);
    if (!via) throw new Error('no Via');
    expect(stampVia(text, via, '192.0.2.7', 4000)).toBe(
      'SIP/2.0/UDP 10.0.0.1:5062;rport=4000;branch=z9hG4bKx;received=192.0.2.7',
    );
  });
});

describe('fuzzing', () => {
  const seeds = [
    requestText({ body: SDP }),
    requestText({
      method: 'REGISTER',
      headers: [['Authorization', 'Digest username="1", realm="telebar", nonce="a"']],
    }),
    requestText({ method: 'BYE', toTag: 'x' }),
    ...VALID.map(({ text }) => text as string),
    'SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>;tag=2\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\n\r\n',
  ];
  const cut = fc.record({
    at: fc.nat(2_000),
    remove: fc.nat(40),
    insert: fc.oneof(
      fc.string({ maxLength: 20 }),
      fc.constantFrom(
        '\r\n',
        '\r\n\r\n',
        '"',
        '<',
        '>',
        ';',
        ',',
        ':',
        '\\',
        '%',
        '\u0000',
        ' ',
        'sip:',
        '\t',
        '99999999999',
      ),
    ),
  });
  const mutated = fc
    .tuple(fc.constantFrom(...seeds), fc.array(cut, { minLength: 1, maxLength: 6 }))
    .map(([seed, cuts]) =>
      cuts.reduce((text, { at, remove, insert }) => {
        const start = at % (text.length + 1);
        return text.slice(0, start) + insert + text.slice(start + remove);
      }, seed),
    );

  /** Somebody else's request is still answered. */
  function servesOthers(): void {
    const other = new RecordingFlow('WS', '192.0.2.99');
    stack.receive(
      Buffer.from(requestText({ method: 'OPTIONS', branch: 'z9hG4bKother', callId: 'other' })),
      other,
    );
    expect(other.statuses).toEqual([200]);
    clock.advanceNow(40_000);
  }

  it('takes no mutated message for a reason to fail', () => {
    fc.assert(
      fc.property(mutated, (text) => {
        stack.receive(Buffer.from(text), flow);
        expect(errors()).toEqual([]);
      }),
      { numRuns: 1_500 },
    );
    servesOthers();
  });

  it('takes no random bytes for a reason to fail', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        stack.receive(Buffer.from(bytes), flow);
        expect(errors()).toEqual([]);
      }),
      { numRuns: 500 },
    );
    servesOthers();
  });

  it('parses any text as a URI, an address, a Via or a credential without throwing', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.string({ unit: fc.constantFrom(...'sip:@<>";=,\\ %a1[]/.'.split('')) }),
    );
    fc.assert(
      fc.property(text, (value) => {
        parseUri(value);
        parseNameAddress(value);
        parseVia(value);
        parseAuthHeader(value);
      }),
      { numRuns: 2_000 },
    );
  });
});
