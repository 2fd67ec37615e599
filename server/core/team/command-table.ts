import type { Draft } from '../model/draft.ts';
import type { Right } from '../../vocabulary/rights.ts';
import type { Command } from './input.ts';

/** How commands of one type are carried out. */
export interface Rule<C extends Command> {
  /** Whether a locked desk still obeys. */
  readonly locked: 'refused' | 'obeyed';
  /** What whoever gives it has to be allowed, on the agent whom it names. */
  readonly right: Right;
  /**
   * Who wants to be heard no longer, or to hear no longer, is not told to wait for a database: such a command is carried out
   * also while the store is away. Absent: it is refused then.
   */
  silences?(command: C): boolean;
  /** @throws DomainError */
  run(draft: Draft, command: C): void;
}

/** The commands of one folder of rules. The core joins all of them: one that is missing does not compile. */
export type Commands<Type extends Command['type']> = {
  readonly [T in Type]: Rule<Extract<Command, { type: T }>>;
};
