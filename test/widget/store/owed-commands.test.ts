import { expect } from '@open-wc/testing';
import type { Supervision } from '../../../server/contract/supervision.ts';
import { LiveDesk, type LiveDeskOptions } from '../../../widget/live/live-desk.ts';
import { OWED_MS } from '../../../widget/live/owed.ts';
import type { PageLock } from '../../../widget/live/page-lock.ts';
import { createSessionVault } from '../../../widget/live/session-vault.ts';
import { agent, call, offered } from '../support/desk-states.ts';
import { FakeSoftphone } from '../support/fake-softphone.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import {
  ScriptedServer,
  SERVER,
  deskSnapshot,
  problem,
  session,
  until,
  type ScriptedSocket,
} from '../support/scripted-server.ts';

const LOCK: PageLock = {
  acquire: () => Promise.resolve(true),
  steal: () => Promise.resolve(),
  release: () => {},
};

describe('what the agent ends or silences while the server cannot be reached', () => {
  let server: ScriptedServer;
  let softphone: FakeSoftphone;
  let storage: MemoryStorage;
  let desks: LiveDesk[];

  beforeEach(() => {
    server = new ScriptedServer();
    softphone = new FakeSoftphone();
    storage = new MemoryStorage();
    desks = [];
  });

  afterEach(async () => {
    await Promise.all(desks.map((desk) => desk.dispose()));
  });

  /** A page of the agent, with the session of the pages before it. */
  async function page(state = deskSnapshot({ calls: [call()] }), options: Partial<LiveDeskOptions> = {}) {
    const vault = createSessionVault(SERVER, storage);
    vault.keep(session());
    const { fetch, openSocket } = server;
    const desk = new LiveDesk({
      server: SERVER,
      softphone,
      vault,
      lock: LOCK,
      storage,
      fetch,
      openSocket,
      ...options,
    });
    desks.push(desk);
    const started = desk.start();
    const socket = await server.socket();
    await socket.hear('hello');
    socket.snapshot(state);
    await started;
    return { desk, socket };
  }

  async function back(state = deskSnapshot({ calls: [call()] })): Promise<ScriptedSocket> {
    const socket = await server.socket();
    await socket.hear('hello');
    socket.snapshot(state, 1, 'epoch-2');
    return socket;
  }

  const muted = (): boolean | undefined => softphone.state.legs[0]?.muted;

  it('cuts the microphone in the turn of the click, long before anybody knows that the server is away', async () => {
    const { desk } = await page();
    softphone.ring('leg-agent', { phase: 'established' });
    server.on('POST /calls/call-1/hangup', () => new Promise(() => {}));
    void desk.commands.hangup('call-1');
    expect(muted()).to.equal(true);
  });

  it('drops its own leg when the server is silent, and says what is owed', async () => {
    const { desk } = await page();
    softphone.ring('leg-agent', { phase: 'established', callId: 'call-1' });
    server.on('POST /calls/call-1/hangup', () => new Promise(() => {}));
    void desk.commands.hangup('call-1');
    await until(() => softphone.state.legs.length === 0, 'the leg to be dropped');
    expect(desk.state.owed).to.have.length(1);
    expect(desk.state.owed[0]).to.include({ command: 'hangup', callId: 'call-1' });
  });

  it('resolves without a failure, and hangs up that call when the server is back, once', async () => {
    const { desk, socket } = await page();
    await desk.commands.hangup('call-1');
    expect(desk.state.failures.hangup).to.equal(undefined);
    expect(desk.state.owed.map(({ command }) => command)).to.deep.equal(['hangup']);
    socket.break();
    server.on('POST /calls/call-1/hangup', () => ({ body: call({ phase: 'ended' }) }));
    const before = server.asked('POST /calls/call-1/hangup').length;
    await back();
    await until(() => desk.state.owed.length === 0, 'the hang-up to be confirmed');
    expect(server.asked('POST /calls/call-1/hangup')).to.have.length(before + 1);
  });

  it('tries again by itself when only the requests do not get through', async () => {
    const { desk } = await page();
    await desk.commands.hangup('call-1');
    server.on('POST /calls/call-1/hangup', () => ({ body: call({ phase: 'ended' }) }));
    await until(() => desk.state.owed.length === 0, 'the hang-up to be confirmed');
  });

  it('takes a call that has ended meanwhile for hung up', async () => {
    const { desk, socket } = await page();
    await desk.commands.hangup('call-1');
    socket.break();
    await back(deskSnapshot({ calls: [call({ id: 'call-2' })] }));
    await until(() => desk.state.owed.length === 0, 'nothing to be owed');
    expect(server.asked('POST /calls/call-2/hangup')).to.have.length(0);
  });

  for (const code of ['call-not-active', 'no-such-call']) {
    it(`takes the answer ${code} for a success`, async () => {
      const { desk } = await page();
      server.refuse('POST /calls/call-1/hangup', 409, code);
      await desk.commands.hangup('call-1');
      expect(desk.state.owed).to.deep.equal([]);
      expect(desk.state.failures.hangup).to.equal(undefined);
    });
  }

  it('is carried out by the page that is loaded after this one, which does not answer the call again', async () => {
    const { desk } = await page();
    await desk.commands.hangup('call-1');
    await desk.dispose();
    softphone = new FakeSoftphone();
    let open = (): void => {};
    server.on(
      'POST /calls/call-1/hangup',
      () => new Promise((resolve) => (open = () => resolve({ body: call({ phase: 'ended' }) }))),
    );
    const { desk: next } = await page();
    softphone.ring('leg-2', { callId: 'call-1', autoAnswer: true });
    expect(softphone.answered).to.deep.equal([]);
    expect(softphone.state.legs).to.deep.equal([]);
    open();
    await until(() => next.state.owed.length === 0, 'the hang-up to be confirmed');
  });

  it('is not carried out for another agent of the same browser', async () => {
    const { desk } = await page();
    await desk.commands.hangup('call-1');
    await desk.dispose();
    const other = session({ agent: { ...session().agent, id: 'agent-2' } });
    const vault = { read: () => other, keep: () => {}, clear: () => {} };
    const before = server.asked('POST /calls/call-1/hangup').length;
    const { desk: next } = await page(deskSnapshot({ calls: [call()] }), { vault });
    expect(next.state.owed).to.deep.equal([]);
    expect(server.asked('POST /calls/call-1/hangup')).to.have.length(before);
  });

  function keep(command: string, callId: string | null, since: number): void {
    const owed = [{ id: '1', command, callId, argument: null, since }];
    storage.setItem(`telebar.owed.${SERVER}.${session().agent.id}`, JSON.stringify(owed));
  }

  for (const command of ['pause', 'setNextState', 'signOut'] as const) {
    it(`is given up after some minutes when it may have become wrong (${command}), and the agent is told`, async () => {
      keep(command, null, Date.now() - OWED_MS - 1);
      const { desk } = await page();
      expect(desk.state.owed).to.deep.equal([]);
      expect(desk.state.failures[command]?.code).to.equal('given-up');
      expect(server.requests.filter(({ path }) => path.startsWith('/agent/'))).to.have.length(0);
    });
  }

  it('is told to the agent also when it is given up on the page that has it', async () => {
    keep('pause', null, Date.now() - OWED_MS + 400);
    const { desk } = await page();
    expect(desk.state.owed).to.have.length(1);
    await until(() => desk.state.failures.pause?.code === 'given-up', 'the agent to be told');
    expect(desk.state.owed).to.deep.equal([]);
  });

  for (const command of ['hangup', 'hold', 'mute']) {
    it(`is meant as long as there is the call: no microphone opens by itself (${command})`, async () => {
      keep(command, 'call-1', Date.now() - 10 * OWED_MS);
      softphone.ring('leg-agent', { phase: 'established' });
      const { desk } = await page();
      expect(desk.state.owed).to.have.length(1);
      expect(muted()).not.to.equal(false);
      server.on(`POST /calls/call-1/${command}`, () => ({ body: call({ muted: true, phase: 'held' }) }));
      await until(() => desk.state.owed.length === 0, 'the order to be confirmed');
    });
  }

  it('keeps a desk locked that was locked long ago', async () => {
    keep('lock', null, Date.now() - 10 * OWED_MS);
    const { desk } = await page(deskSnapshot());
    expect(desk.state.snapshot?.agent.locked).to.equal(true);
  });

  it('signs out of what was left, group by group, and not of what was joined again', async () => {
    const { desk } = await page(deskSnapshot());
    await desk.commands.signOut(['group-1']);
    await desk.commands.signOut(['group-2']);
    expect(desk.state.owed).to.have.length(2);
    await desk.commands.signIn({}).catch(() => {});
    expect(desk.state.owed).to.have.length(0);
    await desk.commands.signOut(['group-1']);
    server.on('POST /agent/sign-out', () => ({ body: agent({ state: 'signed-out' }) }));
    await desk.commands.signOut();
    expect(desk.state.owed).to.have.length(0);
    expect(server.asked('POST /agent/sign-out').at(-1)?.body).to.deep.equal({});
  });

  it('reads nothing that it has not written itself', async () => {
    for (const text of ['{', '{}', '[null, 1, {"command":"dial","id":"1","callId":null,"since":1}]']) {
      storage.setItem(`telebar.owed.${SERVER}.${session().agent.id}`, text);
      const { desk } = await page();
      expect(desk.state.owed).to.deep.equal([]);
      await desk.dispose();
    }
  });

  it('keeps the microphone of a hold cut until the call is on hold', async () => {
    const { desk, socket } = await page();
    softphone.ring('leg-agent', { phase: 'established' });
    await desk.commands.hold('call-1');
    expect(muted()).to.equal(true);
    socket.break();
    server.on('POST /calls/call-1/hold', () => ({ body: call({ phase: 'held' }) }));
    await back();
    await until(() => desk.state.owed.length === 0, 'the hold to be confirmed');
    expect(desk.state.snapshot?.calls[0]?.phase).to.equal('held');
  });

  it('holds a call whose own leg is still on its way back', async () => {
    const { desk } = await page();
    await desk.commands.hold('call-1');
    server.refuse('POST /calls/call-1/hold', 409, 'call-not-active');
    await until(() => server.asked('POST /calls/call-1/hold').length > 2, 'another attempt');
    expect(desk.state.owed).to.have.length(1);
    server.on('POST /calls/call-1/hold', () => ({ body: call({ phase: 'held' }) }));
    await until(() => desk.state.owed.length === 0, 'the hold to be confirmed');
  });

  it('never holds after the agent has resumed', async () => {
    const { desk, socket } = await page();
    await desk.commands.hold('call-1');
    await desk.commands.resumeCall('call-1').catch(() => {});
    expect(desk.state.owed).to.deep.equal([]);
    const before = server.asked('POST /calls/call-1/hold').length;
    socket.break();
    await back();
    await until(() => desk.state.connection === 'online');
    expect(server.asked('POST /calls/call-1/hold')).to.have.length(before);
  });

  it('resumes only when the hold that is under way has been answered', async () => {
    const { desk } = await page();
    let answer = (): void => {};
    server.on(
      'POST /calls/call-1/hold',
      () => new Promise((resolve) => (answer = () => resolve({ body: call({ phase: 'held' }) }))),
    );
    server.on('POST /calls/call-1/resume', () => ({ body: call() }));
    void desk.commands.hold('call-1');
    await until(() => server.asked('POST /calls/call-1/hold').length === 1);
    const resumed = desk.commands.resumeCall('call-1');
    expect(server.asked('POST /calls/call-1/resume')).to.have.length(0);
    answer();
    await resumed;
    expect(server.asked('POST /calls/call-1/resume')).to.have.length(1);
    expect(desk.state.snapshot?.calls[0]?.phase).to.equal('talking');
  });

  it('hangs up instead of what was wanted of the call before', async () => {
    const { desk } = await page();
    await desk.commands.hold('call-1');
    await desk.commands.mute('call-1');
    await desk.commands.hangup('call-1');
    expect(desk.state.owed.map(({ command }) => command)).to.deep.equal(['hangup']);
  });

  it('refuses a call that rings, here and when the server is back', async () => {
    const { desk } = await page(deskSnapshot({ calls: [offered()] }));
    const { id } = offered();
    softphone.ring('leg-agent', { callId: id });
    await desk.commands.reject(id);
    expect(softphone.state.legs).to.deep.equal([]);
    server.on(`POST /calls/${id}/reject`, () => ({ body: call({ id, phase: 'ended' }) }));
    await until(() => desk.state.owed.length === 0, 'the refusal to be confirmed');
  });

  it('shows the desk locked at once, also over what the server still believes', async () => {
    const { desk, socket } = await page(deskSnapshot());
    await desk.commands.lock();
    expect(desk.state.snapshot?.agent.locked).to.equal(true);
    socket.patch(2, { entity: 'agent', value: agent() });
    expect(desk.state.snapshot?.agent.locked).to.equal(true);
    server.on('POST /agent/lock', () => ({ body: agent({ locked: true }) }));
    await until(() => desk.state.owed.length === 0, 'the lock to be confirmed');
    expect(desk.state.snapshot?.agent.locked).to.equal(true);
  });

  it('pauses with the last reason that was chosen', async () => {
    const { desk } = await page(deskSnapshot());
    await desk.commands.pause('lunch');
    await desk.commands.pause('meeting');
    expect(desk.state.owed).to.have.length(1);
    server.on('POST /agent/pause', () => ({ body: agent({ state: 'paused' }) }));
    await until(() => desk.state.owed.length === 0, 'the pause to be confirmed');
    expect(server.asked('POST /agent/pause').at(-1)?.body).to.deep.equal({ reasonId: 'meeting' });
  });

  const supervision: Supervision = {
    agent: { id: 'agent-2', number: '1002', name: 'Han' },
    ...{ callId: 'call-2', mode: 'barge', since: 1, connected: true },
  };

  it('stops listening: the leader leaves at once, is not called back, and the server hears of it', async () => {
    const { desk, socket } = await page(deskSnapshot({ supervision }));
    softphone.ring('leg-leader', { phase: 'established', callId: 'call-2' });
    await desk.commands.stopMonitoring('agent-2');
    expect(softphone.state.legs).to.deep.equal([]);
    expect(desk.state.owed.map(({ command }) => command)).to.deep.equal(['stopMonitoring']);
    softphone.ring('leg-again', { callId: 'call-2', autoAnswer: true });
    expect(softphone.answered).to.deep.equal([]);
    expect(softphone.state.legs).to.deep.equal([]);
    socket.break();
    server.on('POST /agents/agent-2/stop-monitoring', () => ({ body: { supervision: null } }));
    await back(deskSnapshot({ supervision }));
    await until(() => desk.state.owed.length === 0, 'the end of the listening to be confirmed');
    expect(desk.state.snapshot?.supervision).to.equal(null);
  });

  it('stops listening to whom it names alone', async () => {
    const { desk } = await page(deskSnapshot({ supervision }));
    softphone.ring('leg-leader', { phase: 'established', callId: 'call-2' });
    await desk.commands.stopMonitoring('1003');
    expect(softphone.state.legs).to.have.length(1);
    await desk.commands.stopMonitoring('1002');
    expect(softphone.state.legs).to.deep.equal([]);
  });

  it('takes a listening that has ended meanwhile for stopped, and listens again when that is wanted', async () => {
    const { desk, socket } = await page(deskSnapshot({ supervision }));
    await desk.commands.stopMonitoring('agent-2');
    socket.patch(2, { entity: 'supervision', value: null });
    expect(desk.state.owed).to.deep.equal([]);
    await desk.commands.stopMonitoring('agent-2');
    server.on('POST /agents/agent-2/listen', () => ({ body: { supervision } }));
    await desk.commands.listen('agent-2');
    expect(desk.state.owed).to.deep.equal([]);
    softphone.ring('leg-again', { callId: 'call-2', autoAnswer: true });
    expect(softphone.answered).to.deep.equal(['leg-again']);
  });

  it('leaves no leg of a listening that is over, unless the leader has taken the call over', async () => {
    const { socket } = await page(deskSnapshot({ supervision }));
    softphone.ring('leg-leader', { phase: 'established', callId: 'call-2' });
    socket.patch(2, { entity: 'supervision', value: null });
    expect(softphone.state.legs).to.deep.equal([]);
    socket.patch(3, { entity: 'supervision', value: supervision });
    softphone.ring('leg-leader-2', { phase: 'established', callId: 'call-2' });
    const taken = call({ id: 'call-2', legId: 'leg-leader-2' });
    socket.patch(4, { entity: 'supervision', value: null }, { entity: 'call', value: taken });
    expect(softphone.state.legs).to.have.length(1);
  });

  it('is refused where the server says no, and is not owed then', async () => {
    const { desk } = await page();
    server.on('POST /calls/call-1/hold', () => ({ status: 423, body: problem(423, 'locked') }));
    const refusal = await desk.commands.hold('call-1').catch((error: unknown) => error);
    expect(refusal).to.include({ code: 'locked' });
    expect(desk.state.owed).to.deep.equal([]);
    expect(desk.state.failures.hold?.code).to.equal('locked');
  });
});
