import type { Input } from '../core/team/input.ts';
import type { Mailbox } from './mailbox.ts';

/** Inputs that are stored together at most: about ten rows each. */
const MOST_TOGETHER = 50;

/** An input that waits for its turn. */
export interface Waiting<T> {
  readonly input: Input;
  /** A command: its refusal is an answer. */
  readonly refusable: boolean;
  /** Decides and stores it by itself. */
  readonly alone: () => Promise<T>;
  readonly resolve: (taken: T) => void;
  readonly reject: (error: unknown) => void;
}

/** Inputs in the order of their arrival, in front of a team's mailbox. What has come while the last turn was stored has one turn. */
export class Inbox<T> {
  readonly #mailbox: Mailbox;
  readonly #together: (turn: ReadonlyArray<Waiting<T>>) => Promise<boolean>;
  readonly #gathered: () => Promise<void>;
  readonly #waiting: Array<Waiting<T>> = [];

  /**
   * `together`: answers all of a turn, or gives false when nothing was done and each has to be taken alone. `gathered`: what has
   * come to the process at the same time is in the inbox, too.
   */
  constructor(
    mailbox: Mailbox,
    together: (turn: ReadonlyArray<Waiting<T>>) => Promise<boolean>,
    gathered: () => Promise<void>,
  ) {
    this.#mailbox = mailbox;
    this.#together = together;
    this.#gathered = gathered;
  }

  submit(input: Input, refusable: boolean, alone: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ input, refusable, alone, resolve, reject });
      void this.#mailbox.run(() => this.#turn());
    });
  }

  async #turn(): Promise<void> {
    // An earlier turn has had it.
    if (this.#waiting.length === 0) return;
    await this.#gathered();
    const turn = this.#waiting.splice(0, MOST_TOGETHER);
    if (turn.length > 1 && (await this.#together(turn))) return;
    for (const { alone, resolve, reject } of turn) await alone().then(resolve, reject);
  }
}
