import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StreamError, TcpFraming } from '../../server/switch/embedded/sip/tcp-framing.ts';

function message(method: string, body: string, header = 'Content-Length'): string {
  return `${method} sip:a@b SIP/2.0\r\nVia: x\r\n${header}: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

/** What comes out of a stream that arrives in these pieces. */
function framed(...pieces: string[]): string[] {
  const framing = new TcpFraming();
  return pieces.flatMap((piece) => framing.take(Buffer.from(piece)).map(String));
}

describe('a stream', () => {
  it('is cut into the same messages however it arrives', () => {
    const messages = [message('INVITE', 'v=0\r\nä\r\n\r\nx'), message('ACK', ''), message('BYE', 'bye', 'l')];
    const whole = Buffer.from(messages.join(''));
    fc.assert(
      fc.property(fc.array(fc.nat({ max: whole.length }), { maxLength: 20 }), (cuts) => {
        const framing = new TcpFraming();
        const at = [0, ...cuts.toSorted((a, b) => a - b), whole.length];
        const out = at.slice(1).flatMap((end, index) => framing.take(whole.subarray(at[index], end)));
        expect(out.map(String)).toEqual(messages);
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
