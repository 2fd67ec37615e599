import { randomBytes } from 'node:crypto';
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { RtpEndpoint } from './rtp-endpoint.ts';

/**
 * A caller on the trunk in a few lines of SIP over UDP, for measuring: it knows to the millisecond when its INVITE left.
 * One call; no authentication, no retransmission (loopback loses nothing).
 */
export class SipCaller {
  readonly rtp: RtpEndpoint;
  readonly #socket: Socket;
  readonly #server: { host: string; port: number };
  readonly #callId = randomBytes(8).toString('hex');
  readonly #tag = randomBytes(6).toString('hex');
  #from = '';
  #target = '';
  #to = '';
  #waiting: { test: (status: number) => boolean; done: (status: number) => void }[] = [];

  private constructor(socket: Socket, rtp: RtpEndpoint, port: number) {
    this.#socket = socket;
    this.rtp = rtp;
    this.#server = { host: '127.0.0.1', port };
    socket.on('message', (data, from) => this.#receive(data.toString(), from));
  }

  static async open(serverPort: number): Promise<SipCaller> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new SipCaller(socket, await RtpEndpoint.open(), serverPort);
  }

  /** Sends the INVITE; resolves with the time at which it left, ms since the epoch. */
  invite(number: string, from: string): number {
    this.#to = `<sip:${number}@127.0.0.1>`;
    this.#target = `sip:${number}@127.0.0.1:${this.#server.port}`;
    void this.#request('INVITE', 1, this.rtp.description(), from);
    return Date.now();
  }

  /** Resolves with the first final status; acknowledges it and connects the media. */
  answered(): Promise<number> {
    return new Promise((done) => this.#waiting.push({ test: (status) => status >= 200, done }));
  }

  /** Resolves when the request has left, so that the socket may be closed. */
  bye(): Promise<void> {
    return this.#request('BYE', 2, '');
  }

  close(): void {
    this.#socket.close();
    this.rtp.close();
  }

  #request(method: string, sequence: number, body: string, from?: string): Promise<void> {
    const { port } = this.#socket.address();
    if (from !== undefined) this.#from = from;
    const lines = [
      `${method} ${this.#target} SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:${port};branch=z9hG4bK${randomBytes(8).toString('hex')};rport`,
      'Max-Forwards: 70',
      `From: <sip:${this.#from}@127.0.0.1>;tag=${this.#tag}`,
      `To: ${this.#to}`,
      `Call-ID: ${this.#callId}`,
      `CSeq: ${sequence} ${method}`,
      `Contact: <sip:${this.#from}@127.0.0.1:${port}>`,
      ...(body === '' ? [] : ['Content-Type: application/sdp']),
      `Content-Length: ${Buffer.byteLength(body)}`,
    ];
    const message = `${lines.join('\r\n')}\r\n\r\n${body}`;
    return new Promise((done, fail) => {
      this.#socket.send(message, this.#server.port, this.#server.host, (error) =>
        error === null ? done() : fail(error),
      );
    });
  }

  #receive(text: string, from: RemoteInfo): void {
    const status = Number(/^SIP\/2\.0 (\d{3})/.exec(text)?.[1] ?? 0);
    if (status === 0) {
      this.#answerRequest(text, from);
      return;
    }
    if (/^CSeq:\s*1 INVITE/im.test(text) && status >= 200) {
      this.#to = /^To:\s*(.+)$/im.exec(text)?.[1]?.trim() ?? this.#to;
      this.#target = /^Contact:\s*<([^>]+)>/im.exec(text)?.[1] ?? this.#target;
      void this.#request('ACK', 1, '');
      if (status < 300) this.rtp.connect(text.slice(text.indexOf('\r\n\r\n') + 4));
    }
    this.#waiting = this.#waiting.filter(({ test, done }) => {
      if (!test(status)) return true;
      done(status);
      return false;
    });
  }

  /** Every request of the server is welcome: re-INVITEs are answered with our description, the rest with nothing. */
  #answerRequest(text: string, from: RemoteInfo): void {
    if (text.startsWith('ACK ')) return;
    const body = text.startsWith('INVITE ') ? this.rtp.description() : '';
    const copied = text
      .split('\r\n')
      .filter((line) => /^(Via|From|To|Call-ID|CSeq|Record-Route):/i.test(line))
      .join('\r\n');
    const { port } = this.#socket.address();
    const type = body === '' ? '' : 'Content-Type: application/sdp\r\n';
    this.#socket.send(
      `SIP/2.0 200 OK\r\n${copied}\r\nContact: <sip:caller@127.0.0.1:${port}>\r\n${type}Content-Length: ${body.length}\r\n\r\n${body}`,
      from.port,
      from.address,
    );
  }
}
