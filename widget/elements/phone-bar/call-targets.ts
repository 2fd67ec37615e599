import type { CallTarget } from '../../../server/contract/commands.ts';
import type { Party } from '../../../server/contract/desk.ts';
import type { Colleague, Colleagues } from '../../../server/contract/realtime/colleagues.ts';
import type { Contact } from '../../../server/contract/contact.ts';
import { dialString } from './dial-string.ts';

/** Somebody who can be called in, or why not. */
export type Choice =
  | { readonly kind: 'agent'; readonly key: string; readonly agent: Colleague }
  | { readonly kind: 'number'; readonly key: string; readonly number: string }
  | { readonly kind: 'group'; readonly key: string; readonly group: Colleagues['groups'][number] }
  | { readonly kind: 'contact'; readonly key: string; readonly contact: Contact };

/** The lists in which the agent looks. */
export type Source = 'agents' | 'groups' | 'contacts';

export interface Wanted {
  readonly source: Source;
  /** What was typed: part of a name or a number. */
  readonly typed: string;
  readonly groupId: string | null;
  readonly freeOnly: boolean;
}

/** A number outside has at least so many digits; agents' own are shorter, or are found in the list. */
const LEAST_DIGITS = 3;

/** Whom the agent may mean: a number that was typed, then who is in the list that is looked at. */
export function choicesFor(
  colleagues: Colleagues,
  contacts: readonly Contact[],
  wanted: Wanted,
  self: string,
  order: ReadonlyMap<string, number>,
): Choice[] {
  const words = wanted.typed.trim().toLowerCase();
  const found = {
    agents: () => agentsFor(colleagues, wanted, words, self, order),
    groups: () => groupsFor(colleagues, words),
    contacts: () => contacts.map((contact): Choice => ({ kind: 'contact', key: contact.id, contact })),
  }[wanted.source]();
  const number = dialString(wanted.typed);
  const known = [...colleagues.agents, ...colleagues.groups].some((each) => each.number === number);
  const isOutside = number !== null && !known && digits(number).length >= LEAST_DIGITS;
  return isOutside ? [{ kind: 'number', key: `number ${number}`, number }, ...found] : found;
}

/** In `order`, which keeps the rows in their places. */
function agentsFor(
  { agents }: Colleagues,
  { groupId, freeOnly }: Wanted,
  words: string,
  self: string,
  order: ReadonlyMap<string, number>,
): Choice[] {
  const place = ({ id }: Colleague): number => order.get(id) ?? order.size;
  return agents
    .filter(
      ({ id, number, name, free, groups }) =>
        id !== self &&
        (groupId === null || groups?.includes(groupId) === true) &&
        (!freeOnly || free === true) &&
        (number.startsWith(words) || name.toLowerCase().includes(words)),
    )
    .toSorted((a, b) => place(a) - place(b))
    .map((agent): Choice => ({ kind: 'agent', key: agent.id, agent }));
}

function groupsFor({ groups }: Colleagues, words: string): Choice[] {
  return groups
    .filter(({ number, name }) => number.startsWith(words) || name.toLowerCase().includes(words))
    .map((group): Choice => ({ kind: 'group', key: group.id, group }));
}

/** Who can be called now comes first, then by number. A list that is open is not sorted anew when states change. */
export function orderOf({ agents }: Colleagues): ReadonlyMap<string, number> {
  const sorted = agents.toSorted((a, b) => Number(b.free ?? false) - Number(a.free ?? false));
  return new Map(sorted.map(({ id }, index) => [id, index]));
}

export function targetOf(choice: Choice): CallTarget {
  switch (choice.kind) {
    case 'agent':
      return { agent: choice.agent.id };
    case 'group':
      return { group: choice.group.id };
    case 'contact':
      return { contact: choice.contact.id };
    case 'number':
      return { number: choice.number };
    default:
      return choice satisfies never;
  }
}

export function nameOf(choice: Choice): string {
  switch (choice.kind) {
    case 'agent':
      return `${choice.agent.number} ${choice.agent.name}`;
    case 'group':
      return choice.group.name;
    case 'contact':
      return choice.contact.name;
    case 'number':
      return choice.number;
    default:
      return choice satisfies never;
  }
}

/** The number outside that is meant; null: nobody outside. */
export function numberOf(choice: Choice): string | null {
  if (choice.kind === 'contact') return choice.contact.number;
  return choice.kind === 'number' ? choice.number : null;
}

/** `state`: the state says why not; `in-call`: is a party already; `not-linked`: no telephone. */
export type ReasonAgainst = 'state' | 'in-call' | 'not-linked';

/** Null: can be called now. */
export function reasonAgainstChoice(choice: Choice, parties: readonly Party[]): ReasonAgainst | null {
  const outside = numberOf(choice);
  const isIn = parties.some(
    ({ state, agentId, number }) =>
      state !== 'gone' &&
      (outside === null
        ? choice.kind === 'agent' && agentId === choice.agent.id
        : digits(number) === digits(outside)),
  );
  if (isIn) return 'in-call';
  if (choice.kind !== 'agent' || choice.agent.free === true) return null;
  return ['idle', 'paused'].includes(choice.agent.state) ? 'not-linked' : 'state';
}

function digits(number: string): string {
  return number.replace(/\D/g, '');
}
