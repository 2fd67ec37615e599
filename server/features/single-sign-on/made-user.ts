import type { Clock } from '../../core/kernel/clock.ts';
import type { IdSource } from '../../core/kernel/id-source.ts';
import type { AgentId } from '../../core/kernel/ids.ts';
import type { Outbox } from '../../core/ports/outbox.ts';
import type { UnitOfWork } from '../../core/ports/unit-of-work.ts';
import { appendChange } from '../audit/record-change.ts';
import { hashTemporaryPassword, newTemporaryPassword } from '../sessions/password.ts';
import {
  NEW_AGENT,
  type AgentRow,
  type AgentStore,
  type GroupStore,
  type TeamRow,
  type TeamStore,
} from '../set-up/set-up-store.ts';
import { refused } from './provider.ts';
import type { SignOnRow } from './single-sign-on-store.ts';

/** The first number that somebody is given in a team without any. */
const FIRST_NUMBER = 1001;
const MOST_TRIES = 10_000;

interface Stores {
  readonly teams: TeamStore;
  readonly agents: AgentStore;
  readonly groups: GroupStore;
  readonly outbox: Outbox;
}

interface Deps {
  readonly unitOfWork: UnitOfWork<Stores>;
  readonly ids: IdSource;
  readonly clock: Clock;
}

/**
 * An agent for somebody whom the provider knows, with the next free number, in no group, and with a password that nobody knows.
 * @throws sso-refused: the name can be no user name
 */
export async function makeUser(
  { unitOfWork, ids, clock }: Deps,
  { id: teamId }: TeamRow,
  { matches }: SignOnRow,
  { named, claims }: { named: string; claims: Readonly<Record<string, unknown>> },
): Promise<AgentRow> {
  if (/\s/.test(named) || named.length > 64) throw refused('claim');
  const told = (name: string, most: number) => {
    const value = claims[name];
    return typeof value === 'string' ? value.trim().slice(0, most) : '';
  };
  const email = matches === 'email' ? named : told('email', 254);
  const passwordHash = await hashTemporaryPassword(newTemporaryPassword());
  return unitOfWork.run(async (stores) => {
    // Others who are made at this moment wait here.
    await stores.teams.raiseSetUpVersion(teamId);
    const before = await stores.agents.byUsername(teamId, named);
    if (before !== null) return before;
    const row: AgentRow = {
      ...NEW_AGENT,
      id: ids.next<AgentId>('agent'),
      teamId,
      number: await freeNumber(stores, teamId),
      username: named,
      name: told('name', 100) || named,
      email: /^[^\s@<>",;]+@[^\s@<>",;]+$/.test(email) ? email : '',
      role: 'agent',
      passwordHash,
      passwordMustChange: true,
      pinHash: null,
      active: true,
      deletedAt: null,
      version: 1,
    };
    await stores.agents.insert(row);
    const actor = { kind: 'system', teamId } as const;
    await appendChange(
      stores.outbox,
      actor,
      'agent',
      { before: null, after: row },
      { ids, now: clock.now() },
    );
    return row;
  });
}

/** One above the highest short one that is in use, by agents or groups. */
async function freeNumber({ agents, groups }: Stores, teamId: AgentRow['teamId']): Promise<string> {
  const people = (await agents.all(teamId)).filter(({ deletedAt }) => deletedAt === null);
  const taken = new Set([...people, ...(await groups.all(teamId))].map(({ number }) => number));
  const short = people.map(({ number }) => number).filter((each) => /^[1-9]\d{2,5}$/.test(each));
  const first = Math.max(FIRST_NUMBER - 1, ...short.map(Number)) + 1;
  for (let number = first; number < first + MOST_TRIES; number++) {
    if (!taken.has(String(number))) return String(number);
  }
  throw refused('unknown-user');
}
