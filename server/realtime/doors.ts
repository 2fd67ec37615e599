import type { DeskSnapshot } from '../contract/desk.ts';
import type { PagePhone } from '../contract/realtime/frame.ts';
import type { EndedSession, Identity } from '../core/kernel/actor.ts';
import type { DeskFeedEvent } from '../contract/realtime/desk.ts';

/** Who the pages are. Rejects with a `DomainError`. */
export interface Sessions {
  /** token-missing, token-invalid, token-expired; origin-not-allowed when the page's origin is not the team's. */
  authenticate(token: string | null, origin: string | null): Promise<Identity>;
  /** Whether any team allows this origin. */
  isAllowedOrigin(origin: string): Promise<boolean>;
  /** Tells which sessions were ended before their time, so that their sockets are closed. Returns the disposer. */
  onEnded(listener: (ended: EndedSession) => void): () => void;
}

/** What a page that is connected in real time is served from. */
export interface Desks {
  snapshot(who: Identity): Promise<DeskSnapshot>;
  /** `clientId` tells which page is meant by `answer-leg`, `phone-moved` and `taken-over`. Changes come in order. */
  subscribe(who: Identity, clientId: string, listener: (event: DeskFeedEvent) => void): () => void;
  /** The page is alive. After 12 s without, the agent's browser gets no calls. */
  heartbeat(who: Identity, clientId: string, phone: PagePhone | null): void;
  /** The page's socket is gone. */
  disconnected(who: Identity, clientId: string): void;
}
