import type { EndpointId, LegId } from '../../core/ids.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { IdSource } from '../../core/ports/id-source.ts';
import {
  type DialRequest,
  type EndCause,
  type LegOffer,
  SwitchError,
  type SwitchEvent,
} from '../../core/ports/switch.ts';
import type { SwitchLog } from '../embedded/sip/switch-log.ts';
import { checkDialled } from '../telephone-number.ts';
import { notesOf } from './adoption.ts';
import { AriError, isGone, toSwitchError } from './ari-error.ts';
import type { AriLink } from './ari-link.ts';
import type { AriChannel, AriEvent } from './ari-types.ts';
import type { AsteriskConfig } from './asterisk-config.ts';
import { AsteriskLeg } from './asterisk-leg.ts';
import { dialledOf, sourceOf } from './caller.ts';
import { dialVariables } from './dial-request.ts';
import { causeOf, q850Of, RTP_TIMEOUT_CAUSE } from './end-cause.ts';
import type { EndpointBook } from './endpoint-book.ts';
import type { LegRegistry } from './leg-registry.ts';
import { BROWSER_CODECS } from './pjsip-objects.ts';
import { ARGUMENT, FROM_NODE, type ToolChannels } from './tool-channels.ts';

const MAX_HEADERS_UP = 20;

/** Calls from other nodes of ours are expected, each by a token that nobody else knows. */
export interface NodeDoor {
  /** The id that the leg of this call gets; null: nobody expects it. A token is good once. */
  admit(token: string): LegId | null;
}

export interface CallParts {
  readonly config: AsteriskConfig;
  readonly link: AriLink;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly log: SwitchLog;
  readonly legs: LegRegistry;
  readonly tools: ToolChannels;
  readonly endpoints: EndpointBook;
  readonly emit: (event: SwitchEvent) => void;
  /** Whose the calls from other nodes are; absent: there are no other nodes, and such calls are refused. */
  readonly door?: NodeDoor | undefined;
  /** The leg is answered: it gets silence unless it has a place. */
  readonly onAnswered: (leg: AsteriskLeg) => void;
}

/** Legs coming and going: dialling, offers, ringing, answering and ending. */
export class Calls {
  readonly #parts: CallParts;

  constructor(parts: CallParts) {
    this.#parts = parts;
  }

  /** @param trunk PJSIP endpoint over which a number is called in place of the carrier's */
  async dial(request: DialRequest, trunk: string | null = this.#parts.config.trunk): Promise<void> {
    const { link, legs, tools, config } = this.#parts;
    link.needUp();
    if (legs.has(request.legId)) throw new SwitchError('wrong-state', 'a leg of this id exists');
    const { endpoint, endpointId } = this.#route(request, trunk);
    const leg = new AsteriskLeg(request.legId, request.legId, endpointId, 'dialling', false);
    const variables = { ...dialVariables(request), ...notesOf(leg) };
    legs.add(leg);
    const channelId = leg.channelId;
    try {
      await leg.run(async () => {
        await tools.enter(channelId, () =>
          link.client.call('POST /channels/create', {
            query: {
              endpoint,
              app: config.application,
              appArgs: ARGUMENT.dialled,
              channelId,
              // Without them Asterisk puts G.711 first, whatever order the endpoint allows.
              ...(this.#isBrowser(endpointId) ? { formats: BROWSER_CODECS } : {}),
            },
            body: { variables },
          }),
        );
        if (leg.gone) return this.#stillborn(leg);
        leg.stopTimer = this.#parts.clock.after(request.ringMs, () => this.#rangLongEnough(leg));
        await link.client.call('POST /channels/{channelId}/dial', {
          path: { channelId },
          // Our own clock is finer; this holds when we are gone.
          query: { timeout: Math.ceil(request.ringMs / 1000) + 5 },
        });
      });
    } catch (error) {
      if (leg.gone) return this.#stillborn(leg);
      legs.forget(leg);
      await this.#remove(channelId).catch(() => undefined);
      if (error instanceof AriError && error.status >= 500) {
        throw endpointId === null
          ? new SwitchError('no-route', `${endpoint} cannot be called`, { cause: error })
          : new SwitchError('endpoint-offline', 'the device is not registered', { cause: error });
      }
      throw toSwitchError(error, 'no-such-leg');
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
    if (this.#parts.legs.answered(leg)) this.#parts.onAnswered(leg);
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
      case 'StasisStart':
        if (event.application !== this.#parts.config.application || isOwn(event.args[0])) return;
        this.arrived(event.channel);
        return;
      case 'Dial': {
        const leg = legs.ofChannel(event.peer.id);
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
      case 'ChannelDtmfReceived': {
        const leg = legs.ofChannel(event.channel.id);
        if (!leg || leg.gone || !leg.told) return;
        const { digit, duration_ms: durationMs } = event;
        this.#parts.emit({ type: 'digit', legId: leg.id, digit, durationMs });
        return;
      }
      default:
    }
  }

  /** Whether a channel in our application has come by the dialplan, and is not one that we made. */
  isCaller(channel: AriChannel): boolean {
    return !isOwn(argumentOf(channel));
  }

  /** A caller in our application: from its event, or found when nobody listened as it came. */
  arrived(channel: AriChannel): void {
    const { legs, tools, ids, link, log, door } = this.#parts;
    if (tools.has(channel.id) || legs.ofChannel(channel.id)) return;
    const spec = this.#parts.endpoints.ofChannel(channel.name);
    const fromNode = argumentOf(channel) === FROM_NODE;
    const legId = fromNode ? (door?.admit(channel.dialplan.exten) ?? null) : ids.next<LegId>('leg');
    if (legId === null) return this.#turnAway(channel);
    const leg = new AsteriskLeg(legId, channel.id, spec?.endpointId ?? null, 'offered', true);
    leg.told = false;
    legs.add(leg);
    // In the leg's turn, so that an answer cannot overtake the offer.
    void leg.run(async () => {
      let headers: Record<string, string>;
      try {
        const path = { channelId: channel.id };
        [headers] = await Promise.all([
          this.#headersUp(channel.id),
          ...Object.entries(notesOf(leg)).map(([variable, value]) =>
            link.client.call('POST /channels/{channelId}/variable', { path, query: { variable, value } }),
          ),
        ]);
      } catch (error) {
        // Gone, or Asterisk is; a caller who waits on is found when the link is back.
        log.debug({ err: error, legId: leg.id }, 'a caller was gone before it was offered');
        legs.forget(leg);
        return;
      }
      if (leg.gone) return;
      leg.told = true;
      leg.arrival = { channel, headers };
      this.#parts.emit({ type: 'leg-offered', legId: leg.id, ...this.#offerOf(channel, headers) });
    });
  }

  /** A caller who was offered to an earlier server process. @throws AriError */
  async adopted(leg: AsteriskLeg, channel: AriChannel): Promise<void> {
    leg.arrival = { channel, headers: await this.#headersUp(channel.id) };
  }

  /** How a leg was offered that still waits for our answer. */
  offer(leg: AsteriskLeg): LegOffer | null {
    if (leg.state !== 'offered' || leg.arrival === null) return null;
    return this.#offerOf(leg.arrival.channel, leg.arrival.headers);
  }

  #offerOf(channel: AriChannel, headers: Record<string, string>): LegOffer {
    const from = sourceOf(channel, this.#parts.endpoints.ofChannel(channel.name));
    return { from, dialled: dialledOf(channel), headers };
  }

  /** What a channel's state says of its leg, from an event or a listing. */
  stateIs(leg: AsteriskLeg, { state }: AriChannel): void {
    if (state === 'Ringing') this.#parts.legs.rang(leg, false);
    if (state === 'Up' && this.#parts.legs.answered(leg)) this.#parts.onAnswered(leg);
  }

  #isBrowser(endpointId: EndpointId | null): boolean {
    return endpointId !== null && this.#parts.endpoints.device(endpointId) === 'browser';
  }

  #route(request: DialRequest, trunk: string | null): { endpoint: string; endpointId: EndpointId | null } {
    const { endpoints } = this.#parts;
    if (request.target.kind === 'endpoint') {
      const { endpointId } = request.target;
      return { endpoint: `PJSIP/${endpoints.reachable(endpointId).username}`, endpointId };
    }
    const number = checkDialled(request.target.number);
    const line = endpoints.outside(number);
    if (line) return { endpoint: `PJSIP/${line.username}`, endpointId: line.endpointId };
    if (trunk === null) {
      throw new SwitchError('no-route', `nobody is reached under ${number}: there is no trunk`);
    }
    return { endpoint: `PJSIP/${number}@${trunk}`, endpointId: null };
  }

  #turnAway(channel: AriChannel): void {
    this.#parts.log.warn({ caller: channel.name }, 'a call over the line between nodes was not expected');
    this.#remove(channel.id, q850Of('forbidden')).catch((error: unknown) => {
      this.#parts.log.warn({ err: error, caller: channel.name }, 'it could not be ended');
    });
  }

  /** The X-headers of a call, within bounds. */
  async #headersUp(channelId: string): Promise<Record<string, string>> {
    const { client } = this.#parts.link;
    const read = async (variable: string): Promise<string> => {
      const { value } = await client.call('GET /channels/{channelId}/variable', {
        path: { channelId },
        query: { variable },
      });
      return value;
    };
    const names = await read('PJSIP_HEADERS(X-)').catch((error: unknown) => {
      // The channel is none of PJSIP, or is gone; neither has headers.
      if (error instanceof AriError && error.status !== 0) return '';
      throw error;
    });
    const headers: Record<string, string> = {};
    for (const name of names.split(',').filter(Boolean).slice(0, MAX_HEADERS_UP)) {
      headers[name] = (await read(`PJSIP_HEADER(read,${name})`)).slice(0, 1_024);
    }
    return headers;
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
      await this.#parts.link.client.call('DELETE /channels/{channelId}', {
        path: { channelId },
        query: q850 === undefined ? {} : { reason_code: String(q850) },
      });
    } catch (error) {
      if (!isGone(error)) throw toSwitchError(error, 'no-such-leg');
    }
  }
}

/** Whether a channel that enters with this argument was made by us. */
function isOwn(argument: string | undefined): boolean {
  return argument === ARGUMENT.tool || argument === ARGUMENT.dialled;
}

/** With which the dialplan gave the channel to our application. */
function argumentOf({ dialplan }: AriChannel): string | undefined {
  return dialplan.app_data.split(',')[1];
}
