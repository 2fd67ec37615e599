import { digitSteps, type DigitStep } from '../../contract/digit-row.ts';
import { DomainError } from '../../core/kernel/domain-error.ts';
import type { CallId } from '../../core/kernel/ids.ts';
import type { Clock } from '../../core/kernel/clock.ts';
import type { Logger } from '../../core/kernel/logger.ts';

/** Sends digits of the call to its other side, or nothing with none; rejects when they cannot be sent now. */
type Send<View> = (digits: string) => Promise<View>;

interface Step<View> extends DigitStep {
  readonly send: Send<View>;
}

/** So many steps of a call may wait, some minutes: more is no menu. */
const MOST_STEPS = 200;

/**
 * Rows of digits with pauses, sent in their order whoever asks meanwhile: a part at a time, so that a hold or a hang-up comes between
 * two of them. Either ends the row.
 */
export class DigitKeying<View> {
  readonly #clock: Clock;
  readonly #logger: Logger;
  /** What is still to be sent, of the calls whose row is under way. */
  readonly #waiting = new Map<CallId, Step<View>[]>();
  readonly #timers = new Map<CallId, () => void>();

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Resolves when the first part was sent, or waits behind another row. */
  async send(callId: CallId, row: string, send: Send<View>): Promise<View> {
    const steps = digitSteps(row).map((step) => ({ ...step, send }));
    const waiting = this.#waiting.get(callId);
    if (waiting === undefined) {
      this.#waiting.set(callId, steps);
      return this.#next(callId);
    }
    if (waiting.length + steps.length > MOST_STEPS) {
      throw new DomainError('invalid-request', 'Too many digits of this call are still to be sent.', {
        errors: [{ path: 'digits', message: 'Wait until the digits before have been sent' }],
      });
    }
    waiting.push(...steps);
    return send('');
  }

  stop(): void {
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
    this.#waiting.clear();
  }

  async #next(callId: CallId): Promise<View> {
    const waiting = this.#waiting.get(callId) ?? [];
    const step = waiting.shift();
    if (step === undefined) throw new Error('there is nothing to send');
    try {
      const view = await step.send(step.digits);
      this.#later(callId, step, waiting);
      return view;
    } catch (error) {
      this.#waiting.delete(callId);
      throw error;
    }
  }

  #later(callId: CallId, { digits, waitMs }: DigitStep, waiting: readonly Step<View>[]): void {
    // Without a pause after it nothing need wait: the switch itself sends in order.
    const pauses = digits === '' || waitMs > digitSteps(digits).reduce((sum, part) => sum + part.waitMs, 0);
    if (waiting.length === 0 && !pauses) return void this.#waiting.delete(callId);
    const go = (): void => {
      this.#timers.delete(callId);
      if (waiting.length === 0) return void this.#waiting.delete(callId);
      this.#next(callId).catch((error: unknown) => {
        // Held, or over: what was still to be keyed is nobody's wish any more.
        if (!(error instanceof DomainError))
          this.#logger.warn({ callId, err: error }, 'digits were not sent');
      });
    };
    this.#timers.set(callId, this.#clock.after(waitMs, go));
  }
}
