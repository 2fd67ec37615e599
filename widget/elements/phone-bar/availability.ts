import type { CallView } from '../../../server/contract/desk.ts';
import type { MessageKey } from '../../i18n/catalog.ts';
import { asks, isAlone, isAside } from '../../live/call-parties.ts';
import type { DeskState } from '../../live/desk.ts';
import { linkOf } from './link.ts';
import { presentCall } from './present-call.ts';

export type ActionName = 'dial' | 'hold' | 'mute' | 'keypad' | 'transfer' | 'pause' | 'ready' | 'hangup';
type Reason = Extract<MessageKey, `reason.${string}`>;

/**
 * Why an action is not possible now, as the tooltip says it; null: it is possible. `linkIgnored`: the agent has chosen to
 * work without a linked phone.
 */
export function reasonAgainst(
  action: ActionName,
  state: DeskState | undefined,
  linkIgnored: boolean,
): Reason | null {
  const agent = state?.snapshot?.agent;
  if (state === undefined || agent === undefined) return 'reason.notConnected';
  const call = presentCall(state);
  const live = call !== null && call.phase !== 'ended' ? call : null;
  const reachable = state.connection === 'online';
  if (!reachable && !(state.connection === 'reconnecting' && isKept(action, live)))
    return 'reason.notConnected';
  if (agent.locked) return 'reason.unlocked';
  switch (action) {
    case 'dial':
      if (live !== null) return 'reason.inCall';
      if (agent.state === 'monitoring') return 'reason.listening';
      if (agent.state === 'signed-out') return 'reason.notSignedIn';
      if (!linkIgnored && linkOf(state).status === 'lost') return 'reason.notLinked';
      return diallingIsOff(agent.groups) ? 'reason.diallingOff' : null;
    case 'hold':
      if (live === null) return 'reason.noCall';
      if (live.phase === 'held' && isHeldAtPhone(live)) return 'reason.heldAtPhone';
      if (asks(live) && isAlone(live)) return 'reason.notAnswered';
      return live.phase === 'talking' || live.phase === 'held' ? null : 'reason.notAnswered';
    case 'mute':
    case 'keypad':
      if (live === null) return 'reason.noCall';
      if (action === 'keypad' && asks(live) && isAlone(live)) return 'reason.notAnswered';
      if (live.phase === 'held') return 'reason.held';
      return live.phase === 'talking' ? null : 'reason.notAnswered';
    case 'transfer':
      if (live === null) return 'reason.noCall';
      if (asks(live) || isAside(live)) return 'reason.asking';
      return live.phase === 'talking' || live.phase === 'held' ? null : 'reason.notAnswered';
    case 'pause':
      if (agent.state === 'signed-out') return 'reason.notSignedIn';
      if (live !== null) return null;
      return ['idle', 'acw', 'paused'].includes(agent.state) ? null : 'reason.pauseState';
    case 'ready':
      return agent.acw === null ? 'reason.notInAcw' : null;
    case 'hangup':
      if (live === null) return 'reason.noCall';
      return live.phase === 'offered' ? 'reason.offered' : null;
  }
  return action satisfies never;
}

/** What ends or silences something: the page does its part at once, and the server when it is back. */
function isKept(action: ActionName, call: CallView | null): boolean {
  if (action === 'hold') return call?.phase === 'talking';
  if (action === 'mute') return call?.muted === false;
  return action === 'hangup';
}

/** The desk phone's own button holds the call, and it alone can take it back. */
function isHeldAtPhone(call: CallView): boolean {
  return call.parties.some((party) => party.self && party.state === 'held');
}

function diallingIsOff(groups: NonNullable<DeskState['snapshot']>['agent']['groups']): boolean {
  const joined = groups.filter((group) => group.signedInSince !== null);
  return joined.length > 0 && joined.every((group) => group.dialling === 'off');
}
