import { ROLES, type Role } from '../../vocabulary/roles.ts';
import type { RoleKey } from '../../core/model/set-up.ts';
import type { RoleRow } from '../set-up/set-up-store.ts';
import { spelled } from './people-sheet.ts';

type OwnRole = Pick<RoleRow, 'id' | 'name'>;

/** The first one of each is what a file of ours says. */
const WORDS: Readonly<Record<Role, readonly string[]>> = {
  agent: ['agent', '坐席', '座席'],
  leader: ['leader', '组长', '班长'],
  quality: ['quality', '质检', '质检员'],
  admin: ['admin', 'administrator', '管理员'],
};

/**
 * The role that a cell names: an own role of the team by its id or its exact name, otherwise an own or a built-in one
 * however it is spelled. Null: none; `ambiguous`: more than one.
 */
export function roleNamed(cell: string, own: readonly OwnRole[]): RoleKey | 'ambiguous' | null {
  const text = cell.normalize('NFC').trim();
  const exact = own.filter(({ id, name }) => id === text || name.normalize('NFC').trim() === text);
  if (exact.length > 0) return only(exact.map(({ id }) => id));
  const word = spelled(text);
  return only([
    ...own.filter(({ name }) => spelled(name) === word).map(({ id }) => id),
    ...ROLES.filter((role) => WORDS[role].includes(word)),
  ]);
}

/** A word for a role that names it, and no other, when the file comes back. */
export function wordOfRole(role: RoleKey, own: readonly OwnRole[]): string {
  const found = own.find(({ id }) => id === role);
  const words = found ? [found.name, found.id] : (WORDS[role as Role] ?? []);
  return words.find((word) => roleNamed(word, own) === role) ?? role;
}

function only(roles: readonly RoleKey[]): RoleKey | 'ambiguous' | null {
  const [first = null, ...others] = roles;
  return others.length > 0 ? 'ambiguous' : first;
}
