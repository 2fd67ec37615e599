import type { FactStore } from '../core/ports/facts.ts';
import type { FactHistoryStore } from '../features/reports/facts-store.ts';
import type { CallStore, LiveRepositories } from '../core/ports/live-store.ts';
import type { JobStore } from '../core/ports/jobs.ts';
import type { OutboxStore } from '../core/ports/outbox.ts';
import type { AuditStore } from '../features/audit/audit-store.ts';
import type { CallHistoryStore } from '../features/call-records/call-records-store.ts';
import type { CustomerStore } from '../features/customers/customers-store.ts';
import type { SessionStore } from '../features/sessions/sessions-store.ts';
import type {
  AgentStore,
  AppBindingStore,
  CustomerFieldStore,
  GroupStore,
  PhoneStore,
  RoleStore,
  TeamStore,
  WorkLinkStore,
} from '../features/set-up/set-up-store.ts';
import { AnswerRows, answerEntities } from '../features/answers/answers-rows.ts';
import type { AnswerStore } from '../features/answers/answers-store.ts';
import { ApiKeyRows, apiKeyEntities } from '../features/api-keys/api-keys-rows.ts';
import type { ApiKeyStore } from '../features/api-keys/api-keys-store.ts';
import { AuditRows, auditEntities } from '../features/audit/audit-rows.ts';
import { Calls, callEntities } from '../features/call-records/calls-rows.ts';
import { ContactRows, contactEntities } from '../features/contacts/contacts-rows.ts';
import type { ContactStore } from '../features/contacts/contacts-store.ts';
import { Customers, customerEntities } from '../features/customers/customers-rows.ts';
import { FactRows, factEntities } from '../features/reports/facts-rows.ts';
import { Sessions, sessionEntities } from '../features/sessions/sessions-rows.ts';
import { Agents, Presences, agentEntities } from '../features/set-up/agents-rows.ts';
import { BrowserPhones, browserPhoneEntities } from '../features/set-up/browser-phones-rows.ts';
import { AppBindings, bindingEntities } from '../features/set-up/bindings-rows.ts';
import { CustomerFields, fieldEntities } from '../features/set-up/fields-rows.ts';
import { WorkLinkRows, linkEntities } from '../features/set-up/links-rows.ts';
import { Groups, groupEntities } from '../features/set-up/groups-rows.ts';
import { Phones, phoneEntities } from '../features/set-up/phones-rows.ts';
import { Roles, roleEntities } from '../features/set-up/roles-rows.ts';
import { SetupLinks, setupLinkEntities } from '../features/first-set-up/first-set-up-rows.ts';
import type { SetupLinkStore } from '../features/first-set-up/first-set-up-store.ts';
import {
  PasswordResetRows,
  passwordResetEntities,
} from '../features/password-resets/password-resets-rows.ts';
import type { PasswordResetStore } from '../features/password-resets/password-resets-store.ts';
import { SecondFactorRows, secondFactorEntities } from '../features/second-factors/second-factors-rows.ts';
import type { SecondFactorStore } from '../features/second-factors/second-factors-store.ts';
import { PasskeyRows, passkeyEntities } from '../features/passkeys/passkeys-rows.ts';
import type { PasskeyStore } from '../features/passkeys/passkeys-store.ts';
import { SignOnRows, signOnEntities } from '../features/single-sign-on/single-sign-on-rows.ts';
import type { SignOnStore } from '../features/single-sign-on/single-sign-on-store.ts';
import {
  LoginChallengeRows,
  loginChallengeEntities,
} from '../features/login-challenges/login-challenges-rows.ts';
import type { LoginChallengeStore } from '../features/login-challenges/login-challenges-store.ts';
import { Teams, teamEntities } from '../features/set-up/teams-rows.ts';
import { WebhookRows, webhookEntities } from '../features/webhooks/webhooks-rows.ts';
import type { WebhookStore } from '../features/webhooks/webhooks-store.ts';
import { JobRows, jobEntities } from '../jobs/job-rows.ts';
import { OutboxRows, outboxEntities, type Subscriptions } from '../jobs/outbox-rows.ts';
import { JournalRows, SetAsideRows, journalEntities } from '../live/journal-rows.ts';
import { LeaseRows } from '../live/ownership/lease-rows.ts';
import type { Tables } from '../store/store.ts';

/** What one transaction reads and writes with, of all features. */
export interface Repositories extends LiveRepositories {
  readonly teams: TeamStore;
  readonly agents: AgentStore;
  readonly groups: GroupStore;
  readonly phones: PhoneStore;
  readonly roles: RoleStore;
  readonly fields: CustomerFieldStore;
  readonly links: WorkLinkStore;
  readonly bindings: AppBindingStore;
  readonly setupLinks: SetupLinkStore;
  readonly apiKeys: ApiKeyStore;
  readonly webhooks: WebhookStore;
  readonly sessions: SessionStore;
  readonly passwordResets: PasswordResetStore;
  readonly secondFactors: SecondFactorStore;
  readonly signOn: SignOnStore;
  readonly passkeys: PasskeyStore;
  readonly loginChallenges: LoginChallengeStore;
  readonly customers: CustomerStore;
  readonly contacts: ContactStore;
  readonly jobs: JobStore;
  readonly outbox: OutboxStore;
  readonly audit: AuditStore;
  readonly answers: AnswerStore;
  readonly calls: CallStore & CallHistoryStore;
  readonly facts: FactStore & FactHistoryStore;
}

/** Who hears of what has happened; each has a consumer (`backgroundJobs`). */
export const subscriptions = {
  audit: ['record-changed'],
  webhooks: ['record-changed', 'live-event'],
} as const satisfies Subscriptions;

/** Everything that is kept, by every feature and by live call control. */
export const tables: Tables<Repositories> = {
  entities: [
    ...teamEntities,
    ...agentEntities,
    ...browserPhoneEntities,
    ...groupEntities,
    ...phoneEntities,
    ...roleEntities,
    ...fieldEntities,
    ...linkEntities,
    ...bindingEntities,
    ...setupLinkEntities,
    ...apiKeyEntities,
    ...webhookEntities,
    ...sessionEntities,
    ...passwordResetEntities,
    ...secondFactorEntities,
    ...signOnEntities,
    ...passkeyEntities,
    ...loginChallengeEntities,
    ...customerEntities,
    ...contactEntities,
    ...callEntities,
    ...journalEntities,
    ...jobEntities,
    ...factEntities,
    ...outboxEntities,
    ...auditEntities,
    ...answerEntities,
  ],
  repositories: (manager, { secrets, numbers }) => ({
    teams: new Teams(manager, secrets),
    agents: new Agents(manager),
    groups: new Groups(manager),
    phones: new Phones(manager, secrets),
    roles: new Roles(manager),
    fields: new CustomerFields(manager),
    links: new WorkLinkRows(manager),
    bindings: new AppBindings(manager),
    setupLinks: new SetupLinks(manager),
    apiKeys: new ApiKeyRows(manager, secrets),
    webhooks: new WebhookRows(manager, secrets),
    sessions: new Sessions(manager),
    passwordResets: new PasswordResetRows(manager),
    secondFactors: new SecondFactorRows(manager, secrets),
    signOn: new SignOnRows(manager, secrets),
    passkeys: new PasskeyRows(manager),
    loginChallenges: new LoginChallengeRows(manager),
    customers: new Customers(manager, numbers),
    contacts: new ContactRows(manager, numbers),
    calls: new Calls(manager, numbers),
    presence: new Presences(manager),
    browserPhones: new BrowserPhones(manager, secrets),
    journal: new JournalRows(manager),
    setAside: new SetAsideRows(manager),
    jobs: new JobRows(manager),
    facts: new FactRows(manager),
    outbox: new OutboxRows(manager, subscriptions),
    audit: new AuditRows(manager),
    leases: new LeaseRows(manager),
    answers: new AnswerRows(manager),
  }),
};
