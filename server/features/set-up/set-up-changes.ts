import type { Effects, Use } from '../../contract/people.ts';
import { DomainError } from '../../core/kernel/domain-error.ts';
import type { Requester } from '../../core/kernel/actor.ts';
import type { Clock } from '../../core/kernel/clock.ts';
import type { AgentId, EndpointId, GroupId, ReasonId, SessionId, TeamId } from '../../core/kernel/ids.ts';
import type { Numbers } from '../../core/kernel/number/numbers.ts';
import type { IdSource } from '../../core/kernel/id-source.ts';
import { StorageError } from '../../core/ports/unit-of-work.ts';
import type { UnitOfWork } from '../../core/ports/unit-of-work.ts';
import type { Outbox } from '../../core/ports/outbox.ts';
import type { PasswordResetStore } from '../password-resets/password-resets-store.ts';
import { appendChange, type ChangedRow } from '../audit/record-change.ts';
import type { SipAccounts } from '../../core/ports/sip-accounts.ts';
import type {
  AgentStore,
  AppBindingStore,
  CustomerFieldStore,
  DialledNumber,
  GroupStore,
  PhoneStore,
  RoleStore,
  TeamStore,
  WorkLinkStore,
} from './set-up-store.ts';

/** What administrators read and change. */
export interface SetUpStores {
  readonly teams: TeamStore;
  readonly agents: AgentStore;
  readonly groups: GroupStore;
  readonly phones: PhoneStore;
  readonly roles: RoleStore;
  readonly fields: CustomerFieldStore;
  readonly links: WorkLinkStore;
  readonly bindings: AppBindingStore;
  readonly passwordResets: Pick<PasswordResetStore, 'endOf'>;
  readonly outbox: Outbox;
}

/** What of the set-up is to be changed. */
export type Changed =
  | { readonly kind: 'team' }
  | { readonly kind: 'agents'; readonly ids: readonly AgentId[] }
  | { readonly kind: 'agent'; readonly id: AgentId }
  | { readonly kind: 'group'; readonly id: GroupId }
  | { readonly kind: 'phone'; readonly id: EndpointId }
  | { readonly kind: 'reason'; readonly id: ReasonId };

/** Whom a change would meet. */
export interface Met {
  readonly signedIn: ReadonlyArray<{ id: AgentId; number: string; name: string }>;
  readonly waitingCalls: number;
  readonly openCalls: number;
}

export interface SetUpDeps {
  readonly unitOfWork: UnitOfWork<SetUpStores>;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly numbers: Numbers;
  readonly sip: Pick<SipAccounts, 'newPassword' | 'realm' | 'registrarPort' | 'ha1' | 'ha1Sha256'>;
  hashPassword(password: string): Promise<string>;
  /** Ends what is open of an agent, but for one session. */
  endSessions(agent: { teamId: TeamId; agentId: AgentId }, except: SessionId | null): Promise<void>;
  /** Who works with it, and which calls are under way, now. */
  meets(teamId: TeamId, changed: Changed): Met;
  /** The telephones outside with which agents work now, of all teams that this server has. */
  outsidePhones(): readonly DialledNumber[];
  /** Whether the operator has set the origins of the team with this short name. */
  originsFixed(slug: string): boolean;
  /** Origins that are known by now are not to be believed any more. */
  originsChanged(): void;
  /** A change is stored: the live team follows, wherever it is. Never rejects. */
  changed(teamId: TeamId): Promise<void>;
}

/** Changes of one team come one after the other, each in one transaction, and are told when they are stored. */
export class SetUpChanges {
  readonly deps: SetUpDeps;

  constructor(deps: SetUpDeps) {
    this.deps = deps;
  }

  read<T>(read: (stores: SetUpStores) => Promise<T>): Promise<T> {
    return this.deps.unitOfWork.read(read);
  }

  effects(teamId: TeamId, changed: Changed, uses: Use[]): Effects {
    const { signedIn, ...calls } = this.deps.meets(teamId, changed);
    return { ...calls, signedIn: signedIn.slice(0, 20), signedInCount: signedIn.length, uses };
  }

  async change<T>({ teamId }: Requester, change: (stores: SetUpStores) => Promise<T>): Promise<T> {
    const changed = await this.deps.unitOfWork
      .run(async (stores) => {
        // First: the row of the team is what others wait for, so that what is looked up here stays true.
        await stores.teams.raiseSetUpVersion(teamId);
        return change(stores);
      })
      .catch((error: unknown) => {
        // A line is unique over all teams, which do not wait for each other.
        if (error instanceof StorageError && error.code === 'duplicate') throw numberTaken(null);
        throw error;
      });
    await this.deps.changed(teamId);
    return changed;
  }

  /** Says who has changed what, in the transaction of the change. */
  async record({ outbox }: SetUpStores, who: Requester, record: string, row: ChangedRow): Promise<void> {
    const { ids, clock } = this.deps;
    await appendChange(outbox, who, record, row, { ids, now: clock.now() });
  }
}

export function missing(what: string): DomainError {
  return new DomainError('not-found', `There is no such ${what}.`);
}

/**
 * @param version null: none was named
 * @throws version-conflict, version-required, with the row as it is
 */
export function checkVersion(found: { version: number }, version: number | null, current: unknown): void {
  if (found.version === version) return;
  if (version === null) throw new DomainError('version-required', 'It is there already.', { current });
  throw new DomainError('version-conflict', 'Somebody else has changed it.', { current });
}

/** The row was locked with its team, so only a broken rule of ours could be here. */
export function checkSaved(saved: boolean): void {
  if (!saved) throw new DomainError('version-conflict', 'Somebody else has changed it.');
}

/** Null: not known which. */
export function numberTaken(number: string | null): DomainError {
  return new DomainError('number-taken', 'The number is in use.', { number });
}
