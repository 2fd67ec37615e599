import type { DeskSnapshot } from '../../../server/contract/desk.ts';
import { Backoff } from '../../api/backoff.ts';
import { randomId } from '../../platform/platform.ts';
import type { Confirmed, OwedName } from './command.ts';
import { CommandError } from '../command-error.ts';
import {
  isDone,
  isEnding,
  isOver,
  isOwed,
  isPassing,
  isReplaced,
  isSessionOver,
  isSo,
  isTooEarly,
  type Owed,
} from '../owed.ts';
import type { KeyValueStorage } from '../preferences.ts';
import { readList, writeList } from '../stored-list.ts';

/** A server that takes longer is not waited for: the page does alone what it can, ms. */
const LATE_MS = 1000;

export interface OwedOptions {
  storage: KeyValueStorage | null;
  /** Sends it; rejects with `CommandError`. */
  send: (owed: Owed) => Promise<Confirmed>;
  /** Sends it again as a command of its own, with its refusal kept. */
  again: (owed: Owed) => Promise<void>;
  /** The server has not confirmed in time: the page does alone what it can. */
  late: (owed: Owed) => void;
  /** It was not carried out in time, and will not be. */
  givenUp: (owed: Owed) => void;
  changed: () => void;
}

/**
 * Commands that the server has not confirmed, in the order in which they were given. They are sent until it has, also by
 * the page that is loaded after this one; never for another call, and never after the opposite command. What is not carried
 * out at last is told.
 */
export class OwedCommands {
  readonly #options: OwedOptions;
  readonly #backoff = new Backoff();
  /** Requests that are under way: the commands of one call, and those of the agent, go one after the other. */
  readonly #turns = new Map<string | null, Promise<unknown>>();
  readonly #late = new Set<string>();
  readonly #running = new Set<string>();
  /** What a session was not good enough for. */
  readonly #over = new Set<string>();
  #key: string | null = null;
  #list: readonly Owed[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: OwedOptions) {
    this.#options = options;
  }

  /** What the server is late with. */
  get late(): readonly Owed[] {
    return this.#list.filter(({ id }) => this.#late.has(id));
  }

  has(commands: readonly OwedName[], callId: string | null): boolean {
    return this.argumentsOf(commands, callId).length > 0;
  }

  /** What each that is owed was given. */
  argumentsOf(commands: readonly OwedName[], callId: string | null): unknown[] {
    return this.#list
      .filter((owed) => owed.callId === callId && commands.includes(owed.command))
      .map(({ argument }) => argument);
  }

  /** Goes on with what a page before this one left, of the same agent. */
  load(agent: string): void {
    const key = `telebar.owed.${agent}`;
    // The session alone was another: storage may be blocked.
    const kept = key === this.#key ? this.#list : readList(this.#options.storage, key, isOwed);
    this.#key = key;
    this.#list = kept.filter((owed) => !isOver(owed));
    for (const owed of kept) if (isOver(owed)) this.#options.givenUp(owed);
    for (const { id } of this.#list) this.#late.add(id);
    this.#options.changed();
  }

  /** Resolves when the server has confirmed, or cannot be reached; then it is owed. */
  async give(command: OwedName, callId: string | null, argument: unknown): Promise<Confirmed> {
    const owed: Owed = { id: randomId(), command, callId, argument, since: Date.now() };
    this.#set([...this.#list.filter((each) => !isReplaced(each, owed)), owed]);
    return this.settle(owed);
  }

  /** The opposite is wanted. Resolves when nothing of it is under way any more. */
  async withdraw(commands: readonly OwedName[], callId: string | null): Promise<void> {
    this.#set(this.#list.filter((owed) => owed.callId !== callId || !commands.includes(owed.command)));
    await this.#turns.get(callId);
  }

  /** The opposite needs the server's consent: until that is there, what is owed stays so. */
  revoke(
    commands: readonly OwedName[],
    callId: string | null,
    action: () => Promise<Confirmed>,
  ): Promise<Confirmed> {
    const before = this.#list;
    return this.#inTurn(callId, async () => {
      const confirmed = await action();
      const over = before.filter((owed) => owed.callId === callId && commands.includes(owed.command));
      this.#set(this.#list.filter((owed) => !over.includes(owed)));
      return confirmed;
    });
  }

  /** One attempt. */
  async settle(owed: Owed): Promise<Confirmed> {
    const timer = setTimeout(() => this.#isLate(owed), LATE_MS);
    this.#running.add(owed.id);
    try {
      const confirmed = await this.#inTurn(owed.callId, async () =>
        this.#isOwed(owed) ? this.#options.send(owed) : undefined,
      );
      this.#done(owed);
      return confirmed;
    } catch (error) {
      return this.#failed(owed, error);
    } finally {
      this.#running.delete(owed.id);
      clearTimeout(timer);
    }
  }

  /** How things stand by now: what is so already is owed no more. */
  observe(snapshot: DeskSnapshot): void {
    for (const owed of this.late) {
      const call = snapshot.calls.find(({ id }) => id === owed.callId);
      if (isSo(owed, call, snapshot)) this.#done(owed);
    }
  }

  /** The server is there again, and this is how things stand. */
  resume(snapshot: DeskSnapshot): void {
    this.observe(snapshot);
    this.#sendAll();
  }

  /** Another page steers the agent from now on: what ends a call or locks the desk stays wanted whatever that page does. */
  handOver(): void {
    this.#set(this.#list.filter((owed) => owed.command === 'lock' || isEnding(owed)));
  }

  /** The agent goes. What ends a call is still kept, for the next session here; returns it. */
  part(): readonly Owed[] {
    this.#set(this.#list.filter(isEnding));
    const kept = this.#list;
    this.#key = null;
    this.#set([]);
    this.stop();
    return kept;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #sendAll(): void {
    clearTimeout(this.#timer);
    for (const owed of this.#list) {
      if (isOver(owed)) {
        this.#done(owed);
        this.#options.givenUp(owed);
      } else if (!this.#running.has(owed.id)) void this.#options.again(owed).catch(() => {});
    }
  }

  async #inTurn(callId: string | null, action: () => Promise<Confirmed>): Promise<Confirmed> {
    const turn = (this.#turns.get(callId) ?? Promise.resolve()).then(action);
    const ended = turn.then(
      () => {},
      () => {},
    );
    this.#turns.set(callId, ended);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(callId) === ended) this.#turns.delete(callId);
    }
  }

  #failed(owed: Owed, error: unknown): void {
    // Withdrawn meanwhile: how it ended is of no interest.
    if (!this.#isOwed(owed)) return;
    if (!(error instanceof CommandError)) throw error;
    if (isDone(owed, error)) return this.#done(owed);
    const over = isSessionOver(error) && !this.#over.has(owed.id);
    if (!isPassing(error) && !over && !(this.#late.has(owed.id) && isTooEarly(owed, error))) {
      this.#done(owed);
      throw error;
    }
    this.#isLate(owed);
    // The next session goes on.
    if (over) return void this.#over.add(owed.id);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#sendAll(), this.#backoff.next());
  }

  #isLate(owed: Owed): void {
    if (!this.#isOwed(owed)) return;
    this.#late.add(owed.id);
    this.#options.late(owed);
    this.#options.changed();
  }

  #done(owed: Owed): void {
    this.#backoff.reset();
    this.#set(this.#list.filter(({ id }) => id !== owed.id));
  }

  #isOwed(owed: Owed): boolean {
    return this.#list.some(({ id }) => id === owed.id);
  }

  #set(list: readonly Owed[]): void {
    if (list.length === 0 && this.#list.length === 0) return;
    this.#list = list;
    this.#options.changed();
    if (this.#key !== null) writeList(this.#options.storage, this.#key, list);
  }
}
