import type { EndpointId } from '../../server/core/kernel/ids.ts';
import type { IdSource } from '../../server/core/kernel/id-source.ts';
import type { Switch } from '../../server/core/ports/switch.ts';
import type { ToneTrace } from './tone-trace.ts';

/**
 * What the contract suite needs of an adapter: the switch itself, started, and far ends that can be steered. Everything
 * here is seen from outside: the suite never looks into the adapter.
 */
export interface SwitchHarness {
  readonly telephone: Switch;
  readonly ids: IdSource;
  /** Folder for recordings; it exists when there is sound. */
  readonly folder: string;
  /** What is said and heard is real sound, and recordings of it can be read afterwards. */
  readonly hasSound: boolean;
  /** The line to the outside world. */
  readonly trunk: FarTrunk;
  /** Digest HA1 (MD5) of a phone's account. */
  ha1(username: string, password: string): string;
  /** A device for an endpoint that the suite has provisioned (`device: 'phone'`); not registered yet. */
  phone(account: Account): Promise<FarPhone>;
  /** Likewise with `device: 'browser'`: SIP over WebSocket, ICE and DTLS-SRTP. */
  browser(account: Account): Promise<FarBrowser>;
  /** What the switch itself knows of the voice in its calls: for the text of a failure. */
  witness?(): Promise<string>;
  /** Ends the switch and everything that the harness has started. */
  stop(): Promise<void>;
}

export interface Account {
  endpointId: EndpointId;
  username: string;
  password: string;
  /** Where the switch said that it registers. */
  signallingUrl: string | null;
}

export interface FarPhone {
  /** Resolves with the final SIP status, 200 when it is registered. */
  register(): Promise<number>;
  unregister(): Promise<void>;
  /** Its cable is pulled: it says and hears nothing any more, until it registers again. */
  die(): void;
  /** The next call that reaches it. */
  nextCall(): Promise<FarCall>;
  /** Dials from its own keys. */
  dial(number: string): Promise<FarCall>;
}

export interface FarBrowser extends FarPhone {
  /** The page is loaded anew: its socket is gone, another one registers, and it knows nothing of its calls. */
  reload(): Promise<void>;
  /** The page is closed, or its browser killed: nothing says goodbye. @param first what is seen to go */
  leave(first: 'voice' | 'socket'): Promise<void>;
  /** Its socket breaks. The page lives, and so does its voice. */
  breakSocket(): Promise<void>;
  /** The same page registers anew over another socket. */
  reconnect(): Promise<void>;
  /** Its voice is lost on the way, and its socket is not. */
  loseVoice(): Promise<void>;
}

export interface FarTrunk {
  /** @param from as it stands in the URI, with escapes @param name may hold anything */
  call(from: string, dialled: string, name?: string): Promise<FarCall>;
  nextCall(): Promise<FarCall>;
}

/** One call in the hand of a far end. */
export interface FarCall {
  /** Of a call that came to it: the caller's number, the token with which it was asked to answer by itself, and X- headers. */
  readonly caller: string;
  readonly autoAnswer: string | null;
  header(name: string): string | null;
  ring(options?: { earlyMedia: boolean }): Promise<void>;
  answer(): Promise<void>;
  /** Refuses with a SIP status: 404, 480, 486, 603. */
  refuse(status: number): Promise<void>;
  /** BYE, or CANCEL before the answer. */
  hangup(): Promise<void>;
  /** Dies without a goodbye: no media and no signalling any more. */
  vanish(): Promise<void>;
  /** Presses its own hold button: it takes no audio and sends none, until it resumes. */
  hold(): Promise<void>;
  resume(): Promise<void>;
  /** Asks by its transfer key that the call is passed on to a number; resolves when the switch has taken it or not. */
  transfer(to: string): Promise<void>;
  /** What it has been told of that; null: nothing yet. */
  transferred(): 'done' | 'refused' | null;
  /** Resolves when the far end has come so far; rejects after some seconds. */
  until(progress: 'ringing' | 'up' | 'over'): Promise<void>;
  /** The SIP status with which a call that it made was refused; null when it was not. */
  refusedWith(): number | null;
  /** @param keyMs how long each is pressed */
  sendDigits(digits: string, keyMs?: number): Promise<void>;
  /** Digits that have reached it so far. */
  digits(): Promise<string>;
  /** Speaks a steady tone from now on; null: silence. */
  say(hz: number | null): void;
  /** What it hears now, after letting what was on the way arrive. */
  listen(candidates: readonly number[]): Promise<Hearing>;
  /** What has reached it in the last second and has left it: for the text of a failure. */
  voice(): string;
  /** Notes from now on when a tone is heard; the returned function ends that. */
  trace(hz: number): () => ToneTrace;
}

interface Hearing {
  /** Which of the candidates are in it, ascending. */
  readonly tones: readonly number[];
  /** Nothing at all is in it. */
  readonly silent: boolean;
}

/** @param options `line: false`: the switch has no carrier to call numbers outside with; calls still come in from there */
export type MakeHarness = (options: { line: boolean }) => Promise<SwitchHarness>;
