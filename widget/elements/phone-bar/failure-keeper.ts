import type { ControllerHost } from '../../controllers/context-value.ts';
import { DeskController } from '../../controllers/desk-controller.ts';
import { ShellController } from '../../controllers/shell-controller.ts';
import { failureText } from '../../i18n/failure-text.ts';
import { localizer } from '../../i18n/localizer.ts';
import type { CommandFailure } from '../../live/command-error.ts';
import type { CommandName } from '../../live/commands/table.ts';
import { isConflict } from './conflict.ts';

/** How long a refusal stays, ms. */
const STAY_MS = 10_000;
/** A change of state that comes sooner belongs to the refused command itself, ms. */
const SETTLE_MS = 1500;

interface Kept {
  readonly failure: CommandFailure;
  readonly since: number;
  readonly timer: ReturnType<typeof setTimeout>;
}

/**
 * Lets refusals go: after a while, or when the agent has gone on to another state. What waits for an answer stays: a
 * conflict of signing in, the forms of login and lock. Where there is no room beside the buttons, or there are none, it
 * becomes a notice.
 */
export class FailureKeeper {
  readonly #desk: DeskController;
  readonly #shell: ShellController;
  readonly #hasRoom: (command: CommandName) => boolean;
  readonly #isSaid: (failure: CommandFailure) => boolean;
  readonly #kept = new Map<CommandName, Kept>();
  #state: string | undefined;

  /**
   * @param hasRoom whether the sentence is shown beside the buttons, or in a panel that is open
   * @param isSaid whether the bar says it already, in a warning that stands
   */
  constructor(
    host: ControllerHost,
    hasRoom: (command: CommandName) => boolean,
    isSaid: (failure: CommandFailure) => boolean,
  ) {
    this.#desk = new DeskController(host);
    this.#shell = new ShellController(host);
    this.#hasRoom = hasRoom;
    this.#isSaid = isSaid;
    host.addController(this);
  }

  hostUpdate(): void {
    const failures = this.#desk.value?.failures ?? {};
    for (const [command, kept] of this.#kept) {
      if (failures[command] !== kept.failure) this.#forget(command);
      // Not inside the update; the warning may have come after the refusal.
      else if (this.#isSaid(kept.failure))
        queueMicrotask(() => this.#withdraw(topicOf(command, kept.failure)));
    }
    for (const command of Object.keys(failures) as CommandName[]) {
      const failure = failures[command];
      if (failure !== undefined && !this.#kept.has(command) && !waits(command, failure)) {
        this.#keep(command, failure);
      }
    }
    const state = this.#desk.value?.snapshot?.agent.state;
    if (state !== this.#state) {
      this.#state = state;
      for (const [command, { since }] of this.#kept) {
        if (performance.now() - since > SETTLE_MS) this.#dismissLater(command, 0);
      }
    }
  }

  hostDisconnected(): void {
    for (const command of [...this.#kept.keys()]) this.#forget(command);
  }

  #keep(command: CommandName, failure: CommandFailure): void {
    const since = performance.now();
    this.#kept.set(command, { failure, since, timer: this.#timer(command, STAY_MS) });
    // The dial panel shows it beside its own field.
    const isShown = this.#hasRoom(command) || (command === 'dial' && this.#shell.value?.panel === 'dial');
    // A refusal knows better than the call that came of it why it failed: it takes the place of what that call says.
    const topic = topicOf(command, failure);
    // Not inside the update that has found it; by then the host page may have taken a refusal of its own back.
    setTimeout(() => {
      if (isShown || this.#isSaid(failure)) return this.#withdraw(topic);
      const tell = (sentence: string): void => {
        if (this.#kept.get(command)?.failure !== failure || this.#isSaid(failure)) return;
        this.#shell.shell?.notify(sentence, 'error', topic);
      };
      // The bar's own words are there also when the connection is gone.
      const own = failureText(localizer, failure);
      if (own !== '') return tell(own);
      localizer.need('refusals').then(
        () => tell(failureText(localizer, failure)),
        () => tell(localizer.t('problem.offline')),
      );
    });
  }

  #withdraw(topic: string): void {
    for (const notice of this.#shell.value?.notices ?? []) {
      if (notice.topic === topic) this.#shell.shell?.dismissNotice(notice.id);
    }
  }

  /** Not inside an update. */
  #dismissLater(command: CommandName, ms: number): void {
    const kept = this.#kept.get(command);
    if (kept === undefined) return;
    clearTimeout(kept.timer);
    this.#kept.set(command, { ...kept, timer: this.#timer(command, ms) });
  }

  #timer(command: CommandName, ms: number): Kept['timer'] {
    return setTimeout(() => this.#desk.desk?.dismissFailure(command), ms);
  }

  #forget(command: CommandName): void {
    clearTimeout(this.#kept.get(command)?.timer);
    this.#kept.delete(command);
  }
}

/** What the notice is about: the calls that the agent dials are one thing, whose newest end is of interest. */
function topicOf(command: CommandName, { details: { callId } }: CommandFailure): string {
  return command !== 'dial' && typeof callId === 'string' ? callId : command;
}

function waits(command: CommandName, failure: CommandFailure): boolean {
  return command === 'login' || command === 'unlock' || (command === 'signIn' && isConflict(failure));
}
