import type { ProblemCode } from '../contract/problem.ts';
import type { PagePhone } from '../contract/realtime/frame.ts';
import type { PageOrder } from '../contract/realtime/desk.ts';
import type { EndedSession, Identity } from '../core/kernel/actor.ts';
import type { TeamId } from '../core/kernel/ids.ts';

/** Who the pages are. Rejects with a `DomainError`. */
export interface Sessions {
  /** token-missing, token-invalid, token-expired; origin-not-allowed when the page's origin is not the team's. */
  authenticate(token: string | null, origin: string | null): Promise<Identity>;
  /** Whether any team allows this origin. */
  isAllowedOrigin(origin: string): Promise<boolean>;
  /** Whether pages of this origin may use the team. */
  isOriginOf(teamId: TeamId, origin: string): Promise<boolean>;
  /** Tells which sessions were ended before their time, so that their sockets are closed. Returns the disposer. */
  onEnded(listener: (ended: EndedSession) => void): () => void;
}

/** What a page that is connected in real time is served from. */
export interface Desks {
  /** Where the topic of that name comes from. @throws DomainError forbidden, not-found, unavailable */
  topic(who: Identity, name: string): TopicPlace;
  /** Tells that who may follow what may be different in a team: `topic` is asked again. Returns the disposer. */
  onRegrouped(listener: (teamId: TeamId) => void): () => void;
  /** What is meant for this page alone. */
  subscribe(who: Identity, clientId: string, listener: (order: PageOrder) => void): () => void;
  /** The page is alive. After 12 s without, the agent's browser gets no calls. */
  heartbeat(who: Identity, clientId: string, phone: PagePhone | null): void;
  /** The page's socket is gone. */
  disconnected(who: Identity, clientId: string): void;
}

/** One topic, for everybody who may follow it. */
export interface TopicPlace {
  /** The same for all who are told the same. */
  readonly key: string;
  /** Changes that follow each other within this time are told as one, ms. 0: each at once. */
  readonly coalesceMs: number;
  /** `changed`: something may be different; what, `patch` says then. */
  open(changed: () => void): TopicSource;
}

/** JSON texts, so that what is told to many, or compared with what was told before, is written once. */
export interface TopicSource {
  /** What is different from what was told last; null: nothing. */
  patch(): string | null;
  /** Everything as it was told last. */
  snapshot(): string;
  close(): void;
}

/** The code and sentence for an error; `internal` for a fault of the program, which is logged there. */
export type Explain = (error: unknown) => { code: ProblemCode; detail: string };
