import { LiveDesk, type LiveDeskOptions } from '../../../widget/live/live-desk.ts';
import type { PageLock } from '../../../widget/live/page-lock.ts';
import { createSessionVault } from '../../../widget/live/session-vault.ts';
import { call } from './desk-states.ts';
import { FakeSoftphone } from './fake-softphone.ts';
import { MemoryStorage } from './memory-storage.ts';
import { ScriptedServer, SERVER, deskSnapshot, session, type ScriptedSocket } from './scripted-server.ts';

const LOCK: PageLock = {
  acquire: () => Promise.resolve(true),
  steal: () => Promise.resolve(),
  release: () => {},
};

/** The pages that one agent opens in one tab, one after the other. */
export class DeskPages {
  readonly server = new ScriptedServer();
  readonly storage = new MemoryStorage();
  /** Of the page that was opened last. */
  softphone = new FakeSoftphone();
  readonly #desks: LiveDesk[] = [];

  /** A page with the session of the pages before it. */
  async open(
    state = deskSnapshot({ calls: [call()] }),
    options: Partial<LiveDeskOptions> = {},
  ): Promise<{ desk: LiveDesk; socket: ScriptedSocket }> {
    await Promise.all(this.#desks.map((desk) => desk.dispose()));
    this.softphone = new FakeSoftphone();
    const vault = createSessionVault(SERVER, this.storage);
    vault.keep(session());
    const { fetch, openSocket } = this.server;
    const { softphone, storage } = this;
    const own = { server: SERVER, softphone, vault, lock: LOCK, storage, fetch, openSocket };
    const desk = new LiveDesk({ ...own, ...options });
    this.#desks.push(desk);
    const started = desk.start();
    const socket = await this.connected(state);
    await started;
    return { desk, socket };
  }

  /** The page's next connection, with how things stand by then. */
  async connected(state = deskSnapshot({ calls: [call()] })): Promise<ScriptedSocket> {
    const socket = await this.server.socket();
    await socket.hear('hello');
    socket.snapshot(state, 1, crypto.randomUUID());
    return socket;
  }

  async close(): Promise<void> {
    await Promise.all(this.#desks.map((desk) => desk.dispose()));
  }
}
