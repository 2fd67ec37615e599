import type { CallView, DeskSnapshot } from '../../server/contract/desk.ts';
import type { CommandError, CommandFailure, OwedName } from './desk.ts';

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

/** The call has ended, or was never answered here, or is so already: what was wanted is so. */
export const DONE: Readonly<Record<OwedName, readonly CommandFailure['code'][]>> = {
  hangup: ['call-not-active', 'no-such-call', 'call-not-ringing'],
  hangupLeg: ['call-not-active', 'no-such-call'],
  reject: ['call-not-ringing', 'no-such-call', 'call-not-active'],
  hold: ['call-held', 'held-by-other-side', 'no-such-call'],
  mute: ['no-such-call'],
  lock: ['locked'],
  pause: [],
  setNextState: [],
  signOut: ['not-signed-in'],
};

/**
 * What may have become wrong is given up after a while. What is wanted of a call is wanted as long as there is that call, and
 * what is locked stays locked: a microphone or a desk that opens by itself would be worse than any delay.
 */
const GIVEN_UP: readonly OwedName[] = ['pause', 'setNextState', 'signOut'];

/** The later command makes up for the earlier ones of the same call, or of the agent. */
const REPLACES: Readonly<Record<OwedName, readonly OwedName[]>> = {
  hangup: ['hangup', 'hangupLeg', 'reject', 'hold', 'mute'],
  hangupLeg: ['hangupLeg'],
  reject: ['reject'],
  hold: ['hold'],
  mute: ['mute'],
  lock: ['lock'],
  pause: ['pause', 'setNextState'],
  setNextState: ['setNextState', 'pause'],
  signOut: ['signOut', 'pause', 'setNextState'],
};

/** Wanted whoever steers the agent afterwards, and whoever is logged in. */
export const ENDS: readonly OwedName[] = ['hangup', 'hangupLeg', 'reject'];

export function isReplaced(earlier: Owed, later: Owed): boolean {
  if (earlier.callId !== later.callId || !REPLACES[later.command].includes(earlier.command)) return false;
  // Leaving one group, or hanging up one party, says nothing of the others.
  if (later.command === 'hangupLeg') return later.argument === earlier.argument;
  return later.command !== 'signOut' || later.argument === undefined;
}

export function isOver({ command, since }: Owed): boolean {
  return GIVEN_UP.includes(command) && Math.abs(Date.now() - since) > OWED_MS;
}

/** Written by a page before this one, which may have been of another version. */
export function isOwed(value: unknown): value is Owed {
  const { id, command, callId, since } = (value ?? {}) as Partial<Owed>;
  const known = typeof id === 'string' && command !== undefined && Object.hasOwn(DONE, command);
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
  return code === 'locked' || ((command === 'hold' || command === 'mute') && code === 'call-not-active');
}

export function isSo(
  { command, callId, argument }: Owed,
  call: CallView | undefined,
  agent: DeskSnapshot['agent'],
): boolean {
  if (callId !== null && (call === undefined || call.phase === 'ended')) return true;
  switch (command) {
    case 'hold':
      return call?.phase === 'held';
    case 'mute':
      return call?.muted === true;
    case 'reject':
      return call?.phase !== 'offered';
    case 'hangupLeg':
      return call?.parties.every(({ legId, state }) => legId !== argument || state === 'gone') === true;
    case 'signOut':
      return agent.groups.every(
        ({ groupId, signedInSince }) =>
          signedInSince === null || !((argument ?? [groupId]) as string[]).includes(groupId),
      );
    // What is shown of a lock may be this page's own.
    case 'lock':
    case 'hangup':
    case 'pause':
    case 'setNextState':
      return false;
    default:
      return command satisfies never;
  }
}
