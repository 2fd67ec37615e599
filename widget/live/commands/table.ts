import { agentCommands } from './agent-commands.ts';
import { callCommands } from './call-commands.ts';
import type { AnyCommand, MethodsOf, OwedName, OwedRules } from './command.ts';
import { pageCommands } from './page-commands.ts';
import { partyCommands } from './party-commands.ts';
import { supervisorCommands } from './supervisor-commands.ts';

/**
 * Every command of the desk: its request, what of it is owed when the server is away, what it takes back, its method of the
 * host API, the event that it ends in. The desk, the lazy desk, the host API and the loader follow from it.
 */
export const COMMANDS = {
  ...pageCommands,
  ...agentCommands,
  ...callCommands,
  ...partyCommands,
  ...supervisorCommands,
} as const;

/**
 * Each resolves when the server has confirmed (the snapshot shows it by then), or rejects with `CommandError`. What ends or
 * silences something (`OwedName`, and `logout`) is not refused because the server cannot be reached: it resolves when the page has
 * done its part, and stays in `owed` until the server has confirmed.
 */
export type DeskCommands = MethodsOf<typeof COMMANDS>;
export type CommandName = keyof DeskCommands;

/** The same, as what walks over all of them sees it. */
export const RECORDS = COMMANDS satisfies Readonly<Record<CommandName, AnyCommand>> as Readonly<
  Record<CommandName, AnyCommand>
>;

/** A name without rules does not compile. */
const OWED = COMMANDS satisfies Readonly<Record<OwedName, { owed: OwedRules }>>;

export function owedRules(name: OwedName): OwedRules {
  return OWED[name].owed;
}

export function isOwedName(name: string): name is OwedName {
  return Object.hasOwn(RECORDS, name) && 'owed' in RECORDS[name as CommandName];
}
