import type { CallView, DeskSnapshot } from '../../server/contract/desk.ts';
import type { CommandError } from './command-error.ts';
import type { OwedName } from './commands/command.ts';
import { isOwedName, owedRules } from './commands/table.ts';

/** A command that the agent has given, and that the server has not confirmed. */
export interface Owed {
  readonly id: string;
  readonly command: OwedName;
  /** Null: of the agent. */
  readonly callId: string | null;
  readonly argument: unknown;
  /** Local ms. */
  readonly since: number;
}

/** After so long nobody means it any more, ms. */
export const OWED_MS = 300_000;

/** Wanted whoever steers the agent afterwards, and whoever is logged in. */
export function isEnding({ command }: Owed): boolean {
  return owedRules(command).ends === true;
}

/** The later command makes up for the earlier one. */
export function isReplaced(earlier: Owed, later: Owed): boolean {
  const { replaces, ofArgument } = owedRules(later.command);
  if (earlier.callId !== later.callId || !replaces.includes(earlier.command)) return false;
  if (ofArgument?.(later.argument) !== true) return true;
  return earlier.command === later.command && later.argument === earlier.argument;
}

export function isOver({ command, since }: Owed): boolean {
  return owedRules(command).givenUp === true && Math.abs(Date.now() - since) > OWED_MS;
}

/** Written by a page before this one, which may have been of another version. */
export function isOwed(value: unknown): value is Owed {
  const { id, command, callId, since } = (value ?? {}) as Partial<Owed>;
  const known = typeof id === 'string' && command !== undefined && isOwedName(command);
  const named = callId === null || typeof callId === 'string';
  return known && named && typeof since === 'number';
}

const PASSING: readonly string[] = ['offline', 'timeout', 'unavailable', 'rate-limited', 'internal'];

/** Not the server's decision: it could not be asked, could not decide, or somebody between answered in its place. */
export function isPassing({ code }: CommandError): boolean {
  return PASSING.includes(code);
}

export function isSessionOver({ code }: CommandError): boolean {
  return code.startsWith('token-');
}

/** The desk was locked after it, or the agent's own leg was lost with the connection and is on its way back. */
export function isTooEarly({ command }: Owed, { code }: CommandError): boolean {
  return code === 'locked' || (owedRules(command).needsLeg === true && code === 'call-not-active');
}

/** The refusal says that it is as wanted. */
export function isDone({ command }: Owed, { code }: CommandError): boolean {
  return owedRules(command).done.includes(code);
}

/** The desk shows that it is as wanted. */
export function isSo(
  { command, callId, argument }: Owed,
  call: CallView | undefined,
  { agent, supervision }: Pick<DeskSnapshot, 'agent' | 'supervision'>,
): boolean {
  if (callId !== null && (call === undefined || call.phase === 'ended')) return true;
  return owedRules(command).isSo?.(call, agent, argument, supervision) === true;
}
