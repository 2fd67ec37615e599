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
  notify(text: string, kind?: Notice['kind']): void;
  dismissNotice(id: number): void;
  /** Asks the host page first (cancelable `telebar-dial-request`), then dials. False when the page has stopped it. */
  requestDial(request: DialRequest, source: DialSource): Promise<boolean>;
  setContact(number: string, contact: ContactMatch): void;
}

/** How many notices are kept; older ones make room. */
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
    notify(text, kind = 'info') {
      const notice: Notice = { id: ++lastNotice, kind, text };
      value.update({ notices: [...value.state.notices, notice].slice(-MOST_NOTICES) });
    },
    dismissNotice: (id) =>
      value.update({ notices: value.state.notices.filter((notice) => notice.id !== id) }),
    async requestDial(request, source) {
      if (!allowDial(request.number, source)) return false;
      await desk.commands.dial(request);
      return true;
    },
    setContact: (number, contact) =>
      value.update({ contacts: { ...value.state.contacts, [number]: contact } }),
  };
}
