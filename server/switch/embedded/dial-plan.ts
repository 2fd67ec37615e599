import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { type DialRequest, type EndpointSpec, SwitchError } from '../../core/ports/switch.ts';
import { announcedIpv6Address } from './media/local-address.ts';
import { mayFollow } from '../redirection.ts';
import { checkDialled, withPrefix } from '../telephone-number.ts';
import type { TrunkConfig } from './embedded-config.ts';
import type { EndpointDirectory } from './endpoint-directory.ts';
import type { LegParty } from './leg.ts';
import type { Binding } from './sip/registrar.ts';
import type { InviteSpec } from './sip/outgoing-invite.ts';
import type { SipStack } from './sip/sip-stack.ts';
import { bareAddress, escapeUser, formatNameAddress, type SipUri } from './sip/sip-uri.ts';

/** Everything about an INVITE but its offer. */
export interface Route {
  readonly party: LegParty;
  readonly invite: Omit<InviteSpec, 'sdp'>;
}

const HEADER_NAME = /^X-[A-Za-z0-9-]{1,60}$/i;
// oxlint-disable-next-line no-control-regex -- they are what is refused
const CONTROL = /[\u0000-\u001f\u007f]/;

/** Who can be called now, and how. */
interface Reachable {
  find(username: string): Binding | null;
}

/** Finds the way to whom a leg is dialled, and what its INVITE says. */
export class DialPlan {
  readonly #stack: SipStack;
  readonly #directory: EndpointDirectory;
  readonly #presence: Reachable;
  readonly #trunk: TrunkConfig;
  readonly #host: string;

  constructor(
    stack: SipStack,
    directory: EndpointDirectory,
    presence: Reachable,
    trunk: TrunkConfig,
    host: string,
  ) {
    this.#stack = stack;
    this.#directory = directory;
    this.#presence = presence;
    this.#trunk = trunk;
    this.#host = host;
  }

  /** @throws SwitchError no-such-endpoint, endpoint-offline, no-route, unsupported */
  async route(request: DialRequest): Promise<Route> {
    const headers = extraHeaders(request);
    if (request.target.kind === 'endpoint') {
      const spec = this.#directory.byId(request.target.endpointId);
      if (!spec) throw new SwitchError('no-such-endpoint', `no endpoint ${request.target.endpointId}`);
      const binding = this.#presence.find(spec.username);
      if (!binding)
        throw new SwitchError('endpoint-offline', `${spec.username} is not registered, or does not answer`);
      return this.#toEndpoint(request, spec, binding, headers);
    }
    const number = checkDialled(request.target.number);
    for (const spec of this.#directory.outside(number)) {
      const binding = this.#presence.find(spec.username);
      if (binding) return this.#toEndpoint(request, spec, binding, headers);
    }
    return this.#toTrunk(request, withPrefix(this.#trunk.prefix ?? '', number), headers);
  }

  #toEndpoint(
    request: DialRequest,
    spec: EndpointSpec,
    binding: Binding,
    headers: ReadonlyArray<readonly [string, string]>,
  ): Route {
    const legId = request.legId;
    const auto = request.autoAnswer;
    return {
      party: {
        legId,
        transport: spec.device === 'browser' ? 'webrtc' : 'rtp',
        endpointId: spec.endpointId,
        binding,
        address: binding.flow.address,
      },
      invite: {
        uri: binding.contact,
        flow: binding.flow,
        from: this.#callerId(request),
        to: formatNameAddress('', `sip:${escapeUser(spec.username)}@${this.#host}`),
        symmetric: true,
        headers: [
          ['X-Telebar-Leg', legId],
          // Ours stands, whatever the application put there itself.
          ...headers.filter(([name]) => !/^x-telebar-(?:leg|auto-answer)$/i.test(name)),
          ...(auto === undefined
            ? []
            : [
                ['X-Telebar-Auto-Answer', auto] as const,
                // Phones of different makers listen to one or the other.
                ['Call-Info', `<sip:${this.#host}>;answer-after=0`] as const,
                ['Alert-Info', '<http://127.0.0.1>;info=alert-autoanswer;delay=0'] as const,
              ]),
        ],
      },
    };
  }

  async #toTrunk(
    request: DialRequest,
    number: string,
    headers: ReadonlyArray<readonly [string, string]>,
  ): Promise<Route> {
    const { target, credential, transport = 'UDP' } = this.#trunk;
    if (!target) throw new SwitchError('no-route', `nobody is reached under ${number}: there is no trunk`);
    const host = isIP(target.host) === 6 ? `[${target.host}]` : target.host;
    const over = transport === 'TCP' ? ';transport=tcp' : '';
    const uri = `sip:${escapeUser(number)}@${host}:${target.port}${over}`;
    const flow = await this.#stack.flowTo(transport, target.host, target.port).catch((error: unknown) => {
      throw new SwitchError('no-route', `the trunk's name ${target.host} is not known`, { cause: error });
    });
    return {
      party: {
        legId: request.legId,
        transport: 'rtp',
        endpointId: null,
        binding: null,
        address: flow.address,
      },
      invite: {
        uri,
        flow,
        from: this.#callerId(request),
        to: formatNameAddress('', uri),
        symmetric: false,
        headers,
        redirect: (contact) => this.#redirected(contact, number),
        ...(credential ? { credential } : {}),
      },
    };
  }

  /** The way to where the carrier sends a call on; null: it is not followed there. */
  #redirected(contact: SipUri, number: string): Pick<Route['invite'], 'uri' | 'flow'> | null {
    const { target, allowedAddresses } = this.#trunk;
    if (!mayFollow(contact, number, [...(target ? [target.host] : []), ...allowedAddresses])) return null;
    const { host, port, params } = contact;
    const transport =
      params.get('transport')?.toLowerCase() ?? (this.#trunk.transport ?? 'UDP').toLowerCase();
    if (transport !== 'udp' && transport !== 'tcp') return null;
    const over = transport === 'tcp' ? ';transport=tcp' : '';
    return {
      uri: `sip:${escapeUser(number)}@${host}:${port ?? 5060}${over}`,
      flow: this.#stack.flow(transport === 'tcp' ? 'TCP' : 'UDP', bareAddress(host), port ?? 5060),
    };
  }

  /** Who calls; a withheld number as RFC 3323 §4.1 writes it. */
  #callerId(request: DialRequest): string {
    const { number, name = '' } = request.callerId;
    if (number === '') return formatNameAddress('Anonymous', 'sip:anonymous@anonymous.invalid');
    return formatNameAddress(name, `sip:${escapeUser(number)}@${this.#host}`);
  }
}

function extraHeaders(request: DialRequest): ReadonlyArray<readonly [string, string]> {
  const headers = Object.entries(request.headers ?? {});
  for (const [name, value] of [...headers, ['X-Auto', request.autoAnswer ?? ''] as const]) {
    if (!HEADER_NAME.test(name) || CONTROL.test(value) || value.length > 1024) {
      throw new SwitchError('unsupported', `the header ${JSON.stringify(name)} cannot be sent`);
    }
  }
  return headers;
}

/** The address that peers know a socket by. */
export function announcedHost(bindAddress: string, announced: string | undefined): string {
  if (announced) return announced;
  if (bindAddress !== '0.0.0.0' && bindAddress !== '::') {
    return isIP(bindAddress) === 6 ? `[${bindAddress}]` : bindAddress;
  }
  const outer = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find((address) => address.family === 'IPv4' && !address.internal);
  return outer?.address ?? '127.0.0.1';
}

/** The same of IPv6, in brackets as in a URI. */
export function announcedIpv6Host(bindAddress: string): string {
  return `[${announcedIpv6Address(bindAddress)}]`;
}

/** The headers that every INVITE of ours has, with a credential. */
const INVITE_FRAME_BYTES = 650;

/** What an INVITE comes to, bytes: a little more than it will be. */
export function sizeOfInvite({ uri, from, to, headers }: Route['invite'], sdp: string): number {
  const extra = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return Buffer.byteLength(uri + from + to + extra + sdp) + INVITE_FRAME_BYTES;
}
