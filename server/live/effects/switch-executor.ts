import type { Fact } from '../../core/team/input.ts';
import type { Intent } from '../../core/ports/effects.ts';
import type { CallId, LegId } from '../../core/kernel/ids.ts';
import { SwitchError } from '../../core/ports/switch.ts';
import type { EndCause, Switch, SwitchErrorCode } from '../../core/ports/switch.ts';
import type { Logger } from '../../core/kernel/logger.ts';
import type { LiveMeters } from '../live-meters.ts';
import { Mailbox } from '../mailbox.ts';

/** What the executor tells back: the facts that an intent's fate comes to. */
export interface ExecutorEvents {
  /** The leg is about to exist; its events belong to this team. */
  legDialled(legId: LegId): void;
  /** The switch has refused it: there is no such leg. */
  legRefused(legId: LegId): void;
  /** Resolves when the fact has been taken in. */
  tell(fact: Fact): Promise<void>;
  /** Something that is not an event has changed: a request has left. */
  progressed(): void;
}

/** Carries out a team's intents: those of one call one after the other, calls beside each other. */
export class SwitchExecutor {
  readonly #switch: Switch;
  readonly #events: ExecutorEvents;
  readonly #logger: Logger;
  readonly #meters: LiveMeters;
  readonly #lanes = new Map<CallId, { mailbox: Mailbox; failure: SwitchErrorCode | null }>();
  readonly #sent = new Set<LegId>();
  #closed = false;

  constructor(telephone: Switch, events: ExecutorEvents, logger: Logger, meters: LiveMeters) {
    this.#switch = telephone;
    this.#events = events;
    this.#logger = logger;
    this.#meters = meters;
  }

  /** Whether the request of this leg has left the switch. */
  hasDialled(legId: LegId): boolean {
    return this.#sent.has(legId);
  }

  /** Why a dial of this call was refused by the switch itself; null: it was not. */
  refusal(callId: CallId): SwitchErrorCode | null {
    return this.#lanes.get(callId)?.failure ?? null;
  }

  /** Resolves when all are done and their confirmations taken in; rejects with the first failure, after trying all. */
  async run(intents: readonly Intent[]): Promise<void> {
    const results = await Promise.allSettled(
      intents.map((intent) => this.#lane(intent.callId).mailbox.run(() => this.#carryOut(intent))),
    );
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }

  /**
   * Asks the switch for nothing more; resolves when what is under way is done. What was decided and not asked for is as if
   * the process had been killed: the next one compares, and asks.
   */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#lanes.values()].map(({ mailbox }) => mailbox.drained()));
  }

  /** Forgets what was kept of a call that has left the desks. */
  forget(callId: CallId): void {
    this.#lanes.delete(callId);
  }

  forgetLegs(legs: readonly LegId[]): void {
    for (const legId of legs) this.#sent.delete(legId);
  }

  #lane(callId: CallId): { mailbox: Mailbox; failure: SwitchErrorCode | null } {
    const known = this.#lanes.get(callId);
    if (known) return known;
    const lane = { mailbox: new Mailbox(), failure: null };
    this.#lanes.set(callId, lane);
    return lane;
  }

  async #carryOut(intent: Intent): Promise<void> {
    if (this.#closed) throw new SwitchError('switch-down', 'the server stops');
    try {
      await this.#meters.switchAnswers.time(intent.op, () => this.#ask(intent));
    } catch (error) {
      await this.#failed(intent, error);
      throw error;
    }
    if (intent.done) await this.#events.tell(intent.done);
  }

  async #ask(intent: Intent): Promise<void> {
    switch (intent.op) {
      case 'dial':
        this.#events.legDialled(intent.request.legId);
        await this.#switch.dial(intent.request);
        this.#sent.add(intent.request.legId);
        this.#events.progressed();
        return;
      case 'ring':
        return this.#switch.ring(intent.legId);
      case 'answer':
        return this.#switch.answer(intent.legId);
      case 'reject':
        return this.#reject(intent.legId, intent.cause);
      case 'hangup':
        return this.#switch.hangup(intent.legId, intent.cause);
      case 'open-room':
        return this.#switch.openRoom(intent.roomId);
      case 'close-room':
        return this.#switch.closeRoom(intent.roomId);
      case 'place':
        return this.#switch.place(intent.legId, intent.roomId, intent.voice);
      case 'music':
        return this.#switch.music(intent.legId, intent.on);
      case 'play':
        return this.#switch.play(intent.request);
      case 'stop-playback':
        return this.#switch.stopPlayback(intent.playbackId);
      case 'send-digits':
        return this.#switch.sendDigits(intent.legId, intent.digits);
      default:
        return intent satisfies never;
    }
  }

  /** An answer of ours may have overtaken the refusal; then it is a hang-up. */
  async #reject(legId: LegId, cause: EndCause): Promise<void> {
    try {
      await this.#switch.reject(legId, cause);
    } catch (error) {
      if (codeOf(error) === 'no-such-leg') return;
      await this.#switch.hangup(legId, cause);
    }
  }

  async #failed(intent: Intent, error: unknown): Promise<void> {
    const code = codeOf(error);
    const { done, callId } = intent;
    if (done?.type === 'HoldConfirmed') {
      await this.#events.tell({ type: 'HoldFailed', callId, agentId: done.agentId });
    }
    // The leg has just ended: its own event says all there is to say.
    if (code === 'no-such-leg' && intent.op !== 'dial') return;
    if (code === 'no-such-room' && intent.op === 'close-room') return;
    this.#logger.warn(
      { callId: intent.callId, ...legOf(intent), op: intent.op, code, err: error },
      'the switch refused an intent',
    );
    if (intent.op === 'dial') {
      this.#lane(intent.callId).failure = code;
      this.#events.legRefused(intent.request.legId);
      const cause: EndCause = code === 'switch-down' ? 'switch-failure' : 'unreachable';
      await this.#events.tell({ type: 'LegEnded', legId: intent.request.legId, cause, side: 'switch' });
    } else if (isNeeded(intent) && this.#switch.up) {
      await this.#events.tell({ type: 'IntentFailed', callId: intent.callId, cause: 'switch-failure' });
    }
  }
}

/**
 * Without these there is no conversation. The others leave the call as it was, and the command that wanted them fails. While
 * the switch is away nothing is lost yet: they are asked for again when it is back and compared.
 */
function isNeeded(intent: Intent): boolean {
  if (intent.done?.type === 'Joined' || intent.done?.type === 'Rejoined') return true;
  return intent.op === 'answer' || intent.op === 'open-room' || (intent.op === 'place' && !intent.done);
}

function codeOf(error: unknown): SwitchErrorCode | null {
  return error instanceof SwitchError ? error.code : null;
}

function legOf(intent: Intent): { legId?: LegId } {
  if (intent.op === 'dial') return { legId: intent.request.legId };
  return 'legId' in intent ? { legId: intent.legId } : {};
}
