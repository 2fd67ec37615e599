import { routesOf, type Doors } from '../../server/start/routes.ts';

const nobody = { centre: { agents: {}, calls: {}, desks: {} }, demo: {} } as Doors;

/** Every route of the API. Descriptions are looked at only; nothing is called. */
export const describedRoutes = routesOf(nobody).flatMap((feature) => feature.routes);
