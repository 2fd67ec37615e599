import type { Clock } from '../../core/ports/clock.ts';
import type { EndpointSpec } from '../../core/ports/switch.ts';
import type { EndpointDirectory } from './endpoint-directory.ts';
import { DigestServer } from './sip/digest-server.ts';
import { FailureLimiter } from './sip/failure-limiter.ts';
import type { Registrar } from './sip/registrar.ts';
import type { ServerTransaction } from './sip/server-transaction.ts';
import type { InboundRequest } from './sip/sip-message.ts';
import type { SwitchLog } from './sip/switch-log.ts';
import { SIP_REALM } from './sip-realm.ts';

/** Who sent a request; `refused`: the answer has been sent. */
export type Caller =
  | { readonly kind: 'endpoint'; readonly spec: EndpointSpec }
  | { readonly kind: 'trunk' }
  | { readonly kind: 'refused' };

const REFUSED: Caller = { kind: 'refused' };

/** Finds out who sends a request and makes sure of it. */
export class CallerCheck {
  readonly #clock: Clock;
  readonly #log: SwitchLog;
  readonly #directory: EndpointDirectory;
  readonly #registrar: Registrar;
  readonly #trunkAddresses: ReadonlySet<string>;
  readonly #digest: DigestServer;
  /** Ten wrong passwords for one user from one address, then one every six seconds. */
  readonly #perUser: FailureLimiter;
  /** An address may stand for a whole office, so it has more. */
  readonly #perAddress: FailureLimiter;

  constructor(parts: {
    clock: Clock;
    log: SwitchLog;
    directory: EndpointDirectory;
    registrar: Registrar;
    trunkAddresses: Iterable<string>;
  }) {
    this.#clock = parts.clock;
    this.#log = parts.log;
    this.#directory = parts.directory;
    this.#registrar = parts.registrar;
    this.#trunkAddresses = new Set(parts.trunkAddresses);
    this.#digest = new DigestServer(SIP_REALM, parts.clock);
    this.#perUser = new FailureLimiter(parts.clock, 10, 6_000);
    this.#perAddress = new FailureLimiter(parts.clock, 100, 600);
  }

  ofRegister(transaction: ServerTransaction): Caller {
    const { request } = transaction;
    const caller = this.#authenticate(transaction);
    if (caller.kind !== 'endpoint' || request.to.uri?.user === caller.spec.username) return caller;
    // Nobody registers for somebody else (RFC 3261 §10.3 item 4).
    transaction.respond(403);
    return REFUSED;
  }

  ofInvite(transaction: ServerTransaction): Caller {
    const { request } = transaction;
    const registered = this.#registrar.ofFlow(request.flow);
    const fromUser = request.from.uri?.user ?? '';
    if (request.flow.protocol === 'WS') {
      const spec = registered && this.#directory.byUsername(registered.username);
      // The socket itself was authenticated by the registration; nobody else can write into it.
      if (spec && spec.username === fromUser && !this.#expired(spec)) return { kind: 'endpoint', spec };
      return this.#authenticate(transaction);
    }
    // A source address is easily forged, so calls of phones are challenged each time.
    if (registered || request.headers.has('authorization')) return this.#authenticate(transaction);
    if (this.#trunkAddresses.has(request.flow.address)) return { kind: 'trunk' };
    if (this.#directory.byUsername(fromUser)) return this.#authenticate(transaction);
    transaction.respond(403);
    return REFUSED;
  }

  #authenticate(transaction: ServerTransaction): Caller {
    const { request } = transaction;
    const named = this.#digest.claimedBy(request);
    const perUser = `${request.flow.address} ${named?.slice(0, 128) ?? ''}`;
    const wait = Math.max(
      named === null ? 0 : this.#perUser.blockedFor(perUser),
      this.#perAddress.blockedFor(request.flow.address),
    );
    if (wait > 0) {
      transaction.respond(503, { headers: [['Retry-After', String(Math.ceil(wait / 1000))]] });
      return REFUSED;
    }
    const verdict = this.#digest.verify(request, (username) => this.#directory.byUsername(username));
    switch (verdict.kind) {
      case 'missing':
      case 'stale':
        this.#challenge(transaction, verdict.kind === 'stale');
        return REFUSED;
      case 'wrong':
        this.#perUser.fail(perUser);
        this.#perAddress.fail(request.flow.address);
        this.#log.warn(
          { from: request.flow.address, username: verdict.username },
          'SIP authentication failed',
        );
        transaction.respond(403);
        return REFUSED;
      case 'ok':
        return this.#admit(transaction, verdict.username);
      default:
        return verdict satisfies never;
    }
  }

  #admit(transaction: ServerTransaction, username: string): Caller {
    const spec = this.#directory.byUsername(username);
    const wanted = transaction.request.flow.protocol === 'WS' ? 'browser' : 'phone';
    if (!spec || this.#expired(spec) || spec.device !== wanted) {
      transaction.respond(403, { reason: spec?.device === wanted ? 'Credential Expired' : 'Forbidden' });
      return REFUSED;
    }
    return { kind: 'endpoint', spec };
  }

  #challenge(transaction: ServerTransaction, stale: boolean): void {
    const user = userOf(transaction.request);
    const spec = this.#directory.byUsername(user);
    // JsSIP gives up at an algorithm that it does not know, so browsers are asked for MD5 alone.
    const both = spec?.ha1Sha256 !== undefined && spec.device === 'phone';
    const challenges = this.#digest.challenges(both ? ['SHA-256', 'MD5'] : ['MD5'], stale);
    transaction.respond(401, { headers: challenges.map((value) => ['WWW-Authenticate', value] as const) });
  }

  #expired(spec: EndpointSpec): boolean {
    return spec.expiresAt !== null && spec.expiresAt <= this.#clock.now();
  }
}

function userOf(request: InboundRequest): string {
  return request.from.uri?.user ?? '';
}
