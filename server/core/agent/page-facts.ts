import type { Draft } from '../model/draft.ts';
import type { PageLink } from '../model/team.ts';
import type { AgentId } from '../kernel/ids.ts';

/** What has happened to the page of an agent. One whose `clientId` is not that of the page with the voice says nothing. */
export type PageFact =
  /** It has been heard of, and that is news: for the first time, after a silence, or with a phone that is different. */
  | { type: 'PageSeen'; agentId: AgentId; clientId: string; phone: NonNullable<PageLink['seen']> }
  /** It has not been heard of for too long. */
  | { type: 'PageFellSilent'; agentId: AgentId; clientId: string }
  | { type: 'PageGone'; agentId: AgentId; clientId: string };

export function pageChanged(draft: Draft, fact: PageFact): void {
  const { agentId } = fact;
  const page = draft.team.pages.get(agentId);
  if (page?.clientId !== fact.clientId) return;
  switch (fact.type) {
    case 'PageSeen':
      return draft.apply({ type: 'page-seen', agentId, seen: fact.phone });
    case 'PageFellSilent':
      if (!page.silent) draft.apply({ type: 'page-fell-silent', agentId });
      return;
    case 'PageGone':
      return draft.apply({ type: 'page-gone', agentId });
    default:
      fact satisfies never;
  }
}
