import { phoneUser } from '../../core/agent/availability.ts';
import type { AgentId, EndpointId, GroupId, ReasonId } from '../../core/kernel/ids.ts';
import { currentCall, isSignedIn } from '../../core/model/agent.ts';
import { isEnded } from '../../core/model/call.ts';
import type { TeamState } from '../../core/model/team.ts';
import { isInLine } from '../../core/model/call.ts';

export type Changed =
  | { readonly kind: 'team' }
  | { readonly kind: 'agents'; readonly ids: readonly AgentId[] }
  | { readonly kind: 'agent'; readonly id: AgentId }
  | { readonly kind: 'group'; readonly id: GroupId }
  | { readonly kind: 'phone'; readonly id: EndpointId }
  /** Of a pause. */
  | { readonly kind: 'reason'; readonly id: ReasonId };

export interface Met {
  readonly signedIn: ReadonlyArray<{ id: AgentId; number: string; name: string }>;
  readonly waitingCalls: number;
  readonly openCalls: number;
}

/** Who works with something of the set-up, and which calls are under way, at this moment. */
export function met(team: TeamState, of: Changed): Met {
  const persons = (ids: readonly AgentId[]) =>
    ids.flatMap((id) => {
      const profile = team.config.agents.get(id);
      return profile ? [{ id, number: profile.number, name: profile.name }] : [];
    });
  if (of.kind === 'group') {
    const signedIn = [...team.agents.values()].filter(({ groups }) => groups[of.id] !== undefined);
    const calls = [...team.calls.values()].filter((call) => call.groupId === of.id && !isEnded(call));
    const waiting = calls.filter(isInLine);
    return {
      signedIn: persons(signedIn.map(({ id }) => id)),
      waitingCalls: waiting.length,
      openCalls: calls.length - waiting.length,
    };
  }
  if (of.kind === 'team') {
    const calls = [...team.calls.values()].filter((call) => !isEnded(call));
    const waiting = calls.filter(isInLine);
    return {
      signedIn: persons([...team.agents.values()].filter(isSignedIn).map(({ id }) => id)),
      waitingCalls: waiting.length,
      openCalls: calls.length - waiting.length,
    };
  }
  if (of.kind === 'agents') {
    const agents = of.ids.flatMap((id) => team.agents.get(id) ?? []);
    const calls = new Set(agents.map(currentCall));
    calls.delete(null);
    return {
      signedIn: persons(agents.filter(isSignedIn).map(({ id }) => id)),
      waitingCalls: 0,
      openCalls: calls.size,
    };
  }
  if (of.kind === 'reason') {
    const paused = [...team.agents.values()].filter(({ pause }) => pause?.reasonId === of.id);
    return { signedIn: persons(paused.map(({ id }) => id)), waitingCalls: 0, openCalls: 0 };
  }
  const agent = of.kind === 'agent' ? team.agents.get(of.id) : phoneUser(team, of.id);
  const works = agent && isSignedIn(agent);
  return {
    signedIn: works ? persons([agent.id]) : [],
    waitingCalls: 0,
    openCalls: agent && currentCall(agent) !== null ? 1 : 0,
  };
}
