import { expect } from '@open-wc/testing';
import * as z from 'zod/mini';
import { HttpClient } from '../../../widget/api/http-client.ts';
import { isBrowsersOwn } from '../../../widget/platform/platform.ts';
import { problem } from '../support/scripted-server.ts';

const schema = z.object({ value: z.number() });

function answering(status: number, body: unknown): HttpClient {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return new HttpClient('https://telebar.test/', () => Promise.resolve(new Response(text, { status })));
}

async function failureOf(promise: Promise<unknown>): Promise<Record<string, unknown>> {
  try {
    await promise;
  } catch (error) {
    return error as Record<string, unknown>;
  }
  throw new Error('it did not fail');
}

describe('the fetch of a page', () => {
  const wrapper: typeof fetch = (input, init) => fetch(input, { ...init, credentials: 'include' });
  const claims = Object.assign((input: string) => fetch(input), {
    toString: () => 'function fetch() { [native code] }',
  });
  const table: [string, unknown, boolean][] = [
    ["the browser's", fetch, true],
    ["the browser's, bound", fetch.bind(window), false],
    ['a Proxy around it', new Proxy(fetch, {}), false],
    ['a wrapper', wrapper, false],
    ['a wrapper, bound', wrapper.bind(window), false],
    ["a wrapper with the browser's name, bound", { fetch: wrapper }.fetch.bind(window), false],
    ["a wrapper that claims to be the browser's", claims, false],
    ['none: the page has taken it away', undefined, false],
  ];
  for (const [what, value, own] of table) {
    it(`is ${own ? 'used' : 'passed by'} when it is ${what}`, () => {
      expect(isBrowsersOwn('fetch', value)).to.equal(own);
    });
  }
});

describe('the HTTP client', () => {
  it('sends the token and JSON, and answers what the schema says', async () => {
    let seen: Request | undefined;
    const http = new HttpClient('https://telebar.test', (input, init) => {
      seen = new Request(input, init);
      return Promise.resolve(new Response('{"value":1,"more":2}'));
    });
    http.token = 'abc';
    const query = { q: 'a b&c', cursor: undefined };
    const answer = await http.request({ method: 'POST', path: '/things', query, body: { a: 1 }, schema });
    expect(answer).to.deep.equal({ value: 1 });
    expect(seen?.url).to.equal('https://telebar.test/api/v1/things?q=a+b%26c');
    expect(seen?.headers.get('authorization')).to.equal('Bearer abc');
    expect(await seen?.json()).to.deep.equal({ a: 1 });
  });

  it('turns a problem document into a failure with its details', async () => {
    const http = answering(409, problem(409, 'device-in-use', { by: 'Li', retryable: true }));
    const failure = await failureOf(http.request({ method: 'GET', path: '/x', schema }));
    expect(failure).to.include({ code: 'device-in-use', message: 'It is device-in-use.', retryable: true });
    expect(failure['details']).to.include({ by: 'Li' });
  });

  it('calls a gateway error unavailable and any other foreign answer internal', async () => {
    const page = '<html>502</html>';
    expect(await failureOf(answering(502, page).request({ method: 'GET', path: '/x', schema }))).to.include({
      code: 'unavailable',
      retryable: true,
    });
    expect(await failureOf(answering(200, page).request({ method: 'GET', path: '/x', schema }))).to.include({
      code: 'internal',
    });
  });

  it('names a service worker of the page, once, that answers in the place of the server', async () => {
    const { warn } = console;
    const said: string[] = [];
    console.warn = (sentence: string) => void said.push(sentence);
    const worker = { controller: null as object | null };
    Object.defineProperty(navigator, 'serviceWorker', { configurable: true, value: worker });
    try {
      const page = '<html>You are offline</html>';
      await failureOf(answering(200, page).request({ method: 'GET', path: '/x', schema }));
      expect(said).to.deep.equal([]);
      worker.controller = {};
      for (const status of [200, 404]) {
        const http = answering(status, page);
        await failureOf(http.request({ method: 'GET', path: '/x', schema }));
        await failureOf(http.request({ method: 'GET', path: '/x', schema }));
      }
      const refused = problem(409, 'device-in-use', {});
      await failureOf(answering(409, refused).request({ method: 'GET', path: '/x', schema }));
      expect(said).to.have.length(2);
      expect(said[0]).to.contain('service worker').and.contain('https://telebar.test/api/v1');
    } finally {
      console.warn = warn;
      Reflect.deleteProperty(navigator, 'serviceWorker');
    }
  });

  it('says timeout when the server does not answer in time', async () => {
    const http = new HttpClient(
      'https://telebar.test',
      (_input, init) =>
        new Promise((_resolve, reject) => {
          init?.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error));
        }),
    );
    const failure = await failureOf(http.request({ method: 'GET', path: '/x', schema, timeoutMs: 20 }));
    expect(failure).to.include({ code: 'timeout', retryable: true });
  });

  it("passes the caller's own abort on as what it is", async () => {
    const abort = new AbortController();
    abort.abort();
    const http = new HttpClient('https://telebar.test', (input, init) => fetch(input, init));
    const failure = await failureOf(
      http.request({ method: 'GET', path: '/x', schema, signal: abort.signal }),
    );
    expect(failure['name']).to.equal('AbortError');
  });
});
