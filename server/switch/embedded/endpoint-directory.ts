import type { EndpointId } from '../../core/kernel/ids.ts';
import type { EndpointSpec } from '../../core/ports/switch.ts';

/** The endpoints that may register, by everything that they are looked up with. */
export class EndpointDirectory {
  readonly #byId = new Map<EndpointId, EndpointSpec>();
  readonly #byUsername = new Map<string, EndpointSpec>();

  /** Adds it, or replaces its credential. Returns the one before. */
  put(spec: EndpointSpec): EndpointSpec | null {
    const before = this.#byId.get(spec.endpointId) ?? null;
    if (before) this.#byUsername.delete(before.username);
    this.#byId.set(spec.endpointId, spec);
    this.#byUsername.set(spec.username, spec);
    return before;
  }

  remove(endpointId: EndpointId): EndpointSpec | null {
    const spec = this.#byId.get(endpointId) ?? null;
    this.#byId.delete(endpointId);
    if (spec) this.#byUsername.delete(spec.username);
    return spec;
  }

  byId(endpointId: EndpointId): EndpointSpec | null {
    return this.#byId.get(endpointId) ?? null;
  }

  byUsername(username: string): EndpointSpec | null {
    return this.#byUsername.get(username) ?? null;
  }

  /** The lines of the outside world with this number. */
  outside(number: string): EndpointSpec[] {
    return this.all().filter((spec) => spec.kind === 'outside' && spec.number === number);
  }

  all(): EndpointSpec[] {
    return [...this.#byId.values()];
  }
}
