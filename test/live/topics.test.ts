import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { QueueFigures } from '../../server/contract/realtime/queue.ts';
import { QueueFigures as Figures } from '../../server/contract/realtime/queue.ts';
import { Colleagues, ColleaguesPatch } from '../../server/contract/realtime/colleagues.ts';
import { Roster, RosterPatch } from '../../server/contract/realtime/roster.ts';
import { DeskSnapshot } from '../../server/contract/desk.ts';
import { isFree } from '../../server/core/agent/availability.ts';
import { DomainError } from '../../server/core/kernel/domain-error.ts';
import { asId } from '../../server/core/kernel/ids.ts';
import type { CallId, GroupId } from '../../server/core/kernel/ids.ts';
import { stateWord } from '../../server/core/model/agent.ts';
import { organisation } from '../../server/core/model/set-up.ts';
import type { TeamState } from '../../server/core/model/team.ts';
import { teamSettings } from '../../server/live/commands/desk-service.ts';
import { GroupTallies } from '../../server/live/projections/group-tallies.ts';
import { TeamTopics } from '../../server/live/projections/team-topics.ts';
import { FOLDS } from '../../widget/live/topic-fold.ts';
import { LiveTeam, planOfLiveTeam } from '../bench/live-team.ts';
import { AppBed, Desk } from '../support/app-bed.ts';
import { CARE, HOTLINE, SALES, TEAM, agent, agentId, filled, group, member } from '../support/builders.ts';
import { ManualClock, settle } from '../support/manual-clock.ts';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Follows a topic as the stream does, without its pauses. */
function following<T>(desk: Desk, bed: AppBed, name: string): T[] {
  const said: T[] = [];
  const topic = bed.centre.desks.topic(desk.who, name).open(() => {
    const patch = topic.patch();
    if (patch !== null) said.push(JSON.parse(patch) as T);
  });
  return said;
}

const leader = (number: string, role: 'leader' | 'admin' = 'leader') => agent(number, { role });

describe('the topic of a queue', () => {
  it('says who waits and who serves, through the life of a call', async () => {
    const bed = await AppBed.start();
    const first = await bed.agent('1001');
    await bed.agent('1002');
    const figures = () => Figures.parse(first.topic('queue:sales'));
    expect(figures()).toEqual({
      ...{ waiting: 0, longestWaitSince: null },
      ...{ free: 2, onCall: 0, acw: 0, paused: 0, unreachable: 0 },
      serviceLevel: {
        ...{ withinMs: 20_000, percent: 80, shortAbandonMs: 5_000, since: null, share: null },
        ...{ answered: 0, answeredInTime: 0, abandoned: 0, shortAbandoned: 0 },
      },
    });
    const since = bed.clock.now();
    const caller = bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await settle();
    expect(figures()).toMatchObject({ waiting: 1, longestWaitSince: since, free: 1, onCall: 1 });
    await bed.centre.calls.answer(first.who, asId<CallId>((await first.call()).id));
    expect(figures()).toMatchObject({ waiting: 0, longestWaitSince: null, free: 1, onCall: 1 });
    caller.hangup();
    await settle();
    await bed.centre.agents.pause(first.who, 'lunch');
    expect(figures()).toMatchObject({ free: 1, paused: 1, onCall: 0 });
    await bed.centre.agents.signOut(first.who, undefined);
    expect(figures()).toMatchObject({ free: 1, paused: 0 });
  });

  it('says only the figures that are different, and they lead to the whole', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    await bed.agent('1002');
    const before = Figures.parse(desk.topic('queue:sales'));
    const said = following<Partial<QueueFigures>>(desk, bed, 'queue:sales');
    await bed.centre.agents.pause(desk.who, 'lunch');
    expect(said).toEqual([{ free: 1, paused: 1 }]);
    bed.telephone.trunk.callIn('13900000001', HOTLINE).hangup();
    await settle();
    expect(said.reduce(FOLDS.queue, before)).toEqual(desk.topic('queue:sales'));
    expect(said.length).toBeGreaterThan(2);
  });

  it('counts who cannot be rung as unreachable', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    const said = following<QueueFigures>(desk, bed, 'queue:sales');
    desk.freeze();
    await bed.clock.advance(13_000);
    expect(said.at(-1)).toMatchObject({ free: 0, unreachable: 1 });
  });

  it('says nothing of what happens in other groups', async () => {
    const numbers = ['1001', '1002'];
    const bed = await AppBed.start({
      groups: [group(SALES), group(CARE)],
      members: [member('1001', SALES), member('1002', CARE)],
      agents: numbers.map((number) => agent(number)),
    });
    await bed.agent('1001');
    const other = await bed.agent('1002');
    const said = following(other, bed, 'queue:care');
    bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await settle();
    expect(said).toEqual([]);
  });
});

describe('tallies of groups', () => {
  it('are at any time what a look at everybody gives', () => {
    const plan = planOfLiveTeam();
    const few = fc.nat({ max: 9 });
    const step = fc.record({
      agent: few,
      what: fc.constantFrom('in', 'out', 'pause', 'call', 'hangup', 'gone'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const live = new LiveTeam();
        const tallies = new GroupTallies(live.team);
        const groups = new Set<GroupId>();
        for (const { agent: index, what } of steps) {
          const id = live.agents[index]!;
          const count = () => {
            for (const each of live.agents.slice(0, 10)) {
              for (const groupId of tallies.count(live.team, each)) groups.add(groupId);
            }
          };
          try {
            if (what === 'in') live.signIn(id);
            else if (what === 'out') live.take({ type: 'SignOut', agentId: id });
            else if (what === 'pause') live.take({ type: 'Pause', agentId: id, reasonId: asId('lunch') });
            else if (what === 'call') live.arrive(index);
            else if (what === 'gone') live.take({ type: 'PageGone', agentId: id, clientId: 'page' });
            else {
              const legId = [...live.team.calls.values()].at(-1)?.legs[0]?.id;
              if (legId) live.take({ type: 'LegEnded', legId, cause: 'normal', side: 'far' });
            }
          } catch (error) {
            if (!(error instanceof DomainError)) throw error;
          }
          count();
          live.now += 1;
        }
        for (const { id } of plan.groups ?? []) expect(tallies.of(id)).toEqual(scan(live.team, id));
        // Every group that is not as it was at first has been named.
        for (const { id } of plan.groups ?? []) {
          const isEmpty = Object.values(tallies.of(id)).every((count) => count === 0);
          if (!isEmpty) expect(groups).toContain(id);
        }
      }),
      { numRuns: 30 },
    );
  });
});

function scan(team: TeamState, groupId: GroupId) {
  const tally = { free: 0, onCall: 0, acw: 0, paused: 0, unreachable: 0 };
  for (const each of team.agents.values()) {
    if (each.groups[groupId] === undefined) continue;
    const word = stateWord(each);
    if (word === 'acw' || word === 'paused') tally[word] += 1;
    else if (word !== 'idle') tally.onCall += 1;
    else tally[isFree(team, each) ? 'free' : 'unreachable'] += 1;
  }
  return tally;
}

describe('the topic of a roster', () => {
  const plan = {
    groups: [group(SALES), group(CARE)],
    agents: ['1001', '1002', '1003'].map((number) => agent(number)).concat(leader('2001', 'admin')),
    members: [member('1001', SALES), member('1002', SALES), member('1003', CARE)],
  };

  it('has a row for each member, and tells the rows that are different', async () => {
    const bed = await AppBed.start(plan);
    const desk = await bed.agent('1001');
    const admin = adminOf(bed);
    const said = following<RosterPatch>(admin, bed, 'roster:sales');
    const before = Roster.parse(admin.topic('roster:sales'));
    expect(before.map(({ number, state }) => [number, state])).toEqual([
      ['1001', 'idle'],
      ['1002', 'signed-out'],
    ]);
    expect(Roster.parse(admin.topic('roster'))).toHaveLength(4);
    const since = bed.clock.now();
    await bed.clock.advance(1_000);
    bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await settle();
    const call = await desk.call();
    await bed.centre.calls.answer(desk.who, asId<CallId>(call.id));
    const last = RosterPatch.parse(said.at(-1));
    expect(last.rows).toMatchObject([
      {
        ...{ id: agentId('1001'), state: 'talking', online: true, joined: since },
        call: { id: call.id, direction: 'queue', groupId: SALES },
      },
    ]);
    expect(said.flatMap(({ rows }) => rows).every(({ id }) => id === agentId('1001'))).toBe(true);
    expect(said.reduce(FOLDS.roster, before)).toEqual(admin.topic('roster:sales'));
  });

  it('follows the set-up: who has left the group is gone, who came is there', () => {
    const clock = new ManualClock();
    const live = new LiveTeam();
    const team = { state: live.team, links: { latencyOf: () => null } };
    const settings = () => teamSettings({ row: filled({}).team, desk: { reasons: [], fields: [] } });
    const topics = new TeamTopics(team, settings, { clock, logger: silent });
    const who = { ...adminOf(null).who };
    const roster = topics.place(who, 'roster:group-0').open(() => undefined);
    const before = Roster.parse(JSON.parse(roster.snapshot()));
    const plan = planOfLiveTeam();
    const members = (plan.members ?? []).filter(({ agentId: id }) => id !== before[0]!.id);
    const came = agentId('10001');
    const config = {
      ...live.team.config,
      ...organisation({ members: [...members, { ...member('10001', asId('group-0')) }], leaders: [] }),
    };
    const { changes } = live.take({ type: 'SetUpChanged', config });
    expect(topics.changed(changes)).toBe(true);
    const patch = RosterPatch.parse(JSON.parse(roster.patch() ?? '{}'));
    expect(patch.gone).toEqual([before[0]!.id]);
    expect(patch.rows.map(({ id }) => id)).toEqual([came]);
    expect(topics.changed(live.take({ type: 'Tick' }).changes)).toBe(false);
  });
});

describe('the topic of colleagues', () => {
  it('says of everybody in the team who can be called now, and nothing of reasons and calls', async () => {
    const bed = await AppBed.start({
      groups: [group(SALES), group(CARE)],
      agents: ['1001', '1002', '1003'].map((number) => agent(number)),
      members: [member('1001', SALES), member('1002', SALES), member('1003', CARE)],
    });
    const desk = await bed.agent('1001');
    const other = await bed.agent('1003');
    const said = following<ColleaguesPatch>(desk, bed, 'colleagues');
    const before = Colleagues.parse(desk.topic('colleagues'));
    expect(before.groups.map(({ id }) => id)).toEqual([SALES, CARE]);
    expect(before.agents.map(({ number, state, free, groups }) => [number, state, free, groups])).toEqual([
      ['1001', 'idle', true, [SALES]],
      ['1002', 'signed-out', undefined, [SALES]],
      ['1003', 'idle', true, [CARE]],
    ]);
    await bed.centre.agents.pause(other.who, 'lunch');
    await bed.clock.advance(1_000);
    const paused = ColleaguesPatch.parse(said.at(-1)).rows.at(-1);
    // Whoever asks for somebody in person may.
    expect(paused).toEqual({
      ...{ id: agentId('1003'), number: '1003', name: paused?.name, state: 'paused', since: paused?.since },
      ...{ free: true, groups: [CARE] },
    });
    await bed.centre.agents.signOut(other.who, undefined);
    await bed.clock.advance(1_000);
    const gone = ColleaguesPatch.parse(said.at(-1)).rows.at(-1);
    expect(gone).toMatchObject({ number: '1003', state: 'signed-out' });
    expect(gone?.free).toBeUndefined();
    expect(said.reduce(FOLDS.colleagues, before)).toEqual(desk.topic('colleagues'));
  });
});

function adminOf(bed: AppBed | null): Desk {
  const desk = new Desk(bed as AppBed, '2001');
  desk.who.role = 'admin';
  return desk;
}

describe('who may follow what', () => {
  const may = async (desk: Desk, bed: AppBed, name: string): Promise<boolean> => {
    try {
      bed.centre.desks.topic(desk.who, name);
      return true;
    } catch (error) {
      expect(error).toBeInstanceOf(DomainError);
      return false;
    }
  };

  it.each([
    ['an agent', 'agent', [], ['desk', 'colleagues', 'queue:sales']],
    [
      'a leader of care',
      'leader',
      [CARE],
      ['desk', 'colleagues', 'queue:sales', 'queue:care', 'roster:care'],
    ],
    ['one who was a leader', 'agent', [CARE], ['desk', 'colleagues', 'queue:sales']],
    [
      'an administrator',
      'admin',
      [],
      ['desk', 'colleagues', 'queue:sales', 'queue:care', 'roster:care', 'roster:sales', 'roster'],
    ],
  ] as const)('%s', async (_, role, leads, topics) => {
    const bed = await AppBed.start({
      groups: [group(SALES), group(CARE)],
      leaders: leads.map((groupId) => ({ teamId: TEAM, groupId, agentId: agentId('1001') })),
    });
    const desk = new Desk(bed, '1001');
    desk.who.role = role;
    const all = ['desk', 'colleagues', 'queue:sales', 'queue:care', 'roster:care', 'roster:sales', 'roster'];
    const allowed: string[] = [];
    for (const name of all) if (await may(desk, bed, name)) allowed.push(name);
    expect(allowed).toEqual(topics);
    for (const name of ['queue:nowhere', 'roster:nowhere', 'wallboard']) {
      expect(await may(desk, bed, name)).toBe(false);
    }
  });
});

describe('the desk', () => {
  it('ends where its snapshot is, whatever has been told on the way', async () => {
    const bed = await AppBed.start();
    const desk = new Desk(bed, '1001');
    await desk.open();
    let shown = DeskSnapshot.parse(desk.topic('desk'));
    desk.events.length = 0;
    await bed.centre.agents.signIn(desk.who, {}, '127.0.0.1');
    for (const number of ['1', '2']) {
      const caller = bed.telephone.trunk.callIn(`1390000000${number}`, HOTLINE);
      await settle();
      await bed.centre.calls.answer(desk.who, asId<CallId>((await desk.call()).id));
      caller.hangup();
      await bed.clock.advance(6_000);
    }
    for (const event of desk.events) {
      if (event.type === 'changes') shown = FOLDS.desk(shown, event.changes);
    }
    const now = DeskSnapshot.parse(desk.topic('desk'));
    expect(shown.calls).toHaveLength(1);
    expect({ ...shown, serverTime: 0 }).toEqual({ ...now, serverTime: 0 });
  });
});
