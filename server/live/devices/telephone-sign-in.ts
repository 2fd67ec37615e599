import { isSignedIn } from '../../core/model/agent.ts';
import type { AgentId, EndpointId, LegId, PlaybackId } from '../../core/kernel/ids.ts';
import type { Clock } from '../../core/kernel/clock.ts';
import type { IdSource } from '../../core/kernel/id-source.ts';
import type { Switch, SwitchEvent } from '../../core/ports/switch.ts';
import type { UnitOfWork } from '../../core/ports/unit-of-work.ts';
import type { Logger } from '../../core/kernel/logger.ts';
import type { LiveTeam } from '../teams.ts';
import type { LiveRepositories } from '../../core/ports/live-store.ts';

/** Dialled at a desk phone to sign in or out there. */
export const FEATURE_SIGN_IN = '*64';
/** How long the caller may take for number and PIN, ms. */
const INPUT_MS = 30_000;
/** The answer is a tone of this length; then we hang up, ms. */
const RESULT_MS = 1_500;
/** Number and PIN together are never longer. */
const MAX_DIGITS = 40;
/** Wrong PINs at one phone before it has to wait. */
const MAX_FAILURES = 5;
/** How long it then has to wait, ms. */
const PENALTY_MS = 300_000;

/**
 * ```
 * begin ──answered──▶ beep, collecting ──"number # PIN #"──▶ checking ──▶ tone, hang-up
 *                        └──time limit, hang-up──▶ over
 * ```
 */
interface Session {
  readonly team: LiveTeam;
  readonly endpointId: EndpointId;
  digits: string;
  phase: 'collecting' | 'checking' | 'over';
  cancelTimer: () => void;
}

export interface TelephoneSignInDeps {
  readonly switch: Switch;
  readonly unitOfWork: UnitOfWork<LiveRepositories>;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
  checkPin(pin: string, pinHash: string): Promise<boolean>;
}

/** Signing in and out from a desk phone: agent number # PIN #, told by tones. */
export class TelephoneSignIn {
  readonly #deps: TelephoneSignInDeps;
  readonly #sessions = new Map<LegId, Session>();
  readonly #failures = new Map<EndpointId, { count: number; until: number }>();

  constructor(deps: TelephoneSignInDeps) {
    this.#deps = deps;
  }

  owns(legId: LegId): boolean {
    return this.#sessions.has(legId);
  }

  begin(team: LiveTeam, endpointId: EndpointId, legId: LegId): void {
    const session: Session = {
      team,
      endpointId,
      digits: '',
      phase: 'collecting',
      cancelTimer: this.#deps.clock.after(INPUT_MS, () => void this.#finish(legId, false)),
    };
    this.#sessions.set(legId, session);
    void this.#try(legId, async () => {
      await this.#deps.switch.answer(legId);
      await this.#beep(legId);
    });
  }

  take(event: SwitchEvent): void {
    if (event.type === 'digit') this.#digit(event.legId, event.digit);
    if (event.type === 'leg-ended' || event.type === 'leg-lost') this.#drop(event.legId);
  }

  stop(): void {
    for (const legId of [...this.#sessions.keys()]) {
      this.#drop(legId);
      void this.#try(legId, () => this.#deps.switch.hangup(legId, 'normal'));
    }
  }

  #digit(legId: LegId, digit: string): void {
    const session = this.#sessions.get(legId);
    if (session?.phase !== 'collecting') return;
    session.digits += digit;
    if (session.digits.length > MAX_DIGITS) {
      void this.#finish(legId, false);
      return;
    }
    const [number, pin, rest] = session.digits.split('#');
    // The second # closes the input.
    if (number === undefined || pin === undefined || rest === undefined) return;
    session.phase = 'checking';
    void this.#check(legId, session, number, pin);
  }

  async #check(legId: LegId, session: Session, number: string, pin: string): Promise<void> {
    let done = false;
    try {
      done = !this.#mustWait(session.endpointId) && (await this.#toggle(session, number, pin));
    } catch (error) {
      this.#deps.logger.warn({ legId, number, err: error }, 'signing in from a telephone failed');
    }
    await this.#finish(legId, done);
  }

  async #toggle(session: Session, number: string, pin: string): Promise<boolean> {
    const { team, endpointId } = session;
    const agent = await this.#deps.unitOfWork.run((each) => each.agents.byNumber(team.row.id, number));
    const right = agent?.active && agent.pinHash ? await this.#deps.checkPin(pin, agent.pinHash) : false;
    if (!agent || !right) {
      this.#countFailure(endpointId);
      return false;
    }
    const { runtime } = team;
    const state = runtime.state.agents.get(agent.id);
    if (state && isSignedIn(state) && usesPhone(team, agent.id, endpointId)) {
      await runtime.command({ type: 'SignOut', agentId: agent.id });
      return true;
    }
    await runtime.command({
      type: 'SignIn',
      agentId: agent.id,
      device: { kind: 'phone', endpointId },
      ignore: ['device-address-differs'],
      address: null,
    });
    return true;
  }

  #mustWait(endpointId: EndpointId): boolean {
    const failures = this.#failures.get(endpointId);
    return (
      failures !== undefined && failures.count >= MAX_FAILURES && this.#deps.clock.now() < failures.until
    );
  }

  #countFailure(endpointId: EndpointId): void {
    const now = this.#deps.clock.now();
    const before = this.#failures.get(endpointId);
    // Only time forgives: whoever knows one PIN could otherwise wipe the slate while guessing another's.
    const count = before && now < before.until ? before.count + 1 : 1;
    this.#failures.set(endpointId, { count, until: now + PENALTY_MS });
  }

  /** A beep says done, the congestion tone says no. */
  async #finish(legId: LegId, done: boolean): Promise<void> {
    const session = this.#sessions.get(legId);
    if (!session || session.phase === 'over') return;
    session.phase = 'over';
    session.cancelTimer();
    session.cancelTimer = this.#deps.clock.after(RESULT_MS, () => {
      void this.#try(legId, () => this.#deps.switch.hangup(legId, 'normal'));
    });
    await this.#try(legId, () =>
      done
        ? this.#beep(legId)
        : this.#deps.switch.play({
            playbackId: this.#deps.ids.next<PlaybackId>('play'),
            target: { leg: legId },
            source: { kind: 'tone', tone: 'congestion' },
          }),
    );
  }

  #beep(legId: LegId): Promise<void> {
    return this.#deps.switch.play({
      playbackId: this.#deps.ids.next<PlaybackId>('play'),
      target: { leg: legId },
      source: { kind: 'tone', tone: 'beep' },
    });
  }

  #drop(legId: LegId): void {
    this.#sessions.get(legId)?.cancelTimer();
    this.#sessions.delete(legId);
  }

  async #try(legId: LegId, step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      // The caller has hung up: the leg's own event ends the session.
      this.#deps.logger.info({ legId, err: error }, 'a step of a telephone sign-in came too late');
    }
  }
}

function usesPhone(team: LiveTeam, agentId: AgentId, endpointId: EndpointId): boolean {
  const device = team.runtime.state.agents.get(agentId)?.device;
  return device?.kind === 'phone' && device.endpointId === endpointId;
}
