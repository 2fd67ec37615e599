import type { LiveHookEvent } from '../../vocabulary/hook-events.ts';
import type { AgentId, ApiKeyId, CallId, TeamId } from '../kernel/ids.ts';

/** Who has changed a record, and what of it. */
export interface RecordChange {
  readonly actor:
    | { readonly kind: 'agent'; readonly id: AgentId }
    | { readonly kind: 'api-key'; readonly id: ApiKeyId }
    | { readonly kind: 'system' };
  /** The kind of record, as in `customer`. */
  readonly record: string;
  readonly change: 'created' | 'updated' | 'deleted';
  /** What is different, by field; secrets are masked before they come here. Null: there was, or is, none. */
  readonly fields: Readonly<Record<string, { readonly before: unknown; readonly after: unknown }>>;
}

/** What is told outside the transaction in which it happened, and with what. */
export interface OutboxTopics {
  /** `subject`: the record's id. */
  'record-changed': RecordChange;
  /** `subject`: the id of the call or the agent. Of what somebody outside wants to hear alone. */
  'live-event': { readonly type: LiveHookEvent; readonly data: object };
  /** `subject`: the call's id. */
  'call-ended': { readonly callId: CallId };
}
export type OutboxTopic = keyof OutboxTopics;

/** Something that has happened, written in the commit in which it happened. */
export type OutboxEvent = {
  readonly [T in OutboxTopic]: {
    /** The same each time that it is told. */
    readonly id: string;
    readonly teamId: TeamId;
    readonly topic: T;
    /** Events of one subject are told in the order in which they happened. */
    readonly subject: string;
    readonly time: number;
    readonly content: OutboxTopics[T];
  };
}[OutboxTopic];

/** One event as one consumer is to hear it. */
export interface OutboxRow {
  readonly event: OutboxEvent;
  readonly consumer: string;
  /** How often it was told in vain. */
  readonly failures: number;
}

/** Where events are written. They are kept for those who listen to their topic and for nobody else. */
export interface Outbox {
  /** However many they are. */
  append(events: readonly OutboxEvent[]): Promise<void>;
  /** Takes out what was kept, perhaps, by a commit whose outcome was never heard. */
  retract(ids: readonly string[]): Promise<void>;
}

/** From where they are told. */
export interface OutboxStore extends Outbox {
  /** Whether there is something to tell the consumer now. */
  hasDue(consumer: string, now: number): Promise<boolean>;
  /** The oldest first; none of a subject that has an older one which waits. */
  due(consumer: string, now: number, most: number): Promise<OutboxRow[]>;
  /** It was heard, or (with an error) given up. */
  settle(id: string, consumer: string, at: number, error: string | null): Promise<void>;
  postpone(id: string, consumer: string, dueAt: number, error: string): Promise<void>;
  /** Deletes some that were settled before that; returns how many. */
  deleteSettled(before: number, most: number): Promise<number>;
}

/** Hears of each event at least once, those of one subject in order. */
export interface OutboxConsumer {
  readonly name: string;
  /** Rejects when it has to be told again. What it does twice for one `id` must come to the same as once. */
  deliver(event: OutboxEvent, signal: AbortSignal): Promise<void>;
}
