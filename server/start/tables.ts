import type { Repositories } from '../core/ports/repositories.ts';
import { Calls, callEntities } from '../features/call-records/calls-rows.ts';
import { Customers, customerEntities } from '../features/customers/customers-rows.ts';
import { Sessions, sessionEntities } from '../features/sessions/sessions-rows.ts';
import { Agents, Presences, agentEntities } from '../features/set-up/agents-rows.ts';
import { BrowserPhones, browserPhoneEntities } from '../features/set-up/browser-phones-rows.ts';
import { Groups, groupEntities } from '../features/set-up/groups-rows.ts';
import { Teams, teamEntities } from '../features/set-up/teams-rows.ts';
import { JournalRows, SetAsideRows, journalEntities } from '../live/journal-rows.ts';
import type { Tables } from '../store/store.ts';

/** Everything that is kept, by every feature and by live call control. */
export const tables: Tables<Repositories> = {
  entities: [
    ...teamEntities,
    ...agentEntities,
    ...browserPhoneEntities,
    ...groupEntities,
    ...sessionEntities,
    ...customerEntities,
    ...callEntities,
    ...journalEntities,
  ],
  repositories: (manager, { secrets, numbers }) => ({
    teams: new Teams(manager, secrets),
    agents: new Agents(manager),
    groups: new Groups(manager),
    sessions: new Sessions(manager),
    customers: new Customers(manager, numbers),
    calls: new Calls(manager, numbers),
    presence: new Presences(manager),
    browserPhones: new BrowserPhones(manager, secrets),
    journal: new JournalRows(manager),
    setAside: new SetAsideRows(manager),
  }),
};
