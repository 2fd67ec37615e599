import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { join, resolve } from 'node:path';

const packages = resolve(import.meta.dirname, '../../../node_modules');

/** What a page of somebody else is made of; everything is optional. */
export interface Markup {
  /** Before Telebar's tag. */
  head?: string;
  body?: string;
  /** After the body's content, behind Telebar's tag. */
  end?: string;
  /** Telebar's tag; in all of these `SERVER` stands for its origin, `HOST` for the port of this page. */
  tag?: string;
  /** The whole page instead of all that. */
  document?: string;
  headers?: Record<string, string>;
  /** The attributes of `<html>`. */
  html?: string;
}

const TAG =
  '<script async src="SERVER/telebar.js" data-locale="en" data-theme="light" data-screen-pop="event"></script>';

/** Serves pages by name, and the packages that they use under `/lib/`. */
export class HostileHost {
  readonly #pages: ReadonlyMap<string, Markup>;
  readonly #telebar: string;
  readonly #server: Server;

  private constructor(telebar: string, pages: ReadonlyMap<string, Markup>) {
    this.#telebar = telebar;
    this.#pages = pages;
    this.#server = createServer((request, response) => {
      this.#answer(new URL(request.url ?? '/', 'http://host')).then(
        ({ status, headers, body }) => response.writeHead(status, headers).end(body),
        () => response.writeHead(404).end(),
      );
    });
  }

  static async serve(
    telebar: string,
    pages: ReadonlyMap<string, Markup>,
    address = 'localhost',
  ): Promise<HostileHost> {
    const host = new HostileHost(telebar, pages);
    host.#server.listen(0, address);
    await once(host.#server, 'listening');
    return host;
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return address.port;
  }

  origin(host = 'localhost'): string {
    return `http://${host}:${this.port}`;
  }

  address(name: string, host?: string): string {
    return `${this.origin(host)}/${encodeURIComponent(name)}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer({
    pathname,
  }: URL): Promise<{ status: number; headers: Record<string, string>; body: string }> {
    if (pathname.startsWith('/lib/')) {
      const type = pathname.endsWith('.css') ? 'text/css' : 'text/javascript';
      const body = await readFile(join(packages, pathname.slice('/lib/'.length)), 'utf8');
      return { status: 200, headers: { 'content-type': type }, body };
    }
    const page = this.#pages.get(decodeURIComponent(pathname.slice(1)));
    if (page === undefined) return { status: 404, headers: {}, body: '' };
    const known = (text: string): string =>
      text.replaceAll('SERVER', this.#telebar).replaceAll('HOST', String(this.port));
    const headers = Object.fromEntries(
      Object.entries({ 'content-type': 'text/html; charset=utf-8', ...page.headers }).map(([name, value]) => [
        name,
        known(value),
      ]),
    );
    return { status: 200, headers, body: known(this.#write(page)) };
  }

  #write({ head = '', body = '', end = '', tag = TAG, html = 'lang="en"', document }: Markup): string {
    return (
      document ??
      `<!doctype html><html ${html}><head><meta charset="utf-8"><title>Host</title>${head}${tag}</head>
      <body><h1>Somebody else’s page</h1><p><label>Note <input id="note"></label> <a href="tel:13800138002">call</a></p>
      ${body}${end}</body></html>`
    );
  }
}
