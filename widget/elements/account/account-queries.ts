import type {
  InfiniteData,
  InfiniteQueryObserverOptions,
  MutationObserverOptions,
  QueryKey,
  QueryObserverOptions,
} from '@tanstack/query-core';
import { SecondFactorState } from '../../../server/contract/second-factor.ts';
import { SessionPage, type OpenSession } from '../../../server/contract/session.ts';
import type { Page } from '../../../server/contract/wire.ts';
import type { HttpRequest } from '../../api/http-client.ts';
import type { Queries } from '../../records/queries.ts';

const ROOT = 'account';

export type SessionPages = InfiniteData<Page<OpenSession>, string | undefined>;

/** @param path of one's own, or of an agent's */
export function openSessions(
  { http }: Queries,
  path: string,
): InfiniteQueryObserverOptions<Page<OpenSession>, Error, SessionPages, QueryKey, string | undefined> {
  return {
    queryKey: [ROOT, 'sessions', path],
    queryFn: ({ pageParam, signal }) =>
      http.request({ method: 'GET', path, query: { cursor: pageParam }, schema: SessionPage, signal }),
    initialPageParam: undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    staleTime: 0,
  };
}

/** Whether one's own login asks for a code. */
export function secondFactor({
  http,
}: Queries): QueryObserverOptions<SecondFactorState, Error, SecondFactorState, SecondFactorState, QueryKey> {
  return {
    queryKey: [ROOT, 'second-factor'],
    queryFn: ({ signal }) =>
      http.request({
        method: 'GET',
        path: '/sessions/current/second-factor',
        schema: SecondFactorState,
        signal,
      }),
    staleTime: 0,
  };
}

/** A password is changed, a session ended: who is logged in where is read anew. */
export function changeAccount({
  client,
  http,
}: Queries): MutationObserverOptions<unknown, Error, Omit<HttpRequest<unknown>, 'signal'>> {
  return {
    mutationFn: (request) => http.request(request),
    onSuccess: () => client.invalidateQueries({ queryKey: [ROOT] }),
  };
}
