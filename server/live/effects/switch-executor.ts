import type { Fact } from '../../core/team/input.ts';
import type { Intent } from '../../core/ports/effects.ts';
import type { CallId, LegId } from '../../core/kernel/ids.ts';
import { SwitchError } from '../../core/ports/switch.ts';
import type { EndCause, Switch, SwitchErrorCode } from '../../core/ports/switch.ts';
import type { Logger } from '../../core/kernel/logger.ts';
import type { LiveMeters } from '../live-meters.ts';
import { Mailbox } from '../mailbox.ts';
import { tonesOnly } from './sounds.ts';
import type { Sounds } from './sounds.ts';
import type { Lease } from '../ownership/lease.ts';

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

interface ExecutorDeps {
  readonly logger: Logger;
  readonly meters: LiveMeters;
  readonly lease: Lease;
  /** Absent: callers who wait hear a tone. */
  readonly sounds?: Sounds;
}

/** Carries out a team's intents: those of one call one after the other, calls beside each other. */
export class SwitchExecutor {
  readonly #switch: Switch;
  readonly #events: ExecutorEvents;
  readonly #logger: Logger;
  readonly #meters: LiveMeters;
  readonly #lease: Lease;
  readonly #sounds: Sounds;
  readonly #lanes = new Map<CallId, { mailbox: Mailbox; failure: SwitchErrorCode | null }>();
  readonly #sent = new Set<LegId>();
  #closed = false;

  constructor(
    telephone: Switch,
    events: ExecutorEvents,
    { logger, meters, lease, sounds = tonesOnly }: ExecutorDeps,
  ) {
    this.#switch = telephone;
    this.#events = events;
    this.#logger = logger;
    this.#meters = meters;
    this.#lease = lease;
    this.#sounds = sounds;
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
    const calls = new Set(intents.map(({ callId }) => callId));
    const results = await Promise.allSettled(
      [...calls].map((callId) => {
        const own = intents.filter((intent) => intent.callId === callId);
        return this.#lane(callId).mailbox.run(() => this.#carryOutAll(callId, own));
      }),
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

  /** What one decision asks of one call. A plan is reached when none of its steps has failed. */
  async #carryOutAll(callId: CallId, intents: readonly Intent[]): Promise<void> {
    const errors: unknown[] = [];
    const failed: Failed[] = [];
    for (const intent of intents) {
      const { plan } = intent;
      const error = await this.#carryOut(intent);
      if (error !== null) errors.push(error);
      if (error !== null && plan !== undefined) failed.push({ intent, plan, code: codeOf(error) });
      else if (error === null && intent.done && !(plan !== undefined && failed.length > 0)) {
        await this.#events.tell(intent.done);
      }
    }
    await this.#planFailed(callId, failed);
    if (errors.length > 0) throw errors[0];
  }

  /** Null: the switch has done it. */
  async #carryOut(intent: Intent): Promise<unknown> {
    try {
      if (!this.#lease.sure) await this.#lease.confirm();
      if (this.#closed) throw new SwitchError('switch-down', 'the server stops');
      await this.#meters.switchAnswers.time(intent.op, () => this.#ask(intent));
      return null;
    } catch (error) {
      if (!this.#closed) await this.#failed(intent, error);
      return error;
    }
  }

  /** Of a leg that has just ended its own event says all there is to say. */
  async #planFailed(callId: CallId, all: readonly Failed[]): Promise<void> {
    const failed = all.filter(({ code, intent }) => code !== 'no-such-leg' && !isGone(intent, code));
    const [first] = failed;
    if (!first || this.#closed) return;
    await this.#events.tell({
      type: 'PlanFailed',
      callId,
      version: first.plan,
      steps: failed.map(({ intent }) => ({ op: intent.op, legId: legOf(intent).legId ?? null })),
      away: !this.#switch.up,
    });
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
      case 'remove':
        return this.#switch.remove(intent.legId);
      case 'music':
        return this.#switch.music(intent.legId, intent.on);
      case 'play':
        return this.#switch.play(intent.request);
      case 'announce': {
        const { legId, playbackId, saying } = intent;
        const source = await this.#sounds(saying);
        return this.#switch.play({ playbackId, target: { leg: legId }, source });
      }
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
    const { callId, op } = intent;
    // The leg has just ended: its own event says all there is to say.
    if ((code === 'no-such-leg' && op !== 'dial') || isGone(intent, code)) return;
    this.#logger.warn({ callId, ...legOf(intent), op, code, err: error }, 'the switch refused an intent');
    if (op === 'dial') {
      this.#lane(callId).failure = code;
      this.#events.legRefused(intent.request.legId);
      const cause: EndCause = code === 'switch-down' ? 'switch-failure' : 'unreachable';
      await this.#events.tell({ type: 'LegEnded', legId: intent.request.legId, cause, side: 'switch' });
    } else if (op === 'answer' && this.#switch.up) {
      // While the switch is away nothing is lost yet: it is asked for again when it is back and compared.
      await this.#events.tell({ type: 'IntentFailed', callId, cause: 'switch-failure' });
    }
  }
}

/** A step to a plan that the switch could not do. */
interface Failed {
  readonly intent: Intent;
  readonly plan: number;
  readonly code: SwitchErrorCode | null;
}

/** There is nothing to close any more. */
function isGone({ op }: Intent, code: SwitchErrorCode | null): boolean {
  return code === 'no-such-room' && op === 'close-room';
}

function codeOf(error: unknown): SwitchErrorCode | null {
  return error instanceof SwitchError ? error.code : null;
}

function legOf(intent: Intent): { legId?: LegId } {
  if (intent.op === 'dial') return { legId: intent.request.legId };
  if (intent.op === 'play' && 'leg' in intent.request.target) return { legId: intent.request.target.leg };
  return 'legId' in intent ? { legId: intent.legId } : {};
}
