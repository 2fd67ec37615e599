import { DomainError } from '../../core/kernel/domain-error.ts';
import type { TeamId } from '../../core/kernel/ids.ts';
import type { Numbers } from '../../core/kernel/number/numbers.ts';
import { ownLine } from '../../core/kernel/number/own-line.ts';
import type { SetUpStores } from './set-up-changes.ts';
import type { DialledNumber } from './set-up-store.ts';

type Stores = Pick<SetUpStores, 'teams' | 'agents' | 'groups'>;

/**
 * That a number which is dialled without anybody's doing does not lead back: to a line of any team of this server, or to
 * somebody of the own team.
 * @throws number-leads-here
 */
export async function refuseLeadingHere(
  { teams, agents, groups }: Stores,
  numbers: Numbers,
  { teamId, number }: { teamId: TeamId; number: string },
): Promise<void> {
  const isInside =
    (await ownLine(teams, numbers, number)) !== null ||
    (await agents.byNumber(teamId, number)) !== null ||
    (await groups.all(teamId)).some((group) => group.closedAt === null && group.number === number);
  if (!isInside) return;
  throw new DomainError(
    'number-leads-here',
    'This number leads to a team of this server, which would call itself: enter the number of a telephone outside.',
    { number },
  );
}

/**
 * That a number which is to lead to a team is dialled by none: neither as an agent's telephone nor as a group's overflow.
 * @param now telephones outside with which agents work
 * @throws number-leads-here
 */
export async function refuseDialled(
  { agents, groups }: Stores,
  numbers: Numbers,
  { teamId, number, now }: { teamId: TeamId; number: string; now: readonly DialledNumber[] },
): Promise<void> {
  const dialled = [...(await agents.outsideNumbers()), ...(await groups.overflowNumbers()), ...now];
  const found = dialled.filter((each) => numbers.isSameNumber(each.number, number));
  if (found.length === 0) return;
  // Of other teams nothing is told but that there is something.
  const mine = found.filter((each) => each.teamId === teamId);
  const by = [...new Set(mine.map(({ name }) => name))];
  throw new DomainError(
    'number-leads-here',
    by.length > 0
      ? `Calls for ${by.join(', ')} are dialled to this number, which would lead them back here: change that first.`
      : 'Another team of this server dials this number as a telephone outside.',
    { number, by },
  );
}
