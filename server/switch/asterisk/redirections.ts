import { escapeUser, parseUri } from '../embedded/sip/sip-uri.ts';
import { MAX_REDIRECTIONS, mayFollow } from '../redirection.ts';
import type { AsteriskLeg } from './asterisk-leg.ts';

/** By a carrier that knows the call to be at another of its hosts (RFC 3261 §21.3). */
const STATUSES = [301, 302, 305];

/** So often in one call the last one is asked again where the call is, because Asterisk has missed it. */
const MAX_REPEATS = 3;

interface Trail {
  readonly number: string;
  readonly trunk: string;
  /** Where it was sent on to: nobody is asked twice. */
  readonly asked: Set<string>;
  /** Dialled last. */
  endpoint: string;
  /** Where it is sent on to now; null: nothing was said of that. */
  told: string | null;
  repeats: number;
}

/**
 * Where the carrier sends calls on. Asterisk only tells it (`redirect_method = uri_core`) and goes nowhere by itself: the
 * rules of the embedded switch are kept here.
 */
export class Redirections {
  readonly #hosts: readonly string[];
  readonly #trails = new WeakMap<AsteriskLeg, Trail>();

  /** @param hosts addresses of the carrier */
  constructor(hosts: readonly string[]) {
    this.#hosts = hosts;
  }

  /** A number is dialled over the carrier. */
  begin(leg: AsteriskLeg, endpoint: string, number: string, trunk: string): void {
    this.#trails.set(leg, { number, trunk, asked: new Set(), endpoint, told: null, repeats: 0 });
  }

  /** @param forward as a `Dial` event has it: `PJSIP/trunk/sip:number@host:port` */
  tell(leg: AsteriskLeg, forward: string): void {
    const trail = this.#trails.get(leg);
    if (trail) trail.told = /^PJSIP\/[^/]*\/(.*)$/s.exec(forward)?.[1] ?? '';
  }

  /** What is dialled when the carrier has refused the leg with this status; null: that was its end. */
  next(leg: AsteriskLeg, status: number | undefined): string | null {
    const trail = this.#trails.get(leg);
    if (!trail || !STATUSES.includes(status ?? 0)) return null;
    const { told } = trail;
    trail.told = null;
    // A refusal that comes at once may overtake the dialling in Asterisk, which then does not tell where to.
    if (told === null) return ++trail.repeats > MAX_REPEATS ? null : trail.endpoint;
    const uri = this.#uri(trail, told);
    if (uri === null) return null;
    trail.asked.add(uri);
    trail.endpoint = `PJSIP/${trail.trunk}/${uri}`;
    return trail.endpoint;
  }

  /** What is called for that; null: it is not followed. */
  #uri({ number, asked }: Trail, told: string): string | null {
    const contact = parseUri(told);
    if (!contact || asked.size >= MAX_REDIRECTIONS || !mayFollow(contact, number, this.#hosts)) return null;
    const transport = contact.params.get('transport')?.toLowerCase() ?? 'udp';
    if (transport !== 'udp' && transport !== 'tcp') return null;
    const over = transport === 'tcp' ? ';transport=tcp' : '';
    const uri = `sip:${escapeUser(number)}@${contact.host}:${contact.port ?? 5060}${over}`;
    return asked.has(uri) ? null : uri;
  }
}
