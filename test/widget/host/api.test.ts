import { expect } from '@open-wc/testing';
import { createTelebar } from '../../../widget/index.ts';
import { API_METHODS } from '../../../widget/host/api-methods.ts';
import type { TelebarApi, TelebarOptions } from '../../../widget/host/telebar.ts';
import type { PageLock } from '../../../widget/live/page-lock.ts';
import { agent, call, offered } from '../support/desk-states.ts';
import { FakeSoftphone } from '../support/fake-softphone.ts';
import { eventually, settled, words } from '../support/shadow.ts';
import { SERVER, ScriptedServer, deskSnapshot, problem, session, until } from '../support/scripted-server.ts';

const alone: PageLock = {
  acquire: () => Promise.resolve(true),
  steal: () => Promise.resolve(),
  release: () => {},
};

const isMethods = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  Object.values(value).every((item) => typeof item === 'function');

describe('the host API', () => {
  let server: ScriptedServer;
  let telebar: TelebarApi;
  let softphone: FakeSoftphone;

  beforeEach(() => {
    sessionStorage.clear();
    localStorage.clear();
    server = new ScriptedServer();
    const { fetch, openSocket } = server;
    softphone = new FakeSoftphone();
    telebar = createTelebar({ fetch, openSocket, softphone, lock: alone });
  });

  afterEach(async () => {
    await telebar.dispose();
  });

  const init = (options: TelebarOptions = {}): Promise<void> =>
    telebar.init({ server: SERVER, locale: 'en', ...options });
  const bar = (): Element | null => document.querySelector('telebar-phone-bar');

  async function loggedIn(state = deskSnapshot(), options: TelebarOptions = {}) {
    await init(options);
    const login = telebar.agent.login({ team: 'demo', username: '1001', password: 'x' });
    const socket = await server.socket();
    await socket.hear('hello');
    socket.snapshot(state);
    return { socket, state: await login };
  }

  it('puts the bar on the page once, says so, and removes everything', async () => {
    const ready: Event[] = [];
    telebar.on('telebar-ready', (event) => ready.push(event));
    await Promise.all([init(), init()]);
    await telebar.ready;
    expect(document.querySelectorAll('telebar-phone-bar')).to.have.length(1);
    expect(ready.map(({ target }) => target)).to.deep.equal([bar()]);
    await telebar.dispose();
    expect(bar()).to.equal(null);
    expect(document.querySelector('telebar-screen-pop')).to.equal(null);
    await init();
    expect(bar()).not.to.equal(null);
  });

  it('has the methods that the loader stands in for, no more and no fewer', () => {
    const areas = Object.entries(telebar).filter(([, value]) => isMethods(value));
    const methods = areas.map(([area, made]) => [area, Object.keys(made as object).sort()] as const);
    const listed = Object.entries(API_METHODS).map(
      ([area, kinds]) => [area, Object.keys(kinds).sort()] as const,
    );
    expect(Object.fromEntries(methods)).to.deep.equal(Object.fromEntries(listed));
  });

  it("mounts into an element of the page, and says when there isn't one", async () => {
    const place = document.body.appendChild(document.createElement('section'));
    place.id = 'phone-place';
    await init({ position: '#phone-place' });
    expect(bar()?.parentElement).to.equal(place);
    expect(bar()?.hasAttribute('inline')).to.equal(true);
    await telebar.dispose();
    place.remove();
    const failure = await init({ position: '#phone-place' }).catch((error: unknown) => String(error));
    expect(failure).to.contain('#phone-place');
  });

  it('makes the bar a pill and whole again, also one that is hidden', async () => {
    await loggedIn();
    const part = (name: string): Element | null => bar()?.shadowRoot?.querySelector(name) ?? null;
    telebar.ui.minimize();
    await eventually(() => part('telebar-collapsed-pill'));
    telebar.ui.hide();
    await until(() => part('telebar-collapsed-pill') === null);
    telebar.ui.restore();
    await eventually(() => part('telebar-bar-content'));
  });

  it('shows nothing in headless mode and dispatches on the document', async () => {
    const targets: unknown[] = [];
    telebar.once('telebar-ready', ({ target }) => targets.push(target));
    await init({ mode: 'headless' });
    expect(bar()).to.equal(null);
    expect(targets).to.deep.equal([document]);
  });

  it('resolves each command with the confirmed state', async () => {
    const { state } = await loggedIn(deskSnapshot({ calls: [offered()] }));
    expect(state).to.deep.include({ connection: 'online' });
    server.on('POST /calls/call-1/answer', () => ({ body: call() }));
    const answered = await telebar.call.answer();
    expect(answered.calls[0]?.phase).to.equal('talking');
    expect(telebar.getState()).to.deep.equal(answered);
  });

  it('means the ringing call by answer and the one in progress by hold', async () => {
    await loggedIn(deskSnapshot({ calls: [offered({ id: 'ringing' }), call({ id: 'talking' })] }));
    server.on('POST /calls/ringing/answer', () => ({ body: call({ id: 'ringing' }) }));
    server.on('POST /calls/talking/hold', () => ({ body: call({ id: 'talking', phase: 'held' }) }));
    await telebar.call.hold();
    await telebar.call.answer();
    expect(server.asked('POST /calls/talking/hold')).to.have.length(1);
    expect(server.asked('POST /calls/ringing/answer')).to.have.length(1);
  });

  it('asks, swaps, passes on, brings in and lets go, of the present call or of the one that is named', async () => {
    await loggedIn(deskSnapshot({ calls: [call()] }));
    const { call: phone } = telebar;
    const to = { agent: '1002' };
    const steps: [() => Promise<unknown>, string, unknown][] = [
      [() => phone.consult(to), 'consult', { target: to }],
      [
        () => phone.consult({ number: '13900000002' }, 'call-1'),
        'consult',
        { target: { number: '13900000002' } },
      ],
      [() => phone.swap(), 'swap', null],
      [() => phone.swap('call-1'), 'swap', null],
      [() => phone.retrieve(), 'retrieve', null],
      [() => phone.conference(), 'conference', null],
      [() => phone.transfer(), 'transfer', {}],
      [() => phone.transfer('call-1'), 'transfer', {}],
      [() => phone.transfer(undefined, 'call-1'), 'transfer', {}],
      [() => phone.transfer({ to, type: 'blind' }), 'transfer', { to, type: 'blind' }],
      [() => phone.transfer({ to, type: 'blind' }, 'call-1'), 'transfer', { to, type: 'blind' }],
      [() => phone.add(to), 'add', { target: to }],
      [() => phone.kick('party-3'), 'parties/party-3/kick', null],
      [() => phone.muteParty('party-3'), 'parties/party-3/mute', null],
      [() => phone.unmuteParty('party-3', 'call-1'), 'parties/party-3/unmute', null],
      [() => phone.leave(), 'leave', null],
    ];
    for (const [method, path, body] of steps) {
      const route = `POST /calls/call-1/${path}`;
      server.on(route, () => ({ body: call() }));
      const before = server.asked(route).length;
      await method();
      expect(
        server
          .asked(route)
          .slice(before)
          .map((request) => request.body),
      ).to.deep.equal([body]);
    }
    const nobody = await phone.consult({ agent: '9999' }, 'another-call').catch((error: unknown) => error);
    expect(nobody).to.include({ code: 'offline' });
  });

  it('listens, changes the way, stops and takes over, and forces states, by the number or id of an agent', async () => {
    const supervision = {
      agent: { id: 'agent-2', number: '1002', name: 'Han' },
      ...{ callId: 'call-2', mode: 'listen', since: 1, connected: true },
    };
    const row = { id: 'agent-2', number: '1002', name: 'Han', state: 'idle', since: 1 };
    await loggedIn();
    const agent = '1002';
    const { supervisor } = telebar;
    for (const mode of ['listen', 'whisper', 'barge'] as const) {
      server.on(`POST /agents/1002/${mode}`, () => ({ body: { supervision: { ...supervision, mode } } }));
      expect((await supervisor[mode]({ agent })).supervision).to.include({ mode });
    }
    server.on('POST /agents/1002/stop-monitoring', () => ({ body: { supervision: null } }));
    expect((await supervisor.stop({ agent })).supervision).to.equal(null);
    const basedOn = 'idle';
    const steps: [() => Promise<unknown>, string, unknown, unknown][] = [
      [() => supervisor.takeOver({ agent }), 'take-over', {}, call()],
      [() => supervisor.hangup({ agent, basedOn: 'talking' }), 'hangup', { basedOn: 'talking' }, row],
      [
        () => supervisor.pause({ agent, reason: 'Lunch', basedOn }),
        'pause',
        { reasonId: 'lunch', basedOn },
        row,
      ],
      [() => supervisor.idle({ agent }), 'idle', {}, row],
      [() => supervisor.signOut({ agent, basedOn }), 'sign-out', { basedOn }, row],
    ];
    for (const [method, path, body, answer] of steps) {
      server.on(`POST /agents/1002/${path}`, () => ({ body: answer }));
      await method();
      expect(server.asked(`POST /agents/1002/${path}`).map((request) => request.body)).to.deep.equal([body]);
    }
    server.refuse('POST /agents/1002/idle', 409, 'state-changed');
    const changed = await supervisor.idle({ agent, basedOn }).catch((error: unknown) => error);
    expect(changed).to.include({ code: 'state-changed' });
  });

  it('means only a call that rings by reject', async () => {
    const { state } = await loggedIn(deskSnapshot({ calls: [call()] }));
    expect(await telebar.call.reject()).to.deep.equal(state);
    expect(server.asked('POST /calls/call-1/reject')).to.have.length(0);
  });

  it('hangs up the call that is being dialled as soon as it is there', async () => {
    const { socket } = await loggedIn();
    server.on('POST /calls', () => new Promise(() => {}));
    server.on('POST /calls/call-1/hangup', () => ({ body: call({ phase: 'ended' }) }));
    void telebar.call.dial('10086');
    const ended = telebar.call.hangup();
    await until(() => server.asked('POST /calls').length === 1, 'the dial');
    socket.patch(2, { entity: 'call', value: call({ phase: 'dialling' }) });
    await ended;
    expect(server.asked('POST /calls/call-1/hangup')).to.have.length(1);
  });

  it('has nothing to hang up when dialling has failed', async () => {
    const { state } = await loggedIn();
    server.refuse('POST /calls', 409, 'no-route');
    const dialled = telebar.call.dial('10086').catch(() => {});
    expect(await telebar.call.hangup()).to.deep.equal(state);
    await dialled;
  });

  it('hangs up the call that came back before the server has shown it, and says when it cannot know', async () => {
    await init();
    void telebar.agent.login({ team: 'demo', username: '1001', password: 'x' }).catch(() => {});
    await until(() => telebar.getState().connection === 'connecting', 'the session');
    const unknown = await telebar.call.hangup().catch((error: unknown) => error);
    expect(unknown).to.include({ code: 'offline' });
    softphone.ring('leg-1', { callId: 'call-1', phase: 'established' });
    await telebar.call.hangup();
    expect(softphone.state.legs).to.deep.equal([]);
    expect(server.asked('POST /calls/call-1/hangup')).to.have.length(1);
  });

  it('resolves what is asked twice: nothing to end, nobody to log out, an agent who is logged in', async () => {
    await init();
    expect((await telebar.agent.logout()).connection).to.equal('anonymous');
    await telebar.dispose();
    const { state } = await loggedIn(deskSnapshot({ calls: [] }));
    expect(await telebar.call.hangup()).to.deep.equal(state);
    expect(await telebar.call.reject()).to.deep.equal(state);
    const held = await telebar.call.hold().catch((error: unknown) => error);
    expect(held).to.include({ code: 'no-such-call' });
    expect(await telebar.agent.login({ team: 'demo', username: '1001', password: 'x' })).to.deep.equal(state);
    const token = `x.${btoa(JSON.stringify({ team: 'demo', sub: '1001' }))}.x`;
    expect(await telebar.agent.login({ token })).to.deep.equal(state);
    expect(server.asked('POST /sessions')).to.have.length(1);
    expect((await telebar.agent.logout()).connection).to.equal('anonymous');
    expect((await telebar.agent.logout()).connection).to.equal('anonymous');
    expect(server.asked('POST /sessions/end')).to.have.length(1);
  });

  it('takes groups and reasons by id, number or label', async () => {
    await loggedIn();
    server.on('POST /agent/sign-in', () => ({ body: agent() }));
    server.on('POST /agent/pause', () => ({ body: agent({ state: 'paused' }) }));
    await telebar.agent.signIn({ groups: ['800', '售后支持'] });
    await telebar.agent.pause('Lunch');
    expect(server.asked('POST /agent/sign-in')[0]?.body).to.deep.equal({ groups: ['service', 'sales'] });
    expect(server.asked('POST /agent/pause')[0]?.body).to.deep.equal({ reasonId: 'lunch' });
    const unknown = await telebar.agent.pause('Golf').catch((error: unknown) => error);
    expect(unknown).to.include({ code: 'unknown-reason' });
  });

  it('wraps up the call in after-call work, then the one in progress, by reason id or label', async () => {
    const acw = { callId: 'call-0', since: 1, endsAt: null };
    const { socket } = await loggedIn(deskSnapshot({ agent: agent({ state: 'acw', acw }), calls: [call()] }));
    const body = { call: call(), agent: agent() };
    server.on('POST /calls/call-0/wrap-up', () => ({ body }));
    server.on('POST /calls/call-1/wrap-up', () => ({ body }));
    await telebar.call.wrapUp({ reason: '投诉', notes: 'Late again.', finish: true });
    expect(server.asked('POST /calls/call-0/wrap-up')[0]?.body).to.deep.equal({
      reasonId: 'complaint',
      notes: 'Late again.',
      finish: true,
    });
    socket.patch(2, { entity: 'agent', value: agent() });
    await telebar.call.wrapUp({ reason: null });
    expect(server.asked('POST /calls/call-1/wrap-up')[0]?.body).to.deep.equal({ reasonId: null });
    const unknown = await telebar.call.wrapUp({ reason: 'Lunch' }).catch((error: unknown) => error);
    expect(unknown).to.include({ code: 'unknown-reason' });
  });

  it('rejects with code, message and retryable, and tells the same as an event', async () => {
    await loggedIn();
    const told: string[] = [];
    const off = telebar.on('telebar-error', ({ detail }) => told.push(`${detail.command} ${detail.code}`));
    server.refuse('POST /agent/end-acw', 409, 'not-allowed-now');
    const failure = await telebar.agent.endAcw().catch((error: unknown) => error);
    expect(failure).to.include({
      code: 'not-allowed-now',
      message: 'It is not-allowed-now.',
      retryable: false,
    });
    expect(told).to.deep.equal(['endAcw not-allowed-now']);
    off();
    await telebar.agent.endAcw().catch(() => {});
    expect(told).to.have.length(1);
  });

  it('leaves what to say of a refusal to the page, and shows what only the agent can decide', async () => {
    await loggedIn();
    const shown = (): string => words(document.querySelector('telebar-phone-bar') ?? document.body);
    await eventually(() => shown().includes('Idle'));
    server.refuse('POST /agent/end-acw', 409, 'not-allowed-now');
    await telebar.agent.endAcw().catch(() => {});
    await settled();
    expect(shown()).not.to.contain('Wrap-up is over');
    server.refuse('POST /agent/sign-in', 409, 'device-not-connected');
    await telebar.agent.signIn().catch(() => {});
    await eventually(() => shown().includes('Ignore and sign in'));
  });

  it('asks the page before it dials', async () => {
    await loggedIn();
    server.on('POST /calls', () => ({
      status: 201,
      body: call({ phase: 'dialling', direction: 'outbound' }),
    }));
    const off = telebar.on('telebar-dial-request', (event) => event.preventDefault());
    const refused = await telebar.call.dial('10086').catch((error: unknown) => error);
    expect(refused).to.include({ code: 'forbidden' });
    expect(server.asked('POST /calls')).to.have.length(0);
    off();
    await telebar.call.dial('10086', { group: 'service', data: { order: '7' } });
    expect(server.asked('POST /calls')[0]?.body).to.deep.equal({
      number: '10086',
      groupId: 'service',
      data: { order: '7' },
    });
  });

  it('dials the links of the page when somebody is logged in', async () => {
    await loggedIn();
    server.on('POST /calls', () => ({
      status: 201,
      body: call({ phase: 'dialling', direction: 'outbound' }),
    }));
    const link = document.body.appendChild(document.createElement('a'));
    link.href = 'tel:10086';
    link.click();
    await until(() => server.asked('POST /calls').length === 1);
    link.remove();
  });

  it('logs in by the token of the page, and asks for another when the first is refused', async () => {
    const tokens = ['first', 'second'];
    server.on('POST /sessions', ({ body }) =>
      (body as { token: string }).token === 'first'
        ? { status: 401, body: problem(401, 'token-expired') }
        : { status: 201, body: session() },
    );
    await init({ getToken: () => Promise.resolve(tokens.shift() ?? '') });
    (await server.socket()).snapshot();
    await until(() => telebar.getState().connection === 'online');
    const tried = server.asked('POST /sessions').map(({ body }) => body);
    expect(tried).to.deep.equal([{ token: 'first' }, { token: 'second' }]);
  });

  it('stays anonymous when every token is refused, and asks no more than twice', async () => {
    server.refuse('POST /sessions', 401, 'token-invalid');
    let asked = 0;
    await init({ getToken: () => Promise.resolve(`token-${++asked}`) });
    await until(() => asked === 2 && telebar.getState().connection === 'anonymous');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(asked).to.equal(2);
  });

  it('goes back to the login form when the kept session is over', async () => {
    const over = session({ expiresAt: Date.now() - 1000 });
    sessionStorage.setItem(`telebar.session.${SERVER}`, JSON.stringify(over));
    await init();
    await until(() => telebar.getState().connection === 'anonymous');
    expect(server.requests).to.have.length(0);
  });

  it('rejects commands before init', async () => {
    const failure = await telebar.call.hangup().catch((error: unknown) => error);
    expect(failure).to.include({ code: 'unavailable' });
  });

  it('leaves no globals, no styles and no attributes on the page', async () => {
    const globals = new Set(Object.keys(window));
    const html = document.documentElement.cloneNode(false) as HTMLElement;
    const styles = document.styleSheets.length + document.adoptedStyleSheets.length;
    await loggedIn();
    expect(Object.keys(window).filter((key) => !globals.has(key))).to.deep.equal([]);
    expect(document.documentElement.cloneNode(false)).to.have.property('outerHTML', html.outerHTML);
    expect(document.styleSheets.length + document.adoptedStyleSheets.length).to.equal(styles);
    await telebar.dispose();
  });
});
