import type { EndpointId, TeamId } from '../../core/kernel/ids.ts';
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

  /**
   * Makes these the phones of the team: new and changed ones are given to the switch.
   * @returns those that the switch is not to know any more, and does not
   */
  async set(teamId: TeamId, phones: readonly DeskPhone[]): Promise<EndpointId[]> {
    const kept = new Set(phones.map(({ endpointId }) => endpointId));
    const gone = [...this.#phones.values()].filter(
      (each) => each.teamId === teamId && !kept.has(each.endpointId),
    );
    for (const phone of phones) {
      const known = this.#phones.get(phone.endpointId);
      this.#phones.set(phone.endpointId, phone);
      if (!known || JSON.stringify(known) !== JSON.stringify(phone)) await this.provision(phone.endpointId);
    }
    for (const { endpointId } of gone) await this.#retire(endpointId);
    return gone.map(({ endpointId }) => endpointId);
  }

  async #retire(endpointId: EndpointId): Promise<void> {
    this.#phones.delete(endpointId);
    this.#missing.delete(endpointId);
    try {
      await this.#deps.switch.retire(endpointId);
    } catch (error) {
      this.#deps.logger.warn({ endpointId, err: error }, 'a desk phone could not be retired');
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
