import { liveLegs } from '../core/model/call.ts';
import { standing } from '../core/model/parties.ts';
import { stateWord } from '../core/model/agent.ts';
import { Tally, Timings } from '../core/kernel/meters.ts';
import { isInLine } from '../core/model/call.ts';
import type { TeamState } from '../core/model/team.ts';

/** What the runtimes of all teams count. */
export class LiveMeters {
  /** By the type of what was decided. */
  readonly decisions = new Tally();
  /** `live`: somebody waits for it; `backlog`: what was kept back while the store was away. */
  readonly commits = new Timings();
  /** By what the switch was asked for, until it has answered. */
  readonly switchAnswers = new Timings();
}

/** How things stand at this moment, all teams together. */
export interface LiveGauges {
  readonly teams: number;
  /** Inputs that wait for their team's mailbox, or are in it. */
  readonly mailbox: number;
  /** Rows of the journal that wait for the store. */
  readonly keptBack: number;
  readonly waiting: number;
  /** ms since the epoch; null: nobody waits. */
  readonly longestWaitSince: number | null;
  readonly calls: Tally;
  readonly legs: Tally;
  readonly agents: Tally;
}

interface Measured {
  readonly state: TeamState;
  readonly queued: number;
  readonly keptBack: number;
}

export function gaugesOf(runtimes: readonly Measured[]): LiveGauges {
  const [calls, legs, agents] = [new Tally(), new Tally(), new Tally()];
  let waiting = 0;
  let longestWaitSince: number | null = null;
  for (const { state } of runtimes) {
    for (const agent of state.agents.values()) agents.add(stateWord(agent));
    for (const call of state.calls.values()) {
      if (call.phase.kind === 'ended') continue;
      calls.add(standing(call));
      for (const leg of liveLegs(call)) legs.add(leg.role);
      if (!isInLine(call)) continue;
      waiting += 1;
      longestWaitSince = Math.min(longestWaitSince ?? Infinity, call.createdAt);
    }
  }
  return {
    teams: runtimes.length,
    mailbox: runtimes.reduce((sum, { queued }) => sum + queued, 0),
    keptBack: runtimes.reduce((sum, { keptBack }) => sum + keptBack, 0),
    waiting,
    longestWaitSince,
    calls,
    legs,
    agents,
  };
}
