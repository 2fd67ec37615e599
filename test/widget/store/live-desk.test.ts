import { expect } from '@open-wc/testing';
import { LiveDesk, type LiveDeskOptions } from '../../../widget/live/live-desk.ts';
import type { PageLock } from '../../../widget/live/page-lock.ts';
import { createSessionVault, type SessionVault } from '../../../widget/live/session-vault.ts';
import { agent, call, offered } from '../support/desk-states.ts';
import { FakeSoftphone } from '../support/fake-softphone.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import {
  ScriptedServer,
  SERVER,
  deskSnapshot,
  session,
  until,
  type ScriptedSocket,
} from '../support/scripted-server.ts';

/** One page alone in its browser, until the test takes the desk away. */
class FakeLock implements PageLock {
  mine = true;
  onLost = (): void => {};
  onRegained = (): void => {};
  acquire(_name: string, callbacks: { onLost: () => void; onRegained: () => void }): Promise<boolean> {
    Object.assign(this, callbacks);
    return Promise.resolve(this.mine);
  }
  steal(): Promise<void> {
    this.mine = true;
    return Promise.resolve();
  }
  release(): void {}
}

const LOGIN = { team: 'demo', username: '1001', password: 'telebar-demo' };

describe('the live desk', () => {
  let server: ScriptedServer;
  let softphone: FakeSoftphone;
  let lock: FakeLock;
  let vault: SessionVault;
  let desks: LiveDesk[];

  beforeEach(() => {
    server = new ScriptedServer();
    softphone = new FakeSoftphone();
    lock = new FakeLock();
    vault = createSessionVault(SERVER, new MemoryStorage());
    desks = [];
  });

  afterEach(async () => {
    await Promise.all(desks.map((desk) => desk.dispose()));
  });

  function openDesk(options: Partial<LiveDeskOptions> = {}): LiveDesk {
    const { fetch, openSocket } = server;
    const desk = new LiveDesk({ server: SERVER, softphone, vault, lock, fetch, openSocket, ...options });
    desks.push(desk);
    return desk;
  }

  async function loggedIn(state = deskSnapshot(), options: Partial<LiveDeskOptions> = {}) {
    const desk = openDesk(options);
    const login = desk.commands.login(LOGIN);
    const socket = await server.socket();
    await socket.hear('hello');
    socket.snapshot(state);
    await login;
    return { desk, socket };
  }

  async function nextSocket(): Promise<ScriptedSocket> {
    const socket = await server.socket();
    await socket.hear('hello');
    return socket;
  }

  it('logs in, says hello with the token, and resolves when the snapshot is shown', async () => {
    const { desk, socket } = await loggedIn();
    expect(desk.state.connection).to.equal('online');
    expect(desk.state.snapshot?.agent.number).to.equal('1001');
    expect(desk.state.session).not.to.have.property('token');
    const hello = await socket.hear('hello');
    expect(hello.token).to.equal('session-token');
    expect(hello.topics).to.deep.equal([{ topic: 'desk' }]);
  });

  it("is there again at once when the page comes back out of the browser's cache, whose sockets were closed", async () => {
    const { desk, socket } = await loggedIn();
    socket.break();
    expect(desk.state.connection).to.equal('reconnecting');
    let opened: ScriptedSocket | null = null;
    void server.socket().then((next) => (opened = next));
    window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: false }));
    await Promise.resolve();
    expect(opened).to.equal(null);
    window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
    await Promise.resolve();
    expect(opened).not.to.equal(null);
    const next = opened as unknown as ScriptedSocket;
    await next.hear('hello');
    next.snapshot();
    expect(desk.state.connection).to.equal('online');
  });

  it('keeps a refused login as a failure and stays anonymous', async () => {
    server.refuse('POST /sessions', 401, 'wrong-credentials');
    const desk = openDesk();
    const refusal = await desk.commands.login(LOGIN).catch((error: unknown) => error);
    expect(refusal).to.include({ name: 'TelebarError', code: 'wrong-credentials', retryable: false });
    expect(desk.state.connection).to.equal('anonymous');
    expect(desk.state.failures.login?.code).to.equal('wrong-credentials');
    desk.dismissFailure('login');
    expect(desk.state.failures.login).to.equal(undefined);
  });

  it('goes on with its session after a reload, without logging in again', async () => {
    vault.keep(session());
    const desk = openDesk();
    const started = desk.start();
    const socket = await nextSocket();
    socket.snapshot();
    await started;
    expect(desk.state.connection).to.equal('online');
    expect(server.asked('POST /sessions')).to.have.length(0);
  });

  it('does not wait longer than a second for the token of a slow back end, because a caller may wait', async () => {
    vault.keep(session());
    const desk = openDesk({ getToken: () => new Promise<string>(() => {}) });
    const from = performance.now();
    void desk.start();
    await nextSocket();
    expect(performance.now() - from).to.be.lessThan(1500);
  });

  it("does not go on with another agent's session when the page brings a token", async () => {
    vault.keep(session());
    const claims = btoa(JSON.stringify({ team: 'demo', sub: '1002' }));
    const desk = openDesk({ token: `head.${claims}.signature` });
    void desk.start();
    await nextSocket();
    expect(server.asked('POST /sessions')[0]?.body).to.deep.equal({ token: `head.${claims}.signature` });
  });

  it('applies patches in order and ignores those that it has seen', async () => {
    const { desk, socket } = await loggedIn();
    socket.patch(2, { entity: 'call', value: offered() });
    expect(desk.state.snapshot?.calls.map(({ phase }) => phase)).to.deep.equal(['offered']);
    socket.patch(
      3,
      { entity: 'call', value: call() },
      { entity: 'agent', value: agent({ state: 'talking' }) },
    );
    socket.patch(2, { entity: 'call', value: offered() });
    expect(desk.state.snapshot?.calls[0]?.phase).to.equal('talking');
    expect(desk.state.snapshot?.agent.state).to.equal('talking');
    socket.patch(4, { entity: 'call-removed', id: 'call-1' });
    expect(desk.state.snapshot?.calls).to.have.length(0);
  });

  it('asks for the rest when a patch is missing', async () => {
    const { desk, socket } = await loggedIn();
    socket.patch(3, { entity: 'call', value: offered() });
    socket.patch(4, { entity: 'call', value: call() });
    expect(desk.state.snapshot?.calls).to.have.length(0);
    const topics = [{ topic: 'desk', resume: { epoch: 'epoch-1', sequence: 1 } }];
    expect(socket.received.filter(({ type }) => type === 'subscribe')).to.deep.equal([
      { type: 'subscribe', topics },
    ]);
    socket.resumed('desk', 1);
    socket.patch(2, { entity: 'agent', value: agent({ state: 'ringing' }) });
    socket.patch(3, { entity: 'call', value: offered() });
    expect(desk.state.snapshot?.agent.state).to.equal('ringing');
    expect(desk.state.snapshot?.calls).to.have.length(1);
  });

  it('goes on where it broke, after a break', async () => {
    const { desk, socket } = await loggedIn();
    socket.break();
    expect(desk.state.connection).to.equal('reconnecting');
    const second = await nextSocket();
    const topics = [{ topic: 'desk', resume: { epoch: 'epoch-1', sequence: 1 } }];
    expect((await second.hear('hello')).topics).to.deep.equal(topics);
    second.resumed('desk', 1);
    second.patch(2, { entity: 'call', value: offered() });
    expect(desk.state.connection).to.equal('online');
    expect(desk.state.snapshot?.calls).to.have.length(1);
  });

  it('is told to reload when the server has another version', async () => {
    const { desk, socket } = await loggedIn();
    const error = { type: 'error', version: 9, code: 'version-mismatch', detail: '', time: 1 } as const;
    socket.say(error);
    socket.break(4426);
    expect(desk.state.connection).to.equal('anonymous');
    expect(desk.state.failures.login?.code).to.equal('reload-needed');
  });

  it('comes back after a break and shows the old snapshot as stale until then', async () => {
    const { desk, socket } = await loggedIn(deskSnapshot({ calls: [call()] }));
    socket.break();
    expect(desk.state.connection).to.equal('reconnecting');
    expect(desk.state.snapshot?.calls).to.have.length(1);
    const second = await nextSocket();
    second.snapshot(deskSnapshot(), 1, 'epoch-2');
    expect(desk.state.connection).to.equal('online');
    expect(desk.state.snapshot?.calls).to.have.length(0);
  });

  it('measures latency and the clock of the server with each pulse', async () => {
    const { desk, socket } = await loggedIn();
    const { sent } = await socket.hear('heartbeat');
    socket.say({ type: 'pulse', sent, time: Date.now() + 60_000 });
    expect(desk.state.latencyMs).to.be.within(0, 1000);
    expect(desk.state.clockOffsetMs).to.be.within(59_000, 61_000);
  });

  it('tells the server at once when the phone is registered and the microphone is allowed', async () => {
    const { socket } = await loggedIn();
    const ready = (): boolean =>
      socket.received.some(
        (message) =>
          message.type === 'heartbeat' &&
          message.phone?.registered === true &&
          message.phone.microphone === 'ready',
      );
    await until(ready, 'a heartbeat with a ready phone');
    expect(softphone.accounts).to.have.length(1);
    expect(softphone.accounts[0]?.server).to.equal('wss://telebar.test/sip');
  });

  it('opens the microphone when the phone first comes up, and not to register again', async () => {
    const { socket } = await loggedIn();
    await until(() => softphone.accounts.length === 1);
    expect(softphone.microphone).to.deep.equal(['opened']);
    for (const times of [2, 3]) {
      const device = { ...agent().device, online: false };
      socket.snapshot(deskSnapshot({ agent: agent({ device }) }), times);
      await until(() => softphone.accounts.length === times, 'another registration');
    }
    expect(softphone.microphone).to.deep.equal(['opened']);
  });

  it('answers the leg that the server orders, also when the order comes before the leg', async () => {
    const { socket } = await loggedIn();
    await until(() => softphone.state.registration === 'registered');
    socket.say({ type: 'answer-leg', legId: 'leg-7', time: Date.now() });
    expect(softphone.answered).to.deep.equal([]);
    softphone.ring('leg-7');
    expect(softphone.answered).to.deep.equal(['leg-7']);
  });

  it('fetches another credential at once when its phone has to register elsewhere, in a call too', async () => {
    const { socket } = await loggedIn();
    await until(() => softphone.state.registration === 'registered');
    softphone.ring('leg-1', { phase: 'established' });
    socket.say({ type: 'phone-moved', time: Date.now() });
    await until(() => softphone.accounts.length === 2, 'another account');
    expect(softphone.state.legs).to.have.length(1);
  });

  it('answers by itself only the legs that the server has marked', async () => {
    await loggedIn();
    await until(() => softphone.state.registration === 'registered');
    softphone.ring('leg-1');
    softphone.ring('leg-2', { autoAnswer: true });
    expect(softphone.answered).to.deep.equal(['leg-2']);
  });

  it('shows the confirmed state of a command before it resolves', async () => {
    const { desk } = await loggedIn(deskSnapshot({ calls: [offered()] }));
    server.on('POST /calls/call-1/answer', () => ({ body: call() }));
    const answering = desk.commands.answer('call-1');
    expect(desk.state.pending.has('answer')).to.equal(true);
    await answering;
    expect(desk.state.pending.size).to.equal(0);
    expect(desk.state.snapshot?.calls[0]?.phase).to.equal('talking');
  });

  it('shows the call and the agent that one command has changed', async () => {
    const acw = { callId: 'call-1', since: 1, endsAt: null };
    const ended = call({ phase: 'ended' });
    const { desk } = await loggedIn(deskSnapshot({ agent: agent({ state: 'acw', acw }), calls: [ended] }));
    const wrapUp = { reasonId: 'order', label: null, notes: '', agentNumber: '1001', at: 2 };
    server.on('POST /calls/call-1/wrap-up', () => ({
      body: { call: { ...ended, wrapUp }, agent: agent({ wrapUp: { ...wrapUp, callId: 'call-1' } }) },
    }));
    await desk.commands.wrapUp('call-1', { reasonId: 'order', finish: true });
    expect(desk.state.snapshot?.calls[0]?.wrapUp).to.deep.equal(wrapUp);
    expect(desk.state.snapshot?.agent).to.deep.include({ state: 'idle', acw: null });
  });

  it('does not bring a call back that has left the desk', async () => {
    const { desk } = await loggedIn();
    server.on('PATCH /calls/call-1/data', () => ({ body: call({ phase: 'ended' }) }));
    await desk.commands.setCallData('call-1', { note: 'late' });
    expect(desk.state.snapshot?.calls).to.deep.equal([]);
  });

  it('does not lay a late answer over a newer patch', async () => {
    const { desk, socket } = await loggedIn(deskSnapshot({ calls: [offered()] }));
    server.on('POST /calls/call-1/answer', () => {
      socket.patch(2, { entity: 'call', value: call() });
      socket.patch(3, {
        entity: 'call',
        value: call({ phase: 'ended', endedBy: 'customer', cause: 'normal' }),
      });
      return { body: call() };
    });
    await desk.commands.answer('call-1');
    expect(desk.state.snapshot?.calls[0]?.phase).to.equal('ended');
  });

  it('sends a command once however often it is clicked, and digits as often as they are pressed', async () => {
    const { desk } = await loggedIn(deskSnapshot({ calls: [call()] }));
    server.on('POST /calls/call-1/hold', () => ({ body: call({ phase: 'held' }) }));
    server.on('POST /calls/call-1/digits', () => ({ body: call() }));
    await Promise.all([desk.commands.hold('call-1'), desk.commands.hold('call-1')]);
    expect(server.asked('POST /calls/call-1/hold')).to.have.length(1);
    await Promise.all(['1', '1', '2'].map((digit) => desk.commands.sendDigits('call-1', digit)));
    const sent = server
      .asked('POST /calls/call-1/digits')
      .map(({ body }) => (body as { digits: string }).digits);
    expect(sent.join('')).to.equal('112');
  });

  it('cuts the microphone before the server knows, and opens it only when the server says so', async () => {
    const { desk, socket } = await loggedIn(deskSnapshot({ calls: [call()] }));
    softphone.ring('leg-agent', { phase: 'established' });
    const muted = (): boolean | undefined => softphone.state.legs[0]?.muted;
    server.on('POST /calls/call-1/mute', () => ({ body: call({ muted: true }) }));
    const muting = desk.commands.mute('call-1');
    expect(muted()).to.equal(true);
    await muting;
    expect(muted()).to.equal(true);
    server.on('POST /calls/call-1/unmute', () => ({ body: call() }));
    await desk.commands.unmute('call-1');
    expect(muted()).to.equal(false);
    socket.patch(2, { entity: 'call', value: call({ muted: true }) });
    expect(muted()).to.equal(true);
  });

  it('ends its leg with the call that the server shows as ended, and leaves one alone that is not shown yet', async () => {
    const { socket } = await loggedIn();
    softphone.ring('leg-agent');
    softphone.ring('leg-quicker-than-its-call');
    socket.snapshot(deskSnapshot({ calls: [call()] }));
    expect(softphone.state.legs).to.have.length(2);
    socket.snapshot(deskSnapshot({ calls: [call({ phase: 'ended' })] }));
    expect(softphone.state.legs.map(({ legId }) => legId)).to.deep.equal(['leg-quicker-than-its-call']);
  });

  it('opens the microphone again when the server has refused to mute', async () => {
    const { desk } = await loggedIn(deskSnapshot({ calls: [call()] }));
    softphone.ring('leg-agent', { phase: 'established' });
    server.refuse('POST /calls/call-1/mute', 409, 'call-not-active');
    await desk.commands.mute('call-1').catch(() => {});
    expect(softphone.state.legs[0]?.muted).to.equal(false);
    expect(desk.state.failures.mute?.code).to.equal('call-not-active');
  });

  it('says that the server cannot be reached', async () => {
    const { desk } = await loggedIn();
    const refusal = await desk.commands.endAcw().catch((error: unknown) => error);
    expect(refusal).to.include({ code: 'offline', retryable: true });
  });

  it('logs in again with a new token when the session is over', async () => {
    let given = 0;
    const { desk, socket } = await loggedIn(deskSnapshot(), {
      getToken: () => Promise.resolve(`token-${++given}`),
    });
    socket.say({ type: 'error', version: 1, code: 'token-expired', detail: '', time: Date.now() });
    socket.break(4401);
    const second = await nextSocket();
    second.snapshot();
    await until(() => desk.state.connection === 'online');
    expect(server.asked('POST /sessions').at(-1)?.body).to.deep.equal({ token: 'token-1' });
    expect(desk.state.failures.login).to.equal(undefined);
  });

  it('forgets the session when it is over and nobody gives a token', async () => {
    const { desk, socket } = await loggedIn();
    socket.break(4401);
    expect(desk.state.connection).to.equal('anonymous');
    expect(desk.state.failures.login?.code).to.equal('token-expired');
    expect(vault.read()).to.equal(null);
  });

  it('stops its phone when another page takes over, and gets the desk back on demand', async () => {
    const { desk, socket } = await loggedIn();
    await until(() => softphone.state.registration === 'registered');
    socket.break(4409);
    expect(desk.state.connection).to.equal('taken-over');
    expect(softphone.state.registration).to.equal('stopped');
    const taking = desk.commands.takeOver();
    const second = await nextSocket();
    second.snapshot();
    await taking;
    expect(desk.state.connection).to.equal('online');
    await until(() => softphone.state.registration === 'registered');
  });

  it('leaves the desk to the page of this browser that has it, and goes on when that page is gone', async () => {
    lock.mine = false;
    vault.keep(session());
    const desk = openDesk();
    await desk.start();
    expect(desk.state.connection).to.equal('taken-over');
    expect(softphone.accounts).to.have.length(0);
    lock.onRegained();
    (await nextSocket()).snapshot();
    expect(desk.state.connection).to.equal('online');
  });

  it('fetches another credential when the registration is refused', async () => {
    await loggedIn();
    await until(() => softphone.accounts.length === 1);
    softphone.set({ registration: 'refused' });
    await until(() => softphone.accounts.length === 2, 'a second credential');
    expect(server.asked('POST /devices/browser')).to.have.length(2);
  });

  it('fetches another credential when a server started anew knows nothing of its registered phone', async () => {
    const { socket } = await loggedIn();
    await until(() => softphone.accounts.length === 1);
    softphone.set({ registration: 'registered' });
    socket.break();
    const device = { ...agent().device, online: false };
    (await nextSocket()).snapshot(deskSnapshot({ agent: agent({ device }) }), 1, 'epoch-2');
    await until(() => softphone.accounts.length === 2, 'a second credential');
  });

  it('logs out: tells the server, stops the phone, forgets the session', async () => {
    const { desk } = await loggedIn();
    await desk.commands.logout();
    expect(desk.state).to.include({ connection: 'anonymous', session: null, snapshot: null });
    expect(server.asked('POST /sessions/end')[0]?.body).to.deep.equal({ ticket: 'end-ticket' });
    expect(softphone.state.registration).to.equal('stopped');
    expect(vault.read()).to.equal(null);
  });

  it('refuses commands while nobody is logged in, without asking the server', async () => {
    const desk = openDesk();
    const refusal = await desk.commands.dial({ number: '1002' }).catch((error: unknown) => error);
    expect(refusal).to.include({ code: 'token-missing' });
    expect(server.requests).to.have.length(0);
  });
});
