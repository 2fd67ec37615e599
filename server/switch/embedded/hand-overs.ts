import type { LegId, RoomId } from '../../core/kernel/ids.ts';
import type { IdSource } from '../../core/kernel/id-source.ts';
import { type HandOverOptions, SwitchError } from '../../core/ports/switch.ts';
import { checkTelephone } from '../telephone-number.ts';
import type { DialPlan } from './dial-plan.ts';
import { DialledLeg } from './dialled-leg.ts';
import { HandOver } from './hand-over.ts';
import type { LegBook } from './leg-book.ts';
import type { Leg, LegHost } from './leg.ts';
import { throughMedia } from './media-failure.ts';
import type { SipStack } from './sip/sip-stack.ts';

/** The number may ring for so long, ms. */
const RING_MS = 60_000;

export interface HandOversParts {
  readonly stack: SipStack;
  readonly plan: DialPlan;
  readonly ids: IdSource;
  readonly legHost: LegHost;
  readonly legs: LegBook;
}

/** The calls that have been handed over and go on without anybody above. */
export class HandOvers {
  readonly #parts: HandOversParts;
  readonly #running = new Set<HandOver>();

  constructor(parts: HandOversParts) {
    this.#parts = parts;
  }

  /** Their legs, for whom no id is known above any more. */
  all(): Leg[] {
    return [...this.#running].flatMap(({ legs }) => legs);
  }

  find(legId: LegId): Leg | undefined {
    return this.all().find(({ id }) => id === legId);
  }

  /** @throws SwitchError no-such-leg, wrong-state, no-route */
  async begin(legId: LegId, number: string, { callerId }: HandOverOptions): Promise<void> {
    const { plan, ids, legHost, legs, stack } = this.#parts;
    const party = legs.get(legId);
    if (party.state !== 'answered') throw new SwitchError('wrong-state', 'the leg is not answered');
    const request = {
      legId: ids.next<LegId>('leg'),
      target: { kind: 'number', number: checkTelephone(number) },
      callerId,
      ringMs: RING_MS,
    } as const;
    const { party: calledParty, invite } = await plan.route(request);
    const host: LegHost = {
      ...legHost,
      emit: (event) => handOver.take(event),
      gone: () => {
        if (handOver.legs.every(({ state }) => state === 'ended')) this.#running.delete(handOver);
      },
    };
    const called = new DialledLeg(host, calledParty);
    const handOver = new HandOver({
      engine: legHost.engine,
      clock: legHost.clock,
      log: legHost.log,
      party,
      called,
      roomId: ids.next<RoomId>('room'),
    });
    const sdp = await throughMedia(
      legHost.engine.createOffer(called.id, calledParty.transport, calledParty.address),
    );
    try {
      await throughMedia(legHost.engine.release(party.id));
      // Ended, or handed over by another, while the engine was asked.
      legs.get(party.id);
    } catch (error) {
      await legHost.engine.closeLeg(called.id);
      throw error;
    }
    this.#running.add(handOver);
    party.handOver(host);
    called.start(stack, { ...invite, sdp }, RING_MS);
  }
}
