import type { EndpointId } from '../../core/kernel/ids.ts';
import type { Switch } from '../../core/ports/switch.ts';
import type { Logger } from '../../core/kernel/logger.ts';
import type { DeskPhone } from '../../core/model/set-up.ts';

export interface DeskPhoneDeps {
  readonly switch: Switch;
  readonly logger: Logger;
}

/** The desk phones that the switch is to know, and those that it has not taken yet. */
export class DeskPhones {
  readonly #deps: DeskPhoneDeps;
  readonly #phones = new Map<EndpointId, DeskPhone>();
  readonly #missing = new Set<EndpointId>();

  constructor(deps: DeskPhoneDeps) {
    this.#deps = deps;
  }

  async add(phones: readonly DeskPhone[]): Promise<void> {
    for (const phone of phones) {
      this.#phones.set(phone.endpointId, phone);
      await this.provision(phone.endpointId);
    }
  }

  /** The switch is back: what it did not take is offered again. */
  async retry(): Promise<void> {
    for (const endpointId of [...this.#missing]) await this.provision(endpointId);
  }

  /** Never rejects: one phone that the switch does not take keeps nobody else from working. */
  async provision(endpointId: EndpointId): Promise<void> {
    const phone = this.#phones.get(endpointId);
    if (!phone) return;
    this.#missing.add(endpointId);
    try {
      await this.#deps.switch.provision({
        endpointId,
        kind: 'agent',
        device: 'phone',
        username: phone.username,
        ha1: phone.ha1,
        ...(phone.ha1Sha256 ? { ha1Sha256: phone.ha1Sha256 } : {}),
        expiresAt: null,
        displayName: phone.name,
      });
      this.#missing.delete(endpointId);
    } catch (error) {
      this.#deps.logger.error(
        { endpointId, username: phone.username, err: error },
        'the switch did not take a desk phone; it is asked again when it comes up',
      );
    }
  }
}
