import type { LegId } from '../../core/kernel/ids.ts';
import type { IdSource } from '../../core/kernel/id-source.ts';
import type { LegOffer, SwitchEvent } from '../../core/ports/switch.ts';
import type { SwitchLog } from '../embedded/sip/switch-log.ts';
import { plain } from '../stranger-text.ts';
import { notesOf } from './adoption.ts';
import { AriError } from './ari-error.ts';
import type { AriLink } from './ari-link.ts';
import type { AriChannel, AriEvent } from './ari-types.ts';
import { AsteriskLeg } from './asterisk-leg.ts';
import { dialledOf, sourceOf } from './caller.ts';
import { q850Of } from './end-cause.ts';
import { endChannel } from './end-channel.ts';
import type { EndpointBook } from './endpoint-book.ts';
import type { LegRegistry } from './leg-registry.ts';
import { ARGUMENT, argumentOf, FROM_NODE, type ToolChannels } from './tool-channels.ts';

const MAX_HEADERS_UP = 20;

/** Calls from other nodes of ours are expected, each by a token that nobody else knows. */
export interface NodeDoor {
  /** The id that the leg of this call gets; null: nobody expects it. A token is good once. */
  admit(token: string): LegId | null;
}

export interface ArrivalParts {
  readonly application: string;
  readonly link: AriLink;
  readonly ids: IdSource;
  readonly log: SwitchLog;
  readonly legs: LegRegistry;
  readonly tools: ToolChannels;
  readonly endpoints: EndpointBook;
  readonly emit: (event: SwitchEvent) => void;
  /** Whose the calls from other nodes are; absent: there are no other nodes, and such calls are refused. */
  readonly door?: NodeDoor | undefined;
}

/** Those who call us: channels that the dialplan gives to our application become legs that are offered. */
export class Arrivals {
  readonly #parts: ArrivalParts;

  constructor(parts: ArrivalParts) {
    this.#parts = parts;
  }

  take(event: AriEvent): void {
    if (event.type !== 'StasisStart' || event.application !== this.#parts.application) return;
    if (!isOwn(event.args[0])) this.arrived(event.channel);
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
    const variables = { ...notesOf(leg), ...(spec ? this.#parts.endpoints.variables(spec.endpointId) : {}) };
    // In the leg's turn, so that an answer cannot overtake the offer.
    void leg.run(async () => {
      let headers: Record<string, string>;
      try {
        const path = { channelId: channel.id };
        [headers] = await Promise.all([
          this.#headersUp(channel.id),
          ...Object.entries(variables).map(([variable, value]) =>
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

  #turnAway(channel: AriChannel): void {
    this.#parts.log.warn({ caller: channel.name }, 'a call over the line between nodes was not expected');
    endChannel(this.#parts.link.client, channel.id, q850Of('forbidden')).catch((error: unknown) => {
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
      headers[name] = plain(await read(`PJSIP_HEADER(read,${name})`), 1_024);
    }
    return headers;
  }
}

/** Whether a channel that enters with this argument was made by us. */
function isOwn(argument: string | undefined): boolean {
  return argument === ARGUMENT.tool || argument === ARGUMENT.dialled;
}
