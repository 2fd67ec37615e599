import type { AgentStateWord, AgentView, CallView } from '../../../server/contract/desk.ts';
import type { MessageKey } from '../../i18n/catalog.ts';
import { asks, othersIn, passesOutside } from '../../live/call-parties.ts';
import { numberOf, reasonAgainstChoice, type Choice } from './call-targets.ts';

/** What can be done with whoever was chosen: ask first, pass the call on unasked, bring into the conversation. */
export const ORDERS = ['consult', 'transfer', 'add'] as const;
export type Order = (typeof ORDERS)[number];

type Reason =
  | `state.${AgentStateWord}`
  | 'reason.alreadyIn'
  | Extract<
      MessageKey<'parties'>,
      `parties.${'askedAlready' | 'choose' | 'notLinked' | 'groupNotAdded' | 'oneToGroup' | 'agentsOnly'}`
    >;

function isAsideNow({ place, state }: CallView['parties'][number]): boolean {
  return place === 'consult' && state !== 'gone';
}

/** Why this cannot be done with whoever was chosen; null: it can. */
export function reasonAgainstOrder(
  order: Order,
  call: CallView,
  agent: AgentView | undefined,
  choice: Choice | undefined,
): Reason | null {
  if (asks(call)) return 'parties.askedAlready';
  if (choice === undefined) return 'parties.choose';
  const own = reasonAgainstChoice(choice, call.parties);
  if (order === 'consult' && call.parties.some(isAsideNow)) return 'parties.askedAlready';
  if (own === 'in-call') return 'reason.alreadyIn';
  if (own === 'not-linked') return 'parties.notLinked';
  if (own === 'state' && choice.kind === 'agent') return `state.${choice.agent.state}`;
  if (choice.kind === 'group') {
    if (order === 'add') return 'parties.groupNotAdded';
    return order === 'transfer' && othersIn(call).length > 1 ? 'parties.oneToGroup' : null;
  }
  const passes = numberOf(choice) === null || (agent !== undefined && passesOutside(call, agent));
  return order === 'transfer' && !passes ? 'parties.agentsOnly' : null;
}
