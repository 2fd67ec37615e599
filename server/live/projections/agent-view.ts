import type { AgentView, Membership } from '../../contract/desk.ts';
import { stateSince, stateWord } from '../../core/model/agent.ts';
import type { AgentState } from '../../core/model/agent.ts';
import { endpointOf, isLinked } from '../../core/agent/availability.ts';
import { DomainError } from '../../core/kernel/domain-error.ts';
import type { AgentId } from '../../core/kernel/ids.ts';
import { groupsLedBy } from '../../core/model/rights.ts';
import { pauseLabel, profileOf } from '../../core/model/set-up.ts';
import type { TeamState } from '../../core/model/team.ts';
import type { LinkFigures } from '../links/link-book.ts';
import { forcedView } from './supervision-view.ts';
import { wrapUpView } from '../../core/call/wrap-up-view.ts';

/** A team, and what is known of its links. */
export interface LinkedTeam {
  readonly state: TeamState;
  readonly links: LinkFigures;
}

/** The agent as the contract shows it. not-found: no such agent in the team. */
export function agentView({ state: team, links }: LinkedTeam, agentId: AgentId): AgentView {
  const agent = team.agents.get(agentId);
  const profile = profileOf(team.config, agentId);
  if (!agent || !profile) throw new DomainError('not-found', 'No such agent.');
  const { activity } = agent;
  return {
    id: agent.id,
    number: profile.number,
    username: profile.username,
    name: profile.name,
    role: profile.role,
    state: stateWord(agent),
    since: stateSince(agent),
    pause: agent.pause && {
      ...agent.pause,
      label: pauseLabel(team.config, agent.pause.reasonId),
      limitMs: team.config.pauseRules.get(agent.pause.reasonId)?.limitMs ?? null,
    },
    locked: agent.locked,
    acw:
      activity.kind === 'acw'
        ? { callId: activity.callId, since: activity.since, endsAt: activity.endsAt }
        : null,
    wrapUp: agentWrapUp(agent),
    next: agent.next ? { ...agent.next } : null,
    device: deviceView(team, links, agent),
    outsidePhone: outsidePhoneView(team, agent),
    groups: membershipViews(team, agent),
    forced: forcedView(team.config, agent),
    leads: [...groupsLedBy(team.config, agentId)].flatMap((groupId) => {
      const group = team.config.groups.get(groupId);
      return group ? [{ groupId, name: group.name }] : [];
    }),
  };
}

function agentWrapUp({ wrapUp }: AgentState): AgentView['wrapUp'] {
  const view = wrapUpView(wrapUp);
  return wrapUp && view && { ...view, callId: wrapUp.callId };
}

function deviceView(team: TeamState, links: LinkFigures, agent: AgentState): AgentView['device'] {
  const endpointId = endpointOf(team, agent);
  const link = endpointId ? team.endpoints.get(endpointId) : undefined;
  return {
    kind: agent.device.kind,
    endpointId,
    name: deviceName(team, agent.device),
    online: isLinked(team, agent),
    address: link?.address ?? null,
    userAgent: link?.userAgent ?? null,
    latencyMs: link?.online && endpointId ? links.latencyOf(endpointId) : null,
  };
}

function deviceName({ config }: TeamState, device: AgentState['device']): string {
  if (device.kind === 'outside') return device.number;
  return (device.kind === 'phone' && config.phones.get(device.endpointId)?.name) || '';
}

/** Null: the team has none, or lets the agent have only one that nobody has entered. */
function outsidePhoneView(
  { config }: TeamState,
  { id, outsideNumber }: AgentState,
): AgentView['outsidePhone'] {
  const assigned = profileOf(config, id)?.outsideNumber ?? null;
  const own = config.outsidePhones === 'own';
  if (config.outsidePhones === 'off' || (!own && assigned === null)) return null;
  return { number: assigned ?? (own ? (outsideNumber ?? null) : null), own };
}

function membershipViews(team: TeamState, agent: AgentState): Membership[] {
  const views: Membership[] = [];
  for (const [groupId, member] of team.config.memberships.get(agent.id) ?? []) {
    const group = team.config.groups.get(groupId);
    if (!group) continue;
    views.push({
      groupId,
      name: group.name,
      number: group.number,
      static: member.static,
      signedInSince: agent.groups[groupId] ?? null,
      acwMode: group.acwMode,
      acwLimitMs: group.acwLimitMs,
      dialling: group.dialling,
      transferOutside: group.transferOutside,
    });
  }
  return views;
}
