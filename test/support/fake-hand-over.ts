import { asId } from '../../server/core/kernel/ids.ts';
import type { LegId, PlaybackId, RoomId } from '../../server/core/kernel/ids.ts';
import type { Clock } from '../../server/core/kernel/clock.ts';
import type { SwitchEvent } from '../../server/core/ports/switch.ts';
import type { FakeLeg } from './fake-legs.ts';
import type { FakeSwitch } from './fake-switch.ts';

/** So long a refused party hears the tone, ms. */
const TONE_MS = 100;

/** A party that was handed over and the number that is called for it: what becomes of both is told to nobody. */
export class FakeHandOver {
  readonly #switch: FakeSwitch;
  readonly #clock: Clock;
  readonly #party: FakeLeg;
  readonly #called: FakeLeg;

  constructor(telephone: FakeSwitch, clock: Clock, party: FakeLeg, called: FakeLeg) {
    this.#switch = telephone;
    this.#clock = clock;
    this.#party = party;
    this.#called = called;
  }

  take(event: SwitchEvent): void {
    switch (event.type) {
      case 'leg-ringing':
        if (event.earlyMedia) this.#join();
        else this.#play('ringback');
        return;
      case 'leg-answered':
        this.#join();
        return;
      case 'leg-ended':
      case 'leg-lost':
        this.#oneIsOver(event.legId, event.cause === 'busy' ? 'busy' : 'congestion');
        return;
      default:
    }
  }

  #oneIsOver(legId: LegId, tone: 'busy' | 'congestion'): void {
    if (legId === this.#party.id) {
      this.#switch.end(this.#called.id, 'cancelled', 'near');
    } else if (this.#called.state === 'answered') {
      this.#switch.end(this.#party.id, 'normal', 'near');
    } else {
      this.#play(tone);
      this.#clock.after(TONE_MS, () => this.#switch.end(this.#party.id, 'normal', 'near'));
    }
  }

  #join(): void {
    this.#switch.sound.ended({ leg: this.#party.id });
    const roomId = asId<RoomId>(`handed-over-${this.#party.id}`);
    for (const leg of [this.#party, this.#called]) {
      leg.roomId = roomId;
      leg.voice = { kind: 'all' };
    }
  }

  #play(tone: 'ringback' | 'busy' | 'congestion'): void {
    if (!this.#switch.legsById.has(this.#party.id)) return;
    this.#switch.sound.play({
      playbackId: asId<PlaybackId>(`handed-over-${this.#party.id}-${tone}`),
      target: { leg: this.#party.id },
      source: { kind: 'tone', tone },
      loop: true,
    });
  }
}
