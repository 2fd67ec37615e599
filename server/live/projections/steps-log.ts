import type { Changes } from '../../core/model/changes.ts';
import { liveLegs } from '../../core/model/call.ts';
import { awayParties, standing } from '../../core/model/parties.ts';
import type { CallState, Phase } from '../../core/model/call.ts';
import { stateWord } from '../../core/model/agent.ts';
import type { AgentState } from '../../core/model/agent.ts';
import { bound } from '../../core/kernel/logger.ts';
import type { Logger } from '../../core/kernel/logger.ts';
import type { TeamId } from '../../core/kernel/ids.ts';

/**
 * Writes the steps in the life of calls and of agents' presence into the log, one line each, under the ids by which everything
 * else that is said of them is found. No numbers or names of people: those are in the records.
 */
export function logSteps(logger: Logger, teamId: TeamId, { calls, agents }: Changes): void {
  for (const [callId, { before, after }] of calls) {
    if (after && (before && standing(before)) !== standing(after)) {
      logCall(bound(logger, { teamId, callId }), before, after);
    }
  }
  for (const [agentId, { before, after }] of agents) {
    if (before && after && stateWord(before) !== stateWord(after)) {
      logPresence(bound(logger, { teamId, agentId }), before, after);
    }
  }
}

function logCall(log: Logger, before: CallState | undefined, after: CallState): void {
  const { phase, direction, groupId } = after;
  if (!before) {
    const legIds = liveLegs(after).map(({ id }) => id);
    log.info({ direction, ...(groupId === null ? {} : { groupId }), legIds }, 'a call begins');
  }
  switch (phase.kind) {
    case 'waiting':
      if (before) log.info({ agentId: agentOf(before.phase) }, 'the call was not answered and waits again');
      return;
    case 'offered':
    case 'calling-agent':
      return log.info({ agentId: phase.agentId, legId: phase.legId }, 'the call rings at an agent');
    case 'calling-far':
      return log.info({ agentId: phase.agentId, legId: phase.legId }, 'the other side is called');
    case 'conversation': {
      const [lost] = awayParties(after);
      if (lost) {
        return log.warn({ agentId: lost.agentId }, 'the voice of the agent is lost; the call waits for it');
      }
      if (standing(after) === 'held' || (before && standing(before) === 'held')) return;
      return log.info({ agentId: after.agentId, waitedMs: after.waitedMs }, 'the call is connected');
    }
    case 'ended':
      return log.info(
        { cause: phase.cause, by: phase.by.kind, agentId: after.agentId },
        'the call has ended',
      );
    case 'connecting':
      return;
    default:
      return phase satisfies never;
  }
}

function agentOf(phase: Phase): string | null {
  return 'agentId' in phase ? phase.agentId : null;
}

/** Where work begins and ends; what becomes of calls is said of them. */
function logPresence(log: Logger, before: AgentState, after: AgentState): void {
  const [was, is] = [stateWord(before), stateWord(after)];
  if (is === 'signed-out') log.info({}, 'the agent has signed out');
  else if (was === 'signed-out') log.info({ state: is }, 'the agent has signed in');
  else if (is === 'paused') log.info({ reasonId: after.pause?.reasonId ?? null }, 'the agent pauses');
  else if (was === 'paused' && is === 'idle') log.info({}, 'the agent is back at work');
}
