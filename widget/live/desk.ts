import type { DialRequest, SignInRequest, WrapUpRequest } from '../../server/contract/commands.ts';
import type { Locale } from '../../server/contract/wire.ts';
import type { DeskSnapshot, NextState } from '../../server/contract/desk.ts';
import type { ProblemCode } from '../../server/contract/problem.ts';
import type { DeskPhone, LoginRequest, Session } from '../../server/contract/session.ts';
import type { SoftphoneState } from '../softphone/softphone.ts';

/** What ends or silences something: it holds also when it cannot be told to the server now. */
export type OwedName =
  'hangup' | 'hangupLeg' | 'reject' | 'hold' | 'mute' | 'lock' | 'pause' | 'setNextState' | 'signOut';

/**
 * Everything live that elements show, as one immutable value. Elements read it through `deskContext` and a controller
 * that subscribes; they pass intent back through `commands` and never fetch themselves.
 */
export interface DeskState {
  /**
   * anonymous: nobody is logged in. connecting: logged in, no snapshot yet. online. reconnecting: the socket is gone,
   * the last snapshot is shown as stale. taken-over: another page carries the desk; `commands.takeOver()` gets it back.
   */
  readonly connection: 'anonymous' | 'connecting' | 'online' | 'reconnecting' | 'taken-over';
  readonly session: Omit<Session, 'token' | 'endTicket'> | null;
  readonly snapshot: DeskSnapshot | null;
  readonly phone: SoftphoneState;
  /** Round trip of the realtime socket, ms. */
  readonly latencyMs: number | null;
  /** Server clock minus local clock, ms: clocks on screen are drawn with it. */
  readonly clockOffsetMs: number;
  /** Commands that were sent and not yet confirmed. */
  readonly pending: ReadonlySet<CommandName>;
  /** The last refusal of each command, until it succeeds or is dismissed. */
  readonly failures: Readonly<Partial<Record<CommandName, CommandFailure>>>;
  /** Commands that the page has carried out as far as it can alone, and the server when it can be reached. */
  readonly owed: readonly { readonly command: OwedName | 'logout'; readonly callId: string | null }[];
  /** Quality of the call in progress as the browser measures it. */
  readonly quality: {
    mos: number | null;
    roundTripMs: number | null;
    jitterMs: number | null;
    lossIn: number | null;
  } | null;
}

export interface CommandFailure {
  /** `given-up`: it was owed, and could not be carried out in time. */
  code: ProblemCode | 'offline' | 'timeout' | 'given-up';
  /** English, from the server; elements show the sentence of `code` in the user's language. */
  message: string;
  retryable: boolean;
  details: Readonly<Record<string, unknown>>;
}

/** What host API methods and element handlers reject with. */
export class CommandError extends Error implements CommandFailure {
  readonly code: CommandFailure['code'];
  readonly retryable: boolean;
  readonly details: Readonly<Record<string, unknown>>;
  constructor(failure: CommandFailure) {
    super(failure.message);
    this.name = 'TelebarError';
    this.code = failure.code;
    this.retryable = failure.retryable;
    this.details = failure.details;
  }
}

export type CommandName = keyof DeskCommands;

/**
 * Each resolves when the server has confirmed (the snapshot shows it by then), or rejects with `CommandError`. What ends or
 * silences something (`hangup`, `hangupLeg`, `reject`, `hold`, `mute`, `lock`, `pause`, `setNextState`, `signOut`, `logout`) is not refused because the
 * server cannot be reached: it resolves when the page has done its part, and stays in `owed` until the server has confirmed.
 */
export interface DeskCommands {
  login(request: LoginRequest): Promise<void>;
  logout(): Promise<void>;
  signIn(request: SignInRequest): Promise<void>;
  signOut(groups?: string[]): Promise<void>;
  pause(reasonId: string): Promise<void>;
  resumeWork(): Promise<void>;
  endAcw(): Promise<void>;
  setNextState(next: NextState | null): Promise<void>;
  lock(): Promise<void>;
  unlock(password: string): Promise<void>;
  listPhones(): Promise<DeskPhone[]>;
  dial(request: DialRequest): Promise<void>;
  answer(callId: string): Promise<void>;
  reject(callId: string): Promise<void>;
  hangup(callId: string): Promise<void>;
  hangupLeg(callId: string, legId: string): Promise<void>;
  hold(callId: string): Promise<void>;
  resumeCall(callId: string): Promise<void>;
  mute(callId: string): Promise<void>;
  unmute(callId: string): Promise<void>;
  sendDigits(callId: string, digits: string): Promise<void>;
  setCallData(callId: string, data: Record<string, string>): Promise<void>;
  linkCustomer(callId: string, customerId: string | null): Promise<void>;
  /** Notes down what the call was about; with `finish` its after-call work ends in the same step. */
  wrapUp(callId: string, request: WrapUpRequest): Promise<void>;
  /** Asks for the microphone again and registers the browser phone again. */
  refreshPhone(): Promise<void>;
  /** Brings the desk and the voice to this page. */
  takeOver(): Promise<void>;
}

export interface Desk {
  readonly state: DeskState;
  readonly commands: DeskCommands;
  subscribe(listener: (state: DeskState) => void): () => void;
  dismissFailure(command: CommandName): void;
  dispose(): Promise<void>;
}

/** Size, and distances from the nearer edges of the window, px. */
export interface PopBox {
  right: boolean;
  bottom: boolean;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Choices of this browser, kept in its storage. */
export interface Preferences {
  /** Where the agent has put the screen pop; null: it finds a place by itself. */
  pop: PopBox | null;
  locale: Locale;
  theme: 'auto' | 'light' | 'dark';
  position: 'bottom-right' | 'bottom-left' | 'top-right' | 'top-left' | 'top' | 'bottom';
  /** Where the floating bar was left, px from the edges of its corner. */
  offset: { x: number; y: number } | null;
  collapsed: boolean;
  ringDeviceId: string | null;
  speakerId: string | null;
  microphoneId: string | null;
  /** The microphone stays open between calls. */
  keepMicrophone: boolean;
  ringVolume: number;
  /** Panel that pops on a call, or null when the agent closed it for good. */
  lastTeam: string;
  lastUsername: string;
}
