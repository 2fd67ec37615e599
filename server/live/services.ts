import type { AgentId, CallId, CustomerId, LegId, SessionId, TeamId } from '../core/kernel/ids.ts';
import type { CallRecordDetail, CallRecord, CallRecordQuery } from '../contract/call-record.ts';
import type { DialRequest, SignInRequest, WrapUpAnswer, WrapUpRequest } from '../contract/commands.ts';
import type { Page } from '../contract/wire.ts';
import type { Customer, CustomerInput, CustomerPatch, CustomerQuery } from '../contract/customer.ts';
import type { AgentView, CallView, DeskSnapshot, NextState } from '../contract/desk.ts';
import type { Change } from '../contract/realtime.ts';
import type { DeskPhone, LoginRequest, Role, Session, SipCredential } from '../contract/session.ts';

/**
 * The application's doors: what `http` and `realtime` may call. Every method rejects with a `DomainError` whose code is
 * a contract `ProblemCode`.
 */
export interface Services {
  readonly sessions: Sessions;
  readonly agents: AgentCommands;
  readonly calls: CallCommands;
  readonly desks: Desks;
  readonly customers: Customers;
  readonly records: CallRecords;
}

/** Who is asking, proved by a session token. Everything below is bound to `teamId`. */
export interface Identity {
  teamId: TeamId;
  agentId: AgentId;
  sessionId: SessionId;
  role: Role;
  /** When the session ends by itself, ms since the epoch. */
  expiresAt: number;
}

/** A session that is over, and whose it was. */
export type EndedSession = Pick<Identity, 'sessionId' | 'teamId' | 'agentId'>;

export interface Sessions {
  login(
    request: LoginRequest,
    from: { address: string; userAgent: string; origin: string | null },
  ): Promise<Session>;
  /** token-missing, token-invalid, token-expired; origin-not-allowed when the page's origin is not the team's. */
  authenticate(token: string | null, origin: string | null): Promise<Identity>;
  /** Whether the token was one of a session that is over, for a page that the team allows. */
  hasEnded(token: string | null, origin: string | null): Promise<boolean>;
  current(identity: Identity): Promise<Omit<Session, 'token'>>;
  logout(session: EndedSession): Promise<void>;
  /** Logs out with the ticket of the login: token-invalid, token-expired. */
  end(ticket: string): Promise<void>;
  /**
   * Tells which sessions were ended before their time, so that their sockets are closed and their phones retired; logging
   * out waits for that. Returns the disposer.
   */
  onEnded(listener: (ended: EndedSession) => void | Promise<void>): () => void;
  checkPassword(identity: Identity, password: string): Promise<void>;
  /** Whether any team allows this origin (CORS preflight, before a token is seen). */
  isAllowedOrigin(origin: string): Promise<boolean>;
}

/** Each resolves with the state that was confirmed. */
export interface AgentCommands {
  signIn(who: Identity, request: SignInRequest, address: string): Promise<AgentView>;
  signOut(who: Identity, groups: string[] | undefined): Promise<AgentView>;
  pause(who: Identity, reasonId: string): Promise<AgentView>;
  resume(who: Identity): Promise<AgentView>;
  endAcw(who: Identity): Promise<AgentView>;
  setNextState(who: Identity, next: NextState | null): Promise<AgentView>;
  lock(who: Identity): Promise<AgentView>;
  isLocked(who: Identity): boolean;
  unlock(who: Identity, password: string): Promise<AgentView>;
  /** Makes the credential of the agent's browser phone; an earlier one stops, its page is told `taken-over`. */
  browserDevice(who: Identity, clientId: string): Promise<SipCredential>;
  phones(who: Identity): Promise<DeskPhone[]>;
}

export interface CallCommands {
  dial(who: Identity, request: DialRequest): Promise<CallView>;
  answer(who: Identity, callId: CallId): Promise<CallView>;
  reject(who: Identity, callId: CallId): Promise<CallView>;
  hangup(who: Identity, callId: CallId): Promise<CallView>;
  hangupLeg(who: Identity, callId: CallId, legId: LegId): Promise<CallView>;
  hold(who: Identity, callId: CallId): Promise<CallView>;
  resume(who: Identity, callId: CallId): Promise<CallView>;
  mute(who: Identity, callId: CallId, muted: boolean): Promise<CallView>;
  digits(who: Identity, callId: CallId, digits: string): Promise<CallView>;
  setData(who: Identity, callId: CallId, data: Record<string, string>): Promise<CallView>;
  linkCustomer(who: Identity, callId: CallId, customerId: CustomerId | null): Promise<CallView>;
  wrapUp(who: Identity, callId: CallId, request: WrapUpRequest): Promise<WrapUpAnswer>;
}

/** What a page that is connected in real time gets. */
export type DeskFeedEvent =
  | { type: 'changes'; changes: Change[] }
  | { type: 'answer-leg'; legId: LegId }
  /** The page's phone registers elsewhere from now on: the page fetches another credential, which says where. */
  | { type: 'phone-moved' }
  /** Another page of the agent carries the voice now. */
  | { type: 'taken-over' };

export interface Desks {
  snapshot(who: Identity): Promise<DeskSnapshot>;
  /** `clientId` tells which page is meant by `answer-leg`, `phone-moved` and `taken-over`. Changes come in order. */
  subscribe(who: Identity, clientId: string, listener: (event: DeskFeedEvent) => void): () => void;
  /** The page is alive. After 12 s without, the agent's browser gets no calls. */
  heartbeat(
    who: Identity,
    clientId: string,
    phone: { registered: boolean; microphone: 'unknown' | 'ready' | 'refused' | 'missing' } | null,
  ): void;
  /** The page's socket is gone. */
  disconnected(who: Identity, clientId: string): void;
}

export interface Customers {
  list(who: Identity, query: CustomerQuery): Promise<Page<Customer>>;
  get(who: Identity, id: CustomerId): Promise<Customer>;
  create(who: Identity, input: CustomerInput): Promise<Customer>;
  update(who: Identity, id: CustomerId, patch: CustomerPatch): Promise<Customer>;
}

export interface CallRecords {
  list(who: Identity, query: CallRecordQuery): Promise<Page<CallRecord>>;
  get(who: Identity, id: CallId): Promise<CallRecordDetail>;
}
