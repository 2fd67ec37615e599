/**
 * What the widget takes of the page's globals, as they are when it is loaded: pages and their libraries replace them later,
 * and not always by something that does the same.
 */
const { stringify: toText } = JSON;
const { fetch: pageFetch, WebSocket: PageWebSocket } = globalThis;

/** As numbers: a wrapper around `WebSocket` need not have its constants (HTML, WebSocket.readyState). */
export const CONNECTING = 0;
export const OPEN = 1;

export function openSocket(url: string, protocol?: string): WebSocket {
  return protocol === undefined ? new PageWebSocket(url) : new PageWebSocket(url, protocol);
}

/** A random UUID (RFC 9562 §5.4), also on pages that are not secure, which have no `crypto.randomUUID`. */
export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const digits = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** JSON of plain data, whatever libraries have made of `toJSON`: Prototype's arrays would be sent as strings. */
export function stringify(value: unknown): string {
  return toText(value, function (this: Record<string, unknown>, key: string) {
    return this[key];
  });
}

/** Whether a service worker of the page sees every request. A sandboxed frame may not even ask. */
export function hasServiceWorker(): boolean {
  if (globalThis.origin === 'null') return false;
  const { serviceWorker } = navigator as { serviceWorker?: { controller: unknown } };
  return (serviceWorker?.controller ?? null) !== null;
}

/** The browser's `fetch`, or what does the same where the page has put something else in its place. */
export async function fetchAsIs(address: string, init: RequestInit): Promise<Response> {
  if (isBrowsersOwn('fetch', pageFetch)) return pageFetch(address, init);
  // A wrapper that sends credentials or headers of its own is refused by the rules of CORS.
  const { fetchByXhr } = await import('./fetch-by-xhr.ts');
  return fetchByXhr(address, init);
}

/**
 * Whether the page has left a function of the window as the browser made it. What stands around one, a Proxy or a bound
 * function, is native code as well, but has no name in its text (ECMA-262, Function.prototype.toString).
 */
export function isBrowsersOwn(name: string, value: unknown): boolean {
  if (typeof value !== 'function') return false;
  const text = Function.prototype.toString.call(value).replace(/\s+/g, ' ');
  return text === `function ${name}() { [native code] }`;
}
