import type { Clock } from '../../core/kernel/clock.ts';
import type { EndpointSpec } from '../../core/ports/switch.ts';
import { STANDARD_DIGESTS } from './embedded-config.ts';
import type { EndpointDirectory } from './endpoint-directory.ts';
import type { DigestAlgorithm } from './sip/digest.ts';
import { DigestServer } from './sip/digest-server.ts';
import type { Flow } from './sip/flow.ts';
import type { Registrar } from './sip/registrar.ts';
import type { ServerTransaction } from './sip/server-transaction.ts';
import type { InboundRequest } from './sip/sip-message.ts';
import { SourceBudget } from './sip/source-budget.ts';
import { sourceNetwork } from './sip/source-network.ts';
import type { SwitchLog } from './sip/switch-log.ts';
import { SIP_REALM } from './sip-realm.ts';

/** Who sent a request; `refused`: the answer has been sent. */
export type Caller =
  | { readonly kind: 'endpoint'; readonly spec: EndpointSpec }
  | { readonly kind: 'trunk' }
  | { readonly kind: 'refused' };

const REFUSED: Caller = { kind: 'refused' };

export interface CallerCheckParts {
  readonly clock: Clock;
  readonly log: SwitchLog;
  readonly directory: EndpointDirectory;
  readonly registrar: Registrar;
  readonly trunkAddresses: Iterable<string>;
  /** What phones are asked for; MD5 alone when not given. */
  readonly digests?: readonly DigestAlgorithm[];
}

/**
 * Finds out who sends a request and makes sure of it. Nothing is kept of a request that is refused here, and no answer tells
 * whether a user exists to somebody without the right password.
 */
export class CallerCheck {
  readonly #clock: Clock;
  readonly #log: SwitchLog;
  readonly #directory: EndpointDirectory;
  readonly #registrar: Registrar;
  readonly #trunkAddresses: ReadonlySet<string>;
  readonly #digests: readonly DigestAlgorithm[];
  readonly #digest: DigestServer;
  /** Ten wrong passwords for one user from one address, then one every six seconds. */
  readonly #failures: SourceBudget;
  /** A carrier's address can be forged: a hundred new calls at once, then fifty a second. */
  readonly #trunkCalls: SourceBudget;

  constructor(parts: CallerCheckParts) {
    this.#clock = parts.clock;
    this.#log = parts.log;
    this.#directory = parts.directory;
    this.#registrar = parts.registrar;
    this.#trunkAddresses = new Set(parts.trunkAddresses);
    this.#digests = parts.digests ?? STANDARD_DIGESTS;
    this.#digest = new DigestServer(SIP_REALM, parts.clock);
    this.#failures = new SourceBudget(parts.clock, 10, 6_000);
    this.#trunkCalls = new SourceBudget(parts.clock, 100, 20);
  }

  /** Whether somebody has registered by this way, or it leads to a carrier. */
  isFamiliar(flow: Flow): boolean {
    if (this.#registrar.ofFlow(flow) !== null) return true;
    return flow.protocol !== 'WS' && this.#trunkAddresses.has(flow.address);
  }

  /** Whether the sender answers a challenge of ours, and so is where it says that it is. */
  wasChallenged(request: InboundRequest): boolean {
    return this.#digest.wasChallenged(request, sourceNetwork(request.flow.address));
  }

  ofRegister(transaction: ServerTransaction): Caller {
    const { request } = transaction;
    const caller = this.#authenticate(transaction);
    if (caller.kind !== 'endpoint' || request.to.uri?.user === caller.spec.username) return caller;
    // Nobody registers for somebody else (RFC 3261 §10.3 item 4).
    transaction.respondOnce(403);
    return REFUSED;
  }

  ofInvite(transaction: ServerTransaction): Caller {
    const { request } = transaction;
    const registered = this.#registrar.ofFlow(request.flow);
    if (request.flow.protocol === 'WS') {
      const spec = registered && this.#directory.byUsername(registered.username);
      // The socket itself was authenticated by the registration; nobody else can write into it.
      if (spec && spec.username === request.from.uri?.user && !this.#expired(spec)) {
        return { kind: 'endpoint', spec };
      }
      return this.#authenticate(transaction);
    }
    // A source address is easily forged, so calls of phones are challenged each time.
    const isPhone = registered !== null || request.headers.has('authorization');
    if (isPhone || !this.#trunkAddresses.has(request.flow.address)) return this.#authenticate(transaction);
    if (this.#trunkCalls.take(request.flow.address)) return { kind: 'trunk' };
    transaction.respondOnce(503, { headers: [['Retry-After', '2']] });
    return REFUSED;
  }

  #authenticate(transaction: ServerTransaction): Caller {
    const { request } = transaction;
    const network = sourceNetwork(request.flow.address);
    const verdict = this.#digest.verify(request, network, (name) => this.#directory.byUsername(name));
    switch (verdict.kind) {
      case 'missing':
      case 'stale':
        this.#challenge(transaction, verdict.kind === 'stale');
        return REFUSED;
      case 'misdirected':
        transaction.respondOnce(400, { reason: 'Digest Is For Another URI' });
        return REFUSED;
      case 'wrong':
        this.#refuse(transaction, network, verdict.username);
        return REFUSED;
      case 'ok':
        return this.#admit(transaction, verdict.username);
      default:
        return verdict satisfies never;
    }
  }

  /** The limit comes after the check, so that it never meets a right password: a whole office can stand behind one address. */
  #refuse(transaction: ServerTransaction, network: string, username: string): void {
    const source = `${network} ${username.slice(0, 128)}`;
    const wait = this.#failures.wait(source);
    if (wait > 0) {
      transaction.respondOnce(503, { headers: [['Retry-After', String(Math.ceil(wait / 1000))]] });
      return;
    }
    this.#failures.take(source);
    const from = transaction.request.flow.address;
    this.#log.warn({ from, username: username.slice(0, 128) }, 'SIP authentication failed');
    transaction.respondOnce(403);
  }

  #admit(transaction: ServerTransaction, username: string): Caller {
    const spec = this.#directory.byUsername(username);
    const wanted = transaction.request.flow.protocol === 'WS' ? 'browser' : 'phone';
    if (!spec || this.#expired(spec) || spec.device !== wanted) {
      transaction.respondOnce(403, { reason: spec?.device === wanted ? 'Credential Expired' : 'Forbidden' });
      return REFUSED;
    }
    return { kind: 'endpoint', spec };
  }

  #challenge(transaction: ServerTransaction, stale: boolean): void {
    const { flow } = transaction.request;
    // JsSIP gives up at an algorithm that it does not know, so browsers are asked for MD5 alone.
    const algorithms = flow.protocol === 'WS' ? STANDARD_DIGESTS : this.#digests;
    const challenges = this.#digest.challenges(algorithms, stale, sourceNetwork(flow.address));
    transaction.respondOnce(401, {
      headers: challenges.map((value) => ['WWW-Authenticate', value] as const),
    });
  }

  #expired(spec: EndpointSpec): boolean {
    return spec.expiresAt !== null && spec.expiresAt <= this.#clock.now();
  }
}
