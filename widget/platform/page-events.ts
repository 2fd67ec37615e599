/** A listener of ours on `window` or `document`. */
interface Entry {
  readonly target: EventTarget;
  readonly type: string;
  readonly listener: (event: Event) => void;
  readonly capture: boolean;
}

const entries = new Set<Entry>();
const revivals = new Set<() => void>();
const PROBE = 'telebar-probe';
let heard = false;

/**
 * Listens on the window or the document until `signal` is aborted, also after `document.open()`, which takes the listeners
 * of both away and goes on with the same scripts (HTML, document open steps).
 */
export function onPage<E extends Event>(
  target: EventTarget,
  type: string,
  listener: (event: E) => void,
  { capture = false, signal }: { capture?: boolean; signal?: AbortSignal } = {},
): void {
  const entry: Entry = { target, type, listener: listener as (event: Event) => void, capture };
  if (signal?.aborted === true) return;
  entries.add(entry);
  target.addEventListener(type, entry.listener, capture);
  signal?.addEventListener('abort', () => {
    entries.delete(entry);
    target.removeEventListener(type, entry.listener, capture);
  });
}

/** Tells those of our own listeners of an event that is kept from everybody else's. */
export function tellOwn(event: Event, except: (event: never) => void): void {
  for (const { target, type, listener } of [...entries]) {
    if (type === event.type && listener !== except && (target === window || target === document))
      listener(event);
  }
}

/** Called when the document was opened anew: no listener of any element that was in it is left. */
export function onRevival(revived: () => void, signal: AbortSignal): void {
  revivals.add(revived);
  signal.addEventListener('abort', () => revivals.delete(revived));
}

onPage(document, PROBE, () => (heard = true));

// Observers outlive the opening; they are told when the old content goes.
new MutationObserver(() => {
  heard = false;
  document.dispatchEvent(new Event(PROBE));
  if (heard) return;
  for (const { target, type, listener, capture } of entries) target.addEventListener(type, listener, capture);
  for (const revived of [...revivals]) revived();
}).observe(document, { childList: true });
