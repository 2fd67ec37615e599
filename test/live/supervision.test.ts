import { describe, expect, it } from 'vitest';
import { refusal } from '../support/app-bed.ts';
import { agentId } from '../support/builders.ts';
import { settle } from '../support/manual-clock.ts';
import { asId } from '../../server/core/kernel/ids.ts';
import type { CallId, LegId, PartyId } from '../../server/core/kernel/ids.ts';
import {
  ANNA,
  BEN,
  CUSTOMER,
  LEADER,
  PLAN,
  SECOND,
  all,
  hears,
  leaderAt,
  monitor,
  talk,
  words,
} from './supervision-bed.ts';
import type { Scene } from './supervision-bed.ts';

/** Of being listened to, Hz. */
const TONE = 1400;

const snapshot = (scene: Scene, desk = scene.leader) => scene.bed.centre.desks.snapshot(desk.who);

const LISTENING = [String(ANNA), String(CUSTOMER), words(CUSTOMER, ANNA)];

describe('a leader at an agent who talks', () => {
  it('listens, whispers and barges in, without being called anew', async () => {
    const scene = await talk();
    await monitor(scene, 'listen');
    expect(all(scene)).toEqual(LISTENING);
    await monitor(scene, 'whisper');
    expect(all(scene)).toEqual([String(ANNA), words(CUSTOMER, LEADER), words(CUSTOMER, ANNA)]);
    await monitor(scene, 'barge');
    expect(all(scene)).toEqual([words(ANNA, LEADER), words(CUSTOMER, LEADER), words(CUSTOMER, ANNA)]);
    await monitor(scene, 'listen');
    expect(all(scene)).toEqual(LISTENING);
    expect(scene.leader.phone.calls).toHaveLength(1);
    await scene.bed.centre.supervision.stop(scene.leader.who, '1001');
    await settle();
    expect(scene.leader.phone.call.state).toBe('over');
    expect(await scene.leader.state()).toBe('idle');
    expect(await scene.anna.call()).toMatchObject({ phase: 'talking' });
  });

  it('is told whom, and the agent is told by whom; nobody sees another party in the call', async () => {
    const scene = await talk();
    await monitor(scene, 'listen');
    const { supervision, agent, calls } = await snapshot(scene);
    expect(supervision).toMatchObject({
      agent: { number: '1001' },
      callId: scene.id,
      mode: 'listen',
      connected: true,
    });
    expect(agent.state).toBe('monitoring');
    expect(calls).toEqual([]);
    expect((await snapshot(scene, scene.anna)).monitored).toMatchObject([{ number: '1008', mode: 'listen' }]);
    expect((await scene.anna.call()).parties.map(({ role }) => role)).toEqual(['customer', 'agent']);
    const told = scene.anna.events.flatMap((event) => (event.type === 'changes' ? event.changes : []));
    expect(told.filter(({ entity }) => entity === 'monitored')).toHaveLength(1);
    const heard = scene.leader.events.flatMap((event) => (event.type === 'changes' ? event.changes : []));
    expect(heard.findLast(({ entity }) => entity === 'supervision')).toMatchObject({
      value: { connected: true },
    });
  });

  it('is not shown by a team that does not want it, until the leader is heard', async () => {
    const scene = await talk({ ...PLAN, team: { monitorNotice: 'none' } });
    await monitor(scene, 'listen');
    expect((await snapshot(scene, scene.anna)).monitored).toEqual([]);
    await monitor(scene, 'whisper');
    expect((await snapshot(scene, scene.anna)).monitored).toMatchObject([
      { number: '1008', mode: 'whisper' },
    ]);
  });

  it('tells the agent by a tone, where the team wants it, for as long as somebody only listens', async () => {
    const scene = await talk({ ...PLAN, team: { monitorNotice: 'tone' } });
    const { bed, anna, leader, second } = scene;
    await monitor(scene, 'listen');
    expect(all(scene)).toEqual([String(ANNA), words(CUSTOMER, TONE), words(CUSTOMER, ANNA)]);
    expect((await snapshot(scene, anna)).monitored).toMatchObject([{ number: '1008', mode: 'listen' }]);
    await monitor(scene, 'listen', second);
    expect(bed.telephone.sound.playing).toHaveLength(1);
    await monitor(scene, 'whisper');
    await bed.centre.supervision.stop(second.who, '1001');
    await settle();
    expect(all(scene)).toEqual([String(ANNA), words(CUSTOMER, LEADER), words(CUSTOMER, ANNA)]);
    await monitor(scene, 'listen');
    // It goes along: in a hold, at a page that was loaded anew, and aside.
    await bed.centre.calls.hold(anna.who, scene.id);
    expect(all(scene)).toEqual(['music', String(TONE), String(ANNA)]);
    await bed.centre.calls.resume(anna.who, scene.id);
    anna.phone.leave('voice');
    await settle();
    anna.phone.register();
    await bed.clock.advance(3_000);
    anna.phone.call.send(ANNA);
    expect(hears(scene, anna.phone.call)).toBe(words(CUSTOMER, TONE));
    await bed.centre.supervision.stop(leader.who, '1001');
    await settle();
    expect(hears(scene, anna.phone.call)).toBe(String(CUSTOMER));
    expect(bed.telephone.sound.playing).toEqual([]);
  });

  it('goes on without the tone when the switch has none', async () => {
    const scene = await talk({ ...PLAN, team: { monitorNotice: 'tone' } });
    scene.bed.telephone.failNext('play', 'bad-source');
    await monitor(scene, 'listen');
    expect(all(scene)).toEqual([String(ANNA), String(CUSTOMER), words(CUSTOMER, ANNA)]);
    expect((await snapshot(scene, scene.leader)).supervision).toMatchObject({ mode: 'listen' });
  });

  it('hears the agent alone in a hold, and the agent hears who whispers', async () => {
    const scene = await talk();
    await monitor(scene, 'whisper');
    await scene.bed.centre.calls.hold(scene.anna.who, scene.id);
    expect(all(scene)).toEqual(['music', String(LEADER), String(ANNA)]);
    await scene.bed.centre.calls.resume(scene.anna.who, scene.id);
    expect(all(scene)).toEqual([String(ANNA), words(CUSTOMER, LEADER), words(CUSTOMER, ANNA)]);
  });

  it('follows the agent to whom the agent asks aside, and back, and is heard by neither', async () => {
    const scene = await talk();
    const { bed, anna, ben, leader, id } = scene;
    await monitor(scene, 'whisper');
    await bed.centre.parties.consult(anna.who, id, { agent: '1002' });
    await settle();
    await bed.centre.calls.answer(ben.who, id);
    await settle();
    ben.phone.call.send(BEN);
    expect(all(scene)).toEqual(['music', words(BEN, LEADER), words(ANNA, BEN)]);
    expect(hears(scene, ben.phone.call)).toBe(String(ANNA));
    await bed.centre.parties.swap(anna.who, id);
    expect(all(scene)).toEqual([String(ANNA), words(CUSTOMER, LEADER), words(CUSTOMER, ANNA)]);
    expect(hears(scene, ben.phone.call)).toBe('music');
    await bed.centre.parties.conference(anna.who, id);
    expect(hears(scene, leader.phone.call)).toBe(words(CUSTOMER, ANNA, BEN));
    expect(hears(scene, ben.phone.call)).toBe(words(CUSTOMER, ANNA));
  });

  it('stays with the agent: when the agent passes the call on there is nothing to hear, and it ends', async () => {
    const scene = await talk();
    const { bed, anna, ben, leader, id } = scene;
    await monitor(scene, 'listen');
    await bed.centre.parties.consult(anna.who, id, { agent: '1002' });
    await settle();
    await bed.centre.calls.answer(ben.who, id);
    await settle();
    await bed.centre.parties.transfer(anna.who, id, {});
    await settle();
    expect(leader.phone.call.state).toBe('over');
    expect((await snapshot(scene)).supervision).toBeNull();
    expect(await leader.state()).toBe('idle');
    expect((await ben.call()).phase).toBe('talking');
  });

  it('goes with the customer who hangs up, and the agent has after-call work alone', async () => {
    const scene = await talk();
    await monitor(scene, 'barge');
    scene.customer.hangup();
    await settle();
    expect(scene.bed.telephone.legsById.size).toBe(0);
    expect(await scene.anna.state()).toBe('acw');
    expect(await scene.leader.state()).toBe('idle');
  });

  it('who hangs up at the telephone ends the listening and nothing else', async () => {
    const scene = await talk();
    await monitor(scene, 'barge');
    scene.leader.phone.call.hangup();
    await settle();
    expect((await snapshot(scene)).supervision).toBeNull();
    expect([hears(scene, scene.customer), hears(scene, scene.anna.phone.call)]).toEqual(
      LISTENING.slice(0, 2),
    );
  });

  it('holds at the telephone, and keeps nobody waiting', async () => {
    const scene = await talk();
    await monitor(scene, 'listen');
    scene.leader.phone.call.hold();
    await settle();
    expect(await scene.anna.call()).toMatchObject({ phase: 'talking' });
  });

  it('goes from one agent to another, and is in one call at a time', async () => {
    const scene = await talk();
    const { bed, ben, leader } = scene;
    await monitor(scene, 'listen');
    const other = bed.telephone.trunk.callIn('13900000009', '400100');
    await settle();
    await bed.centre.calls.answer(ben.who, asId<CallId>((await ben.call()).id));
    other.send(2400);
    await bed.centre.supervision.monitor(leader.who, '1002', 'listen');
    await settle();
    expect(leader.phone.calls.map(({ state }) => state)).toEqual(['over', 'up']);
    expect(hears(scene, leader.phone.call)).toBe('2400');
    expect((await snapshot(scene)).supervision).toMatchObject({ agent: { number: '1002' } });
  });

  it('is not let go by an agent, nor held, nor told apart by a guessed id', async () => {
    const scene = await talk();
    const { bed, anna, leader, id } = scene;
    await monitor(scene, 'barge');
    const { legId } = leader.phone.call;
    expect(await refusal(bed.centre.parties.kick(anna.who, id, asId<PartyId>(legId)))).toBe(
      'call-not-active',
    );
    expect(await refusal(bed.centre.calls.hangupLeg(anna.who, id, asId<LegId>(legId)))).toBe(
      'call-not-active',
    );
    expect(await refusal(bed.centre.calls.hold(leader.who, id))).toBe('no-such-call');
    expect(leader.phone.call.state).toBe('up');
  });
});

describe('two leaders at one agent', () => {
  it('are both named, and one barges in at a time', async () => {
    const scene = await talk();
    const { bed, second } = scene;
    await monitor(scene, 'barge');
    await monitor(scene, 'listen', second, SECOND);
    expect((await snapshot(scene, scene.anna)).monitored.map(({ number }) => number)).toEqual([
      '1008',
      '1009',
    ]);
    expect(await refusal(bed.centre.supervision.monitor(second.who, '1001', 'barge'))).toBe('barge-taken');
    expect(hears(scene, second.phone.call)).toBe(words(CUSTOMER, ANNA, LEADER));
    await monitor(scene, 'listen');
    await monitor(scene, 'barge', second, SECOND);
    expect(hears(scene, scene.customer)).toBe(words(ANNA, SECOND));
  });

  it('who both take over in one instant: the first has the call', async () => {
    const scene = await talk();
    const { bed, leader, second } = scene;
    await monitor(scene, 'listen');
    await monitor(scene, 'listen', second, SECOND);
    const [first, later] = await Promise.allSettled([
      bed.centre.supervision.takeOver(leader.who, '1001', { basedOn: 'talking' }),
      bed.centre.supervision.takeOver(second.who, '1001', { basedOn: 'talking' }),
    ]);
    await settle();
    expect(first.status).toBe('fulfilled');
    expect(later).toMatchObject({ status: 'rejected', reason: { code: 'state-changed' } });
    expect(await leader.state()).toBe('talking');
    expect(second.phone.call.state).toBe('over');
  });
});

describe('a leader whose page is loaded anew', () => {
  it('is back to listen, also after barging in', async () => {
    const scene = await talk();
    const { leader } = scene;
    await monitor(scene, 'barge');
    leader.phone.leave('voice');
    await settle();
    expect(hears(scene, scene.customer)).toBe(String(ANNA));
    expect((await snapshot(scene)).supervision).toMatchObject({ mode: 'listen', connected: false });
    leader.phone.register();
    await settle();
    leader.phone.call.send(LEADER);
    expect(all(scene)).toEqual(LISTENING);
    expect((await snapshot(scene)).supervision).toMatchObject({ mode: 'listen', connected: true });
    expect(await scene.anna.call()).toMatchObject({ phase: 'talking', since: scene.bed.clock.now() });
  });

  it('and stays away is gone after five seconds', async () => {
    const scene = await talk();
    await monitor(scene, 'whisper');
    scene.leader.phone.leave('voice');
    await scene.bed.clock.advance(5_000);
    expect((await snapshot(scene)).supervision).toBeNull();
    expect((await snapshot(scene, scene.anna)).monitored).toEqual([]);
    expect(await scene.anna.call()).toMatchObject({ phase: 'talking' });
  });
});

describe('an agent whose page is loaded anew', () => {
  it('is heard by the leader again, who whispers to nobody meanwhile', async () => {
    const scene = await talk();
    const { anna, leader, customer } = scene;
    await monitor(scene, 'whisper');
    anna.phone.leave('voice');
    await settle();
    expect([hears(scene, customer), hears(scene, leader.phone.call)]).toEqual(['music', '']);
    anna.phone.register();
    await settle();
    anna.phone.call.send(ANNA);
    expect(all(scene)).toEqual([String(ANNA), words(CUSTOMER, LEADER), words(CUSTOMER, ANNA)]);
  });
});

describe('a leader who takes a call over', () => {
  it('talks to the customer; the agent is out of it, has after-call work, and is told by whom', async () => {
    const scene = await talk();
    const { bed, anna, leader, customer, id } = scene;
    await monitor(scene, 'listen');
    const view = await bed.centre.supervision.takeOver(leader.who, '1001', { basedOn: 'talking' });
    await settle();
    expect(view).toMatchObject({ id, phase: 'talking' });
    expect([hears(scene, customer), hears(scene, leader.phone.call)]).toEqual([
      String(LEADER),
      String(CUSTOMER),
    ]);
    expect(anna.phone.call.state).toBe('over');
    expect(await anna.state()).toBe('acw');
    expect((await anna.view()).forced).toMatchObject({ action: 'take-over', by: { number: '1008' } });
    expect((await leader.call()).parties.map(({ role }) => role)).toEqual(['customer', 'peer', 'agent']);
    expect([(await leader.call()).from, (await anna.call()).from]).toEqual([null, null]);
    await bed.clock.advance(3_000);
    await bed.centre.calls.hangup(leader.who, id);
    await settle();
    const parts = bed.store.tables.parts.filter(({ agentId: part }) => part !== null);
    expect(
      parts.map(({ agentNumber, role, talkMs, outcome }) => [agentNumber, role, talkMs, outcome]),
    ).toEqual([
      ['1001', 'agent', 0, 'answered'],
      ['1008', 'agent', 3_000, 'answered'],
    ]);
  });

  it('that had come back to the agent did not come from that agent, nor the call of the agent from the leader', async () => {
    const { bed, anna, ben, leader, id } = await talk();
    await bed.centre.parties.transfer(anna.who, id, { to: { agent: '1002' }, type: 'blind' });
    await settle();
    ben.phone.call.refuse(486);
    await settle();
    await bed.centre.calls.answer(anna.who, id);
    await settle();
    await bed.centre.supervision.takeOver(leader.who, '1001', {});
    await settle();
    expect([(await leader.call()).from, (await anna.call()).from?.number]).toEqual([null, '1002']);
  });

  it('without listening first is called and has it when the telephone answers', async () => {
    const scene = await talk();
    const { bed, leader, customer } = scene;
    await bed.centre.supervision.takeOver(leader.who, '1001', {});
    await settle();
    leader.phone.call.send(LEADER);
    expect(hears(scene, customer)).toBe(String(LEADER));
    expect(await leader.state()).toBe('talking');
  });

  it('in a consult has whom the agent has asked, and the customer who waits', async () => {
    const scene = await talk();
    const { bed, anna, ben, leader, customer, id } = scene;
    await bed.centre.parties.consult(anna.who, id, { agent: '1002' });
    await settle();
    await bed.centre.calls.answer(ben.who, id);
    await settle();
    ben.phone.call.send(BEN);
    await bed.centre.supervision.takeOver(leader.who, '1001', {});
    await settle();
    leader.phone.call.send(LEADER);
    expect([customer, leader.phone.call, ben.phone.call].map((each) => hears(scene, each))).toEqual([
      'music',
      String(BEN),
      String(LEADER),
    ]);
    await bed.centre.parties.retrieve(leader.who, id);
    await settle();
    expect([hears(scene, customer), await ben.state()]).toEqual([String(LEADER), 'acw']);
  });

  it('that the agent holds ends the hold', async () => {
    const scene = await talk();
    const { bed, anna, leader, customer, id } = scene;
    await bed.centre.calls.hold(anna.who, id);
    await bed.centre.supervision.takeOver(leader.who, '1001', {});
    await settle();
    leader.phone.call.send(LEADER);
    expect(hears(scene, customer)).toBe(String(LEADER));
  });
});

describe('who may not', () => {
  it('is refused: agents, leaders of other groups, and everybody at themselves', async () => {
    const scene = await talk();
    const { supervision } = scene.bed.centre;
    const other = await leaderAt(scene.bed, '1010');
    for (const { who } of [scene.ben, other]) {
      expect(await refusal(supervision.monitor(who, '1001', 'listen'))).toBe('forbidden');
      expect(await refusal(supervision.takeOver(who, '1001', {}))).toBe('forbidden');
      expect(await refusal(supervision.force(who, '1001', 'hangup', {}))).toBe('forbidden');
    }
    expect(await refusal(supervision.force(scene.leader.who, '1008', 'idle', {}))).toBe('forbidden');
    expect(await refusal(supervision.monitor(scene.leader.who, '4711', 'listen'))).toBe('not-found');
  });

  it('is not there: no call, a leader in a call, a telephone that is away', async () => {
    const scene = await talk();
    const { bed, leader, second } = scene;
    expect(await refusal(bed.centre.supervision.monitor(leader.who, '1002', 'listen'))).toBe(
      'call-not-active',
    );
    second.phone.goOffline();
    await settle();
    expect(await refusal(bed.centre.supervision.monitor(second.who, '1001', 'listen'))).toBe(
      'device-not-connected',
    );
    await bed.centre.supervision.takeOver(leader.who, '1001', {});
    expect(await refusal(bed.centre.supervision.monitor(leader.who, '1002', 'listen'))).toBe(
      'call-not-active',
    );
  });

  it('any more is let go at once', async () => {
    const scene = await talk();
    const { bed, leader } = scene;
    await monitor(scene, 'listen');
    bed.store.tables.leaders = bed.store.tables.leaders.filter((row) => row.agentId !== agentId('1008'));
    await bed.centre.setUpChanged(leader.who.teamId);
    await settle();
    expect(leader.phone.call.state).toBe('over');
  });
});

describe('a switch that fails', () => {
  it('to place the leader ends the listening, never the call', async () => {
    const scene = await talk();
    const { bed, leader } = scene;
    bed.telephone.failNext('place', 'unsupported');
    expect(await refusal(bed.centre.supervision.monitor(leader.who, '1001', 'listen'))).toBe('call-failed');
    await settle();
    expect(leader.phone.call.state).toBe('over');
    expect(await scene.anna.call()).toMatchObject({ phase: 'talking' });
  });
});

describe('the record', () => {
  it('has the times of a leader, who does not talk, and the audit each way of listening', async () => {
    const scene = await talk();
    const { bed } = scene;
    await monitor(scene, 'listen');
    await bed.clock.advance(2_000);
    await monitor(scene, 'barge');
    await bed.clock.advance(1_000);
    await bed.centre.supervision.stop(scene.leader.who, '1001');
    await settle();
    expect(bed.store.tables.parts.filter(({ role }) => role === 'supervisor')).toMatchObject([
      { agentNumber: '1008', outcome: 'answered', talkMs: 0, broughtBy: null, endedAt: bed.clock.now() },
    ]);
    const events = bed.store.tables.outbox.flatMap(({ consumer, event }) =>
      consumer === 'audit' && event.topic === 'record-changed' && event.content.record === 'monitoring'
        ? [event]
        : [],
    );
    expect(events.map(({ subject, content }) => [subject, content.change, content.fields['mode']])).toEqual([
      [agentId('1001'), 'created', { before: null, after: 'listen' }],
      [agentId('1001'), 'updated', { before: 'listen', after: 'barge' }],
      [agentId('1001'), 'deleted', { before: 'barge', after: null }],
    ]);
    expect(events.map(({ content }) => content.actor)).toEqual(
      Array(3).fill({ kind: 'agent', id: agentId('1008') }),
    );
  });
});
