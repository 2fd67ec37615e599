import type { UA } from 'jssip';

/** Agents that were left while they had legs. They register no more, and each is stopped with its last leg. */
export class LeavingAgents {
  readonly #legs = new Map<UA, Set<string>>();

  add(agent: UA, legIds: Iterable<string>): void {
    const legs = new Set(legIds);
    agent.unregister();
    if (legs.size === 0) agent.stop();
    else this.#legs.set(agent, legs);
  }

  ended(legId: string): void {
    for (const [agent, legs] of this.#legs) {
      if (!legs.delete(legId) || legs.size > 0) continue;
      this.#legs.delete(agent);
      agent.stop();
    }
  }

  has(legId: string): boolean {
    return [...this.#legs.values()].some((legs) => legs.has(legId));
  }

  stop(): void {
    for (const agent of this.#legs.keys()) agent.stop();
    this.#legs.clear();
  }
}
