import { QueryClient } from '@tanstack/query-core';

/** The HTTP client's failures are final or shown with a button to try again, so little is tried again unasked. */
export function createQueryClient(): QueryClient {
  return new QueryClient({ defaultOptions: { queries: { retry: 1, refetchOnWindowFocus: false } } });
}
