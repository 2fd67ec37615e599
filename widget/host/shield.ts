import { onPage, tellOwn } from '../platform/page-events.ts';

/** Kept from the page, and sent through our own shadow trees instead. */
const SENT = [
  'keydown',
  'keyup',
  'click',
  'dblclick',
  'pointerdown',
  'paste',
  'input',
  'focusin',
  'focusout',
];
/** Kept from the page; nobody in our trees listens to them. */
const HELD = [
  'keypress',
  'mousedown',
  'touchstart',
  'touchmove',
  'touchend',
  'wheel',
  'beforeinput',
  'cut',
  'copy',
  'focus',
  'blur',
];

/** Of a press that began on the page, its end is the page's too: it may be drawing something over us. */
const ENDS = ['mouseup', 'pointerup'];

const OURS: ReadonlySet<string> = new Set(['telebar-phone-bar', 'telebar-screen-pop']);

/**
 * What the agent does in our elements is no business of the page: a focus trap would throw the focus out, a shortcut would
 * fire while a number is typed, a dialog would take a click on the bar for one outside and swallow it. The first listener
 * of a path, on the window, ends such an event for everybody, and sends a copy through each of our shadow trees on its
 * way, from the inside out, as the event itself would have gone. What browsers do by themselves (typing, moving the focus,
 * checking a box) belongs to the event and happens all the same.
 */
export function shieldEvents(signal: AbortSignal): void {
  let pressed = false;
  const shield = (event: Event): void => {
    const path = event.composedPath();
    const host = path.findLast(isOurs);
    if (event.type === 'pointerdown') pressed = host !== undefined;
    if (!pressed && ENDS.includes(event.type)) return;
    if (host === undefined) {
      if (leavesTrap(event, path[0])) event.stopImmediatePropagation();
      return;
    }
    event.stopImmediatePropagation();
    if (SENT.includes(event.type)) send(event, path, host);
    tellOwn(event, shield);
  };
  for (const type of [...SENT, ...HELD, ...ENDS]) onPage(window, type, shield, { capture: true, signal });
}

function isOurs(node: EventTarget | null): node is HTMLElement {
  return node instanceof HTMLElement && OURS.has(node.localName);
}

/** The focus comes to us out of a dialog that is made of scripts; some call it back as soon as they hear of that. */
function leavesTrap(event: Event, target: EventTarget | undefined): boolean {
  return (
    event instanceof FocusEvent &&
    isOurs(event.relatedTarget) &&
    target instanceof Element &&
    target.closest('[role=dialog],[role=alertdialog],[aria-modal=true]') !== null
  );
}

function send(event: Event, path: EventTarget[], host: EventTarget): void {
  let target = path[0];
  while (target instanceof Node && target !== host) {
    const copy = copyOf(event, path);
    let stopped = false;
    copy.stopPropagation = () => {
      stopped = true;
      Event.prototype.stopPropagation.call(copy);
    };
    target.dispatchEvent(copy);
    if (copy.defaultPrevented) event.preventDefault();
    if (stopped) return;
    const root = target.getRootNode();
    target = root instanceof ShadowRoot ? root.host : undefined;
  }
}

/**
 * Not composed: it stays in the tree that it is sent through. A plain `Event`: a `MouseEvent` of the type click would press
 * the button a second time.
 */
function copyOf(event: Event, path: EventTarget[]): Event {
  const copy = new Event(event.type, { bubbles: true, cancelable: event.cancelable });
  for (let kind: unknown = event; kind instanceof Object; kind = Object.getPrototypeOf(kind)) {
    for (const name of Object.getOwnPropertyNames(kind)) {
      if (name in copy) continue;
      const value: unknown = Reflect.get(event, name);
      Object.defineProperty(copy, name, { value: typeof value === 'function' ? value.bind(event) : value });
    }
  }
  return Object.defineProperty(copy, 'composedPath', { value: () => path });
}
