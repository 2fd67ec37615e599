import type { AgentState } from '../core/model/agent.ts';
import { stateSince, stateWord } from '../core/model/agent.ts';
import { isEnded, isInLine, type CallState } from '../core/model/call.ts';
import type { Changes } from '../core/model/changes.ts';
import { groupOf, pauseLabel, profileOf, type TeamConfig } from '../core/model/set-up.ts';
import type { AgentId, GroupId } from '../core/kernel/ids.ts';
import type { OutboxEvent } from '../core/ports/outbox.ts';
import type { LiveHookEvent } from '../vocabulary/hook-events.ts';

/** What other programs of the team are told of calls and agents: of what one of them wants to hear, and nothing else. */
export function liveEvents(config: TeamConfig, { calls, agents }: Changes, time: number): OutboxEvent[] {
  if (config.heard.size === 0) return [];
  const events: OutboxEvent[] = [];
  const tell = (subject: string, version: number, type: LiveHookEvent, data: object) => {
    if (!config.heard.has(type)) return;
    // Of one version each happens once.
    const id = `${type.replace(/^\w+\./, '')}.${subject}.${version}`;
    events.push({ id, teamId: config.teamId, topic: 'live-event', subject, time, content: { type, data } });
  };
  for (const [callId, { before, after }] of calls) {
    if (!after) continue;
    for (const type of callEvents(before, after)) tell(callId, after.version, type, callData(config, after));
  }
  for (const [agentId, { before, after }] of agents) {
    if (after && isOtherState(before, after))
      tell(agentId, after.version, 'agent.state-changed', agentData(config, after));
  }
  return events;
}

function callEvents(before: CallState | undefined, after: CallState): LiveHookEvent[] {
  const types: LiveHookEvent[] = [];
  const wasInLine = before !== undefined && isInLine(before);
  if (isInLine(after) && (!wasInLine || before.groupId !== after.groupId)) types.push('call.queued');
  const rungBefore = new Set(before === undefined ? [] : rung(before));
  if (rung(after).some((agentId) => !rungBefore.has(agentId))) types.push('call.ringing');
  const isAnswered = after.answeredAt !== null;
  if (isAnswered && (before?.answeredAt ?? null) === null) types.push('call.answered');
  if (isEnded(after) && !(before && isEnded(before))) {
    const hasCalledIn = after.direction === 'queue' || after.direction === 'direct';
    if (hasCalledIn && !isAnswered) types.push('call.missed');
    types.push('call.ended');
  }
  return types;
}

function rung({ phase }: CallState): AgentId[] {
  return phase.kind === 'offered' ? [phase, ...(phase.also ?? [])].map(({ agentId }) => agentId) : [];
}

function isOtherState(before: AgentState | undefined, after: AgentState): boolean {
  return (
    before === undefined ||
    stateWord(before) !== stateWord(after) ||
    (stateWord(after) === 'paused' && before.pause?.reasonId !== after.pause?.reasonId)
  );
}

function callData(config: TeamConfig, call: CallState): object {
  const { phase } = call;
  return {
    call: {
      id: call.id,
      direction: call.direction,
      number: call.number,
      name: call.name,
      did: call.did,
      group: call.groupId && namedGroup(config, call.groupId),
      agent: call.agentId && namedAgent(config, call.agentId),
      ringingAt: rung(call).map((agentId) => namedAgent(config, agentId)),
      customerId: call.customerId,
      data: call.data,
      startedAt: call.createdAt,
      answeredAt: call.answeredAt,
      waitedMs: call.waitedMs,
      endedAt: phase.kind === 'ended' ? phase.since : null,
      cause: phase.kind === 'ended' ? phase.cause : null,
    },
  };
}

function agentData(config: TeamConfig, agent: AgentState): object {
  const reasonId = agent.pause?.reasonId;
  return {
    agent: {
      ...namedAgent(config, agent.id),
      state: stateWord(agent),
      since: stateSince(agent),
      pause: reasonId === undefined ? null : { id: reasonId, label: pauseLabel(config, reasonId) },
      groups: Object.keys(agent.groups),
    },
  };
}

function namedAgent(config: TeamConfig, id: AgentId): object {
  const profile = profileOf(config, id);
  return { id, number: profile?.number ?? null, name: profile?.name ?? null };
}

function namedGroup(config: TeamConfig, id: GroupId): object {
  return { id, name: groupOf(config, id)?.name ?? null };
}
