import { agentIdOf, type Power, type Requester } from '../../core/kernel/actor.ts';
import { DomainError } from '../../core/kernel/domain-error.ts';
import { asId } from '../../core/kernel/ids.ts';
import type { RoleId, TeamId } from '../../core/kernel/ids.ts';
import { includesPower, powerOf } from '../../core/model/rights.ts';
import { roleOf, type RoleKey } from '../../core/model/set-up.ts';
import { ROLES } from '../../vocabulary/roles.ts';
import { missing } from './set-up-changes.ts';
import type { SetUpStores } from './set-up-changes.ts';
import type { AgentRow } from './set-up-store.ts';

type Stores = Pick<SetUpStores, 'roles' | 'agents'>;

/** @throws not-found */
export async function roleKeyOf({ roles }: Stores, teamId: TeamId, key: string): Promise<RoleKey> {
  const known = ROLES.find((each) => each === key);
  if (known) return known;
  const own = await roles.byId(teamId, asId<RoleId>(key));
  if (!own) throw missing('role');
  return own.id;
}

/** What somebody with such a role may do. */
export async function powerOfRole({ roles }: Stores, teamId: TeamId, key: RoleKey): Promise<Power> {
  const own = new Map((await roles.all(teamId)).map((role) => [role.id, role]));
  return powerOf(roleOf(key, own));
}

/**
 * Nobody gives rights away that they do not have, nor changes somebody who has more.
 * @throws forbidden
 */
export function checkGrant(who: Requester, power: Power): void {
  if (includesPower(powerOf(who), power)) return;
  throw new DomainError('forbidden', 'This gives, or concerns, rights that you do not have yourself.');
}

/**
 * A key makes nobody who sets the team up, nor takes over somebody who does: a program would be a person then.
 * @throws forbidden
 */
export function checkKeyGrant(who: Requester, powers: readonly Power[]): void {
  if (who.kind !== 'api-key' || !powers.some(({ rights }) => rights.has('change-set-up'))) return;
  throw new DomainError(
    'forbidden',
    'A key gives nobody the right to set the team up, and changes neither role, password, PIN nor address of who has it: let an administrator do it.',
  );
}

/**
 * Who sets the team up says who leads which group, themselves too: a smaller reach would hold nobody back.
 * @throws invalid-request, naming the field
 */
export function checkReach({ reach, rights }: Power): void {
  if (reach === 'team' || !rights.has('change-set-up')) return;
  throw new DomainError('invalid-request', 'Whoever sets the team up reaches all of it.', {
    errors: [{ path: 'reach', message: 'Has to be team, with the right change-set-up' }],
  });
}

/**
 * Who sets the team up stays able to do that, and does not take it from themselves by mistake.
 * @param power what the agent may do from now on; null: nothing any more
 * @throws own-rights
 */
export function keepOwnRights(who: Requester, agent: Pick<AgentRow, 'id'>, power: Power | null): void {
  if (agent.id !== agentIdOf(who) || power?.rights.has('change-set-up')) return;
  throw new DomainError(
    'own-rights',
    'You could not set the team up any more: let another administrator do it.',
  );
}

/**
 * Somebody has to be left who can set everything up.
 * @throws last-administrator
 */
export async function keepAnAdministrator({ agents }: Stores, row: AgentRow): Promise<void> {
  if (row.role === 'admin' && row.active) return;
  const administrators = { role: 'admin', active: true, sort: 'number', limit: 2 } as const;
  const { items } = await agents.search(row.teamId, administrators);
  if (items.some((each) => each.id !== row.id) || !items.some((each) => each.id === row.id)) return;
  throw new DomainError('last-administrator', 'The team would have no administrator.');
}
