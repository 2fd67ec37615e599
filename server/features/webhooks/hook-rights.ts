import type { Requester } from '../../core/kernel/actor.ts';
import type { HookEvent } from '../../vocabulary/hook-events.ts';
import type { Right } from '../../vocabulary/rights.ts';
import { checkGrant } from '../set-up/powers.ts';

/** Who has a webhook told of it has to be allowed to read it. */
const RIGHT_OF: Record<HookEvent, Right> = {
  'call.queued': 'read-calls',
  'call.ringing': 'read-calls',
  'call.answered': 'read-calls',
  'call.missed': 'read-calls',
  'call.ended': 'read-calls',
  'agent.state-changed': 'watch-agents',
  'customer.created': 'read-customers',
  'customer.updated': 'read-customers',
  'set-up.changed': 'read-audit',
};
const RIGHTS = new Map<string, Right>(Object.entries(RIGHT_OF));

/**
 * A webhook gives its address what happens in all of the team: nobody sends there what they may not read themselves.
 * @param types other types than those of events need nothing: they tell nothing
 * @throws forbidden
 */
export function checkTold(who: Requester, types: readonly string[]): void {
  checkGrant(who, { reach: 'team', rights: new Set(types.flatMap((type) => RIGHTS.get(type) ?? [])) });
}
