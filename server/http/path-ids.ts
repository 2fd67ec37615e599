import * as z from 'zod/mini';
import { Id } from '../contract/wire.ts';
import { asId, type CallId, type CustomerId, type LegId } from '../core/kernel/ids.ts';

/** Ids in paths: the wire's plain strings, marked for what they are once they are parsed. */
export const CallPath = z.object({
  id: z.pipe(
    Id,
    z.transform((id: string) => asId<CallId>(id)),
  ),
});
export const CallLegPath = z.extend(CallPath, {
  legId: z.pipe(
    Id,
    z.transform((id: string) => asId<LegId>(id)),
  ),
});
export const CustomerPath = z.object({
  id: z.pipe(
    Id,
    z.transform((id: string) => asId<CustomerId>(id)),
  ),
});
