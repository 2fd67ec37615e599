import { DomainError } from '../core/kernel/domain-error.ts';
import type { IdSource } from '../core/kernel/id-source.ts';
import type { Changes } from '../core/model/changes.ts';
import type { Decision } from '../core/model/draft.ts';
import type { TeamConfig } from '../core/model/set-up.ts';
import type { OwnedTeam, TeamState } from '../core/model/team.ts';
import type { Facts } from '../core/ports/facts.ts';
import { decide } from '../core/team/decide.ts';
import type { Input } from '../core/team/input.ts';
import { copied, layOver } from '../core/team/reindex.ts';
import type { FactTracker } from './projections/fact-tracker.ts';
import { merge, writesOf } from './writes.ts';
import type { Writes } from './writes.ts';

/** What each input has come to, and what all of it writes. A refusal holds when the rest is stored: it may depend on it. */
export interface Group {
  readonly outcomes: ReadonlyArray<Decision | DomainError>;
  readonly writes: Writes;
  /** It was not stored: as if nothing had been decided. */
  giveUp(): void;
}

interface GroupingDeps {
  readonly ids: IdSource;
  readonly facts: FactTracker;
  factsOf(config: TeamConfig, changes: Changes, team: TeamState): Facts;
}

/**
 * Decides inputs one on another before they are stored, on a copy of the team that is ahead of it by that much. The team itself
 * is what is stored, and nobody sees more.
 */
export class Grouping {
  readonly #state: TeamState;
  readonly #deps: GroupingDeps;
  #ahead: OwnedTeam;

  constructor(state: TeamState, now: number, deps: GroupingDeps) {
    this.#state = state;
    this.#deps = deps;
    this.#ahead = copied(state, now);
  }

  /** This was decided by itself, and is stored. */
  follow(changes: Changes): void {
    layOver(this.#ahead, changes);
  }

  /** @throws what a broken rule throws, and a refusal of what cannot be refused: then nothing is decided */
  decide(inputs: ReadonlyArray<{ input: Input; refusable: boolean }>, now: number): Group {
    const { ids, facts } = this.#deps;
    const outcomes: Array<Decision | DomainError> = [];
    const undo: Array<() => void> = [];
    const writes: Writes[] = [];
    const giveUp = () => {
      for (const step of undo.splice(0).toReversed()) step();
    };
    undo.push(() => (this.#ahead = copied(this.#state, now)));
    try {
      for (const { input, refusable } of inputs) {
        const decision = outcomeOf(this.#ahead, input, now, ids);
        outcomes.push(decision);
        if (decision instanceof DomainError) {
          if (!refusable) throw decision;
          continue;
        }
        const { changes, events } = decision;
        if (events.length > 0) {
          const config = changes.setUp?.after ?? this.#ahead.config;
          const rows = this.#deps.factsOf(config, changes, this.#ahead);
          const before = facts.before(rows);
          facts.take(rows);
          undo.push(() => facts.putBack(before));
          writes.push(writesOf(config, changes, events, now, rows));
        }
        layOver(this.#ahead, changes);
      }
    } catch (error) {
      giveUp();
      throw error;
    }
    return { outcomes, writes: merge(...writes), giveUp };
  }
}

function outcomeOf(team: TeamState, input: Input, now: number, ids: IdSource): Decision | DomainError {
  try {
    return decide(team, input, now, ids);
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
}
