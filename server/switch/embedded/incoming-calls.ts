import type { LegId } from '../../core/kernel/ids.ts';
import type { IdSource } from '../../core/kernel/id-source.ts';
import type { EndpointSpec, LegSource } from '../../core/ports/switch.ts';
import type { CallerCheck } from './caller-check.ts';
import {
  type EmbeddedSwitchConfig,
  STANDARD_MAX_LEGS,
  STANDARD_MAX_LEGS_PER_ENDPOINT,
  TRUNK_SHARE,
} from './embedded-config.ts';
import type { LegBook } from './leg-book.ts';
import type { LegHost } from './leg.ts';
import { refusalOfOffer } from './offer-check.ts';
import { OfferedLeg } from './offered-leg.ts';
import { sdpOf } from './sip/body.ts';
import type { Registrar } from './sip/registrar.ts';
import type { ServerTransaction } from './sip/server-transaction.ts';
import type { SipLink } from './sip/sip-link.ts';
import type { InboundRequest } from './sip/sip-message.ts';
import { parseNameAddress, parseUri } from './sip/sip-uri.ts';
import { MAX_NAME, MAX_NUMBER, plain } from '../stranger-text.ts';

const MAX_HEADERS_UP = 20;
const MAX_HEADER_LENGTH = 1_024;

export interface IncomingCallsParts {
  readonly config: EmbeddedSwitchConfig;
  readonly check: CallerCheck;
  readonly registrar: Registrar;
  readonly link: SipLink;
  readonly ids: IdSource;
  readonly legHost: LegHost;
  readonly legs: LegBook;
  readonly isUp: () => boolean;
}

/** Turns the INVITEs of whoever may call into offered legs. */
export class IncomingCalls {
  readonly #parts: IncomingCallsParts;

  constructor(parts: IncomingCallsParts) {
    this.#parts = parts;
  }

  receive(transaction: ServerTransaction): void {
    const { request } = transaction;
    if (!this.#parts.isUp()) {
      transaction.respondOnce(503, { headers: [['Retry-After', '2']] });
      return;
    }
    const caller = this.#parts.check.ofInvite(transaction);
    if (caller.kind === 'refused') return;
    const spec = caller.kind === 'endpoint' ? caller.spec : null;
    const dialled = plain(parseUri(request.uri)?.user ?? '', MAX_NUMBER);
    if (dialled === '') {
      transaction.respond(484, { reason: 'Address Incomplete' });
      return;
    }
    if (this.#tooMany(spec)) {
      transaction.respond(503, { headers: [['Retry-After', '10']] });
      return;
    }
    const transport = spec?.device === 'browser' ? 'webrtc' : 'rtp';
    // Without a description the caller wants our offer (RFC 3261 §13.2.1); a body of another kind has been refused (415).
    const offer = sdpOf(request) ?? '';
    const refusal =
      offer === '' ? null : refusalOfOffer(offer, transport, this.#parts.config.ipv6Address !== undefined);
    if (refusal !== null) {
      transaction.respond(refusal.status, { headers: [['Warning', refusal.warning]] });
      return;
    }
    const binding = spec && this.#parts.registrar.find(spec.username);
    const leg = new OfferedLeg(
      this.#parts.legHost,
      {
        legId: this.#parts.ids.next<LegId>('leg'),
        transport,
        endpointId: spec?.endpointId ?? null,
        // A call over another socket than the registered one does not depend on that.
        binding: binding?.flow.id === request.flow.id ? binding : null,
        address: request.flow.address,
      },
      this.#parts.link,
      transaction,
    );
    if (!leg.valid) return;
    this.#parts.legs.add(leg);
    this.#parts.legHost.emit({
      type: 'leg-offered',
      legId: leg.id,
      from: sourceOf(request, spec),
      dialled,
      headers: headersUp(request),
    });
  }

  #tooMany(spec: EndpointSpec | null): boolean {
    const { config, legs } = this.#parts;
    const most = config.maxLegs ?? STANDARD_MAX_LEGS;
    if (legs.all().length >= (spec ? most : most * TRUNK_SHARE)) return true;
    if (!spec) return false;
    return (
      legs.ofEndpoint(spec.endpointId).length >= (config.maxLegsPerEndpoint ?? STANDARD_MAX_LEGS_PER_ENDPOINT)
    );
  }
}

function sourceOf(request: InboundRequest, spec: EndpointSpec | null): LegSource {
  if (spec?.kind === 'agent') return { kind: 'endpoint', endpointId: spec.endpointId };
  const written = plain(request.from.displayName, MAX_NAME);
  if (spec) return { kind: 'trunk', number: spec.number ?? '', ...(written ? { name: written } : {}) };
  // A carrier's asserted identity is better than what the caller wrote (RFC 3325 §9.1).
  const asserted = parseNameAddress(request.headers.list('p-asserted-identity')[0] ?? '');
  const withheld = /\bid\b/i.test(request.headers.get('privacy') ?? '');
  const identity = asserted?.uri ? asserted : request.from;
  const user = plain(identity.uri?.user ?? '', MAX_NUMBER);
  const anonymous = withheld || /^anonymous$/i.test(user) || /\.invalid$/i.test(identity.uri?.host ?? '');
  if (anonymous) return { kind: 'trunk', number: '' };
  const name = plain(identity.displayName, MAX_NAME);
  return {
    kind: 'trunk',
    number: user,
    ...(name ? { name } : {}),
  };
}

/** The X-headers of a call, within bounds. */
function headersUp(request: InboundRequest): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of request.headers) {
    if (!/^x-/i.test(name) || Object.keys(headers).length >= MAX_HEADERS_UP) continue;
    if (!(name in headers)) headers[name] = plain(value, MAX_HEADER_LENGTH);
  }
  return headers;
}
