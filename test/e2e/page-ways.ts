import type { Page, WebSocketRoute } from 'playwright-core';

export type Way = 'sip' | 'realtime' | 'rest';

/** The ways from a page to the server, each of which can be cut by itself. To be made before the page is opened. */
export class PageWays {
  readonly #cut = new Set<Way>();
  readonly #sockets = new Map<WebSocketRoute, Way>();

  static async of(page: Page): Promise<PageWays> {
    const ways = new PageWays();
    await page.routeWebSocket('**', (socket) => ways.#join(socket));
    await page.route('**/api/v1/**', (route) => (ways.#cut.has('rest') ? route.abort() : route.fallback()));
    return ways;
  }

  /** What is open there breaks, and nothing new gets through. */
  async cut(...ways: readonly Way[]): Promise<void> {
    for (const way of ways) this.#cut.add(way);
    const broken = [...this.#sockets].filter(([, way]) => this.#cut.has(way)).map(([socket]) => socket);
    for (const socket of broken) this.#sockets.delete(socket);
    await Promise.all(broken.map((socket) => socket.close()));
  }

  mend(): void {
    this.#cut.clear();
  }

  #join(socket: WebSocketRoute): void {
    const way = new URL(socket.url()).pathname === '/realtime' ? 'realtime' : 'sip';
    if (this.#cut.has(way)) return void socket.close();
    this.#sockets.set(socket, way);
    socket.connectToServer();
  }
}
