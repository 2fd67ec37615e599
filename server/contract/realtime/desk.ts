import * as z from 'zod/mini';
import { AgentView, CallView } from '../desk.ts';
import { TeamSettings } from '../session.ts';
import { Monitor, Supervision } from '../supervision.ts';
import { Id } from '../wire.ts';

/** One thing that is different now. Whole entities replace what the client has; an agent's desk is small. */
export const Change = z.discriminatedUnion('entity', [
  z.object({ entity: z.literal('agent'), value: AgentView }),
  z.object({ entity: z.literal('call'), value: CallView }),
  z.object({ entity: z.literal('call-removed'), id: Id }),
  z.object({ entity: z.literal('team'), value: TeamSettings }),
  z.object({ entity: z.literal('supervision'), value: z.nullable(Supervision) }),
  z.object({ entity: z.literal('monitored'), value: z.array(Monitor) }),
]);
export type Change = z.infer<typeof Change>;

/** What one page is told, and no other page of the agent. */
export type PageOrder =
  | { type: 'answer-leg'; legId: string }
  /** The page's phone registers elsewhere from now on: the page fetches another credential, which says where. */
  | { type: 'phone-moved' }
  /** Another page of the agent carries the voice now. */
  | { type: 'taken-over' };
