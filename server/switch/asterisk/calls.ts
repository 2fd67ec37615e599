import type { EndpointId, LegId } from '../../core/kernel/ids.ts';
import type { Clock } from '../../core/kernel/clock.ts';
import { type DialRequest, type EndCause, SwitchError, type SwitchEvent } from '../../core/ports/switch.ts';
import type { SwitchLog } from '../embedded/sip/switch-log.ts';
import { checkDialled, withPrefix } from '../telephone-number.ts';
import { AriError, toSwitchError } from './ari-error.ts';
import type { AriLink } from './ari-link.ts';
import type { AriChannel, AriEvent } from './ari-types.ts';
import { type AsteriskConfig, UNHEARD_MS } from './asterisk-config.ts';
import { AsteriskLeg } from './asterisk-leg.ts';
import { dialVariables } from './dial-request.ts';
import { causeOf, q850Of, RTP_TIMEOUT_CAUSE } from './end-cause.ts';
import { endChannel } from './end-channel.ts';
import type { EndpointBook } from './endpoint-book.ts';
import type { LegRegistry } from './leg-registry.ts';
import { OutgoingChannels } from './outgoing-channels.ts';
import { Redirections } from './redirections.ts';
import type { ToolChannels } from './tool-channels.ts';

/** A redirection that could not be followed. */
const REDIRECTED = 302;

/** How a leg is dialled over the carrier. */
interface Outside {
  readonly variables: Readonly<Record<string, string>>;
  readonly ringMs: number;
}

export interface CallParts {
  readonly config: AsteriskConfig;
  readonly link: AriLink;
  readonly clock: Clock;
  readonly log: SwitchLog;
  readonly legs: LegRegistry;
  readonly tools: ToolChannels;
  readonly endpoints: EndpointBook;
  readonly emit: (event: SwitchEvent) => void;
  /** The leg is answered: it gets silence unless it gets a place. */
  readonly onAnswered: (leg: AsteriskLeg) => void;
}

/** Legs coming and going: dialling, ringing, answering and ending. Those who call us arrive elsewhere (`Arrivals`). */
export class Calls {
  readonly #parts: CallParts;
  readonly #redirections: Redirections;
  readonly #channels: OutgoingChannels;
  /** Legs that were dialled over the carrier. */
  readonly #outside = new WeakMap<AsteriskLeg, Outside>();
  #sentOn = 0;

  constructor(parts: CallParts) {
    this.#parts = parts;
    this.#redirections = new Redirections(parts.config.carrierHosts);
    this.#channels = new OutgoingChannels(parts.link, parts.tools, parts.config.application);
  }

  /** @param trunk PJSIP endpoint over which a number is called in place of the carrier's */
  async dial(request: DialRequest, trunk: string | null = this.#parts.config.trunk): Promise<void> {
    const { link, legs, clock } = this.#parts;
    link.needUp();
    if (legs.has(request.legId)) throw new SwitchError('wrong-state', 'a leg of this id exists');
    const { endpoint, endpointId, number } = this.#route(request, trunk);
    const own = endpointId === null ? {} : this.#parts.endpoints.variables(endpointId);
    const variables = { ...dialVariables(request), ...own };
    const leg = new AsteriskLeg(request.legId, request.legId, endpointId, 'dialling', false);
    if (number !== null && trunk !== null) {
      this.#redirections.begin(leg, endpoint, number, trunk);
      this.#outside.set(leg, { variables, ringMs: request.ringMs });
    }
    legs.add(leg);
    try {
      await leg.run(async () => {
        await this.#channels.make(leg, endpoint, variables, this.#isBrowser(endpointId));
        if (leg.gone) return this.#stillborn(leg);
        leg.stopTimer = clock.after(request.ringMs, () => this.#rangLongEnough(leg));
        await this.#channels.call(leg, request.ringMs);
        if (endpointId !== null) this.#waitForSign(leg, endpointId);
      });
    } catch (error) {
      if (leg.gone) return this.#stillborn(leg);
      legs.forget(leg);
      await this.#remove(leg.channelId).catch(() => undefined);
      if (error instanceof AriError && error.status >= 500) {
        throw endpointId === null
          ? new SwitchError('no-route', `${endpoint} cannot be called`, { cause: error })
          : new SwitchError('endpoint-offline', 'the device is not registered', { cause: error });
      }
      throw toSwitchError(error, 'no-such-leg');
    }
  }

  /** The carrier sends the call on: the same leg in another channel. The ring time goes on. */
  async #sendOn(leg: AsteriskLeg, endpoint: string, { variables, ringMs }: Outside): Promise<void> {
    const { legs, log } = this.#parts;
    legs.rename(leg, `${leg.id}-${++this.#sentOn}`);
    try {
      await leg.run(async () => {
        if (!leg.gone) await this.#channels.make(leg, endpoint, variables, false);
        if (leg.gone) return this.#stillborn(leg);
        await this.#channels.call(leg, ringMs);
      });
    } catch (error) {
      log.warn({ err: error, legId: leg.id }, 'a call could not be sent on as the carrier asked');
      if (leg.gone) return this.#stillborn(leg);
      await this.#remove(leg.channelId).catch(() => undefined);
      legs.ended(leg, 'rejected', 'far', REDIRECTED);
    }
  }

  async ring(legId: LegId): Promise<void> {
    const leg = this.#offered(legId);
    await this.#ask(leg, () =>
      this.#parts.link.client.call('POST /channels/{channelId}/ring', { path: { channelId: leg.channelId } }),
    );
  }

  async answer(legId: LegId): Promise<void> {
    const known = this.#parts.legs.get(legId);
    if (known.offered && known.state === 'answered') return;
    const leg = this.#offered(legId);
    await this.#ask(leg, async () => {
      await this.#parts.link.client.call('POST /channels/{channelId}/answer', {
        path: { channelId: leg.channelId },
      });
    });
    this.#answered(leg);
  }

  async hangup(leg: AsteriskLeg, cause: EndCause): Promise<void> {
    if (leg.gone) return;
    leg.ending = cause;
    leg.stopTimer();
    await this.#remove(leg.channelId, q850Of(cause));
  }

  /** Ends a leg whose phone is gone; it is told as lost at once. */
  async lose(leg: AsteriskLeg, cause: 'media-lost' | 'signalling-lost'): Promise<void> {
    if (leg.gone) return;
    leg.lost = cause;
    this.#parts.legs.lost(leg, cause);
    await this.#remove(leg.channelId, q850Of(cause));
  }

  take(event: AriEvent): void {
    const { legs } = this.#parts;
    switch (event.type) {
      case 'Dial': {
        const leg = legs.ofChannel(event.peer.id);
        if (leg && event.dialstatus) leg.heard = true;
        if (leg && event.forward) this.#redirections.tell(leg, event.forward);
        if (leg && event.dialstatus === 'PROGRESS') legs.rang(leg, true);
        if (leg && event.dialstatus === 'RINGING') legs.rang(leg, false);
        return;
      }
      case 'ChannelStateChange': {
        const leg = legs.ofChannel(event.channel.id);
        if (leg) this.stateIs(leg, event.channel);
        return;
      }
      case 'ChannelHangupRequest': {
        const leg = legs.ofChannel(event.channel.id);
        if (leg) leg.leaving = true;
        return;
      }
      case 'ChannelDestroyed': {
        const leg = legs.ofChannel(event.channel.id);
        if (leg) this.#destroyed(leg, event.cause, event.tech_cause);
        return;
      }
      case 'ChannelHold':
      case 'ChannelUnhold': {
        const leg = legs.ofChannel(event.channel.id);
        if (leg) this.#holds(leg, event.type === 'ChannelHold');
        return;
      }
      case 'ChannelDtmfReceived': {
        const leg = legs.ofChannel(event.channel.id);
        if (!leg || leg.gone || !leg.told) return;
        const { digit, duration_ms: durationMs } = event;
        if (leg.keys.isToldAgain(digit, Date.parse(event.timestamp), durationMs)) return;
        this.#parts.emit({ type: 'digit', legId: leg.id, digit, durationMs });
        return;
      }
      default:
    }
  }

  /** What a channel's state says of its leg, from an event or a listing. */
  stateIs(leg: AsteriskLeg, { state }: AriChannel): void {
    if (state === 'Ringing') this.#parts.legs.rang(leg, false);
    if (state === 'Up') this.#answered(leg);
  }

  /**
   * Before the answer it is only noted: some phones call with a hold in their first description. An end is always told: the
   * hold may have begun before this process came.
   */
  #holds(leg: AsteriskLeg, held: boolean): void {
    if (leg.gone || (held && leg.heldThere)) return;
    leg.heldThere = held;
    if (leg.state === 'answered')
      this.#parts.emit({ type: held ? 'leg-held' : 'leg-resumed', legId: leg.id });
  }

  #answered(leg: AsteriskLeg): void {
    if (!this.#parts.legs.answered(leg)) return;
    if (leg.heldThere) this.#parts.emit({ type: 'leg-held', legId: leg.id });
    this.#parts.onAnswered(leg);
  }

  #isBrowser(endpointId: EndpointId | null): boolean {
    return endpointId !== null && this.#parts.endpoints.device(endpointId) === 'browser';
  }

  /** `number`: as it is dialled over the trunk; null for a device of ours. */
  #route(
    request: DialRequest,
    trunk: string | null,
  ): { endpoint: string; endpointId: EndpointId | null; number: string | null } {
    const { endpoints } = this.#parts;
    if (request.target.kind === 'endpoint') {
      const { endpointId } = request.target;
      return { endpoint: `PJSIP/${endpoints.reachable(endpointId).username}`, endpointId, number: null };
    }
    const number = checkDialled(request.target.number);
    const line = endpoints.outside(number);
    if (line) return { endpoint: `PJSIP/${line.username}`, endpointId: line.endpointId, number: null };
    if (trunk === null) {
      throw new SwitchError('no-route', `nobody is reached under ${number}: there is no trunk`);
    }
    const dialled = withPrefix(this.#parts.config.trunkPrefix ?? '', number);
    return { endpoint: `PJSIP/${dialled}@${trunk}`, endpointId: null, number: dialled };
  }

  #destroyed(leg: AsteriskLeg, q850: number, techCause: number | undefined): void {
    const { legs } = this.#parts;
    if (leg.ending !== null) return legs.ended(leg, leg.ending, 'near');
    if (leg.state === 'answered') {
      if (q850 === RTP_TIMEOUT_CAUSE) return legs.lost(leg, 'media-lost');
      const cause = causeOf(q850, undefined, true);
      // A goodbye after the answer is one, whatever reason it gives.
      return legs.ended(leg, cause === 'switch-failure' ? cause : 'normal', 'far');
    }
    if (leg.offered) return legs.ended(leg, 'cancelled', 'far');
    const sipStatus = techCause !== undefined && techCause >= 300 && techCause < 700 ? techCause : undefined;
    const outside = this.#outside.get(leg);
    const next = this.#redirections.next(leg, sipStatus);
    if (outside && next !== null) return void this.#sendOn(leg, next, outside);
    legs.ended(leg, causeOf(q850, sipStatus, leg.hadRung), 'far', sipStatus);
  }

  /** Hung up while its channel was being made: that request found none, and no event tells of one that never came. */
  async #stillborn(leg: AsteriskLeg): Promise<void> {
    try {
      await this.#remove(leg.channelId);
    } catch (error) {
      // Asterisk is away; its end is found when that is back.
      this.#parts.log.debug({ err: error, legId: leg.id }, 'a leg that was given up could not be ended');
      return;
    }
    if (leg.ending !== null) this.#parts.legs.ended(leg, leg.ending, 'near');
  }

  #rangLongEnough(leg: AsteriskLeg): void {
    this.hangup(leg, 'no-answer').catch((error: unknown) => {
      this.#parts.log.warn({ err: error, legId: leg.id }, 'a leg that nobody answered could not be ended');
    });
  }

  /** A device that does not even ring is dead, and nobody is to wait for it. Numbers outside have the whole time. */
  #waitForSign(leg: AsteriskLeg, endpointId: EndpointId): void {
    const { clock, endpoints, log } = this.#parts;
    const stop = leg.stopTimer;
    const stopPatience = clock.after(UNHEARD_MS, () => {
      if (leg.gone || leg.heard || leg.state !== 'dialling') return;
      endpoints.unheard(endpointId);
      this.hangup(leg, 'unreachable').catch((error: unknown) => {
        log.warn({ err: error, legId: leg.id }, 'a leg that nothing answered could not be ended');
      });
    });
    leg.stopTimer = () => {
      stop();
      stopPatience();
    };
  }

  #offered(legId: LegId): AsteriskLeg {
    const leg = this.#parts.legs.get(legId);
    if (!leg.offered || leg.state !== 'offered') {
      throw new SwitchError('wrong-state', 'the leg is not waiting for an answer');
    }
    return leg;
  }

  async #ask<T>(leg: AsteriskLeg, request: () => Promise<T>): Promise<T> {
    this.#parts.link.needUp();
    return leg.run(async () => {
      if (leg.gone) throw new SwitchError('no-such-leg', `no leg ${leg.id}`);
      try {
        return await request();
      } catch (error) {
        throw toSwitchError(error, 'no-such-leg');
      }
    });
  }

  async #remove(channelId: string, q850?: number): Promise<void> {
    try {
      await endChannel(this.#parts.link.client, channelId, q850);
    } catch (error) {
      throw toSwitchError(error, 'no-such-leg');
    }
  }
}
