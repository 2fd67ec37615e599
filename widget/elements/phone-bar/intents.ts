import type { SignInRequest } from '../../../server/contract/commands.ts';

// What the parts of the bar ask of the bar itself; they stay inside its shadow root.

/** Sign in, as chosen; the bar keeps the request in case a conflict has to be decided. */
export class SignInIntent extends Event {
  static readonly type = 'telebar-intent-sign-in';
  readonly request: SignInRequest;
  constructor(request: SignInRequest) {
    super(SignInIntent.type, { bubbles: true, composed: true });
    this.request = request;
  }
}

/** Open or close a sheet or menu of the bar. */
export class OpenIntent extends Event {
  static readonly type = 'telebar-intent-open';
  readonly what: 'menu' | 'keypad' | 'call-in' | 'login';
  constructor(what: OpenIntent['what']) {
    super(OpenIntent.type, { bubbles: true, composed: true });
    this.what = what;
  }
}

/** This sheet or menu is done. */
export class CloseIntent extends Event {
  static readonly type = 'telebar-intent-close';
  constructor() {
    super(CloseIntent.type, { bubbles: true, composed: true });
  }
}

/** Work on although the phone is not linked. */
export class IgnoreLinkIntent extends Event {
  static readonly type = 'telebar-intent-ignore-link';
  constructor() {
    super(IgnoreLinkIntent.type, { bubbles: true, composed: true });
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    [SignInIntent.type]: SignInIntent;
    [OpenIntent.type]: OpenIntent;
    [CloseIntent.type]: CloseIntent;
    [IgnoreLinkIntent.type]: IgnoreLinkIntent;
  }
}
