import type { EndpointId } from '../../core/kernel/ids.ts';
import type { EndpointSpec, EndpointStatus, SwitchEvent } from '../../core/ports/switch.ts';
import { MAX_NAME, plain } from '../stranger-text.ts';
import type { EndpointDirectory } from './endpoint-directory.ts';
import { PhoneWatch } from './phone-watch.ts';
import type { Flow } from './sip/flow.ts';
import type { Binding, Registrar, RegistrarEvent } from './sip/registrar.ts';
import type { ServerTransaction } from './sip/server-transaction.ts';
import type { SipLink } from './sip/sip-link.ts';

/** What takes longer was a packet that was lost and sent again, or a stall of our own, and says nothing of the way. */
const LONGEST_ROUND_TRIP_MS = 4_000;

export interface PresenceParts {
  readonly link: SipLink;
  readonly directory: EndpointDirectory;
  readonly registrar: Registrar;
  readonly emit: (event: SwitchEvent) => void;
  /** Told before `endpoint-online`, so that legs know first whether their phone is back. */
  readonly onBound: (endpointId: EndpointId, binding: Binding) => void;
}

/** Who is registered, from where and how fast: the registrar's events in the words of the port. */
export class EndpointPresence {
  readonly #parts: PresenceParts;
  readonly #watch: PhoneWatch;
  /** Round trips by flow, ms: a WebSocket is measured before anybody registers on it. */
  readonly #latencies = new Map<string, number>();

  constructor(parts: PresenceParts) {
    this.#parts = parts;
    this.#watch = new PhoneWatch(parts.link.clock, parts.link, {
      onLatency: (binding, ms) => this.onLatency(binding.flow, ms),
      onSilent: (binding) => this.#tellGone(binding, 'lost'),
      onHeard: (binding) => this.#tellThere(binding),
    });
  }

  register(transaction: ServerTransaction, spec: EndpointSpec): void {
    const { clock } = this.#parts.link;
    const limit = spec.expiresAt === null ? Number.POSITIVE_INFINITY : spec.expiresAt - clock.now();
    const before = this.#parts.registrar.find(spec.username);
    const wasSilent = this.#watch.isSilent(spec.username);
    const { status, parts } = this.#parts.registrar.register(transaction.request, spec.username, limit);
    transaction.respond(status, parts);
    // After the answer: a phone that is asked before it knows that it is registered may refuse.
    const now = this.#parts.registrar.find(spec.username);
    if (!now || now.flow.protocol === 'WS' || now === before) return;
    this.#watch.watch(now);
    if (wasSilent && isSameWay(before, now)) this.#tellThere(now);
  }

  /** Where a user can be called: registered, and not silent. */
  find(username: string): Binding | null {
    return this.#watch.isSilent(username) ? null : this.#parts.registrar.find(username);
  }

  /** A call to the endpoint was not answered by anything. */
  suspect(endpointId: EndpointId): void {
    const spec = this.#parts.directory.byId(endpointId);
    if (spec) this.#watch.suspect(spec.username);
  }

  onRegistrar(event: RegistrarEvent): void {
    const { binding } = event;
    if (event.type === 'unbound') {
      const wasTold = this.#watch.isSilent(binding.username);
      this.#watch.forget(binding.username);
      if (binding.flow.protocol !== 'WS') this.#latencies.delete(binding.flow.id);
      if (!wasTold) this.#tellGone(binding, event.reason);
      return;
    }
    const endpointId = this.#parts.directory.byUsername(binding.username)?.endpointId;
    if (!endpointId) return;
    this.#parts.onBound(endpointId, binding);
    this.#tellThere(binding);
  }

  #tellGone(binding: Binding, reason: Extract<RegistrarEvent, { type: 'unbound' }>['reason']): void {
    const endpointId = this.#parts.directory.byUsername(binding.username)?.endpointId;
    if (endpointId) this.#parts.emit({ type: 'endpoint-offline', endpointId, reason });
  }

  #tellThere(binding: Binding): void {
    const endpointId = this.#parts.directory.byUsername(binding.username)?.endpointId;
    if (!endpointId) return;
    this.#parts.emit({
      type: 'endpoint-online',
      endpointId,
      address: binding.flow.address,
      userAgent: plain(binding.userAgent, MAX_NAME),
      latencyMs: this.#latencies.get(binding.flow.id) ?? null,
    });
  }

  onLatency(flow: Flow, ms: number): void {
    if (!flow.open || ms > LONGEST_ROUND_TRIP_MS) return;
    this.#latencies.set(flow.id, ms);
    const binding = this.#parts.registrar.ofFlow(flow);
    const spec = binding && this.#parts.directory.byUsername(binding.username);
    if (spec) this.#parts.emit({ type: 'endpoint-latency', endpointId: spec.endpointId, latencyMs: ms });
  }

  onFlowClosed(flow: Flow): void {
    this.#latencies.delete(flow.id);
    this.#parts.registrar.onFlowClosed(flow);
  }

  statuses(): EndpointStatus[] {
    return this.#parts.directory.all().map(({ endpointId, username }) => {
      const binding = this.find(username);
      if (!binding) return { endpointId, online: false };
      const latencyMs = this.#latencies.get(binding.flow.id);
      return {
        endpointId,
        online: true,
        address: binding.flow.address,
        userAgent: plain(binding.userAgent, MAX_NAME),
        ...(latencyMs === undefined ? {} : { latencyMs }),
      };
    });
  }

  close(): void {
    this.#watch.close();
  }
}

/** The registrar tells a change of these itself. */
function isSameWay(before: Binding | null, now: Binding): boolean {
  return before?.instance === now.instance && before.flow.id === now.flow.id;
}
