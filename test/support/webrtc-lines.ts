import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

export type ToLines =
  /** `rtpPort`: where what the browser hears is sent, as plain RTP. */
  | { type: 'offer'; id: number; rtpPort: number }
  | { type: 'answer'; id: number; rtpPort: number; offer: string }
  | { type: 'accept'; id: number; answer: string }
  /** From now on nothing of the browser leaves any more, and nothing is closed: it has crashed. */
  | { type: 'freeze'; id: number }
  | { type: 'close'; id: number };

export type FromLines =
  | { type: 'description'; id: number; sdp: string; port: number }
  /** ICE and DTLS are done. */
  | { type: 'open'; id: number }
  | { type: 'failed'; why: string };

/** One browser's connection: its description, and the UDP port through which it speaks and hears as plain RTP. */
export class WebrtcLine {
  readonly sdp: string;
  readonly port: number;
  readonly #opened: () => Promise<unknown>;
  readonly #send: (type: 'freeze' | 'close') => void;
  readonly #accept: (answer: string) => void;

  constructor(
    sdp: string,
    port: number,
    opened: () => Promise<unknown>,
    send: (type: 'freeze' | 'close') => void,
    accept: (answer: string) => void,
  ) {
    this.sdp = sdp;
    this.port = port;
    this.#opened = opened;
    this.#send = send;
    this.#accept = accept;
  }

  /** Resolves when voice can flow; rejects when it cannot after some seconds. */
  async opened(): Promise<void> {
    await this.#opened();
  }

  /** The far side's answer to our offer. */
  accept(answer: string): void {
    this.#accept(answer);
  }

  freeze(): void {
    this.#send('freeze');
  }

  close(): void {
    this.#send('close');
  }
}

/**
 * WebRTC connections (ICE, DTLS-SRTP) of any number of browsers, in one process of their own, because the library exists
 * once per process. Their voice passes as plain RTP over the loopback, so that ears and tongues are those of a desk phone.
 */
export class WebrtcLines {
  readonly #process: ChildProcess;
  readonly #inbox: FromLines[] = [];
  readonly #waiting = new Set<() => void>();
  #last = 0;

  constructor() {
    this.#process = fork(join(import.meta.dirname, 'webrtc-lines-process.ts'), [], {
      execArgv: ['--import', 'tsx'],
    });
    this.#process.on('message', (message) => {
      this.#inbox.push(message as FromLines);
      for (const look of [...this.#waiting]) look();
    });
  }

  /** A browser that calls, with its offer. @param rtpPort of the plain endpoint that hears for it */
  offer(rtpPort: number): Promise<WebrtcLine> {
    const id = ++this.#last;
    return this.#make(id, { type: 'offer', id, rtpPort });
  }

  /** A browser that is called, with its answer. */
  answer(offer: string, rtpPort: number): Promise<WebrtcLine> {
    const id = ++this.#last;
    return this.#make(id, { type: 'answer', id, rtpPort, offer });
  }

  stop(): void {
    this.#process.kill('SIGKILL');
  }

  async #make(id: number, message: ToLines): Promise<WebrtcLine> {
    const send = (told: ToLines): void => void this.#process.send(told);
    send(message);
    const { sdp, port } = await this.#next('description', id);
    return new WebrtcLine(
      sdp,
      port,
      () => this.#next('open', id),
      (type) => send({ type, id }),
      (answer) => send({ type: 'accept', id, answer }),
    );
  }

  #next<Type extends 'description' | 'open'>(
    type: Type,
    id: number,
  ): Promise<Extract<FromLines, { type: Type }>> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const found = this.#inbox.find(
          (told): told is Extract<FromLines, { type: Type }> => told.type === type && told.id === id,
        );
        if (!found) return;
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve(found);
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(look);
        const failures = this.#inbox.flatMap((told) => (told.type === 'failed' ? [told.why] : []));
        reject(new Error(`the browser's line came to no ${type}: ${failures.join('; ')}`));
      }, 8_000);
      this.#waiting.add(look);
      look();
    });
  }
}
