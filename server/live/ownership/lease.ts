import { DomainError } from '../../core/kernel/domain-error.ts';
import type { TeamId } from '../../core/kernel/ids.ts';
import type { LeaseStore } from '../../core/ports/lease-store.ts';

/** This process does not own the team any more: nothing that it does with it counts. */
export class LeaseLost extends DomainError {
  constructor(teamId: TeamId) {
    super('unavailable', 'Another server has taken the team over: come again.', { teamId });
    this.name = 'LeaseLost';
  }
}

/** What a transaction of a live team is fenced with. */
export interface Fenced {
  readonly leases: Pick<LeaseStore, 'fence'>;
}

/** This process's right to one team. */
export interface Lease {
  /**
   * Whether the team is surely ours at this moment. False: so much time has passed unseen (a process that was stopped) that
   * another server may have taken it: ask `confirm` before anything leaves.
   */
  readonly sure: boolean;
  /** Resolves when the team is ours still. @throws LeaseLost */
  confirm(): Promise<void>;
  /** To be asked in each transaction that writes for the team: it is not kept when the team is not ours. @throws LeaseLost */
  fence(repositories: Fenced): Promise<void>;
}
