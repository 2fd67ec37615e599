import type { DeskSnapshot } from '../../server/contract/desk.ts';
import type { Session } from '../../server/contract/session.ts';
import { socketAddress } from './browser-phone.ts';
import type { CommandLedger } from './command-ledger.ts';
import type { OwedCommands } from './commands/owed-commands.ts';
import { Connection, type ConnectionEvent, type Socket } from './connection.ts';
import { applyChanges } from './desk-changes.ts';
import type { DeskVoice } from './desk-voice.ts';
import type { DeskState } from './desk.ts';
import type { ObservableValue } from './observable.ts';
import type { TopicEvent } from './server-messages.ts';
import { feedTopic } from './topic-feed.ts';
import type { Topics } from './topics.ts';

/** Why the server has ended the connection for good. */
export type Refusal = Extract<ConnectionEvent, { type: 'refused' }>['reason'];

export interface DeskFeedOptions {
  server: string;
  clientId: string;
  openSocket: ((url: string) => Socket) | undefined;
  value: ObservableValue<DeskState>;
  ledger: CommandLedger;
  topics: Topics;
  owed: OwedCommands;
  voice: DeskVoice;
  /** What the page shows of its own over what the server says. */
  overlay: (snapshot: DeskSnapshot) => DeskSnapshot;
  /** A whole desk has come. */
  arrived: () => void;
  refused: (reason: Refusal) => void;
}

/** What the server says on the realtime socket, brought into the desk's state, its topics and its phone. */
export class DeskFeed {
  readonly #options: DeskFeedOptions;
  #connection: Connection | null = null;

  constructor(options: DeskFeedOptions) {
    this.#options = options;
    options.topics.onWanted(() => this.#connection?.follow());
  }

  open(session: Session): void {
    const { server, clientId, openSocket, topics, voice } = this.#options;
    this.#connection?.close();
    this.#update({ connection: this.#snapshot === null ? 'connecting' : 'reconnecting' });
    this.#connection = new Connection(
      {
        url: socketAddress('/realtime', server),
        token: session.token,
        clientId,
        topics: () => ['desk', ...topics.wanted],
        phone: () => voice.heartbeat(),
        ...(openSocket === undefined ? {} : { openSocket }),
      },
      (event) => this.#hear(event),
    );
    voice.start();
  }

  close(): void {
    this.#connection?.close();
    this.#connection = null;
    this.#options.topics.stale();
  }

  /** Tells the server at once how the phone is. */
  check(): void {
    this.#connection?.check();
  }

  get #snapshot(): DeskSnapshot | null {
    return this.#options.value.state.snapshot;
  }

  #update(patch: Partial<DeskState>): void {
    this.#options.value.update(patch);
  }

  #hear(event: ConnectionEvent): void {
    const { voice, topics, refused } = this.#options;
    switch (event.type) {
      case 'snapshot':
      case 'patch':
      case 'resumed':
      case 'closed':
        return this.#hearOfTopic(event);
      case 'answer-leg':
        return voice.answerWhenRinging(event.legId);
      case 'phone-moved':
        return voice.moved();
      case 'pulse':
        return this.#update({ latencyMs: event.latencyMs, clockOffsetMs: event.clockOffsetMs });
      case 'lost':
        topics.stale();
        return this.#update({
          connection: this.#snapshot === null ? 'connecting' : 'reconnecting',
          latencyMs: null,
        });
      case 'refused':
        return refused(event.reason);
      default:
        return event satisfies never;
    }
  }

  #hearOfTopic(event: TopicEvent): void {
    const { topics, ledger, owed, voice, overlay } = this.#options;
    if (event.topic !== 'desk') return feedTopic(topics, event);
    if (event.type === 'resumed') {
      this.#update({ connection: 'online' });
      if (this.#snapshot !== null) owed.resume(this.#snapshot);
    } else if (event.type === 'snapshot' && event.kind === 'desk') this.#arrived(event.state, event.time);
    else if (event.type === 'patch' && event.kind === 'desk' && this.#snapshot !== null) {
      ledger.changed(event.patch);
      const changed = applyChanges(this.#snapshot, event.patch);
      this.#update({ snapshot: overlay(changed) });
      owed.observe(changed);
      voice.follow();
    }
  }

  #arrived(snapshot: DeskSnapshot, time: number): void {
    const { value, ledger, owed, voice, overlay, arrived } = this.#options;
    ledger.replaced();
    const { latencyMs, clockOffsetMs } = value.state;
    this.#update({
      snapshot: overlay(snapshot),
      connection: 'online',
      clockOffsetMs: latencyMs === null ? time - Date.now() : clockOffsetMs,
    });
    arrived();
    owed.resume(snapshot);
    voice.follow();
    voice.start();
  }
}
