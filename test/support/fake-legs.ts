import type { EndpointId, LegId, RoomId } from '../../server/core/kernel/ids.ts';
import { SwitchError } from '../../server/core/ports/switch.ts';
import type {
  EndCause,
  EndSide,
  LegOffer,
  LiveLeg,
  SwitchEvent,
  Voice,
} from '../../server/core/ports/switch.ts';
import type { FakeCall } from './fake-far-end.ts';
import type { FakeHandOver } from './fake-hand-over.ts';

export interface FakeLeg {
  readonly id: LegId;
  readonly incoming: boolean;
  readonly endpointId: EndpointId | null;
  readonly far: FakeCall;
  state: LiveLeg['state'];
  roomId: RoomId | null;
  voice: Voice;
  music: boolean;
  sending: number | null;
  /** Its far side holds with its own button. */
  heldThere: boolean;
  /** Not null: nobody is told of it any more. */
  handedOver: FakeHandOver | null;
  cancelRing: () => void;
  offer?: LegOffer;
}

/** The legs of the fake switch: how they begin, are looked up, and end. */
export class FakeLegs {
  readonly byId = new Map<LegId, FakeLeg>();
  readonly #emit: (event: SwitchEvent) => void;
  /** What is played and recorded at the leg ends before it. */
  readonly #silence: (legId: LegId) => void;

  constructor(emit: (event: SwitchEvent) => void, silence: (legId: LegId) => void) {
    this.#emit = emit;
    this.#silence = silence;
  }

  add(id: LegId, endpointId: EndpointId | null, incoming: boolean, far: FakeCall): FakeLeg {
    const leg: FakeLeg = {
      id,
      incoming,
      endpointId,
      far,
      state: incoming ? 'offered' : 'dialling',
      roomId: null,
      voice: { kind: 'all' },
      music: false,
      sending: null,
      heldThere: false,
      handedOver: null,
      cancelRing: () => undefined,
    };
    this.byId.set(id, leg);
    return leg;
  }

  all(): FakeLeg[] {
    return [...this.byId.values()];
  }

  get(legId: LegId): FakeLeg {
    const leg = this.byId.get(legId);
    if (!leg || leg.handedOver) throw new SwitchError('no-such-leg', `no leg ${legId}`);
    return leg;
  }

  inState(legId: LegId, ...states: LiveLeg['state'][]): FakeLeg {
    const leg = this.get(legId);
    if (!states.includes(leg.state)) {
      throw new SwitchError('wrong-state', `leg ${legId} is ${leg.state}`);
    }
    return leg;
  }

  /** The leg is over; tells the far end unless it was the one to end it. */
  end(legId: LegId, cause: EndCause, side: EndSide, sipStatus?: number): void {
    const leg = this.#forget(legId);
    if (!leg) return;
    if (side !== 'far') leg.far.ended(cause);
    this.#tell(leg, { type: 'leg-ended', legId, cause, side, ...(sipStatus ? { sipStatus } : {}) });
  }

  lose(legId: LegId, cause: 'media-lost' | 'signalling-lost' | 'switch-failure'): void {
    const leg = this.#forget(legId);
    if (!leg) return;
    leg.far.ended(cause);
    this.#tell(leg, { type: 'leg-lost', legId, cause });
  }

  #forget(legId: LegId): FakeLeg | undefined {
    const leg = this.byId.get(legId);
    if (!leg) return undefined;
    this.byId.delete(legId);
    leg.cancelRing();
    this.#silence(legId);
    return leg;
  }

  #tell(leg: FakeLeg, event: SwitchEvent): void {
    if (leg.handedOver) leg.handedOver.take(event);
    else this.#emit(event);
  }
}
