import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asId } from '../../server/core/kernel/ids.ts';
import type {
  AgentId,
  ApiKeyId,
  ContactId,
  CustomerId,
  EndpointId,
  GroupId,
  BindingId,
  FieldId,
  LinkId,
  ReasonId,
  RoleId,
  TeamId,
  WebhookId,
} from '../../server/core/kernel/ids.ts';
import { POWERS } from '../../server/core/model/rights.ts';
import { hashPublicPassword } from '../../server/features/sessions/password.ts';
import type { Right } from '../../server/vocabulary/rights.ts';
import { RIGHTS } from '../../server/vocabulary/rights.ts';
import { ROLES } from '../../server/vocabulary/roles.ts';
import { Bed } from './bed.ts';
import { describedRoutes } from './described-routes.ts';
import { BODIES } from './route-bodies.ts';

const OTHER = asId<TeamId>('team_other');
const SECRET = 'Of the other team alone';

/** The last ones: they would keep the rest from being asked. */
const LAST = ['post /agent/lock', 'delete /sessions/current'];
const nameOf = ({ method, path }: { method: string; path: string }) => `${method} ${path}`;
const routes = describedRoutes
  .filter(({ auth }) => auth === 'session')
  .toSorted((a, b) => LAST.indexOf(nameOf(a)) - LAST.indexOf(nameOf(b)));

/** Roles of the team's own: nothing but one right, or everything but rights. */
const OWN: ReadonlyArray<{ id: string; rights: Right[] }> = [
  { id: 'role_books', rights: ['use-contacts'] },
  { id: 'role_none', rights: [] },
];

let bed: Bed;
beforeAll(async () => {
  bed = await Bed.start();
  const passwordHash = await hashPublicPassword('telebar-demo');
  await bed.inStore(async ({ agents, roles }) => {
    const teamId = asId<TeamId>('team_demo');
    const person = (role: string) => ({
      ...{ id: asId<AgentId>(`agent_${role}`), teamId, number: String(7000 + all.indexOf(role)) },
      ...{
        username: `the-${role}`,
        name: role,
        role: role as 'agent',
        passwordHash,
        pinHash: null,
        active: true,
      },
    });
    const all = [...ROLES, ...OWN.map(({ id }) => id)];
    for (const { id, rights } of OWN) {
      await roles.insert({ id: asId<RoleId>(id), teamId, name: id, reach: 'team', rights, version: 1 });
    }
    for (const role of all) await agents.insert(person(role));
  });
  await bed.inStore(insertOthers);
  await bed.restart();
});
afterAll(() => bed.stop());

/** One of each of what the other team has, for each beginning of a path. */
const FOREIGN: ReadonlyArray<[string, string]> = [
  ['/set-up/agents', 'agent_foreign'],
  ['/set-up/groups', 'group_foreign'],
  ['/set-up/phones', 'phone_foreign'],
  ['/set-up/reasons', 'reason_foreign'],
  ['/set-up/customer-fields', 'field_foreign'],
  ['/set-up/work-links', 'link_foreign'],
  ['/set-up/app-bindings', 'binding_foreign'],
  ['/set-up/roles', 'role_foreign'],
  ['/set-up/numbers', '400999'],
  ['/set-up/api-keys', 'key_foreign'],
  ['/set-up/webhooks', 'webhook_foreign'],
  ['/customers', 'customer_foreign'],
  ['/contacts', 'contact_foreign'],
  ['/agents', 'agent_foreign'],
  ['/queues', 'group_foreign'],
];

async function insertOthers({
  agents,
  groups,
  phones,
  teams,
  roles,
  fields,
  links,
  bindings,
  apiKeys,
  webhooks,
  customers,
  contacts,
}: Parameters<Parameters<Bed['inStore']>[0]>[0]) {
  const teamId = OTHER;
  const agentId = asId<AgentId>('agent_foreign');
  const groupId = asId<GroupId>('group_foreign');
  await agents.insert({
    ...{ id: agentId, teamId, number: '9001', username: 'foreign', name: SECRET, role: 'agent' as const },
    ...{ passwordHash: '', pinHash: null, active: true },
  });
  await groups.insert({
    ...{ id: groupId, teamId, name: SECRET, number: '9002', ringMs: 20_000, retryMs: 0, acwMode: 'off' },
    ...{ acwLimitMs: null, dialling: 'free', callerId: null },
  });
  await groups.insertMember({ teamId, groupId, agentId, static: false });
  await phones.insert({
    ...{ endpointId: asId<EndpointId>('phone_foreign'), teamId, username: 'foreign', name: SECRET },
    ...{ ha1: 'x', ha1Sha256: null },
  });
  const label = { en: SECRET, 'zh-CN': SECRET };
  await teams.insertReason({
    id: asId<ReasonId>('reason_foreign'),
    teamId,
    kind: 'pause',
    label,
    position: 1,
  });
  await teams.insertRoute({ number: '400999', teamId, target: { kind: 'group', groupId } });
  await links.insert({
    ...{ id: asId<LinkId>('link_foreign'), teamId, label, url: 'https://crm.example/' },
    ...{ groupIds: [], position: 1, version: 1 },
  });
  await bindings.insert({
    ...{
      id: asId<BindingId>('binding_foreign'),
      teamId,
      name: SECRET,
      directions: [],
      dids: [],
      groupIds: [],
    },
    ...{ onAnswer: false, mode: 'event', url: '', position: 1, version: 1 },
  });
  await fields.insert({
    ...{ id: asId<FieldId>('field_foreign'), teamId, key: 'foreign', label, type: 'text' as const },
    ...{ required: false, readOnly: false, options: [], position: 1, version: 1, deletedAt: null },
  });
  await roles.insert({
    ...{
      id: asId<RoleId>('role_foreign'),
      teamId,
      name: SECRET,
      reach: 'own' as const,
      rights: [],
      version: 1,
    },
  });
  await apiKeys.insert({
    ...{ id: asId<ApiKeyId>('key_foreign'), teamId, name: SECRET, prefix: 'tbk_foreign0', secretHash: '' },
    ...{ rights: [], madeBy: agentId, createdAt: 1, expiresAt: null, lastUsedAt: null, revokedAt: null },
    version: 1,
  });
  await webhooks.insert({
    ...{
      id: asId<WebhookId>('webhook_foreign'),
      teamId,
      name: SECRET,
      url: 'https://x.example/',
      events: [],
    },
    ...{ active: false, fault: null, secret: SECRET, previousSecret: null, previousSecretUntil: null },
    ...{ createdAt: 1, activeSince: 1, version: 1, failingSince: null, failures: 0, retryAt: 0 },
  });
  await customers.insert(
    {
      ...{
        id: asId<CustomerId>('customer_foreign'),
        teamId,
        name: SECRET,
        numbers: [],
        company: '',
        email: '',
      },
      ...{ address: '', note: '', fields: {}, version: 1, createdAt: 1, updatedAt: 1 },
    },
    [],
  );
  await contacts.insert({
    ...{ id: asId<ContactId>('contact_foreign'), teamId, ownerId: null, name: SECRET, number: '1', note: '' },
    ...{ version: 1, createdAt: 1 },
  });
}

async function ask(route: (typeof routes)[number], token: string | null, id: string) {
  const path = route.path.replace(':number', '400999').replace(/:\w+/g, id);
  const body = BODIES[nameOf(route)];
  return bed.send(route.method.toUpperCase(), path, {
    ...(token === null ? {} : { token }),
    headers: { 'if-match': '"1"' },
    ...(body === undefined ? {} : { body }),
  });
}

describe('a route asks for the right that its description names', () => {
  it.each(routes.map((route) => [nameOf(route), route] as const))(
    '%s: of nobody without a session',
    async (_, route) => {
      expect((await ask(route, null, 'x')).body['code']).toBe('token-missing');
    },
  );

  const powers = [
    ...ROLES.map((role) => ({ role: String(role), rights: POWERS[role].rights })),
    ...OWN.map(({ id, rights }) => ({ role: id, rights: new Set(rights) })),
  ];
  it.each(powers)('of $role', async ({ role, rights }) => {
    const token = await bed.login(`the-${role}`);
    for (const route of routes) {
      const { right } = route;
      if (right === null) throw new Error(nameOf(route));
      // A number or an id that there is none of: whoever may ask is told so.
      const answer = await ask({ ...route, path: route.path.replace(':number', '400000') }, token, 'x');
      const isRefused = answer.body['code'] === 'forbidden' && answer.body['right'] === right;
      expect(isRefused, nameOf(route)).toBe(!rights.has(right));
    }
  });
});

async function newKey(rights: readonly Right[]): Promise<string> {
  const body = { name: `With ${rights.length}`, rights, expiresAt: null };
  const made = await bed.send('POST', '/set-up/api-keys', { token: await bed.login('admin'), body });
  return String(made.body['secret']);
}

describe('an API key', () => {
  it.each([[['use-contacts']], [['read-customers', 'read-calls']], [[...RIGHTS]]] as Right[][][])(
    'with %s opens the routes of these rights, and nothing that is a person’s own',
    async (rights) => {
      const token = await newKey(rights);
      for (const route of routes) {
        const answer = await ask({ ...route, path: route.path.replace(':number', '400000') }, token, 'x');
        const mayAsk = route.keys === 'taken' && rights.includes(route.right ?? 'use-desk');
        const isRefused =
          answer.body['code'] === 'forbidden' &&
          (route.keys === 'refused' || answer.body['right'] === route.right);
        expect(isRefused, nameOf(route)).toBe(!mayAsk);
      }
    },
  );
});

describe('what belongs to another team', () => {
  const named = routes.filter(({ path }) => path.includes(':') && !LAST.includes(path));
  let key: string;
  beforeAll(async () => {
    key = await newKey(RIGHTS);
  });
  it.each(named.map((route) => [nameOf(route), route] as const))(
    '%s does not show or change',
    async (_, route) => {
      const [, id = 'call_foreign'] = FOREIGN.find(([start]) => route.path.startsWith(start)) ?? [];
      for (const token of [await bed.login('admin'), key]) {
        const answer = await ask(route, token, id);
        expect(answer.status).toBeGreaterThanOrEqual(400);
        expect(answer.status).not.toBe(412);
        expect(JSON.stringify(answer.body)).not.toContain(SECRET);
      }
    },
  );

  it('is as it was', async () => {
    await bed.inStore(async ({ agents, groups, phones, teams, roles, apiKeys, webhooks, customers }) => {
      expect(await agents.byId(OTHER, asId<AgentId>('agent_foreign'))).toMatchObject({
        version: 1,
        deletedAt: null,
      });
      expect(await groups.byId(OTHER, asId<GroupId>('group_foreign'))).toMatchObject({
        version: 1,
        closedAt: null,
      });
      expect(await phones.all(OTHER)).toMatchObject([{ version: 1 }]);
      expect(await roles.all(OTHER)).toMatchObject([{ version: 1 }]);
      expect(await webhooks.all(OTHER)).toMatchObject([{ version: 1 }]);
      expect(await apiKeys.byPrefix('tbk_foreign0')).toMatchObject({ version: 1, revokedAt: null });
      expect(await teams.routes(OTHER)).toMatchObject([{ version: 1 }]);
      expect(await customers.byId(OTHER, asId<CustomerId>('customer_foreign'))).toMatchObject({ version: 1 });
    });
  });
});

describe('roles of a team’s own', () => {
  const send = async (username: string, method: string, path: string, body?: unknown, version = 1) =>
    bed.send(method, path, {
      token: await bed.login(username),
      headers: { 'if-match': `"${version}"` },
      ...(body === undefined ? {} : { body }),
    });
  const NEW = { number: '7900', username: 'planner', name: 'Planner', password: 'telebar-demo' };

  it('have their rights at once, give away no more than they have, and lock nobody out', async () => {
    const rights: Right[] = ['use-desk', 'change-set-up', 'read-reports'];
    const made = await send('admin', 'POST', '/set-up/roles', {
      name: '排班 Planning',
      reach: 'team',
      rights,
    });
    const id = String(made.body['id']);
    expect((await send('admin', 'POST', '/set-up/agents', { ...NEW, role: id })).status).toBe(201);
    const session = await send('planner', 'GET', '/sessions/current');
    expect(session.body).toMatchObject({ agent: { role: 'quality' }, rights });
    expect((await send('planner', 'GET', '/set-up/agents?role=admin')).status).toBe(200);

    // No more than they have, to nobody, and not over somebody who has more.
    const own = { ...NEW, number: '7901', username: 'friend' };
    expect((await send('planner', 'POST', '/set-up/agents', { ...own, role: 'admin' })).status).toBe(403);
    expect(
      (await send('planner', 'POST', '/set-up/roles', { name: 'x', reach: 'own', rights: ['read-audit'] }))
        .status,
    ).toBe(403);
    expect(
      (await send('planner', 'PATCH', '/set-up/agents/agent_demo_admin', { password: 'taken-over' })).status,
    ).toBe(403);

    const role = `/set-up/roles/${id}`;
    expect((await send('planner', 'PATCH', role, { rights: ['use-desk'] })).body['code']).toBe('own-rights');
    expect((await send('admin', 'DELETE', role)).body).toMatchObject({
      code: 'in-use',
      uses: [{ kind: 'role', name: 'Planner' }],
    });
    expect((await send('admin', 'DELETE', `${role}?moveTo=agent`)).status).toBe(204);
    expect((await send('planner', 'GET', '/set-up/agents')).body['code']).toBe('forbidden');
  });

  it('set the team up only when they reach all of it: they decide who leads which group', async () => {
    const name = '组长 Leads';
    const refused = {
      status: 400,
      body: { code: 'invalid-request', errors: [expect.objectContaining({ path: 'reach' })] },
    };
    for (const reach of ['own', 'groups']) {
      const body = { name, reach, rights: ['change-set-up'] };
      expect(await send('admin', 'POST', '/set-up/roles', body)).toMatchObject(refused);
    }
    const made = await send('admin', 'POST', '/set-up/roles', {
      name,
      reach: 'groups',
      rights: ['use-desk'],
    });
    const role = `/set-up/roles/${String(made.body['id'])}`;
    expect(await send('admin', 'PATCH', role, { rights: ['change-set-up'] })).toMatchObject(refused);
    expect((await send('admin', 'PATCH', role, { reach: 'team', rights: ['change-set-up'] })).status).toBe(
      200,
    );
    expect(await send('admin', 'PATCH', role, { reach: 'groups' }, 2)).toMatchObject(refused);
  });

  it('are not deleted in favour of themselves', async () => {
    const made = await send('admin', 'POST', '/set-up/roles', { name: 'x', reach: 'own', rights: [] });
    const id = String(made.body['id']);
    const gone = await send('admin', 'DELETE', `/set-up/roles/${id}?moveTo=${id}`);
    expect(gone).toMatchObject({ status: 404, body: { code: 'not-found' } });
    expect((await send('admin', 'GET', `/set-up/roles/${id}`)).status).toBe(200);
  });
});
