import type { Clock } from '../../core/kernel/clock.ts';
import type { SwitchLog } from '../embedded/sip/switch-log.ts';
import type { AriClient } from './ari-client.ts';
import { AriError } from './ari-error.ts';
import type { AriEvent } from './ari-types.ts';

/** A carrier that Asterisk has not asked yet counts as offline there; it is asked within this time, ms. */
const FIRST_ANSWER_MS = 5_000;

/** Tells the operator when the carrier stops to answer and when it answers again (`qualify_frequency` of its aor). */
export class TrunkWatch {
  readonly #client: AriClient;
  readonly #trunk: string | null;
  readonly #clock: Clock;
  readonly #log: SwitchLog;
  #answers = true;
  #stop: () => void = () => undefined;

  constructor(parts: { client: AriClient; trunk: string | null; clock: Clock; log: SwitchLog }) {
    this.#client = parts.client;
    this.#trunk = parts.trunk;
    this.#clock = parts.clock;
    this.#log = parts.log;
  }

  take(event: AriEvent): void {
    if (event.type !== 'ContactStatusChange' || event.endpoint.resource !== this.#trunk) return;
    const { contact_status: status } = event.contact_info;
    if (status === 'Unreachable') this.#is(false);
    if (status === 'Reachable' || status === 'NonQualified') this.#is(true);
  }

  /** How it is after an absence of Asterisk; only changes are told by events. */
  resync(): void {
    this.#stop();
    if (this.#trunk === null) return;
    this.#stop = this.#clock.after(FIRST_ANSWER_MS, () => void this.#look(this.#trunk ?? ''));
  }

  stop(): void {
    this.#stop();
  }

  async #look(resource: string): Promise<void> {
    try {
      const { state } = await this.#client.call('GET /endpoints/{tech}/{resource}', {
        path: { tech: 'PJSIP', resource },
      });
      this.#is(state !== 'offline');
    } catch (error) {
      // It is missing, which has been told, or Asterisk is away again.
      if (!(error instanceof AriError)) throw error;
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
