import type { AgentId, GroupId } from '../kernel/ids.ts';

/**
 * Whom a command names: an agent of the team, a number outside (`known`: the agent has had a call with it), or whoever of a group is free
 * first.
 */
export type Target =
  | { readonly kind: 'agent'; readonly agentId: AgentId }
  | { readonly kind: 'number'; readonly number: string; readonly known: boolean }
  | { readonly kind: 'group'; readonly groupId: GroupId };
