import type { ApiKeys } from '../features/api-keys/api-keys.ts';
import { apiKeyRoutes } from '../features/api-keys/api-keys-routes.ts';
import type { Audit } from '../features/audit/audit.ts';
import { auditRoutes } from '../features/audit/audit-routes.ts';
import type { CallRecords } from '../features/call-records/call-records.ts';
import { callRecordRoutes } from '../features/call-records/call-records-routes.ts';
import type { Contacts } from '../features/contacts/contacts.ts';
import { contactRoutes } from '../features/contacts/contacts-routes.ts';
import type { Customers } from '../features/customers/customers.ts';
import { customerRoutes } from '../features/customers/customers-routes.ts';
import type { SecondFactors } from '../features/second-factors/second-factors.ts';
import { secondFactorRoutes } from '../features/second-factors/second-factors-routes.ts';
import type { Passkeys } from '../features/passkeys/passkeys.ts';
import { passkeyRoutes } from '../features/passkeys/passkeys-routes.ts';
import type { SetUpSignOn } from '../features/single-sign-on/set-up-sign-on.ts';
import type { SingleSignOn } from '../features/single-sign-on/single-sign-on.ts';
import { signOnRoutes } from '../features/single-sign-on/single-sign-on-routes.ts';
import type { PasswordResets } from '../features/password-resets/password-resets.ts';
import { passwordResetRoutes } from '../features/password-resets/password-resets-routes.ts';
import type { Demo } from '../features/demo/demo.ts';
import { demoRoutes } from '../features/demo/demo-routes.ts';
import type { ReportFacts } from '../features/reports/facts.ts';
import { reportRoutes } from '../features/reports/facts-routes.ts';
import type { OpenSessions } from '../features/sessions/open-sessions.ts';
import type { Sessions } from '../features/sessions/sessions.ts';
import { sessionRoutes } from '../features/sessions/sessions-routes.ts';
import type { SetUpFeature } from '../features/set-up/set-up.ts';
import type { FirstSetUp } from '../features/first-set-up/first-set-up.ts';
import { firstSetUpRoutes } from '../features/first-set-up/first-set-up-routes.ts';
import { passwordRoutes } from '../features/set-up/agents-routes.ts';
import type { PeopleFiles } from '../features/people-file/people-file.ts';
import { peopleFileRoutes } from '../features/people-file/people-file-routes.ts';
import { embeddingRoutes } from '../features/set-up/embedding-routes.ts';
import { phoneRoutes } from '../features/set-up/phones-routes.ts';
import { setUpRoutes } from '../features/set-up/set-up-routes.ts';
import type { Webhooks } from '../features/webhooks/webhooks.ts';
import { webhookRoutes } from '../features/webhooks/webhooks-routes.ts';
import type { Feature } from '../http/route.ts';
import type { AnswerBook } from '../core/kernel/answers.ts';
import type { CallCentre } from '../live/call-centre.ts';
import { agentRoutes } from '../live/commands/agent-routes.ts';
import { callRoutes } from '../live/commands/call-routes.ts';
import { queueRoutes } from '../live/commands/queue-routes.ts';
import { partyRoutes } from '../live/commands/party-routes.ts';
import { supervisionRoutes } from '../live/commands/supervision-routes.ts';
import { deviceRoutes } from '../live/devices/device-routes.ts';

/** The doors of the application: what the routes open. */
export interface Doors {
  readonly centre: Pick<CallCentre, 'agents' | 'calls' | 'parties' | 'supervision' | 'desks'>;
  readonly sessions: Sessions;
  readonly openSessions: Pick<OpenSessions, 'list' | 'end' | 'endAll'>;
  readonly first: Pick<FirstSetUp, 'make'>;
  readonly customers: Customers;
  readonly contacts: Contacts;
  readonly records: CallRecords;
  readonly apiKeys: ApiKeys;
  readonly webhooks: Webhooks;
  readonly audit: Audit;
  readonly facts: ReportFacts;
  readonly setUp: SetUpFeature;
  readonly factors: Pick<SecondFactors, 'state' | 'begin' | 'confirm' | 'remove' | 'reset'>;
  readonly signOn: Pick<SingleSignOn, 'ways' | 'begin' | 'logoutUrl'>;
  readonly passkeys: Pick<Passkeys, 'isPossible' | 'list' | 'begin' | 'add' | 'remove' | 'question'>;
  readonly setUpSignOn: Pick<SetUpSignOn, 'get' | 'change'>;
  readonly resets: Pick<PasswordResets, 'ask' | 'complete'>;
  readonly people: Pick<PeopleFiles, 'import' | 'export'>;
  /** Present in demo mode only. */
  readonly demo: Demo | null;
  /** For first answers that are not to be written down. */
  readonly memory: AnswerBook;
}

/** Every feature's routes, for mounting and for the API's document. */
export function routesOf({ centre, memory, ...doors }: Doors): Feature[] {
  const {
    sessions,
    openSessions,
    first,
    apiKeys,
    webhooks,
    customers,
    contacts,
    records,
    audit,
    facts,
    setUp,
  } = doors;
  const { people, resets, factors, demo } = doors;
  // Live call control is in memory, and a database that is away keeps nobody from hanging up; tokens and credentials are secret.
  const inMemory = [
    sessionRoutes(sessions, openSessions, (who, password) => centre.agents.unlock(who, password)),
    agentRoutes(centre.agents, centre.desks),
    deviceRoutes(centre.agents),
    callRoutes(centre.calls),
    partyRoutes(centre.parties),
    queueRoutes(centre.desks),
    supervisionRoutes(centre.supervision),
    phoneRoutes(setUp),
    passwordRoutes(setUp),
    peopleFileRoutes(people),
    embeddingRoutes(setUp),
    firstSetUpRoutes(first),
    passwordResetRoutes(resets),
    secondFactorRoutes(
      factors,
      (who, password) => sessions.checkPassword(who, password),
      (who, code) => sessions.checkCode(who, code),
      (who) => sessions.endAll(who, who.sessionId),
    ),
    signOnRoutes(doors.signOn, doors.setUpSignOn, doors.passkeys),
    passkeyRoutes(doors.passkeys, (who, password) => sessions.checkPassword(who, password)),
    apiKeyRoutes(apiKeys),
    webhookRoutes(webhooks),
    ...(demo === null ? [] : [demoRoutes(demo)]),
  ].map((feature) => ({ ...feature, answers: memory }));
  return [
    ...inMemory,
    callRecordRoutes(records),
    customerRoutes(customers),
    contactRoutes(contacts),
    auditRoutes(audit),
    reportRoutes(facts),
    setUpRoutes(setUp),
  ];
}
