import type { CallId } from '../../server/core/kernel/ids.ts';
import type { Group } from '../../server/core/model/set-up.ts';
import { STRATEGIES } from '../../server/vocabulary/queue-rules.ts';
import type { Strategy } from '../../server/vocabulary/queue-rules.ts';
import { LiveTeam, planOfLiveTeam } from './live-team.ts';
import { figure, type Figure, quantile } from './report.ts';

const LONG = 10_000;
const SHORT = 100;
const ROUNDS = 2_000;
/** Runs that are not counted: the machine code of the core is not made yet. */
const WARM_UP = 2_000;
/** Of so many measurements the middle one counts: other programs of the machine take their time in some of them. */
const BLOCKS = 7;

/** What a decision costs the core alone, with its changes carried out: ms and decisions a second on one core. */
export function figuresOfCore(): Figure[] {
  const [long, short] = [arrivals(LONG), arrivals(SHORT)];
  return [
    figure('call arrives, 10000 waiting p50', long, 'ms', '< 0.3', 'decided and carried out'),
    figure('call arrives, 10000 waiting : 100 waiting', long / short, 'ratio', '< 3', 'in the same run'),
    figure(
      'heartbeat with 500 free agents of other groups, 10000 waiting p50',
      heartbeats(),
      'ms',
      '< 0.05',
      'a page of which nothing is new',
    ),
    figure('decisions per second at rest, one core', lives(), '1/s', '> 20000', 'whole queue calls'),
    figure('offers per second, 10000 waiting', offers(), '1/s', '> 5000', 'agents come free one by one'),
    ...STRATEGIES.flatMap(figuresOf),
    figure(
      'call rings at 100 free agents of a group that rings all p50',
      ringsAtAll(),
      'ms',
      '< 30',
      'and is answered by one of them',
    ),
  ];
}

/** The same with callers of every kind, for each strategy. */
function figuresOf(strategy: Strategy): Figure[] {
  const name = (what: string): string => `${what} by ${strategy}, 10000 waiting`;
  const rules = rulesOf(strategy);
  return [
    figure(name('call arrives p50'), arrivals(LONG, rules), 'ms', '< 0.3', 'decided and carried out'),
    figure(name('offers per second'), offers(rules), '1/s', '> 5000', 'agents come free one by one'),
  ];
}

/** Everything that a group may ask of its line, but what would end a call. */
function rulesOf(strategy: Strategy): Partial<Group> {
  return {
    strategy,
    sticky: { days: 30, waitMs: 30_000 },
    skillSteps: [
      { afterMs: 0, level: 5 },
      { afterMs: 60_000, level: 1 },
    ],
    maxLength: 20_000,
    maxWaitMs: 86_400_000,
    whenNobody: 'wait',
    announcements: { everyMs: 30_000, position: true, estimatedWait: true },
  };
}

/** A line of that length in one group, nobody of it free. */
function waitingLine(length: number, rules: Partial<Group> = {}): LiveTeam {
  const live = new LiveTeam(planOfLiveTeam(rules));
  for (let each = 0; each < length; each++) {
    live.arrive(0, { priority: each % 3 });
    // Half of them ask for no skill any more.
    if (each * 2 === length) live.now += 61_000;
  }
  live.take({ type: 'Tick' });
  return live;
}

function median(work: () => void, rounds = ROUNDS): number {
  for (let round = 0; round < WARM_UP; round++) work();
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const began = performance.now();
    work();
    times.push(performance.now() - began);
  }
  return quantile(times, 0.5);
}

function arrivals(waiting: number, rules: Partial<Group> = {}): number {
  const live = waitingLine(waiting, rules);
  const gone: CallId[] = [];
  return median(() => {
    // The line keeps its length: who came before leaves.
    const { callId } = live.arrive(0);
    gone.push(callId);
    const leaver = gone.length > 1 ? gone.shift() : undefined;
    const legId = leaver && live.team.calls.get(leaver)?.legs[0]?.id;
    if (legId) live.take({ type: 'LegEnded', legId, cause: 'normal', side: 'far' });
  });
}

/** Five hundred agents who are free and serve other groups than the first, which has the line. */
function heartbeats(): number {
  const live = waitingLine(LONG);
  const others = live.agents.filter((_, index) => index % 50 >= 1 && index % 50 <= 45).slice(0, 500);
  for (const id of others) live.signIn(id);
  let next = 0;
  return median(() => live.heartbeat(others[next++ % others.length]!));
}

/** Queue calls one after the other through their whole life, in a team in which everybody is there. */
function lives(): number {
  const live = new LiveTeam();
  for (const id of live.agents) live.signIn(id);
  const life = (index: number): void => {
    const { decision, callId, legId } = live.arrive(index);
    const rung = decision.intents.find((intent) => intent.op === 'dial');
    if (rung?.op !== 'dial') throw new Error('nobody was rung');
    const own = rung.request.legId;
    live.take({ type: 'LegUp', callId, legId });
    live.take({ type: 'LegRang', legId: own, earlyMedia: false });
    live.take({ type: 'LegAnswered', legId: own });
    live.take({ type: 'PlanReached', callId, version: Infinity });
    live.now += 1;
    live.take({ type: 'LegEnded', legId, cause: 'normal', side: 'far' });
    live.take({ type: 'LegEnded', legId: own, cause: 'normal', side: 'switch' });
    live.take({ type: 'Tick' });
  };
  for (let round = 0; round < WARM_UP; round++) life(round);
  const block = (): number => {
    const began = performance.now();
    for (let round = 0; round < ROUNDS; round++) life(round);
    return (DECISIONS_OF_A_LIFE * ROUNDS) / ((performance.now() - began) / 1000);
  };
  return quantile(Array.from({ length: BLOCKS }, block), 0.5);
}
const DECISIONS_OF_A_LIFE = 8;

/** Each agent who comes free is offered the next call; the caller gives up, and so it goes on. */
function offers(rules: Partial<Group> = {}): number {
  const live = waitingLine(LONG, rules);
  const agents = live.agents.filter((_, index) => index % 50 === 0);
  for (const id of agents) live.signIn(id);
  const free = (id: (typeof agents)[number]): void => {
    const activity = live.team.agents.get(id)?.activity;
    if (activity?.kind !== 'ringing') throw new Error('nothing was offered');
    const legId = live.team.calls.get(activity.callId)?.legs[0]?.id;
    if (legId) live.take({ type: 'LegEnded', legId, cause: 'normal', side: 'far' });
  };
  let round = 0;
  const block = (rounds: number): number => {
    let spent = 0;
    for (let each = 0; each < rounds; each++) {
      const began = performance.now();
      free(agents[round++ % agents.length]!);
      spent += performance.now() - began;
      live.now += 1;
      live.arrive(0);
      live.take({ type: 'Tick' });
    }
    return rounds / (spent / 1000);
  };
  block(WARM_UP);
  return quantile(
    Array.from({ length: BLOCKS }, () => block(ROUNDS / 4)),
    0.5,
  );
}

/** A hundred agents who are free, one call after the other. */
function ringsAtAll(): number {
  const live = new LiveTeam(planOfLiveTeam({ strategy: 'ring-all' }));
  for (const [index, id] of live.agents.entries()) if (index % 50 < 5) live.signIn(id);
  const life = (): void => {
    const { decision, callId, legId } = live.arrive(4);
    const rung = decision.intents.flatMap((intent) => (intent.op === 'dial' ? [intent.request.legId] : []));
    if (rung.length !== 100) throw new Error(`${rung.length} were rung`);
    live.now += 1;
    live.take({ type: 'LegAnswered', legId: rung[rung.length - 1]! });
    live.take({ type: 'PlanReached', callId, version: Infinity });
    live.take({ type: 'LegEnded', legId, cause: 'normal', side: 'far' });
  };
  return median(life, 200);
}
