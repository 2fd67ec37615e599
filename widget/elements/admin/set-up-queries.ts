import type {
  InfiniteData,
  InfiniteQueryObserverOptions,
  MutationObserverOptions,
  QueryKey,
  QueryObserverOptions,
} from '@tanstack/query-core';
import type * as z from 'zod/mini';
import { ApiKeySetUp } from '../../../server/contract/api-keys.ts';
import { EmbeddingSetUp } from '../../../server/contract/embedding.ts';
import { AgentPage, AgentSetUp, RolePage, RoleSetUp, type Effects } from '../../../server/contract/people.ts';
import type { PeopleFile } from '../../../server/contract/people-file.ts';
import {
  GroupPage,
  GroupSetUp,
  NumberPage,
  ReasonPage,
  type ReasonSetUp,
} from '../../../server/contract/set-up.ts';
import type { Page } from '../../../server/contract/wire.ts';
import type { HttpRequest } from '../../api/http-client.ts';
import type { Queries } from '../../records/queries.ts';
import type { Kind, Sheet } from './kind.ts';

const ROOT = 'set-up';

export interface ListQuery {
  readonly q: string;
  /** A column, with `-` in front from the last to the first; '': as the server likes. */
  readonly sort: string;
}

export type ListPage = Page<unknown>;

type ListOptions = InfiniteQueryObserverOptions<
  ListPage,
  Error,
  InfiniteData<ListPage, string | undefined>,
  QueryKey,
  string | undefined
>;

/** A section's list, page by page. */
export function setUpList({ http }: Queries, kind: Kind, { q, sort }: ListQuery): ListOptions {
  return {
    queryKey: [ROOT, kind.section, 'list', q, sort],
    queryFn: ({ pageParam, signal }) =>
      http.request({
        method: 'GET',
        path: kind.path,
        query: {
          ...(q === '' ? {} : { q }),
          ...(sort === '' ? {} : { sort }),
          cursor: pageParam,
          limit: 50,
        },
        schema: kind.page,
        signal,
      }),
    initialPageParam: undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    staleTime: 5_000,
    // Of the same section only.
    placeholderData: (before, query) => (query?.queryKey[1] === kind.section ? before : undefined),
  };
}

type Options<T> = QueryObserverOptions<T, Error, T, T, QueryKey>;

/** What a form shows. @param id null: a new one, of which there is nothing to read */
export function setUpRow({ http }: Queries, kind: Sheet, id: string | null): Options<unknown> {
  return {
    queryKey: [ROOT, kind.section, 'row', id],
    queryFn: ({ signal }) => {
      if (kind.form === null || id === null) throw new Error('There is nothing to read.');
      return http.request({ ...kind.form.read(id), signal });
    },
    enabled: kind.form !== null && id !== null,
    staleTime: 0,
    refetchOnReconnect: false,
  };
}

/** Whom a change of the row would meet at this moment. @param id null: nobody is about to change one */
export function setUpEffects({ http }: Queries, kind: Sheet, id: string | null): Options<Effects> {
  return {
    queryKey: [ROOT, kind.section, 'effects', id],
    queryFn: ({ signal }) => {
      const request = id === null ? undefined : kind.form?.effects?.(id);
      if (request === undefined) throw new Error('There is nothing to ask.');
      return http.request({ ...request, signal });
    },
    enabled: id !== null && kind.form?.effects !== undefined,
    staleTime: 0,
    refetchInterval: 5_000,
  };
}

export interface Named {
  readonly id: string;
  readonly name: string;
  readonly number: string;
}

/** Those of whom a text tells something, for a field that picks among them. @param q null: nobody looks yet */
export function setUpNamed(
  { http }: Queries,
  of: 'agents' | 'groups',
  q: string | null,
): Options<Page<Named>> {
  return {
    queryKey: [ROOT, of, 'named', q],
    queryFn: ({ signal }) =>
      http.request<Page<Named>>({
        method: 'GET',
        path: `/set-up/${of}`,
        query: { ...(q === null || q === '' ? {} : { q }), limit: 20 },
        schema: of === 'agents' ? AgentPage : GroupPage,
        signal,
      }),
    enabled: q !== null,
    staleTime: 30_000,
    placeholderData: (before) => before,
  };
}

/** The roles that every team has, and its own. */
export function setUpRoles({ http }: Queries): Options<Page<RoleSetUp>> {
  return {
    queryKey: [ROOT, 'roles', 'all'],
    queryFn: ({ signal }) => http.request({ method: 'GET', path: '/set-up/roles', schema: RolePage, signal }),
    staleTime: 30_000,
  };
}

/** Those of one kind, for one that is to stand below another: the first hundred. */
export function setUpReasons({ http }: Queries, kind: string): Options<Page<ReasonSetUp>> {
  return {
    queryKey: [ROOT, 'reasons', 'kind', kind],
    queryFn: ({ signal }) =>
      http.request({
        ...{
          method: 'GET',
          path: '/set-up/reasons',
          query: { kind, limit: 100 },
          schema: ReasonPage,
          signal,
        },
      }),
    staleTime: 5_000,
  };
}

/** Who has a role: the first hundred. */
export function roleHolders({ http }: Queries, role: string): Options<Page<AgentSetUp>> {
  return {
    queryKey: [ROOT, 'agents', 'role', role],
    queryFn: ({ signal }) =>
      http.request({
        method: 'GET',
        path: '/set-up/agents',
        query: { role, limit: 100 },
        schema: AgentPage,
        signal,
      }),
    staleTime: 5_000,
  };
}

export type NamedSection = 'agents' | 'groups' | 'roles' | 'keys';

/** One of them, for its name. */
export function setUpName(queries: Queries, of: NamedSection, id: string): Options<Named> {
  const part = encodeURIComponent(id);
  const options = <T>(path: string, schema: z.ZodMiniType<T>, named: (row: T) => Named): Options<Named> => ({
    queryKey: [ROOT, of, 'name', id],
    queryFn: async ({ signal }) => named(await queries.http.request({ method: 'GET', path, schema, signal })),
    staleTime: 60_000,
  });
  switch (of) {
    case 'agents':
      return options(`/set-up/agents/${part}`, AgentSetUp, (agent) => agent);
    case 'groups':
      return options(`/set-up/groups/${part}`, GroupSetUp, (group) => group);
    case 'roles':
      return options(`/set-up/roles/${part}`, RoleSetUp, (role) => ({ ...role, number: '' }));
    case 'keys':
      return options(`/set-up/api-keys/${part}`, ApiKeySetUp, ({ id: key, name, prefix }) => ({
        ...{ id: key, name },
        number: prefix,
      }));
  }
  return of satisfies never;
}

/** How far a team is on its way to the first answered call. */
export interface Progress {
  /** Somebody is there beside the administrator who looks. */
  readonly people: boolean;
  readonly groups: boolean;
  /** Somebody is in one of them. */
  readonly members: boolean;
  /** The first of those that lead somewhere. */
  readonly numbers: readonly string[];
  readonly page: boolean;
}

export function setUpProgress({ http }: Queries): Options<Progress> {
  return {
    queryKey: [ROOT, 'progress'],
    queryFn: async ({ signal }) => {
      const few = { query: { limit: 20 }, method: 'GET', signal } as const;
      const [agents, groups, numbers, embedding] = await Promise.all([
        http.request({ ...few, path: '/set-up/agents', schema: AgentPage }),
        http.request({ ...few, path: '/set-up/groups', schema: GroupPage }),
        http.request({ ...few, path: '/set-up/numbers', schema: NumberPage }),
        http.request({ method: 'GET', signal, path: '/set-up/embedding', schema: EmbeddingSetUp }),
      ]);
      return {
        people: agents.items.length > 1,
        groups: groups.items.length > 0,
        members: groups.items.some(({ memberCount }) => memberCount > 0),
        numbers: numbers.items.map(({ number }) => number),
        page: embedding.origins.length > 0,
      };
    },
    staleTime: 0,
  };
}

/** More are not followed: an overflow that leads round is refused where it is set up. */
const LONGEST_CHAIN = 10;

/** The groups through which callers overflow, from this one on. @param id null: there is none */
export function overflowChain({ http }: Queries, id: string | null): Options<readonly GroupSetUp[]> {
  return {
    queryKey: [ROOT, 'groups', 'chain', id],
    queryFn: async ({ signal }) => {
      const chain: GroupSetUp[] = [];
      let next = id;
      while (next !== null && chain.length < LONGEST_CHAIN && chain.every((one) => one.id !== next)) {
        const path = `/set-up/groups/${encodeURIComponent(next)}`;
        const group: GroupSetUp = await http.request({ method: 'GET', path, schema: GroupSetUp, signal });
        chain.push(group);
        next = group.overflow?.to.kind === 'group' ? group.overflow.to.groupId : null;
      }
      return chain;
    },
    enabled: id !== null,
    staleTime: 30_000,
  };
}

/** Everybody as a table. */
export function exportPeople({
  http,
}: Queries): MutationObserverOptions<PeopleFile, Error, Omit<HttpRequest<PeopleFile>, 'signal'>> {
  return { mutationFn: (request) => http.request(request) };
}

/** One change; whatever is shown of the set-up is read anew. */
export function changeSetUp({
  client,
  http,
}: Queries): MutationObserverOptions<unknown, Error, Omit<HttpRequest<unknown>, 'signal'>> {
  return {
    mutationFn: (request) => http.request(request),
    onSuccess: () => client.invalidateQueries({ queryKey: [ROOT] }),
  };
}
