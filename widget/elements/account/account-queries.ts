import type {
  InfiniteData,
  InfiniteQueryObserverOptions,
  MutationObserverOptions,
  QueryKey,
} from '@tanstack/query-core';
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
