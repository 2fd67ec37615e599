import type { CallView, DeskSnapshot } from '../../server/contract/desk.ts';
import type { SupervisionAnswer } from '../../server/contract/supervision.ts';
import { AGENT_KEY, callKey, changeKey, sameView, withCall } from './desk-changes.ts';
import { CommandError } from './command-error.ts';
import type { Confirmed, View } from './commands/command.ts';
import type { CommandName } from './commands/table.ts';
import type { DeskState } from './desk.ts';
import type { ObservableValue } from './observable.ts';
import type { Change } from '../../server/contract/realtime/desk.ts';

/** How long a confirmed command waits for the patch that shows it, ms. */
const CATCH_UP_LIMIT_MS = 300;
/** Key in `#touched` for a whole snapshot. */
const EVERYTHING = '*';

/**
 * Commands under way: which are pending, how the last of each was refused, and how an answer gets into the snapshot.
 *
 * Answers and patches travel separately. A patch that came after the command was sent may be newer than its answer;
 * then the answer is not laid over it, but the patch that shows it is waited for a moment.
 */
export class CommandLedger {
  readonly #desk: ObservableValue<DeskState>;
  readonly #overlay: (snapshot: DeskSnapshot) => DeskSnapshot;
  readonly #running = new Map<string, Promise<void>>();
  /** Counts what the socket has said; `#touched` holds the count at which each entity was last replaced. */
  #revision = 0;
  readonly #touched = new Map<string, number>();

  /** @param overlay what the page shows of its own over what the server says */
  constructor(desk: ObservableValue<DeskState>, overlay: (snapshot: DeskSnapshot) => DeskSnapshot) {
    this.#desk = desk;
    this.#overlay = overlay;
  }

  /**
   * Runs `action` as the command `name`. The same command with the same argument is sent once, however often it is asked
   * for while it is under way. Rejects with `CommandError`, which is also kept in `failures`.
   */
  run(name: CommandName, argument: unknown, action: () => Promise<Confirmed>): Promise<void> {
    const key = `${name}:${JSON.stringify(argument) ?? ''}`;
    const running = this.#running.get(key);
    if (running !== undefined) return running;
    const promise = this.#perform(name, action).finally(() => {
      this.#running.delete(key);
      this.#showPending();
    });
    this.#running.set(key, promise);
    this.dismiss(name);
    this.#showPending();
    return promise;
  }

  fail(name: CommandName, { code, message, retryable, details }: CommandError): void {
    const failures = { ...this.#desk.state.failures, [name]: { code, message, retryable, details } };
    this.#desk.update({ failures });
  }

  dismiss(name: CommandName): void {
    if (this.#desk.state.failures[name] === undefined) return;
    const { [name]: _dismissed, ...failures } = this.#desk.state.failures;
    this.#desk.update({ failures });
  }

  /** Everything that is shown has come anew. */
  replaced(): void {
    this.#revision += 1;
    this.#touched.clear();
    this.#touched.set(EVERYTHING, this.#revision);
  }

  changed(changes: readonly Change[]): void {
    this.#revision += 1;
    for (const change of changes) this.#touched.set(changeKey(change), this.#revision);
  }

  async #perform(name: CommandName, action: () => Promise<Confirmed>): Promise<void> {
    const sentAt = this.#revision;
    try {
      const confirmed = await action();
      for (const view of confirmed === undefined ? [] : [confirmed].flat()) await this.#show(view, sentAt);
    } catch (error) {
      const failure = error instanceof CommandError ? error : unexpected(error);
      this.fail(name, failure);
      throw failure;
    }
  }

  async #show(view: View, sentAt: number): Promise<void> {
    const { snapshot } = this.#desk.state;
    if (snapshot === null) return;
    const shown = presentView(snapshot, view);
    if (sameView(shown, view)) return;
    // A command on a call that has left the desk does not bring it back.
    if (shown === undefined && isCall(view) && view.phase === 'ended') return;
    const seen = this.#touchedAt(view);
    if (seen <= sentAt) {
      this.#desk.update({ snapshot: this.#overlay(withView(snapshot, view)) });
      return;
    }
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        unsubscribe();
        resolve();
      };
      const timer = setTimeout(done, CATCH_UP_LIMIT_MS);
      const unsubscribe = this.#desk.subscribe(() => {
        if (this.#touchedAt(view) > seen) done();
      });
    });
  }

  #touchedAt(view: View): number {
    const key = isCall(view) ? callKey(view.id) : isSupervision(view) ? 'supervision' : AGENT_KEY;
    return Math.max(this.#touched.get(key) ?? 0, this.#touched.get(EVERYTHING) ?? 0);
  }

  #showPending(): void {
    const names = [...this.#running.keys()].map((key) => key.slice(0, key.indexOf(':')) as CommandName);
    this.#desk.update({ pending: new Set(names) });
  }
}

function isCall(view: View): view is CallView {
  return 'parties' in view;
}

function isSupervision(view: View): view is SupervisionAnswer {
  return 'supervision' in view;
}

function presentView(snapshot: DeskSnapshot, view: View): View | undefined {
  if (isSupervision(view)) return { supervision: snapshot.supervision };
  return isCall(view) ? snapshot.calls.find(({ id }) => id === view.id) : snapshot.agent;
}

function withView(snapshot: DeskSnapshot, view: View): DeskSnapshot {
  if (isSupervision(view)) return { ...snapshot, supervision: view.supervision };
  return isCall(view) ? withCall(snapshot, view) : { ...snapshot, agent: view };
}

function unexpected(error: unknown): CommandError {
  console.error('Telebar', error);
  return new CommandError({ code: 'internal', message: String(error), retryable: false, details: {} });
}
