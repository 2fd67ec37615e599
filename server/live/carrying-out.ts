import type { CallId, EndpointId, LegId } from '../core/kernel/ids.ts';
import type { Logger } from '../core/kernel/logger.ts';
import type { Changes } from '../core/model/changes.ts';
import type { Decision, NotOffered } from '../core/model/draft.ts';
import type { OwnedTeam } from '../core/model/team.ts';
import { layOver } from '../core/team/reindex.ts';
import type { SwitchExecutor } from './effects/switch-executor.ts';
import type { LinkBook } from './links/link-book.ts';

/** What the team's runtime tells the rest of the application. */
export interface RuntimeEvents {
  /** The team has been changed so. */
  changed(changes: Changes): void;
  /** The round trip of this device's link is another. */
  measured(endpointId: EndpointId): void;
  legDialled(legId: LegId): void;
  /** The switch has refused the leg, or its call has left the live state. */
  legForgotten(legId: LegId): void;
}

/** `executed`: when the switch has done what it was asked for. */
export interface Taken {
  readonly executed: Promise<void>;
}

interface CarryingOutDeps {
  readonly state: OwnedTeam;
  readonly links: LinkBook;
  readonly executor: SwitchExecutor;
  readonly events: RuntimeEvents;
  readonly logger: Logger;
  /** This call ends. */
  readonly giveUp: (callId: CallId) => void;
}

/** What follows when a decision is stored: it is laid over the team, the switch is asked, and then everybody is told. */
export class CarryingOut {
  readonly #deps: CarryingOutDeps;

  constructor(deps: CarryingOutDeps) {
    this.#deps = deps;
  }

  carryOut({ changes, events, intents, notOffered }: Decision): Taken {
    const { executor } = this.#deps;
    this.#layOver(changes);
    const executed = intents.length > 0 ? executor.run(intents) : Promise.resolve();
    // Whoever does not wait for the switch is not told: the executor has logged it.
    executed.catch(() => undefined);
    if (events.length > 0) {
      this.#forgetRemoved(changes);
      this.#tellChanged(changes);
    }
    if (notOffered) this.#endUnoffered(notOffered);
    return { executed };
  }

  /** Points in time are other ones now; nothing was decided. */
  moved(changes: Changes): void {
    this.#layOver(changes);
    this.#tellChanged(changes);
  }

  measured(endpointId: EndpointId): void {
    this.#guarded(() => this.#deps.events.measured(endpointId));
  }

  #layOver(changes: Changes): void {
    layOver(this.#deps.state, changes);
    this.#deps.links.follow(changes);
  }

  #tellChanged(changes: Changes): void {
    this.#guarded(() => this.#deps.events.changed(changes));
  }

  /** It would be tried, in vain, after every decision of the team. */
  #endUnoffered({ callId, error }: NotOffered): void {
    const { logger, state, giveUp } = this.#deps;
    logger.error({ teamId: state.config.teamId, callId, err: error }, 'a call could not be offered');
    if (callId) giveUp(callId);
  }

  /** What was decided is not undone by one who listens. */
  #guarded(tell: () => void): void {
    const { logger, state } = this.#deps;
    try {
      tell();
    } catch (error) {
      logger.error({ teamId: state.config.teamId, err: error }, 'a listener failed');
    }
  }

  #forgetRemoved({ calls }: Changes): void {
    const { executor, events } = this.#deps;
    for (const [callId, { before, after }] of calls) {
      if (!before || before.legs === after?.legs) continue;
      const kept = new Set(after?.legs.map(({ id }) => id));
      const legs = before.legs.flatMap(({ id }) => (kept.has(id) ? [] : [id]));
      executor.forgetLegs(legs);
      for (const legId of legs) events.legForgotten(legId);
      if (!after) executor.forget(callId);
    }
  }
}
