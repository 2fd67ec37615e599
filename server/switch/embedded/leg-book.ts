import type { EndpointId, LegId } from '../../core/kernel/ids.ts';
import { SwitchError, type LiveLeg } from '../../core/ports/switch.ts';
import type { Leg } from './leg.ts';
import { throughMedia } from './media-failure.ts';
import { OfferedLeg } from './offered-leg.ts';

/** The legs that are alive and that we are told of, by their id. */
export class LegBook {
  readonly #legs = new Map<LegId, Leg>();

  add(leg: Leg): void {
    this.#legs.set(leg.id, leg);
  }

  delete(leg: Leg): void {
    if (this.#legs.get(leg.id) === leg) this.#legs.delete(leg.id);
  }

  has(legId: LegId): boolean {
    return this.#legs.has(legId);
  }

  find(legId: LegId): Leg | undefined {
    return this.#legs.get(legId);
  }

  /** @throws SwitchError `no-such-leg` */
  get(legId: LegId): Leg {
    const leg = this.#legs.get(legId);
    if (!leg) throw new SwitchError('no-such-leg', `no leg ${legId}`);
    return leg;
  }

  /** @throws SwitchError `no-such-leg`, `wrong-state` */
  offered(legId: LegId): OfferedLeg {
    const leg = this.get(legId);
    if (!(leg instanceof OfferedLeg)) throw new SwitchError('wrong-state', 'the leg was not offered');
    return leg;
  }

  /** The leg, audible also before it is answered. @throws SwitchError */
  async withMedia(legId: LegId): Promise<Leg> {
    const leg = this.get(legId);
    await throughMedia(leg.openMedia());
    return leg;
  }

  all(): Leg[] {
    return [...this.#legs.values()];
  }

  live(): LiveLeg[] {
    return this.all().flatMap(({ id: legId, state, roomId, endpointId }) =>
      state === 'ended' ? [] : [{ legId, state, roomId, endpointId }],
    );
  }

  ofEndpoint(endpointId: EndpointId): Leg[] {
    return this.all().filter((leg) => leg.endpointId === endpointId);
  }
}
