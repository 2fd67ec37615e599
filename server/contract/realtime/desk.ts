import * as z from 'zod/mini';
import { AgentView, CallView } from '../desk.ts';
import { Id } from '../wire.ts';

/** One thing that is different now. Whole entities replace what the client has; an agent's desk is small. */
export const Change = z.discriminatedUnion('entity', [
  z.object({ entity: z.literal('agent'), value: AgentView }),
  z.object({ entity: z.literal('call'), value: CallView }),
  z.object({ entity: z.literal('call-removed'), id: Id }),
]);
export type Change = z.infer<typeof Change>;

/** What a connected page gets of its desk, before the stream numbers it and puts it into messages. */
export type DeskFeedEvent =
  | { type: 'changes'; changes: Change[] }
  | { type: 'answer-leg'; legId: string }
  /** The page's phone registers elsewhere from now on: the page fetches another credential, which says where. */
  | { type: 'phone-moved' }
  /** Another page of the agent carries the voice now. */
  | { type: 'taken-over' };
