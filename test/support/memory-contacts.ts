import { chineseNumbers } from '../../server/core/kernel/number/numbers.ts';
import { partsOfNumber } from '../../server/core/kernel/number/part-of-number.ts';
import type { ContactRow, ContactStore } from '../../server/features/contacts/contacts-store.ts';

const isPart = (q: string, number: string): boolean =>
  partsOfNumber(q, chineseNumbers).some((part) => chineseNumbers.comparableNumber(number).includes(part));

/** Phone books in memory, without pages. */
export function memoryContacts(tables: { contacts: ContactRow[] }): ContactStore {
  const isSeen = (row: ContactRow, teamId: string, agentId: string | null): boolean =>
    row.teamId === teamId && (row.ownerId === null || row.ownerId === agentId);
  const indexOf = (id: string, version: number): number =>
    tables.contacts.findIndex((row) => row.id === id && row.version === version);
  return {
    byId: async (teamId, agentId, id) =>
      tables.contacts.find((row) => row.id === id && isSeen(row, teamId, agentId)) ?? null,
    search: async (teamId, agentId, q, _cursor, limit) => ({
      items: tables.contacts
        .filter((row) => isSeen(row, teamId, agentId))
        .filter(({ name, number }) => q === null || name.includes(q) || isPart(q, number))
        .toReversed()
        .slice(0, limit),
      next: null,
    }),
    insert: async (row) => void tables.contacts.push(row),
    update: async (row) => {
      const index = indexOf(row.id, row.version - 1);
      if (index >= 0) tables.contacts[index] = row;
      return index >= 0;
    },
    delete: async ({ id, version }) => {
      const index = indexOf(id, version);
      if (index >= 0) tables.contacts.splice(index, 1);
      return index >= 0;
    },
  };
}
