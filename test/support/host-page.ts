import { once } from 'node:events';
import { createServer } from 'node:http';

export interface HostPage {
  readonly origin: string;
  close(): void;
}

/**
 * A page of somebody else on an origin of its own, from a server of its own (Chromium lets a page that a test has made up
 * open no socket to this machine). Its policy forbids eval, inline scripts and inline styles.
 */
export async function serveHost(
  telebar: string,
  {
    host = 'localhost',
    screenPop = 'panel',
    sockets = [],
  }: {
    host?: string;
    screenPop?: 'panel' | 'event';
    /** Origins besides Telebar that its policy lets sockets be opened to: a switch that lives elsewhere. */
    sockets?: readonly string[];
  } = {},
): Promise<HostPage> {
  const policy = [
    "default-src 'none'",
    `script-src ${telebar}`,
    ['connect-src', telebar, telebar.replace('http', 'ws'), ...sockets].join(' '),
    "style-src 'self'",
    `img-src 'self' ${telebar}`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types lit-html 'allow-duplicates'",
  ].join('; ');
  const page = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Host</title>
    <link rel="stylesheet" href="/host.css"></head><body>
    <h1>Somebody else’s page</h1><p><button>Buy</button> <a href="tel:13800138002">13800138002</a></p>
    <script async src="${telebar}/telebar.js" data-locale="en" data-theme="light" data-position="bottom-left"
      data-click-to-dial="a[href^='tel:']" data-screen-pop="${screenPop}"></script></body></html>`;
  const server = createServer((request, response) => {
    if (request.url === '/host.css') {
      response.setHeader('content-type', 'text/css');
      response.end('button { background: rgb(1, 2, 3); border-radius: 0; text-transform: uppercase }');
      return;
    }
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.setHeader('content-security-policy', policy);
    response.end(page);
  }).listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { origin: `http://${host}:${address.port}`, close: () => server.close() };
}
