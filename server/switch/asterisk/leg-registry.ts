import type { EndpointId, LegId, RoomId } from '../../core/kernel/ids.ts';
import { type EndCause, type EndSide, SwitchError, type SwitchEvent } from '../../core/ports/switch.ts';
import type { AsteriskLeg } from './asterisk-leg.ts';

/** All legs that are alive, by their id and by their channel, and how they end. */
export class LegRegistry {
  readonly #byId = new Map<LegId, AsteriskLeg>();
  readonly #byChannel = new Map<string, AsteriskLeg>();
  readonly #emit: (event: SwitchEvent) => void;
  readonly #onGone: (leg: AsteriskLeg) => void;

  constructor(emit: (event: SwitchEvent) => void, onGone: (leg: AsteriskLeg) => void) {
    this.#emit = emit;
    this.#onGone = onGone;
  }

  add(leg: AsteriskLeg): void {
    this.#byId.set(leg.id, leg);
    this.#byChannel.set(leg.channelId, leg);
  }

  /** The leg goes on in another channel. */
  rename(leg: AsteriskLeg, channelId: string): void {
    this.#byChannel.delete(leg.channelId);
    leg.channelId = channelId;
    leg.leftBridges();
    this.#byChannel.set(channelId, leg);
  }

  has(legId: LegId): boolean {
    return this.#byId.has(legId);
  }

  /** @throws SwitchError `no-such-leg`, also while it is being ended */
  get(legId: LegId): AsteriskLeg {
    const leg = this.#byId.get(legId);
    if (!leg || leg.gone) throw new SwitchError('no-such-leg', `no leg ${legId}`);
    return leg;
  }

  find(legId: LegId): AsteriskLeg | undefined {
    return this.#byId.get(legId);
  }

  ofChannel(channelId: string): AsteriskLeg | undefined {
    return this.#byChannel.get(channelId);
  }

  ofEndpoint(endpointId: EndpointId): AsteriskLeg[] {
    return this.all().filter((leg) => leg.endpointId === endpointId);
  }

  inRoom(roomId: RoomId): AsteriskLeg[] {
    return this.all().filter((leg) => leg.roomId === roomId);
  }

  all(): AsteriskLeg[] {
    return [...this.#byId.values()];
  }

  rang(leg: AsteriskLeg, earlyMedia: boolean): void {
    if (leg.gone || leg.offered || leg.state === 'answered') return;
    // Ringing is told once; that the network's own tones can be heard is news again.
    if (leg.hadRung && !(earlyMedia && !leg.early)) return;
    leg.hadRung = true;
    leg.early ||= earlyMedia;
    leg.state = 'ringing';
    this.#emit({ type: 'leg-ringing', legId: leg.id, earlyMedia });
  }

  /** @returns whether that was news */
  answered(leg: AsteriskLeg): boolean {
    if (leg.gone || leg.state === 'answered') return false;
    leg.state = 'answered';
    leg.stopTimer();
    this.#emit({ type: 'leg-answered', legId: leg.id });
    return true;
  }

  ended(leg: AsteriskLeg, cause: EndCause, side: EndSide, sipStatus?: number): void {
    if (!this.#remove(leg) || !leg.told) return;
    this.#emit({ type: 'leg-ended', legId: leg.id, cause, side, ...(sipStatus ? { sipStatus } : {}) });
  }

  lost(leg: AsteriskLeg, cause: 'media-lost' | 'signalling-lost' | 'switch-failure'): void {
    if (!this.#remove(leg) || !leg.told) return;
    this.#emit({ type: 'leg-lost', legId: leg.id, cause });
  }

  /** Takes a leg out that never came to life; nothing is told. */
  forget(leg: AsteriskLeg): void {
    this.#remove(leg);
  }

  #remove(leg: AsteriskLeg): boolean {
    if (leg.state === 'ended') return false;
    leg.state = 'ended';
    leg.stopTimer();
    this.#byId.delete(leg.id);
    this.#byChannel.delete(leg.channelId);
    this.#onGone(leg);
    return true;
  }
}
