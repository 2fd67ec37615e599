import { asId, type PlaybackId, type RoomId } from '../../core/kernel/ids.ts';
import type { Clock } from '../../core/kernel/clock.ts';
import type { EndCause, SwitchEvent } from '../../core/ports/switch.ts';
import type { DialledLeg } from './dialled-leg.ts';
import type { Leg } from './leg.ts';
import type { MediaEngine } from './media/media-engine.ts';
import type { SwitchLog } from './sip/switch-log.ts';

/** So long the party hears why nobody came, before it is released, ms. */
const TONE_MS = 3_000;

type Tone = 'ringback' | 'busy' | 'congestion';

export interface HandOverParts {
  readonly engine: MediaEngine;
  readonly clock: Clock;
  readonly log: SwitchLog;
  readonly party: Leg;
  readonly called: DialledLeg;
  readonly roomId: RoomId;
}

/** Marks sound that is played by ourselves: nobody above is told of its end. */
const OWN = 'hand-over-';

export function isOwnSound(playbackId: PlaybackId): boolean {
  return playbackId.startsWith(OWN);
}

/**
 * A party that was handed over, and the number that is called for it. Nobody steers it; it ends when one of both does.
 *
 * ```
 *  calling ─▶ ringing ─▶ joined ─▶ over
 *     └──────────┴─▶ refused ──────▲   busy or nobody: its tone is heard first
 * ```
 */
export class HandOver {
  readonly #parts: HandOverParts;
  #state: 'calling' | 'ringing' | 'joined' | 'refused' | 'over' = 'calling';
  /** The number has answered: before that, early media is heard and the refusal is still to come. */
  #answered = false;
  #stopTone: () => void = () => undefined;
  /** Requests to the engine, one after the other. */
  #media: Promise<void> = Promise.resolve();

  constructor(parts: HandOverParts) {
    this.#parts = parts;
  }

  get legs(): readonly Leg[] {
    return [this.#parts.party, this.#parts.called];
  }

  /** What one of its legs tells. */
  take(event: SwitchEvent): void {
    const { party, called } = this.#parts;
    switch (event.type) {
      case 'leg-ringing':
        if (event.earlyMedia) this.#join();
        else this.#ring();
        return;
      case 'leg-answered':
        this.#answered = true;
        this.#join();
        return;
      case 'leg-ended':
      case 'leg-lost':
        if (event.legId === party.id) {
          this.#finish();
          called.hangup(this.#answered ? 'normal' : 'cancelled');
        } else if (this.#answered) {
          this.#finish();
          party.hangup('normal');
        } else this.#refuse(event.cause);
        return;
      default:
    }
  }

  #ring(): void {
    if (this.#state !== 'calling') return;
    this.#state = 'ringing';
    this.#play('ringback');
  }

  #join(): void {
    const { engine, party, called, roomId } = this.#parts;
    if (this.#state !== 'calling' && this.#state !== 'ringing') return;
    this.#state = 'joined';
    this.#then(async () => {
      await engine.stopPlayback(this.#soundOf('ringback'));
      await engine.openRoom(roomId);
      await called.openMedia();
      for (const { id } of [party, called]) await engine.place(id, roomId, { kind: 'all' });
    });
  }

  #refuse(cause: EndCause): void {
    if (this.#state === 'over' || this.#state === 'refused') return;
    this.#state = 'refused';
    this.#play(cause === 'busy' ? 'busy' : 'congestion');
    this.#stopTone = this.#parts.clock.after(TONE_MS, () => this.#parts.party.hangup(cause));
  }

  /** Both legs have gone or are being hung up. */
  #finish(): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.#stopTone();
    this.#then(() => this.#parts.engine.closeRoom(this.#parts.roomId));
  }

  #play(tone: Tone): void {
    const { engine, party } = this.#parts;
    const source = { kind: 'tone', tone } as const;
    this.#then(() =>
      engine.play({ playbackId: this.#soundOf(tone), target: { leg: party.id }, source, loop: true }),
    );
  }

  #soundOf(tone: Tone): PlaybackId {
    return asId<PlaybackId>(`${OWN}${this.#parts.party.id}-${tone}`);
  }

  #then(task: () => Promise<void>): void {
    this.#media = this.#media.then(task).catch((error: unknown) => {
      // What has ended meanwhile is told by its own event.
      if (this.#state === 'over') return;
      this.#parts.log.warn(
        { err: error, legId: this.#parts.party.id },
        'a call that was handed over cannot be joined',
      );
      this.#parts.party.hangup('switch-failure');
    });
  }
}
