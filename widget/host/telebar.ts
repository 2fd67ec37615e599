import type { DialRequest } from '../../server/contract/commands.ts';
import type { Locale } from '../../server/contract/common.ts';
import type { Customer } from '../../server/contract/customer.ts';
import type { AgentView, CallView, NextState } from '../../server/contract/desk.ts';
import type { LoginRequest } from '../../server/contract/session.ts';
import type { CommandFailure, DeskState } from '../store/desk.ts';

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
  /** `popup` opens the bar in a window of its own; `headless` shows nothing. */
  mode?: 'embedded' | 'popup' | 'headless';
  autoInit?: boolean;
  /** CSS selector of elements that dial on click; default `a[href^='tel:'],[data-phone]`; '' switches it off. */
  clickToDial?: string;
  /** `panel`: Telebar's own; `event`: only the event; `url`: opens `screenPopUrl`. */
  screenPop?: 'panel' | 'event' | 'url';
  /** URL template: {number} {name} {customerId} {callId} {did} {group} {direction}, each percent-encoded. */
  screenPopUrl?: string;
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
}

/** Every method resolves with the confirmed state or rejects with `{code, message, retryable}`. */
export interface TelebarAgent {
  login(request: LoginRequest): Promise<TelebarState>;
  logout(): Promise<TelebarState>;
  signIn(options?: { groups?: string[]; device?: 'browser' | { phone: string } }): Promise<TelebarState>;
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
  dtmf(digits: string, callId?: string): Promise<TelebarState>;
  setData(data: Record<string, string>, callId?: string): Promise<TelebarState>;
}

export interface TelebarUi {
  show(): void;
  hide(): void;
  minimize(): void;
  popout(): void;
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

/** In every event's detail. */
export interface EventStamp {
  /** Version of the event's shape. */
  version: 1;
  /** Unique; the same event never comes twice, also after a reload of the page. */
  id: string;
  /** Grows by one with each event of this page. */
  sequence: number;
  /** Server time, ms since the epoch. */
  time: number;
}

export interface CallEventDetail extends EventStamp {
  call: CallView;
}

/** Details by DOM event type. Events bubble, are composed, and are dispatched on the bar (on `document` in headless mode). */
export interface TelebarEventDetails {
  'telebar-ready': EventStamp;
  'telebar-error': EventStamp & CommandFailure & { command: string | null };
  'telebar-agent-state': EventStamp & {
    from: AgentView['state'] | null;
    to: AgentView['state'];
    reason: string | null;
  };
  'telebar-call-offered': CallEventDetail;
  'telebar-call-ringing': CallEventDetail;
  'telebar-call-answered': CallEventDetail;
  'telebar-call-held': CallEventDetail;
  'telebar-call-resumed': CallEventDetail;
  'telebar-call-muted': CallEventDetail & { muted: boolean };
  'telebar-call-ended': CallEventDetail & { endedBy: CallView['endedBy']; cause: CallView['cause'] };
  /** Cancelable: `preventDefault()` keeps Telebar's own pop closed. */
  'telebar-screen-pop': CallEventDetail & { customers: readonly Customer[] };
  /** Cancelable: `preventDefault()` stops the dialling. */
  'telebar-dial-request': EventStamp & { number: string; source: 'click' | 'pad' | 'history' | 'api' };
  'telebar-wrapup-started': EventStamp & { callId: string; endsAt: number | null };
  'telebar-wrapup-done': EventStamp & { callId: string };
  'telebar-quality': EventStamp & {
    callId: string;
    mos: number | null;
    roundTripMs: number | null;
    jitterMs: number | null;
    lossIn: number | null;
  };
  'telebar-connection': EventStamp & { from: DeskState['connection']; to: DeskState['connection'] };
}

export type TelebarEventMap = {
  [K in keyof TelebarEventDetails]: CustomEvent<TelebarEventDetails[K]>;
};

declare global {
  interface Window {
    Telebar: TelebarApi;
  }
  interface HTMLElementEventMap extends TelebarEventMap {}
}
