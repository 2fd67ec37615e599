import { WebSocket, type RawData } from 'ws';

/** Bytes that wait for a page that does not read; then it is cut off, as it would be by its own server. */
const MOST_WAITING = 1024 * 1024;

/**
 * A page of a team that lives at another server: what it says goes there, and what is said there comes here. It is closed as that
 * server closes it, or as one that stops when that server dies: it comes again, and is led to the next owner.
 */
export class PassedPage {
  readonly #there: WebSocket;
  readonly #waiting: RawData[] = [];

  /** @param hello what the page has said first */
  constructor(
    page: WebSocket,
    { url, headers, hello }: { url: string; headers: Record<string, string>; hello: RawData },
    lost: () => void,
  ) {
    const { origin, ...others } = headers;
    this.#there = new WebSocket(`${url.replace(/^http/, 'ws')}/realtime`, {
      headers: others,
      ...(origin === undefined ? {} : { origin }),
      handshakeTimeout: 5_000,
    });
    this.#waiting.push(hello);
    this.#there.once('open', () => {
      for (const message of this.#waiting.splice(0)) this.say(message);
    });
    this.#there.on('message', (data, isBinary) => {
      if (page.bufferedAmount > MOST_WAITING) page.terminate();
      else page.send(data, { binary: isBinary });
    });
    this.#there.once('close', (code, reason) => {
      // 1005 and 1006 say that nothing was said.
      if (code >= 1_000 && code !== 1_005 && code !== 1_006) page.close(code, reason);
      else lost();
    });
    // `close` follows.
    this.#there.on('error', () => undefined);
  }

  say(message: RawData): void {
    if (this.#there.readyState === WebSocket.CONNECTING) this.#waiting.push(message);
    else if (this.#there.readyState === WebSocket.OPEN)
      this.#there.send(message as Buffer, { binary: false });
  }

  close(): void {
    if (this.#there.readyState === WebSocket.CONNECTING) this.#there.terminate();
    else this.#there.close();
  }
}
