import type { CallStore, LiveRepositories } from '../core/ports/live-store.ts';
import type { CallHistoryStore } from '../features/call-records/call-records-store.ts';
import type { CustomerStore } from '../features/customers/customers-store.ts';
import type { SessionStore } from '../features/sessions/sessions-store.ts';
import type { AgentStore, GroupStore, TeamStore } from '../features/set-up/set-up-store.ts';
import { Calls, callEntities } from '../features/call-records/calls-rows.ts';
import { Customers, customerEntities } from '../features/customers/customers-rows.ts';
import { Sessions, sessionEntities } from '../features/sessions/sessions-rows.ts';
import { Agents, Presences, agentEntities } from '../features/set-up/agents-rows.ts';
import { BrowserPhones, browserPhoneEntities } from '../features/set-up/browser-phones-rows.ts';
import { Groups, groupEntities } from '../features/set-up/groups-rows.ts';
import { Teams, teamEntities } from '../features/set-up/teams-rows.ts';
import { JournalRows, SetAsideRows, journalEntities } from '../live/journal-rows.ts';
import type { Tables } from '../store/store.ts';

/** What one transaction reads and writes with, of all features. */
export interface Repositories extends LiveRepositories {
  readonly teams: TeamStore;
  readonly agents: AgentStore;
  readonly groups: GroupStore;
  readonly sessions: SessionStore;
  readonly customers: CustomerStore;
  readonly calls: CallStore & CallHistoryStore;
}

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
