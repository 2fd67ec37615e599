import type { DialRequest } from '../../server/contract/commands.ts';
import type { CallView } from '../../server/contract/desk.ts';
import type { Desk } from './desk.ts';
import { ObservableValue, type Observable } from './observable.ts';

export type PanelName = 'dial' | 'history' | 'settings' | 'screen-pop';
export type DialSource = 'click' | 'pad' | 'history' | 'api';

export interface Notice {
  id: number;
  kind: 'info' | 'success' | 'warning' | 'error';
  text: string;
  /** What it is about, e.g. a call: a newer notice of it takes its place. */
  topic: string;
}

/** What the host page answered for a number (`onContactMatch`). */
export interface ContactMatch {
  name: string;
  url?: string;
}

/** What is open on the page. Not live telephony state: that is the desk's. */
export interface ShellState {
  /** False after `Telebar.ui.hide()`. Minimised is `Preferences.collapsed`. */
  readonly visible: boolean;
  /** The one sheet that is open beside the bar. */
  readonly panel: PanelName | null;
  /** The call that the screen pop shows; stays after the call has ended, until it is closed or the next call pops. */
  readonly pop: { readonly call: CallView } | null;
  readonly notices: readonly Notice[];
  /** The browser lets this page make no sound until somebody touches it: no ring would be heard. */
  readonly soundLocked: boolean;
  /** Names that the host page knows, by number; they win over the built-in look-up. */
  readonly contacts: Readonly<Record<string, ContactMatch>>;
}

export interface Shell extends Observable<ShellState> {
  show(): void;
  hide(): void;
  /** Opens the panel, or closes whatever is open with null. */
  openPanel(panel: PanelName | null): void;
  /** Opens the screen pop for the call. */
  pop(call: CallView): void;
  closePop(): void;
  /** Without a topic the text itself is one: nothing stands there twice. An error stays until it is dismissed. */
  notify(text: string, kind?: Notice['kind'], topic?: string): void;
  dismissNotice(id: number): void;
  setSoundLocked(soundLocked: boolean): void;
  /** Asks the host page first (cancelable `telebar-dial-request`), then dials. False when the page has stopped it. */
  requestDial(request: DialRequest, source: DialSource): Promise<boolean>;
  setContact(number: string, contact: ContactMatch): void;
}

/** How many notices are kept; older ones make room, errors last. */
const MOST_NOTICES = 4;

/** `allowDial` is the host's veto; it also tells the page that somebody wants to dial. */
export function createShell(
  desk: Desk,
  allowDial: (number: string, source: DialSource) => boolean = () => true,
): Shell {
  const value = new ObservableValue<ShellState>({
    visible: true,
    panel: null,
    pop: null,
    notices: [],
    soundLocked: false,
    contacts: {},
  });
  let lastNotice = 0;
  return {
    get state() {
      return value.state;
    },
    subscribe: (listener) => value.subscribe(listener),
    show: () => value.update({ visible: true }),
    hide: () => value.update({ visible: false }),
    openPanel: (panel) => value.update({ panel }),
    pop: (call) => value.update({ pop: { call } }),
    closePop: () => value.update({ pop: null }),
    notify(text, kind = 'info', topic = text) {
      const notice: Notice = { id: ++lastNotice, kind, text, topic };
      const kept = value.state.notices.filter(
        (other) => other.topic !== topic || (other.kind === 'error' && kind !== 'error'),
      );
      value.update({ notices: withRoom([...kept, notice]) });
    },
    dismissNotice: (id) =>
      value.update({ notices: value.state.notices.filter((notice) => notice.id !== id) }),
    setSoundLocked: (soundLocked) => value.update({ soundLocked }),
    async requestDial(request, source) {
      if (!allowDial(request.number, source)) return false;
      await desk.commands.dial(request);
      return true;
    },
    setContact: (number, contact) =>
      value.update({ contacts: { ...value.state.contacts, [number]: contact } }),
  };
}

function withRoom(notices: readonly Notice[]): readonly Notice[] {
  if (notices.length <= MOST_NOTICES) return notices;
  const oldest = notices.find(({ kind }) => kind !== 'error') ?? notices[0];
  return notices.filter((notice) => notice !== oldest);
}
