import { CommandError, type CommandFailure } from '../../../widget/live/command-error.ts';
import type { CommandName, DeskCommands } from '../../../widget/live/commands/table.ts';
import type { Desk, DeskState } from '../../../widget/live/desk.ts';
import { ObservableValue } from '../../../widget/live/observable.ts';
import { deskState } from './desk-states.ts';

/** A command that an element has sent, with its arguments. */
export interface Sent {
  command: CommandName;
  args: unknown[];
}

/** A desk whose state the test sets and whose commands it reads. */
export class FakeDesk implements Desk {
  readonly sent: Sent[] = [];
  readonly dismissed: CommandName[] = [];
  readonly commands: DeskCommands;
  readonly #value: ObservableValue<DeskState>;
  readonly #refusals = new Map<CommandName, CommandFailure>();

  constructor(state: DeskState = deskState()) {
    this.#value = new ObservableValue(state);
    this.commands = new Proxy({} as DeskCommands, {
      get:
        (_, command: CommandName) =>
        (...args: unknown[]) =>
          this.#run(command, args),
    });
  }

  get state(): DeskState {
    return this.#value.state;
  }

  set(state: DeskState): void {
    this.#value.set(state);
  }

  patch(patch: Partial<DeskState>): void {
    this.#value.update(patch);
  }

  /** The next commands of this name are refused. */
  refuse(command: CommandName, code: CommandFailure['code'], details: Record<string, unknown> = {}): void {
    this.#refusals.set(command, { code, message: code, retryable: false, details });
  }

  subscribe(listener: (state: DeskState) => void): () => void {
    return this.#value.subscribe(listener);
  }

  dismissFailure(command: CommandName): void {
    this.dismissed.push(command);
    const { [command]: _gone, ...failures } = this.state.failures;
    this.patch({ failures });
  }

  dispose(): Promise<void> {
    return Promise.resolve();
  }

  async #run(command: CommandName, args: unknown[]): Promise<unknown> {
    this.sent.push({ command, args });
    const refusal = this.#refusals.get(command);
    if (refusal !== undefined) {
      this.patch({ failures: { ...this.state.failures, [command]: refusal } });
      throw new CommandError(refusal);
    }
    const { [command]: _gone, ...failures } = this.state.failures;
    if (_gone !== undefined) this.patch({ failures });
    return command === 'listPhones' ? [] : undefined;
  }
}
