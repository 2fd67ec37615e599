import type { CustomerId, TeamId } from '../../core/kernel/ids.ts';
import type { RowPage } from '../../core/ports/unit-of-work.ts';

export interface CustomerRow {
  id: CustomerId;
  teamId: TeamId;
  name: string;
  numbers: string[];
  company: string;
  email: string;
  address: string;
  note: string;
  fields: Record<string, string | number | boolean | null>;
  version: number;
  createdAt: number;
  updatedAt: number;
}

export interface CustomerStore {
  byId(teamId: TeamId, id: CustomerId): Promise<CustomerRow | null>;
  /** All customers who have the number; compares by `core/kernel/number/numbers.ts`'s comparable form. */
  byNumber(teamId: TeamId, comparable: string): Promise<CustomerRow[]>;
  search(
    teamId: TeamId,
    q: string | null,
    cursor: string | null,
    limit: number,
  ): Promise<RowPage<CustomerRow>>;
  /** `comparableNumbers` index the card; the same order as `numbers`. */
  insert(customer: CustomerRow, comparableNumbers: string[]): Promise<void>;
  /** False when `expectedVersion` is no longer the stored one; nothing is written then. */
  update(customer: CustomerRow, comparableNumbers: string[], expectedVersion: number): Promise<boolean>;
}
