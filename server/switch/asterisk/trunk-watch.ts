import type { SwitchLog } from '../embedded/sip/switch-log.ts';
import type { AriClient } from './ari-client.ts';
import { isGone } from './ari-error.ts';
import type { AriEvent } from './ari-types.ts';

/** Tells the operator when the carrier stops to answer and when it answers again (`qualify_frequency` of its aor). */
export class TrunkWatch {
  readonly #client: AriClient;
  readonly #trunk: string | null;
  readonly #log: SwitchLog;
  #answers = true;

  constructor(client: AriClient, trunk: string | null, log: SwitchLog) {
    this.#client = client;
    this.#trunk = trunk;
    this.#log = log;
  }

  take(event: AriEvent): void {
    if (event.type !== 'ContactStatusChange' || event.endpoint.resource !== this.#trunk) return;
    const { contact_status: status } = event.contact_info;
    if (status === 'Unreachable') this.#is(false);
    if (status === 'Reachable' || status === 'NonQualified') this.#is(true);
  }

  /** How it is after an absence. @throws AriError */
  async resync(): Promise<void> {
    if (this.#trunk === null) return;
    try {
      const { state } = await this.#client.call('GET /endpoints/{tech}/{resource}', {
        path: { tech: 'PJSIP', resource: this.#trunk },
      });
      this.#is(state !== 'offline');
    } catch (error) {
      // That it is missing has been told when the configuration was looked at.
      if (!isGone(error)) throw error;
    }
  }

  #is(answers: boolean): void {
    if (answers === this.#answers) return;
    this.#answers = answers;
    const trunk = this.#trunk;
    if (answers) this.#log.info({ trunk }, 'the carrier answers again');
    else this.#log.error({ trunk }, 'the carrier does not answer: nobody outside can be called');
  }
}
