import type { CallRecords } from '../features/call-records/call-records.ts';
import { callRecordRoutes } from '../features/call-records/call-records-routes.ts';
import type { Customers } from '../features/customers/customers.ts';
import { customerRoutes } from '../features/customers/customers-routes.ts';
import type { Demo } from '../features/demo/demo.ts';
import { demoRoutes } from '../features/demo/demo-routes.ts';
import type { Sessions } from '../features/sessions/sessions.ts';
import { sessionRoutes } from '../features/sessions/sessions-routes.ts';
import type { Feature } from '../http/route.ts';
import type { CallCentre } from '../live/call-centre.ts';
import { agentRoutes } from '../live/commands/agent-routes.ts';
import { callRoutes } from '../live/commands/call-routes.ts';
import { deviceRoutes } from '../live/devices/device-routes.ts';

/** The doors of the application: what the routes open. */
export interface Doors {
  readonly centre: Pick<CallCentre, 'agents' | 'calls' | 'desks'>;
  readonly sessions: Sessions;
  readonly customers: Customers;
  readonly records: CallRecords;
  /** Present in demo mode only. */
  readonly demo: Demo | null;
}

/** Every feature's routes, for mounting and for the API's document. */
export function routesOf({ centre, sessions, customers, records, demo }: Doors): Feature[] {
  return [
    sessionRoutes(sessions, (who, password) => centre.agents.unlock(who, password)),
    agentRoutes(centre.agents, centre.desks),
    deviceRoutes(centre.agents),
    callRoutes(centre.calls),
    callRecordRoutes(records),
    customerRoutes(customers),
    ...(demo === null ? [] : [demoRoutes(demo)]),
  ];
}
