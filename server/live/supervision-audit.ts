import type { AgentId, CallId, TeamId } from '../core/kernel/ids.ts';
import type { CallState } from '../core/model/call.ts';
import type { Changes } from '../core/model/changes.ts';
import { supervisorsIn } from '../core/model/parties.ts';
import type { Party } from '../core/model/party.ts';
import type { OutboxEvent, RecordChange } from '../core/ports/outbox.ts';

/** Who has listened to whom, in which way, and what leaders have done to agents: for the audit, in the commit in which it happened. */
export function supervisionEvents(teamId: TeamId, { calls, agents }: Changes, time: number): OutboxEvent[] {
  const events: OutboxEvent[] = [];
  const tell = (id: string, subject: AgentId, content: RecordChange) =>
    events.push({ id, teamId, topic: 'record-changed', subject, time, content });
  for (const [callId, { before, after }] of calls) {
    const [were, are] = [monitors(before), monitors(after)];
    for (const partyId of new Set([...were.keys(), ...are.keys()])) {
      const [was, is] = [were.get(partyId), are.get(partyId)];
      const party = is ?? was;
      if (!party?.monitor || !party.agentId) continue;
      const content = monitorChange(callId, party.agentId, was, is);
      const id = `monitor.${partyId}.${after?.version ?? 0}`;
      if (content) tell(id, party.monitor.agentId, content);
    }
  }
  for (const [agentId, { before, after }] of agents) {
    const forced = after?.forced;
    if (!forced || forced === before?.forced) continue;
    tell(`forced.${agentId}.${after.version}`, agentId, {
      actor: { kind: 'agent', id: forced.by },
      record: 'agent-state',
      change: 'updated',
      fields: { action: { before: null, after: forced.action } },
    });
  }
  return events;
}

function monitors(call: CallState | undefined): Map<string, Party> {
  return new Map((call ? supervisorsIn(call) : []).map((party) => [party.id, party]));
}

function monitorChange(
  callId: CallId,
  leader: AgentId,
  was: Party | undefined,
  is: Party | undefined,
): RecordChange | null {
  const mode = { before: was?.monitor?.mode ?? null, after: is?.monitor?.mode ?? null };
  const agent = { before: was?.monitor?.agentId ?? null, after: is?.monitor?.agentId ?? null };
  if (mode.before === mode.after && agent.before === agent.after) return null;
  return {
    actor: { kind: 'agent', id: leader },
    record: 'monitoring',
    change: mode.before === null ? 'created' : mode.after === null ? 'deleted' : 'updated',
    fields: { mode, agent, call: { before: was ? callId : null, after: is ? callId : null } },
  };
}
