import { describe, expect, it } from 'vitest';
import { digitOfInfo } from '../../server/switch/embedded/info-digit.ts';
import { causeOfReason } from '../../server/switch/embedded/end-cause.ts';
import { readFar } from '../../server/switch/embedded/far-description.ts';
import { parseAudio } from '../../server/switch/embedded/media/sdp.ts';
import { sdpOf } from '../../server/switch/embedded/sip/body.ts';
import { parseAuthHeader } from '../../server/switch/embedded/sip/digest.ts';
import { SipHeaders } from '../../server/switch/embedded/sip/sip-headers.ts';
import { SipStack } from '../../server/switch/embedded/sip/sip-stack.ts';
import { parseHostPort, parseNameAddress, parseUri } from '../../server/switch/embedded/sip/sip-uri.ts';
import { parseSessionExpires } from '../../server/switch/embedded/sip/session-timer.ts';
import { parseVia, stampVia } from '../../server/switch/embedded/sip/via.ts';
import { growth, LINEAR } from '../support/growth.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { LogBook } from '../support/switch-bed.ts';
import { RecordingFlow } from './recording-flow.ts';
import { requestText } from './sip-messages.ts';

/** 16 times as much is just below the longest header section that is read. */
const LENGTH = 2_000;

/** What a stranger repeats, and what comes before and after it. */
const PIECES = [' ', ';', '<"', '\\"', ',', '>', '[', ':', '\r\n ', '\n'];
const BEFORE = ['', '<sip:', 'SIP/2.0/UDP x', 'SIP/2.0/UDP x;rport', '1', '"', 'Digest a', 'Q.850;cause'];
const AFTER = ['', 'y', ':y'];

/** All texts of a shape in turn; a run of them costs as much as the worst of them, and a little. */
function texts(before: string, length: number): string[] {
  return PIECES.flatMap((piece) =>
    AFTER.map((after) => before + piece.repeat(Math.ceil(length / piece.length)) + after),
  );
}

function stackFor(flow: RecordingFlow, familiar = true): (text: string) => void {
  const stack = new SipStack({
    clock: new ManualClock(),
    log: new LogBook(),
    host: '127.0.0.1',
    listener: {
      onRequest: (transaction) => transaction.respond(200),
      onFlowClosed: () => undefined,
      onLatency: () => undefined,
      isFamiliar: () => familiar,
      wasChallenged: () => false,
    },
  });
  return (text) => {
    stack.receive(Buffer.from(text), flow);
  };
}

describe.each(BEFORE)('a text that begins with %j and goes on with the same for long', (before) => {
  const grows = (read: (text: string) => unknown): number =>
    growth((length) => {
      for (const text of texts(before, length)) read(text);
    }, LENGTH);

  it.each<[string, (text: string) => unknown]>([
    ['an address', parseNameAddress],
    ['a URI', parseUri],
    ['a host and port', parseHostPort],
    ['a Via', parseVia],
    ['a credential', parseAuthHeader],
    ['a reason', causeOfReason],
    ['a session time', (text) => parseSessionExpires(new SipHeaders([['Session-Expires', text]]))],
    ['a digit', (text) => digitOfInfo('application/dtmf-relay', text)],
    ['a multipart body', (text) => sdpOf(bodyOf(text))],
    ['a kind of body', (text) => sdpOf(bodyOf('v=0', text))],
  ])('is read as %s with work that grows with its length alone', (_what, read) => {
    expect(grows(read)).toBeLessThan(LINEAR);
  });

  it.each(['Via', 'From', 'To', 'Contact', 'CSeq', 'Content-Length', 'X-Any', '', 'Request-URI'])(
    'is read in a message as %s with work that grows with its length alone',
    (name) => {
      const flow = new RecordingFlow('WS');
      const receive = stackFor(flow);
      expect(
        grows((text) => {
          receive(withHeader(name, text));
          flow.sent.length = 0;
        }),
      ).toBeLessThan(LINEAR);
    },
  );
});

describe('a datagram that is longer than any that a stranger has to send', () => {
  const long = requestText({ method: 'OPTIONS', headers: [['X-Any', 'x'.repeat(9_000)]] });

  it.each([
    ['a stranger', false, []],
    ['who is known', true, [200]],
  ])('of %s is read or not', (_who, familiar, statuses) => {
    const flow = new RecordingFlow('UDP');
    stackFor(flow, familiar)(long);
    expect(flow.statuses).toEqual(statuses);
    stackFor(flow, familiar)(requestText({ method: 'OPTIONS' }));
    expect(flow.statuses.at(-1)).toBe(200);
  });
});

describe('a Via that is stamped', () => {
  it('costs work that grows with its length alone', () => {
    const via = parseVia('SIP/2.0/UDP x;rport');
    if (!via) throw new Error('no Via');
    expect(
      growth((length) => {
        for (const text of texts('SIP/2.0/UDP x;rport', length)) stampVia(text, via, '192.0.2.7', 5);
      }, LENGTH),
    ).toBeLessThan(LINEAR);
  });

  it('is refused when it is longer than any hop writes it', () => {
    expect(parseVia(`SIP/2.0/UDP x${' '.repeat(900)};rport`)).not.toBeNull();
    expect(parseVia(`SIP/2.0/UDP x${' '.repeat(1_100)};rport`)).toBeNull();
  });
});

describe('a session description', () => {
  it.each([
    ['lines', 'a=b\r\n', ''],
    ['audio that cannot be taken', 'm=audio 1 RTP/AVP 3\r\n', ''],
    ['attributes of the session before such audio', 'm=audio 1 RTP/AVP 0\r\n', 'a=b\r\n'],
    ['audio that is switched off', 'm=audio 0 RTP/AVP 0\r\n', ''],
    ['formats', ' 0 8', 'm=audio 1 RTP/AVP'],
    ['blanks after the version', ' ', 'v=0'],
    ['line ends', '\n', ''],
  ])('with many %s is read with work that grows with its length alone', (_what, piece, before) => {
    const read = (length: number): void => {
      const repeated = (text: string): string =>
        text.repeat(Math.ceil(length / 2 / Math.max(1, text.length)));
      const sdp = `v=0\r\n${before.includes('\r') ? repeated(before) : before}${repeated(piece)}`;
      for (const parse of [(): unknown => parseAudio(sdp, 'rtp'), (): unknown => readFar(sdp, 'rtp')]) {
        try {
          parse();
        } catch (error) {
          if (!(error instanceof Error) || error.name !== 'DescriptionError') throw error;
        }
      }
    };
    expect(growth(read, LENGTH)).toBeLessThan(LINEAR);
  });
});

/** A request with a text of a stranger's in one place. */
function withHeader(name: string, text: string): string {
  const plain = requestText({ method: 'OPTIONS' });
  if (name === 'Request-URI') return plain.replace('sip:400100@127.0.0.1 ', () => `${text} `);
  if (name === '') return plain.replace('CSeq:', () => `${text}\r\nCSeq:`);
  if (!plain.includes(`\r\n${name}:`)) return plain.replace('CSeq:', () => `${name}: ${text}\r\nCSeq:`);
  return plain.replace(new RegExp(`\r\n${name}: [^\r]*`), () => `\r\n${name}: ${text}`);
}

function bodyOf(body: string, kind = 'multipart/mixed;boundary=-'): Parameters<typeof sdpOf>[0] {
  const headers = new SipHeaders([['Content-Type', kind]]);
  return { kind: 'request', method: 'INVITE', uri: 'sip:x', headers, body };
}
