import { BrowserPhone, type BrowserPhoneOptions, type DeviceChoice } from './browser-phone.ts';
import { CommandError } from './command-error.ts';
import { isOf } from './commands/supervisor-commands.ts';
import type { OwedCommands } from './commands/owed-commands.ts';
import type { DeskState } from './desk.ts';
import type { ObservableValue } from './observable.ts';

export interface DeskVoiceOptions extends Pick<BrowserPhoneOptions, 'softphone' | 'provision' | 'server'> {
  value: ObservableValue<DeskState>;
  owed: Pick<OwedCommands, 'has' | 'argumentsOf'>;
  /** The registration or the microphone is another one. */
  changed: () => void;
  /** The phone cannot be brought up. */
  failed: (error: CommandError) => void;
}

/** The browser's phone, as the server's calls and what the agent has ordered want it. */
export class DeskVoice {
  readonly #phone: BrowserPhone;
  readonly #options: DeskVoiceOptions;

  constructor(options: DeskVoiceOptions) {
    this.#options = options;
    const { softphone, provision, server, value, owed } = options;
    this.#phone = new BrowserPhone({
      softphone,
      provision,
      server,
      isGivenUp: (callId) => owed.has(['hangup', 'reject'], callId) || this.#isLeft(callId),
      onState: (phone) => {
        const before = this.#state.phone;
        value.update({ phone, ...(phone.legs.length === 0 ? { quality: null } : {}) });
        if (before.registration !== phone.registration || before.microphone !== phone.microphone) {
          options.changed();
        }
        this.follow();
      },
      onQuality: ({ mos, roundTripMs, jitterMs, lossIn }) =>
        value.update({ quality: { mos, roundTripMs, jitterMs, lossIn } }),
    });
  }

  get #state(): DeskState {
    return this.#options.value.state;
  }

  /** Brings the phone up when the agent's device is the browser. What fails is told, and tried again. */
  start(): void {
    const { snapshot } = this.#state;
    if (snapshot !== null && snapshot.agent.device.kind !== 'browser') return;
    if (snapshot?.agent.device.online === false) this.#phone.disowned();
    this.#phone.up().catch((error: unknown) => {
      if (error instanceof CommandError && error.code !== 'offline') this.#options.failed(error);
    });
  }

  up(): Promise<void> {
    return this.#phone.up();
  }

  down(): Promise<void> {
    return this.#phone.down();
  }

  refresh(): Promise<void> {
    return this.#phone.refresh();
  }

  warmUp(): void {
    this.#phone.warmUp();
  }

  select(choice: DeviceChoice): Promise<void> {
    return this.#phone.select(choice);
  }

  answerWhenRinging(legId: string): void {
    this.#phone.answerWhenRinging(legId);
  }

  moved(): void {
    this.#phone.moved();
  }

  /** Ends what this page has of the call, or what of it rings, without the server. */
  drop(callId: string, ringing: boolean): void {
    const call = this.#state.snapshot?.calls.find(({ id }) => id === callId);
    this.#phone.drop(callId, call?.legId ?? null, ringing);
  }

  /** What a heartbeat says of it; null: the agent's device is another one. */
  heartbeat(): { registered: boolean; microphone: DeskState['phone']['microphone'] } | null {
    const { snapshot, phone } = this.#state;
    if (snapshot !== null && snapshot.agent.device.kind !== 'browser') return null;
    return { registered: phone.registration === 'registered', microphone: phone.microphone };
  }

  /** The microphone follows what the server says of the call; only cutting it may run ahead. */
  follow(): void {
    const { snapshot } = this.#state;
    if (snapshot !== null) this.#phone.follow(snapshot);
    for (const call of snapshot?.calls ?? []) {
      if (call.legId !== null) this.#phone.setMuted(call.legId, call.muted || this.#isSilenced(call.id));
    }
    this.cut();
  }

  /** Cuts the microphone where the agent does not want to be heard any more. */
  cut(): void {
    for (const { id, legId } of this.#state.snapshot?.calls ?? []) {
      if (legId !== null && this.#isSilenced(id)) this.#phone.setMuted(legId, true);
    }
    for (const { legId, callId } of this.#state.phone.legs) {
      if (callId !== null && this.#isSilenced(callId)) this.#phone.setMuted(legId, true);
    }
  }

  /** The leader has stopped listening to it. */
  #isLeft(callId: string): boolean {
    const supervision = this.#state.snapshot?.supervision ?? null;
    const left = this.#options.owed.argumentsOf(['stopMonitoring'], null);
    return supervision?.callId === callId && left.some((agent) => isOf(supervision, agent));
  }

  #isSilenced(callId: string): boolean {
    return this.#options.owed.has(['hangup', 'hold', 'mute'], callId);
  }
}
