import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

export type ToPeer =
  | { type: 'offer'; payloadType: 0 | 8 }
  | { type: 'remote'; kind: 'offer' | 'answer'; sdp: string }
  | { type: 'say'; hz: number | null }
  | { type: 'forget' }
  | { type: 'heard'; tones: number[] }
  | { type: 'close' };

export interface Heard {
  type: 'heard';
  /** Amplitudes of the asked tones in the last second, sample units. */
  tones: number[];
  rms: number;
  packets: Array<{ ssrc: number; sequence: number }>;
  rtcp: number;
}

export type FromPeer =
  { type: 'description'; sdp: string } | { type: 'open' } | { type: 'state'; state: string } | Heard;

/** Drives a WebRTC far side that lives in a process of its own. */
export class WebrtcPeer {
  #process: ChildProcess;
  #inbox: FromPeer[] = [];
  #check: () => void = () => undefined;

  constructor() {
    this.#process = fork(join(import.meta.dirname, 'webrtc-peer-process.ts'), [], {
      execArgv: ['--import', 'tsx'],
    });
    this.#process.on('message', (message) => {
      this.#inbox.push(message as FromPeer);
      this.#check();
    });
  }

  /** A fresh connection's offer (Opus first, then G.711, as browsers do). */
  async offer(payloadType: 0 | 8 = 0): Promise<string> {
    this.#send({ type: 'offer', payloadType });
    return (await this.#next('description')).sdp;
  }

  async answer(offer: string): Promise<string> {
    this.#send({ type: 'remote', kind: 'offer', sdp: offer });
    return (await this.#next('description')).sdp;
  }

  accept(answer: string): void {
    this.#send({ type: 'remote', kind: 'answer', sdp: answer });
  }

  say(hz: number | null): void {
    this.#send({ type: 'say', hz });
  }

  forget(): void {
    this.#send({ type: 'forget' });
  }

  async heard(...tones: number[]): Promise<Heard> {
    this.#send({ type: 'heard', tones });
    return this.#next('heard');
  }

  /** Resolves when packets can flow. */
  async opened(): Promise<void> {
    await this.#next('open');
  }

  hangUp(): void {
    this.#send({ type: 'close' });
  }

  /** Dies at once, as a browser that crashes. */
  kill(): void {
    this.#process.kill('SIGKILL');
  }

  #send(message: ToPeer): void {
    this.#process.send(message);
  }

  #next<Type extends FromPeer['type']>(type: Type): Promise<Extract<FromPeer, { type: Type }>> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`the peer sent no ${type}`)), 20_000);
      this.#check = () => {
        const at = this.#inbox.findIndex((message) => message.type === type);
        if (at < 0) return;
        clearTimeout(timer);
        const [found] = this.#inbox.splice(at, 1);
        resolve(found as Extract<FromPeer, { type: Type }>);
      };
      this.#check();
    });
  }
}
