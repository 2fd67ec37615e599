import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StreamError, TcpFraming } from '../../server/switch/embedded/sip/tcp-framing.ts';
import { growth, LINEAR } from '../support/growth.ts';

function message(method: string, body: string, header = 'Content-Length'): string {
  return `${method} sip:a@b SIP/2.0\r\nVia: x\r\n${header}: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

function take(framing: TcpFraming, piece: Buffer): string[] {
  framing.add(piece);
  const messages: string[] = [];
  for (let next = framing.next(); next !== null; next = framing.next()) messages.push(String(next));
  return messages;
}

/** What comes out of a stream that arrives in these pieces. */
function framed(...pieces: string[]): string[] {
  const framing = new TcpFraming();
  return pieces.flatMap((piece) => take(framing, Buffer.from(piece)));
}

describe('a stream', () => {
  it('is cut into the same messages however it arrives', () => {
    const messages = [message('INVITE', 'v=0\r\nä\r\n\r\nx'), message('ACK', ''), message('BYE', 'bye', 'l')];
    const whole = Buffer.from(messages.join(''));
    fc.assert(
      fc.property(fc.array(fc.nat({ max: whole.length }), { maxLength: 20 }), (cuts) => {
        const framing = new TcpFraming();
        const at = [0, ...cuts.toSorted((a, b) => a - b), whole.length];
        const out = at.slice(1).flatMap((end, index) => take(framing, whole.subarray(at[index], end)));
        expect(out).toEqual(messages);
        expect(framing.pending).toBe(0);
      }),
    );
  });

  it('tells keep-alives between messages, and drops single line ends', () => {
    expect(framed('\r\n\r\n')).toEqual(['\r\n\r\n']);
    expect(framed(`${message('BYE', '')}\r\n${message('ACK', '')}`).filter((it) => it.trim() !== '')).toEqual(
      [message('BYE', ''), message('ACK', '')],
    );
  });

  it('of nothing but line ends asks for one keep-alive a piece', () => {
    const piece = '\r\n'.repeat(32_768);
    expect(framed(piece, piece, `${piece}\r`, '\n\r\n')).toHaveLength(4);
  });

  it.each([
    ['line ends', (length: number) => ['\r\n'.repeat(length / 2)]],
    ['line ends that are no pairs', (length: number) => ['\n\n\n\r'.repeat(length / 4)]],
    ['line ends before a message', (length: number) => ['\n'.repeat(length) + message('BYE', '')]],
    ['small messages', (length: number) => [message('BYE', '').repeat(length / 50)]],
    ['lengths', (length: number) => [`BYE a\r\n${'l:\r\n'.repeat(length / 4)}\r\n`]],
    ['byte after byte', (length: number) => Array.from(message('BYE', 'x'.repeat(length / 8)))],
    ['header after header', (length: number) => ['BYE a\r\n', ...Array<string>(length / 8).fill('a: b\r\n')]],
  ])('of %s is read with work that grows with its length alone', (_what, pieces) => {
    expect(
      growth((length) => {
        try {
          framed(...pieces(length));
        } catch (error) {
          if (!(error instanceof StreamError)) throw error;
        }
      }, 4_096),
    ).toBeLessThan(LINEAR);
  });

  it.each([
    ['has no Content-Length', 'BYE sip:a@b SIP/2.0\r\nVia: x\r\n\r\n'],
    ['has two of them', 'BYE sip:a@b SIP/2.0\r\nl: 0\r\nContent-Length: 5\r\n\r\n'],
    ['has one that is no number', 'BYE sip:a@b SIP/2.0\r\nContent-Length: -1\r\n\r\n'],
    ['promises too much', 'BYE sip:a@b SIP/2.0\r\nContent-Length: 999999\r\n\r\n'],
    ['never ends its headers', `BYE sip:a@b SIP/2.0\r\nX: ${'x'.repeat(40_000)}`],
    ['is TLS', '\u0016\u0003\u0001\u0002'],
    ['is a web page', '<html>\r\n'],
  ])('that %s cannot be read any further', (_what, text) => {
    expect(() => framed(text)).toThrow(StreamError);
  });
});
