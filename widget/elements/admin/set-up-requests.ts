import type * as z from 'zod/mini';
import { Effects } from '../../../server/contract/people.ts';
import type { Request } from './kind.ts';

/** What is asked of the server about rows of the set-up that have an id. @param path of all of them */
export function requestsOf<Row>(path: string, schema: z.ZodMiniType<Row>) {
  const pathOf = (id: string): string => `${path}/${encodeURIComponent(id)}`;
  return {
    read: (id: string): Request<Row> => ({ method: 'GET', path: pathOf(id), schema }),
    effects: (id: string): Request<Effects> => ({
      method: 'GET',
      path: `${pathOf(id)}/effects`,
      schema: Effects,
    }),
    create: (body: unknown): Request<Row> => ({ method: 'POST', path, body, schema }),
    change: (id: string, body: unknown, version: number): Request<Row> => ({
      method: 'PATCH',
      path: pathOf(id),
      body,
      schema,
      version,
    }),
    remove: (id: string, version: number): Request<unknown> => ({
      method: 'DELETE',
      path: pathOf(id),
      schema: null,
      version,
    }),
  };
}
