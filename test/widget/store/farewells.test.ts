import { expect } from '@open-wc/testing';
import { Farewells } from '../../../widget/live/farewells.ts';
import { LiveDesk } from '../../../widget/live/live-desk.ts';
import type { PageLock } from '../../../widget/live/page-lock.ts';
import { createSessionVault } from '../../../widget/live/session-vault.ts';
import { call } from '../support/desk-states.ts';
import { FakeSoftphone } from '../support/fake-softphone.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { ScriptedServer, SERVER, deskSnapshot, problem, session, until } from '../support/scripted-server.ts';

const LOCK: PageLock = {
  acquire: () => Promise.resolve(true),
  steal: () => Promise.resolve(),
  release: () => {},
};
const END = 'POST /sessions/end';
const HANGUP = 'POST /calls/call-1/hangup';

describe('logging out while the server cannot be reached', () => {
  let server: ScriptedServer;
  let softphone: FakeSoftphone;
  let tab: MemoryStorage;
  /** Of all pages of the browser. */
  let shared: MemoryStorage;
  const closing: (() => unknown)[] = [];

  beforeEach(() => {
    server = new ScriptedServer();
    softphone = new FakeSoftphone();
    tab = new MemoryStorage();
    shared = new MemoryStorage();
  });

  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  async function page(): Promise<LiveDesk> {
    const vault = createSessionVault(SERVER, tab);
    vault.keep(session());
    const { fetch, openSocket } = server;
    const options = { server: SERVER, softphone, vault, lock: LOCK, storage: tab, shared, fetch, openSocket };
    const desk = new LiveDesk(options);
    closing.push(() => desk.dispose());
    const started = desk.start();
    const socket = await server.socket();
    await socket.hear('hello');
    socket.snapshot(deskSnapshot({ calls: [call()] }));
    await started;
    return desk;
  }

  /** A page that is opened later, in another window perhaps, where nobody logs in. */
  function laterPage(): Farewells {
    const farewells = new Farewells(SERVER, shared, server.fetch);
    closing.push(() => farewells.stop());
    farewells.resume();
    return farewells;
  }

  const unreachable = (): never => {
    throw new TypeError('Failed to fetch');
  };
  const silent = (): Promise<never> => new Promise(() => {});

  it("does not take the login page of a network for the server's word", async () => {
    const desk = await page();
    server.on(END, () => ({ status: 200, text: '<html>Welcome</html>' }));
    await desk.commands.logout();
    expect(desk.state.owed).to.deep.equal([{ command: 'logout', callId: null }]);
    server.on(END, () => ({ status: 204 }));
    await until(() => desk.state.owed.length === 0, 'the server to be told');
  });

  it('ends the session with the ticket that can do nothing else, and keeps nothing', async () => {
    const desk = await page();
    await desk.commands.logout();
    expect(server.asked(END).map(({ body, token }) => [body, token])).to.deep.equal([
      [{ ticket: 'end-ticket' }, null],
    ]);
    expect(desk.state.owed).to.deep.equal([]);
    expect(shared.texts).to.deep.equal([]);
  });

  for (const [how, answer] of [
    ['is away', unreachable],
    ['is silent', silent],
    ['has trouble', () => ({ status: 503, body: problem(503, 'unavailable') })],
  ] as const) {
    it(`is done on the page at once when the server ${how}, and owed to the server`, async () => {
      const desk = await page();
      softphone.ring('leg-agent', { phase: 'established' });
      server.on(END, answer);
      const leaving = desk.commands.logout();
      expect(desk.state.connection).to.equal('anonymous');
      expect(softphone.state.legs).to.deep.equal([]);
      expect(createSessionVault(SERVER, tab).read()).to.equal(null);
      await leaving;
      expect(desk.state.failures.logout).to.equal(undefined);
      expect(desk.state.owed).to.deep.equal([{ command: 'logout', callId: null }]);
    });
  }

  it('is told to the server until it has heard it', async () => {
    const desk = await page();
    server.on(END, unreachable);
    await desk.commands.logout();
    server.on(END, () => ({ status: 204 }));
    await until(() => desk.state.owed.length === 0, 'the session to be ended');
    const told = server.asked(END).length;
    expect(shared.texts).to.deep.equal([]);
    laterPage();
    expect(server.asked(END)).to.have.length(told);
  });

  it('is told by the page that is opened when this one is closed, where nobody is logged in', async () => {
    const desk = await page();
    server.on(END, unreachable);
    await desk.commands.logout();
    await desk.dispose();
    server.on(END, () => ({ status: 204 }));
    const told = server.asked(END).length;
    laterPage();
    await until(() => shared.texts.length === 0, 'the session to be ended');
    expect(
      server
        .asked(END)
        .slice(told)
        .map(({ body }) => body),
    ).to.deep.equal([{ ticket: 'end-ticket' }]);
  });

  it('leaves nothing in the browser by which somebody could log in', async () => {
    const desk = await page();
    server.on(END, unreachable);
    await desk.commands.hangup('call-1');
    await desk.commands.logout();
    const left = [...tab.texts, ...shared.texts].join();
    expect(left).to.contain('end-ticket');
    expect(left).not.to.contain(session().token);
  });

  for (const code of ['token-invalid', 'token-expired']) {
    it(`is done when the session is over already (${code})`, async () => {
      const desk = await page();
      server.refuse(END, 401, code);
      await desk.commands.logout();
      expect(desk.state.owed).to.deep.equal([]);
      expect(shared.texts).to.deep.equal([]);
    });
  }

  it('is not told any more when the session has ended by itself', () => {
    shared.setItem(`telebar.ended.${SERVER}`, JSON.stringify([{ ticket: 'old', expiresAt: Date.now() - 1 }]));
    laterPage();
    expect(server.asked(END)).to.have.length(0);
  });

  it('reads nothing that it has not written itself', () => {
    for (const text of ['{', '{}', '[null, 1, {"ticket":1,"expiresAt":2}]']) {
      shared.setItem(`telebar.ended.${SERVER}`, text);
      laterPage();
      expect(server.asked(END)).to.have.length(0);
    }
  });

  it('hangs up first what the agent has hung up before', async () => {
    const desk = await page();
    await desk.commands.hangup('call-1');
    await desk.commands.logout();
    expect(server.asked(END)).to.have.length(0);
    server.on(HANGUP, () => ({ body: call({ phase: 'ended' }) }));
    await until(() => desk.state.owed.length === 0, 'the session to be ended');
    const { path, token } = server.requests.findLast(({ method }) => method === 'POST') ?? {};
    expect([path, token]).to.deep.equal(['/sessions/end', null]);
    expect(server.asked(HANGUP).at(-1)?.token).to.equal('Bearer session-token');
  });

  it('does not take back what the agent has hung up, when the same agent logs in again', async () => {
    const desk = await page();
    server.on(END, silent);
    await desk.commands.hangup('call-1');
    await desk.commands.logout();
    await desk.dispose();
    server.on(HANGUP, silent);
    softphone = new FakeSoftphone();
    const next = await page();
    softphone.ring('leg-2', { callId: 'call-1', autoAnswer: true });
    expect(softphone.answered).to.deep.equal([]);
    expect(next.state.owed.map(({ command }) => command)).to.deep.equal(['hangup']);
  });

  it('takes nothing else along: a pause of before is not the next session’s', async () => {
    const desk = await page();
    server.on(END, silent);
    await desk.commands.pause('lunch');
    await desk.commands.lock();
    await desk.commands.logout();
    await desk.dispose();
    const next = await page();
    expect(next.state.owed).to.deep.equal([]);
    expect(next.state.snapshot?.agent.locked).to.equal(false);
  });
});
