console.warn('Telebar: this page has replaced window.fetch; Telebar asks its server by XMLHttpRequest.');

const { XMLHttpRequest: Request } = globalThis;
/** Statuses whose response has no body (Fetch, null body status). */
const EMPTY: readonly number[] = [204, 205, 304];

/** As much of `fetch` as JSON over HTTP needs, without cookies. */
export function fetchByXhr(address: string, init: RequestInit): Promise<Response> {
  return new Promise((resolve, reject) => {
    const { signal } = init;
    const request = new Request();
    request.open(init.method ?? 'GET', address);
    request.withCredentials = false;
    for (const [name, value] of new Headers(init.headers)) request.setRequestHeader(name, value);
    request.onload = () => {
      const { status, responseText } = request;
      resolve(new Response(EMPTY.includes(status) ? null : responseText, { status }));
    };
    request.onerror = () => reject(new TypeError('The server cannot be reached.'));
    request.onabort = () => reject(signal?.reason ?? new TypeError('The request was aborted.'));
    signal?.addEventListener('abort', () => request.abort());
    request.send((init.body as string | null | undefined) ?? null);
  });
}
