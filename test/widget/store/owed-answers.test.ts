import { expect } from '@open-wc/testing';
import { agent, call, offered, party, self } from '../support/desk-states.ts';
import { DeskPages } from '../support/desk-pages.ts';
import { deskSnapshot, problem, session, until } from '../support/scripted-server.ts';

const HANGUP = 'POST /calls/call-1/hangup';
const HOLD = 'POST /calls/call-1/hold';
const MUTE = 'POST /calls/call-1/mute';
const LOCK = 'POST /agent/lock';
const UNLOCK = 'POST /sessions/current/unlock';
const PARTY = 'POST /calls/call-1/legs/leg-customer/hangup';

describe('what is owed, by what is answered', () => {
  let pages: DeskPages;
  beforeEach(() => {
    pages = new DeskPages();
  });
  afterEach(() => pages.close());

  const owed = (desk: { state: { owed: readonly { command: string }[] } }): string[] =>
    desk.state.owed.map(({ command }) => command);
  const muted = (): boolean | undefined => pages.softphone.state.legs[0]?.muted;
  const talk = (): void => pages.softphone.ring('leg-agent', { phase: 'established', callId: 'call-1' });

  describe('a lock', () => {
    it('is opened by no wrong password, and by none that nobody could check', async () => {
      const { desk, socket } = await pages.open(deskSnapshot());
      const locked = (): boolean | undefined => desk.state.snapshot?.agent.locked;
      await desk.commands.lock();
      expect(await desk.commands.unlock({ password: 'x' }).catch((error: unknown) => error)).to.include({
        code: 'offline',
      });
      pages.server.refuse(UNLOCK, 403, 'wrong-password');
      const refusal = await desk.commands.unlock({ password: 'x' }).catch((error: unknown) => error);
      expect(refusal).to.include({ code: 'wrong-password' });
      socket.patch(2, { entity: 'agent', value: agent() });
      expect(locked()).to.equal(true);
      socket.break();
      await pages.connected(deskSnapshot());
      await until(() => desk.state.connection === 'online');
      expect(locked()).to.equal(true);
      const { desk: next } = await pages.open(deskSnapshot());
      expect(next.state.snapshot?.agent.locked).to.equal(true);
      expect(owed(next)).to.deep.equal(['lock']);
    });

    it('is opened by the right password, and does not close again by itself', async () => {
      const { desk, socket } = await pages.open(deskSnapshot());
      await desk.commands.lock();
      pages.server.on(UNLOCK, () => ({ body: agent() }));
      await desk.commands.unlock({ password: 'right' });
      expect(desk.state.snapshot?.agent.locked).to.equal(false);
      expect(owed(desk)).to.deep.equal([]);
      const sent = pages.server.asked(LOCK).length;
      socket.break();
      await pages.connected(deskSnapshot());
      await until(() => desk.state.connection === 'online');
      expect(desk.state.snapshot?.agent.locked).to.equal(false);
      expect(pages.server.asked(LOCK)).to.have.length(sent);
    });

    it('is not opened by the answer to something else', async () => {
      const { desk } = await pages.open(deskSnapshot());
      await desk.commands.lock();
      pages.server.on('POST /agent/end-acw', () => ({ body: agent() }));
      await desk.commands.endAcw();
      expect(desk.state.snapshot?.agent.locked).to.equal(true);
    });

    it('is not taken for carried out because this page shows it', async () => {
      const { desk, socket } = await pages.open(deskSnapshot());
      await desk.commands.lock();
      socket.break();
      const again = await pages.server.socket();
      const [followed] = (await again.hear('hello')).topics;
      again.resumed('desk', 1, followed?.resume?.epoch);
      await until(() => desk.state.connection === 'online');
      expect(owed(desk)).to.deep.equal(['lock']);
      pages.server.on(LOCK, () => ({ body: agent({ locked: true }) }));
      await until(() => owed(desk).length === 0, 'the lock to be confirmed');
    });
  });

  const STRANGERS = {
    "a web server's error": { status: 500, text: '<html>500</html>' },
    'a limit': { status: 429, text: 'Too Many Requests' },
    'a filter': { status: 403, text: '<html>Blocked</html>' },
    'a gateway with documents of its own': { status: 401, body: { message: 'Unauthorized' } },
    'a login page of the network': { status: 200, text: '<html>Welcome</html>' },
  } as const;

  for (const [who, answer] of Object.entries(STRANGERS)) {
    it(`is still to be carried out when it was not the server that answered, but ${who}`, async () => {
      const { desk } = await pages.open();
      talk();
      pages.server.on(MUTE, () => answer);
      await desk.commands.mute('call-1');
      expect(owed(desk)).to.deep.equal(['mute']);
      expect(desk.state.failures.mute).to.equal(undefined);
      expect(muted()).to.equal(true);
      pages.server.on(HANGUP, () => answer);
      await desk.commands.hangup('call-1');
      expect(owed(desk)).to.deep.equal(['hangup']);
      expect(pages.softphone.state.legs).to.deep.equal([]);
      pages.server.on(HANGUP, () => ({ body: call({ phase: 'ended' }) }));
      await until(() => owed(desk).length === 0, 'the hang-up to be confirmed');
    });
  }

  it('is carried out in the next session when this one is over, and the call is not taken back', async () => {
    const { desk } = await pages.open(undefined, { getToken: () => Promise.resolve('sso') });
    talk();
    let open = (): void => {};
    const opened = new Promise<void>((resolve) => (open = resolve));
    pages.server.on(HANGUP, async ({ token }) => {
      if (token !== 'Bearer next') return { status: 401, body: problem(401, 'token-expired') };
      await opened;
      return { body: call({ phase: 'ended' }) };
    });
    pages.server.on('POST /sessions', () => ({ status: 201, body: session({ token: 'next' }) }));
    await desk.commands.hangup('call-1');
    await pages.connected();
    await until(() => desk.state.connection === 'online');
    pages.softphone.ring('leg-2', { callId: 'call-1', autoAnswer: true });
    expect(pages.softphone.answered).to.deep.equal([]);
    expect(owed(desk)).to.deep.equal(['hangup']);
    open();
    await until(() => owed(desk).length === 0, 'the hang-up to be confirmed');
  });

  it('is given up, and said so, when a second session is not good enough for it either', async () => {
    const { desk } = await pages.open(undefined, { getToken: () => Promise.resolve('sso') });
    pages.server.refuse(HANGUP, 401, 'token-expired');
    await desk.commands.hangup('call-1');
    await pages.connected();
    await until(() => desk.state.failures.hangup?.code === 'token-expired', 'the refusal');
    expect(owed(desk)).to.deep.equal([]);
  });

  it('is sent whole: one order does not stand in for another of the same call or agent', async () => {
    const { desk, socket } = await pages.open();
    await desk.commands.hold('call-1');
    await desk.commands.mute('call-1');
    await desk.commands.pause('lunch');
    await desk.commands.lock();
    socket.break();
    pages.server.on(HOLD, () => ({ body: call({ phase: 'held' }) }));
    pages.server.on(MUTE, () => ({ body: call({ phase: 'held', muted: true }) }));
    pages.server.on('POST /agent/pause', () => ({ body: agent({ state: 'paused' }) }));
    pages.server.on(LOCK, () => ({ body: agent({ state: 'paused', locked: true }) }));
    await pages.connected();
    await until(() => owed(desk).length === 0, 'everything to be confirmed');
  });

  it('waits for the password when the desk was locked after it', async () => {
    const { desk } = await pages.open();
    talk();
    await desk.commands.hold('call-1');
    pages.server.refuse(HOLD, 423, 'locked');
    const before = pages.server.asked(HOLD).length;
    await until(() => pages.server.asked(HOLD).length > before, 'another attempt');
    expect(owed(desk)).to.deep.equal(['hold']);
    expect(muted()).to.equal(true);
  });

  it('is done when the patches say so, though no request gets through', async () => {
    const { desk, socket } = await pages.open();
    await desk.commands.hangup('call-1');
    socket.patch(2, { entity: 'call', value: call({ phase: 'ended' }) });
    expect(owed(desk)).to.deep.equal([]);
  });

  describe('a refusal', () => {
    it('ends no call that has been answered', async () => {
      const { desk } = await pages.open();
      talk();
      pages.server.on('POST /calls/call-1/reject', () => new Promise(() => {}));
      void desk.commands.reject('call-1').catch(() => {});
      expect(muted()).to.equal(false);
      expect(owed(desk)).to.deep.equal([]);
      pages.server.refuse('POST /calls/call-1/reject', 409, 'call-not-ringing');
      await pages.open().then(async ({ desk: next }) => {
        const refusal = await next.commands.reject('call-1').catch((error: unknown) => error);
        expect(refusal).to.include({ code: 'call-not-ringing' });
      });
    });

    it('leaves a leg alone that was answered before the server could say so', async () => {
      const { desk } = await pages.open(deskSnapshot({ calls: [offered()] }));
      talk();
      await desk.commands.reject('call-1');
      expect(pages.softphone.state.legs).to.have.length(1);
      expect(muted()).to.equal(false);
    });
  });

  describe('hanging up a party', () => {
    it('ends the call at once on this page when nobody else is there, and later on the server', async () => {
      const { desk } = await pages.open();
      talk();
      pages.server.on(PARTY, () => new Promise(() => {}));
      void desk.commands.hangupLeg('call-1', 'leg-customer');
      expect(muted()).to.equal(true);
      await until(() => pages.softphone.state.legs.length === 0, 'the leg to be dropped');
      expect(owed(desk)).to.deep.equal(['hangup']);
      pages.server.on(PARTY, () => ({ body: call({ phase: 'ended' }) }));
      const { desk: next } = await pages.open();
      await until(() => owed(next).length === 0, 'the hang-up to be confirmed');
    });

    it('lets the others talk on, and tells the server later', async () => {
      const parties = [party(), party({ legId: 'leg-third', role: 'peer' }), self()];
      const { desk, socket } = await pages.open(deskSnapshot({ calls: [call({ parties })] }));
      talk();
      await desk.commands.hangupLeg('call-1', 'leg-customer');
      await desk.commands.hangupLeg('call-1', 'leg-third');
      expect(owed(desk)).to.deep.equal(['hangupLeg', 'hangupLeg']);
      expect(muted()).to.equal(false);
      expect(pages.softphone.state.legs).to.have.length(1);
      const gone = parties.map((each) => (each.self ? each : { ...each, state: 'gone' as const }));
      socket.patch(2, { entity: 'call', value: call({ parties: gone }) });
      expect(owed(desk)).to.deep.equal([]);
    });
  });
});
