import type { CallId } from '../core/kernel/ids.ts';
import type { Logger } from '../core/kernel/logger.ts';
import type { OwnedTeam } from '../core/model/team.ts';
import type { Fact } from '../core/team/input.ts';
import { LeaseLost } from './ownership/lease.ts';

interface LearningDeps<T> {
  readonly state: OwnedTeam;
  readonly logger: Logger;
  readonly now: () => number;
  /** Decides and stores it. */
  readonly take: (fact: Fact) => Promise<T>;
  readonly nothing: T;
}

/** Takes facts in, one by one. A rule that is broken ends the call that met it, and no other. Never rejects. */
export class Learning<T> {
  readonly #deps: LearningDeps<T>;

  constructor(deps: LearningDeps<T>) {
    this.#deps = deps;
  }

  async learn(fact: Fact): Promise<T> {
    const { state, logger, take, nothing } = this.#deps;
    try {
      return await take(fact);
    } catch (error) {
      if (error instanceof LeaseLost) return nothing;
      const callId = this.#callOf(fact);
      const { teamId } = state.config;
      logger.error({ teamId, callId, fact: fact.type, err: error }, 'a fact could not be taken in');
      if (fact.type === 'Tick' && !fact.only) await this.#tickOneByOne();
      else if (callId && fact.type !== 'IntentFailed') {
        await this.learn({ type: 'IntentFailed', callId, cause: 'switch-failure' });
      }
      return nothing;
    }
  }

  #callOf(fact: Fact): CallId | null {
    if ('callId' in fact) return fact.callId;
    if ('legId' in fact) return this.#deps.state.indices.callOfLeg(fact.legId) ?? null;
    return fact.type === 'Tick' ? (fact.only?.calls[0] ?? null) : null;
  }

  /** Whose time is up stays so until it has been done, or tried. */
  async #tickOneByOne(): Promise<void> {
    const now = this.#deps.now();
    const { calls, agents } = this.#deps.state.indices;
    const [dueCalls, dueAgents] = [calls.due(now), agents.due(now)];
    for (const callId of dueCalls) await this.learn({ type: 'Tick', only: { calls: [callId], agents: [] } });
    for (const agentId of dueAgents)
      await this.learn({ type: 'Tick', only: { calls: [], agents: [agentId] } });
    await this.learn({ type: 'Tick', only: { calls: [], agents: [] } });
  }
}
