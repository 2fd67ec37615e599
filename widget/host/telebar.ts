import type { CallTarget, DialRequest } from '../../server/contract/commands.ts';
import type { Locale } from '../../server/contract/wire.ts';
import type { AgentStateWord, AgentView, CallView, NextState } from '../../server/contract/desk.ts';
import type { Supervision } from '../../server/contract/supervision.ts';
import type { LoginRequest } from '../../server/contract/login.ts';
import type { AgentStateEvent } from '../events/agent-state.ts';
import type { CallAnsweredEvent } from '../events/call-answered.ts';
import type { CallEndedEvent } from '../events/call-ended.ts';
import type { CallHeldEvent } from '../events/call-held.ts';
import type { CallMutedEvent } from '../events/call-muted.ts';
import type { CallOfferedEvent } from '../events/call-offered.ts';
import type { CallResumedEvent } from '../events/call-resumed.ts';
import type { CallRingingEvent } from '../events/call-ringing.ts';
import type { CallTransferredEvent } from '../events/call-transferred.ts';
import type { CommandRefusedEvent } from '../events/command-refused.ts';
import type { ConnectionEvent } from '../events/connection.ts';
import type { ConsultEndedEvent } from '../events/consult-ended.ts';
import type { ConsultStartedEvent } from '../events/consult-started.ts';
import type { DialRequestEvent } from '../events/dial-request.ts';
import type { MonitorChangedEvent } from '../events/monitor-changed.ts';
import type { MonitorEndedEvent } from '../events/monitor-ended.ts';
import type { MonitorStartedEvent } from '../events/monitor-started.ts';
import type { PartyJoinedEvent } from '../events/party-joined.ts';
import type { PartyLeftEvent } from '../events/party-left.ts';
import type { QualityEvent } from '../events/quality.ts';
import type { ReadyEvent } from '../events/ready.ts';
import type { ScreenPopEvent } from '../events/screen-pop.ts';
import type { WrapupDoneEvent } from '../events/wrapup-done.ts';
import type { WrapupStartedEvent } from '../events/wrapup-started.ts';
import type { DeskState } from '../live/desk.ts';

/** The host API: `window.Telebar`. Attribute, method, event and type have the same names in every spelling. */
export interface TelebarApi {
  readonly version: string;
  /** Resolves when the bar is on the page (or at once in headless mode). Rejects when `init` failed. */
  readonly ready: Promise<void>;
  /** Puts Telebar on the page. Called by the script tag unless `data-auto-init="false"`. A second call returns the first's promise. */
  init(options?: TelebarOptions): Promise<void>;
  /** Removes everything from the page and closes connections; `init` may be called again. Logs nobody out. */
  dispose(): Promise<void>;
  on<K extends keyof TelebarEventMap>(type: K, listener: (event: TelebarEventMap[K]) => void): () => void;
  once<K extends keyof TelebarEventMap>(type: K, listener: (event: TelebarEventMap[K]) => void): () => void;
  getState(): TelebarState;
  readonly agent: TelebarAgent;
  readonly call: TelebarCall;
  readonly supervisor: TelebarSupervisor;
  readonly ui: TelebarUi;
  readonly devices: TelebarDevices;
}

/** Each option is also an attribute of the script tag: `clickToDial` is `data-click-to-dial`. */
export interface TelebarOptions {
  /** Address of the Telebar server; default: the origin of the script. */
  server?: string;
  locale?: Locale;
  /** A corner, `top` or `bottom` (docked), or a CSS selector of an element to mount into. */
  position?: Position | (string & {});
  theme?: 'auto' | 'light' | 'dark';
  /** `headless` shows nothing: the page draws its own controls on the API. */
  mode?: 'embedded' | 'headless';
  autoInit?: boolean;
  /** CSS selector of elements that dial on click; default `a[href^='tel:'],[data-phone]`; '' switches it off. */
  clickToDial?: string;
  /** `panel`: Telebar's own; `event`: only the event; `url`: opens `screenPopUrl`. */
  screenPop?: 'panel' | 'event' | 'url';
  /** URL template: {number} {name} {customerId} {callId} {did} {group} {direction}, each percent-encoded. */
  screenPopUrl?: string;
  /** The microphone stays open between calls, until the agent chooses otherwise; default: it is closed after each call. */
  keepMicrophone?: boolean;
  /** Token that the host's back end has signed. */
  token?: string;
  /** Asked for a token at start and whenever the last one is refused. */
  getToken?: () => Promise<string>;
  /** Called for the customer of a call; null: unknown. Two seconds, then the built-in look-up. */
  onContactMatch?: (number: string) => Promise<{ name: string; url?: string } | null>;
}

export type Position = 'bottom-right' | 'bottom-left' | 'top-right' | 'top-left' | 'top' | 'bottom';

export interface TelebarState {
  connection: DeskState['connection'];
  agent: AgentView | null;
  calls: readonly CallView[];
  /** Of a leader: whom the leader listens to, and how. */
  supervision: Supervision | null;
}

/** With what an agent works: this page, a desk phone by endpoint id or SIP user name, or a telephone anywhere that the switch dials. */
export type TelebarWorkPhone = 'browser' | 'outside' | { phone: string } | { outside: string };

/**
 * Every method resolves with the confirmed state or rejects with `{code, message, retryable}`. What is so already is not
 * refused: signing in twice, resuming without a pause or hanging up an ended call resolve with the state as it is.
 */
export interface TelebarAgent {
  login(request: LoginRequest): Promise<TelebarState>;
  logout(): Promise<TelebarState>;
  signIn(options?: { groups?: string[]; device?: TelebarWorkPhone }): Promise<TelebarState>;
  signOut(options?: { groups?: string[] }): Promise<TelebarState>;
  /** `reason`: id or label of one of the team's reasons. */
  pause(reason: string): Promise<TelebarState>;
  resume(): Promise<TelebarState>;
  lock(): Promise<TelebarState>;
  setNextState(next: NextState | null): Promise<TelebarState>;
  endAcw(): Promise<TelebarState>;
}

/** Without `callId` the agent's present call is meant. */
export interface TelebarCall {
  dial(
    number: string,
    options?: Omit<DialRequest, 'number' | 'groupId'> & { group?: string },
  ): Promise<TelebarState>;
  answer(callId?: string): Promise<TelebarState>;
  reject(callId?: string): Promise<TelebarState>;
  hangup(callId?: string): Promise<TelebarState>;
  hold(callId?: string): Promise<TelebarState>;
  resume(callId?: string): Promise<TelebarState>;
  mute(callId?: string): Promise<TelebarState>;
  unmute(callId?: string): Promise<TelebarState>;
  /** `,` `;` and `w` wait two seconds each; 1000 at most. Sent in order, by the server; resolves when the first were sent. */
  dtmf(digits: string, callId?: string): Promise<TelebarState>;
  setData(data: Record<string, string>, callId?: string): Promise<TelebarState>;
  /** Asks somebody aside, while the others hear music. */
  consult(target: CallTarget, callId?: string): Promise<TelebarState>;
  /** Between who is asked aside and the others. */
  swap(callId?: string): Promise<TelebarState>;
  /** Back to the others, ringing or talking; who was asked is let go. */
  retrieve(callId?: string): Promise<TelebarState>;
  /** To who is being asked, ringing or talking; this agent's part is over. */
  transfer(callId?: string): Promise<TelebarState>;
  /** Unasked: it rings there, and comes back when nobody answers. */
  transfer(request: { to: CallTarget; type: 'blind' } | undefined, callId?: string): Promise<TelebarState>;
  /** Brings in who was asked: all hear all. */
  conference(callId?: string): Promise<TelebarState>;
  /** Calls somebody into the conversation, unasked. */
  add(target: CallTarget, callId?: string): Promise<TelebarState>;
  /** Lets one party go: `id` of a party whose `mayKick` is set. */
  kick(partyId: string, callId?: string): Promise<TelebarState>;
  /** Nobody hears that party: `id` of one whose `mayMute` is set. An agent who is muted can end it as well. */
  muteParty(partyId: string, callId?: string): Promise<TelebarState>;
  unmuteParty(partyId: string, callId?: string): Promise<TelebarState>;
  /** This agent goes, and the others go on. */
  leave(callId?: string): Promise<TelebarState>;
  /**
   * Notes down what the call was about: during the call, in after-call work, or with `callId` later. What is absent stays
   * as it was. Without `callId` the call in after-call work comes first.
   */
  wrapUp(wrapUp: TelebarWrapUp, callId?: string): Promise<TelebarState>;
}

/** At an agent of a group that one leads; `agent`: id or number. */
export interface TelebarSupervisor {
  /** Hears what the agent hears; from one of the three to another without a new call. */
  listen(of: { agent: string }): Promise<TelebarState>;
  /** Is heard by the agent alone. */
  whisper(of: { agent: string }): Promise<TelebarState>;
  /** Is heard by all. */
  barge(of: { agent: string }): Promise<TelebarState>;
  stop(of: { agent: string }): Promise<TelebarState>;
  /** The leader has the call, and the agent's part in it is over. */
  takeOver(of: TelebarForced): Promise<TelebarState>;
  hangup(of: TelebarForced): Promise<TelebarState>;
  /** `reason`: id or label of one of the team's reasons. */
  pause(of: TelebarForced & { reason: string }): Promise<TelebarState>;
  idle(of: TelebarForced): Promise<TelebarState>;
  signOut(of: TelebarForced): Promise<TelebarState>;
}

export interface TelebarForced {
  agent: string;
  /** The state in which the leader saw the agent: in another by now, nothing is done, and it is `state-changed`. */
  basedOn?: AgentStateWord;
}

export interface TelebarWrapUp {
  /** Id or label of one of the team's wrap-up reasons; null takes it back. */
  reason?: string | null;
  /** Id or label of one of the team's results of calls; null takes it back. */
  result?: string | null;
  /** At most 2000 characters. */
  notes?: string;
  /** Ends the after-call work of this call as well. */
  finish?: boolean;
}

export interface TelebarUi {
  show(): void;
  hide(): void;
  /** Makes the floating bar a small pill; `restore` makes it whole again, and shows it. */
  minimize(): void;
  restore(): void;
  setPosition(position: Position): void;
  openPanel(panel: 'dial' | 'history' | 'settings' | 'screen-pop'): void;
  notify(message: string, kind?: 'info' | 'success' | 'warning' | 'error'): void;
}

export interface TelebarDevices {
  list(): Promise<{ microphones: MediaDeviceInfo[]; speakers: MediaDeviceInfo[] }>;
  select(choice: {
    microphoneId?: string | null;
    speakerId?: string | null;
    ringDeviceId?: string | null;
  }): Promise<void>;
  /** Plays a short tone on the speaker and reports the microphone's level, 0 to 1, after two seconds. */
  test(): Promise<{ microphoneLevel: number }>;
}

/**
 * DOM events by type. They bubble, are composed, and are dispatched on the bar (on `document` in headless mode); each has
 * its class and its detail in `widget/events/`.
 */
export interface TelebarEventMap {
  'telebar-ready': ReadyEvent;
  'telebar-error': CommandRefusedEvent;
  'telebar-agent-state': AgentStateEvent;
  'telebar-call-offered': CallOfferedEvent;
  'telebar-call-ringing': CallRingingEvent;
  'telebar-call-answered': CallAnsweredEvent;
  'telebar-call-held': CallHeldEvent;
  'telebar-call-resumed': CallResumedEvent;
  'telebar-call-muted': CallMutedEvent;
  'telebar-call-ended': CallEndedEvent;
  'telebar-call-transferred': CallTransferredEvent;
  'telebar-consult-started': ConsultStartedEvent;
  'telebar-consult-ended': ConsultEndedEvent;
  'telebar-party-joined': PartyJoinedEvent;
  'telebar-party-left': PartyLeftEvent;
  'telebar-monitor-started': MonitorStartedEvent;
  'telebar-monitor-changed': MonitorChangedEvent;
  'telebar-monitor-ended': MonitorEndedEvent;
  'telebar-screen-pop': ScreenPopEvent;
  'telebar-dial-request': DialRequestEvent;
  'telebar-wrapup-started': WrapupStartedEvent;
  'telebar-wrapup-done': WrapupDoneEvent;
  'telebar-quality': QualityEvent;
  'telebar-connection': ConnectionEvent;
}

export type TelebarEventDetails = { [K in keyof TelebarEventMap]: TelebarEventMap[K]['detail'] };

declare global {
  interface Window {
    Telebar: TelebarApi;
  }
}
