import { randomBytes } from 'node:crypto';
import type { Identity } from '../core/kernel/actor.ts';
import { WIRE_VERSION } from '../contract/wire.ts';
import type { ServerMessage } from '../contract/realtime/frame.ts';
import type { Desks } from './doors.ts';
import type { Change, DeskFeedEvent } from '../contract/realtime/desk.ts';

/** Where a stream's messages go while a page is connected. */
export interface StreamSink {
  send(message: ServerMessage): void;
  /** False while too much is waiting to be sent: the page gets a snapshot later instead of everything in between. */
  readonly writable: boolean;
  close(reason: 'taken-over'): void;
}

interface Patch {
  sequence: number;
  time: number;
  changes: Change[];
}

/** Patches that are kept for pages that come back. */
const KEPT_PATCHES = 256;
/** A leg that was to be answered while the page was away may still be ringing this long after, ms. */
const KEPT_ANSWER_MS = 10_000;

/**
 * The ordered stream of one page's desk. It outlives the page's socket for a while, so that a page that comes back gets
 * what it missed, or a new snapshot.
 *
 *              attach                   sink not writable
 *   detached ─────────▶ in step ─────────────────────────▶ behind
 *       ▲                 │  ▲                                │
 *       └─────────────────┘  └────────── snapshot ────────────┘
 *              detach
 */
export class DeskStream {
  /** Names this stream: sequences of another one mean nothing here. */
  readonly epoch = randomBytes(9).toString('base64url');
  readonly #desks: Desks;
  readonly #who: Identity;
  readonly #now: () => number;
  readonly #kept: Patch[] = [];
  readonly #unsubscribe: () => void;
  #sequence = 0;
  #sink: StreamSink | null = null;
  /** Set while the sink has not got a snapshot or the patches it missed: patches are kept but not sent. */
  #behind = false;
  /** What was meant for the page alone while it was away. */
  #missedAnswer: { legId: string; until: number } | null = null;
  #missedTakeOver = false;
  #missedMove = false;
  /** Counts snapshots that were begun, so that only the newest is sent. */
  #snapshots = 0;

  constructor(desks: Desks, who: Identity, clientId: string, now: () => number) {
    this.#desks = desks;
    this.#who = who;
    this.#now = now;
    this.#unsubscribe = desks.subscribe(who, clientId, (event) => this.#feed(event));
  }

  /** Connects a page: with what it missed when that is still kept, otherwise with a snapshot. */
  async attach(sink: StreamSink, resume: { epoch: string; sequence: number } | undefined): Promise<void> {
    this.#sink = sink;
    if (this.#missedTakeOver) {
      // Told once: a page that comes again after that wants the voice back.
      this.#missedTakeOver = false;
      return sink.close('taken-over');
    }
    await this.#bringUpToDate(sink, resume);
    if (this.#missedAnswer !== null && this.#missedAnswer.until > this.#now()) {
      this.#tellToAnswer(sink, this.#missedAnswer.legId);
    }
    this.#missedAnswer = null;
    if (this.#missedMove) this.#tellOfMove(sink);
    this.#missedMove = false;
  }

  async #bringUpToDate(
    sink: StreamSink,
    resume: { epoch: string; sequence: number } | undefined,
  ): Promise<void> {
    const missed = resume?.epoch === this.epoch ? this.#after(resume.sequence) : null;
    if (missed === null) return this.#snapshot();
    this.#behind = false;
    this.#snapshots += 1;
    sink.send({
      type: 'resumed',
      version: WIRE_VERSION,
      sequence: resume?.sequence ?? 0,
      time: this.#now(),
    });
    for (const patch of missed) this.#send(patch);
  }

  /** The socket is gone; another page may have taken its place already. */
  detach(sink: StreamSink): boolean {
    if (this.#sink !== sink) return false;
    this.#sink = null;
    this.#behind = false;
    return true;
  }

  /** The sink has been emptied: a page that fell behind gets a snapshot. */
  async drained(): Promise<void> {
    if (this.#behind && this.#sink?.writable === true) await this.#snapshot();
  }

  dispose(): void {
    this.#sink = null;
    this.#unsubscribe();
  }

  #feed(event: DeskFeedEvent): void {
    switch (event.type) {
      case 'changes': {
        this.#sequence += 1;
        const patch = { sequence: this.#sequence, time: this.#now(), changes: event.changes };
        this.#kept.push(patch);
        if (this.#kept.length > KEPT_PATCHES) this.#kept.shift();
        if (!this.#behind) this.#send(patch);
        return;
      }
      case 'answer-leg':
        if (this.#sink !== null) this.#tellToAnswer(this.#sink, event.legId);
        else this.#missedAnswer = { legId: event.legId, until: this.#now() + KEPT_ANSWER_MS };
        return;
      case 'phone-moved':
        if (this.#sink === null) this.#missedMove = true;
        else this.#tellOfMove(this.#sink);
        return;
      case 'taken-over':
        if (this.#sink === null) this.#missedTakeOver = true;
        else this.#sink.close('taken-over');
        return;
      default:
        event satisfies never;
    }
  }

  #tellToAnswer(sink: StreamSink, legId: string): void {
    sink.send({ type: 'answer-leg', version: WIRE_VERSION, legId, time: this.#now() });
  }

  #tellOfMove(sink: StreamSink): void {
    sink.send({ type: 'phone-moved', version: WIRE_VERSION, time: this.#now() });
  }

  #send(patch: Patch): void {
    const sink = this.#sink;
    if (sink === null || this.#behind) return;
    if (!sink.writable) {
      this.#behind = true;
      return;
    }
    sink.send({ type: 'patch', version: WIRE_VERSION, ...patch });
  }

  /** Patches after a sequence, or null when some of them are no longer kept (or were never sent). */
  #after(sequence: number): Patch[] | null {
    if (sequence > this.#sequence) return null;
    const oldest = this.#kept[0]?.sequence ?? this.#sequence + 1;
    return sequence + 1 < oldest ? null : this.#kept.filter((patch) => patch.sequence > sequence);
  }

  async #snapshot(): Promise<void> {
    const sink = this.#sink;
    this.#behind = true;
    this.#snapshots += 1;
    const mine = this.#snapshots;
    // What changes from here on may or may not be in the snapshot; sent again after it, it does no harm, because
    // patches carry whole entities.
    const from = this.#sequence;
    const state = await this.#desks.snapshot(this.#who);
    if (sink === null || this.#sink !== sink || mine !== this.#snapshots) return;
    this.#behind = false;
    sink.send({
      type: 'snapshot',
      version: WIRE_VERSION,
      epoch: this.epoch,
      sequence: from,
      time: this.#now(),
      state,
    });
    const missed = this.#after(from);
    if (missed === null) return this.#snapshot();
    for (const patch of missed) this.#send(patch);
  }
}
