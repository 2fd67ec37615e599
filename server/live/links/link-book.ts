import { DueTimes } from '../../core/model/due-times.ts';
import type { Changes } from '../../core/model/changes.ts';
import type { PageLink, TeamState } from '../../core/model/team.ts';
import type { AgentId, EndpointId } from '../../core/kernel/ids.ts';

/** A page that has not been heard of for so long gets no calls, ms. */
export const FRESH_MS = 12_000;

/** What a page says of its phone. */
export type PhoneState = NonNullable<PageLink['seen']>;

/** What others may ask of the book. */
export interface LinkFigures {
  /** Round trip of the signalling link, ms; null: not measured yet. */
  latencyOf(endpointId: EndpointId): number | null;
}

/**
 * When each page of a team was heard of last, and how long its signalling takes. Written at the door, beside the mailbox: a
 * beat decides nothing. What a beat or a silence changes for the team is a fact, and told by whoever keeps the book.
 */
export class LinkBook implements LinkFigures {
  readonly #heardAt = new Map<AgentId, number>();
  /** When to look at a page. It may have been heard of since: then that moves on, and nothing else has happened. */
  readonly #lookAt = new DueTimes<AgentId>();
  readonly #latencies = new Map<EndpointId, number>();

  /** `now`: when the pages that there are begin to be listened for. */
  constructor({ pages }: TeamState, now: number) {
    for (const [agentId, page] of pages) this.#listen(agentId, page, now);
  }

  latencyOf(endpointId: EndpointId): number | null {
    return this.#latencies.get(endpointId) ?? null;
  }

  /** When a page may have fallen silent, ms since the epoch; `Infinity`: never. */
  get next(): number {
    return this.#lookAt.next;
  }

  heard(agentId: AgentId, at: number): void {
    this.#heardAt.set(agentId, at);
  }

  measured(endpointId: EndpointId, latencyMs: number | null): void {
    if (latencyMs === null) this.#latencies.delete(endpointId);
    else this.#latencies.set(endpointId, latencyMs);
  }

  /** Whether a page has not been heard of for too long. */
  isDue(now: number): boolean {
    if (this.next > now) return false;
    for (const agentId of this.#lookAt.due(now)) this.#lookAt.set(agentId, this.#freshUntil(agentId, now));
    return this.next <= now;
  }

  /** Those pages. They are named again after a while, unless the team has learned it. */
  silent(now: number): AgentId[] {
    if (!this.isDue(now)) return [];
    const silent = this.#lookAt.due(now);
    for (const agentId of silent) this.#lookAt.set(agentId, now + FRESH_MS);
    return silent;
  }

  /** The clock jumped while nobody listened: no page was silent because it was not heard. */
  skip(ms: number): void {
    for (const [agentId, at] of this.#heardAt) {
      this.#heardAt.set(agentId, at + ms);
      const lookAt = this.#lookAt.get(agentId);
      if (lookAt !== Infinity) this.#lookAt.set(agentId, lookAt + ms);
    }
  }

  /** The team has changed so. */
  follow({ pages, endpoints, at }: Changes): void {
    for (const [agentId, { before, after }] of pages) {
      const isAnother = before?.endpointId !== after?.endpointId || before?.clientId !== after?.clientId;
      if (!after) this.#heardAt.delete(agentId);
      if (!after || after.silent) this.#lookAt.set(agentId, Infinity);
      else if (isAnother) this.#listen(agentId, after, at);
      else if (before?.silent) this.#lookAt.set(agentId, this.#freshUntil(agentId, at));
    }
    for (const [endpointId, { after }] of endpoints) {
      if (!after?.online) this.#latencies.delete(endpointId);
    }
  }

  #freshUntil(agentId: AgentId, now: number): number {
    return (this.#heardAt.get(agentId) ?? now) + FRESH_MS;
  }

  /** One that has just asked for its phone beats as soon as that is registered. */
  #listen(agentId: AgentId, { silent }: PageLink, at: number): void {
    this.#heardAt.set(agentId, at);
    this.#lookAt.set(agentId, silent ? Infinity : at + FRESH_MS);
  }
}

/** Whether a beat with this phone is news of the page. */
export function isNews(page: PageLink, phone: PhoneState): boolean {
  const { seen } = page;
  return (
    page.gone || page.silent || seen?.registered !== phone.registered || seen.microphone !== phone.microphone
  );
}
