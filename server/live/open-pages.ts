import type { PageOrder } from '../contract/realtime/desk.ts';
import type { AgentId, LegId } from '../core/kernel/ids.ts';
import type { Logger } from '../core/kernel/logger.ts';

type Listener = (order: PageOrder) => void;

/** The pages of agents that are open, and what one of them alone is told. */
export class OpenPages {
  readonly #logger: Logger;
  /** By agent and client id; one page may have several listeners while it reconnects. */
  readonly #pages = new Map<string, Set<Listener>>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Returns the disposer. */
  subscribe(agentId: AgentId, clientId: string, listener: Listener): () => void {
    const key = keyOf(agentId, clientId);
    const listeners = this.#pages.get(key) ?? new Set<Listener>();
    listeners.add(listener);
    this.#pages.set(key, listeners);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#pages.get(key) === listeners) this.#pages.delete(key);
    };
  }

  askToAnswer(agentId: AgentId, clientId: string, legId: LegId): void {
    this.#tell(agentId, clientId, { type: 'answer-leg', legId });
  }

  /** The page is to fetch another credential now. */
  phoneMoved(agentId: AgentId, clientId: string): void {
    this.#tell(agentId, clientId, { type: 'phone-moved' });
  }

  takenOver(agentId: AgentId, clientId: string): void {
    this.#tell(agentId, clientId, { type: 'taken-over' });
  }

  /** One page that fails takes nothing from the others. */
  #tell(agentId: AgentId, clientId: string, order: PageOrder): void {
    for (const listener of [...(this.#pages.get(keyOf(agentId, clientId)) ?? [])]) {
      try {
        listener(order);
      } catch (error) {
        this.#logger.error({ agentId, err: error }, 'a listener failed');
      }
    }
  }
}

function keyOf(agentId: AgentId, clientId: string): string {
  return `${agentId} ${clientId}`;
}
