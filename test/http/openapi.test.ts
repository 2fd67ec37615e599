import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProblemCode } from '../../server/contract/problem.ts';
import { describedRoutes } from './described-routes.ts';
import { STATUS } from '../../server/http/problem.ts';
import { RIGHTS, type Right } from '../../server/vocabulary/rights.ts';
import { Bed } from './bed.ts';

interface Body {
  content?: Record<string, { schema: unknown }>;
}
interface Operation {
  'x-telebar-right'?: Right;
  operationId: string;
  parameters?: unknown[];
  requestBody?: Body;
  responses: Record<string, Body & { description: string }>;
}
interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, unknown> };
}
let bed: Bed;
let document: Document;
let token: string;

beforeAll(async () => {
  bed = await Bed.start();
  document = (await bed.send('GET', '/openapi.json')).body as unknown as Document;
  token = await bed.login();
});
afterAll(() => bed.stop());

// Descriptions are looked at only; nothing is called.
const routes = describedRoutes;
const documented = () =>
  Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({ path, method, operation })),
  );

/** Anybody may ask for it, without a word. */
const NEEDS_NOTHING = new Set(['/login-ways', '/passkeys/options']);

describe('the API document', () => {
  it('describes each route of the table, and nothing else', () => {
    expect(
      documented()
        .map(({ method, path }) => `${method} ${path}`)
        .toSorted(),
    ).toEqual(routes.map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`).toSorted());
  });

  it.each(routes.map((route) => [`${route.method.toUpperCase()} ${route.path}`, route] as const))(
    '%s is mounted and has its schemas',
    async (_, route) => {
      const path = route.path.replace(/:\w+/g, 'x');
      const authorised = route.auth === 'session' ? { token: 'forged' } : {};
      const answer = await bed.send(route.method.toUpperCase(), path, authorised);
      // Were it not mounted, the answer would be "not found" before anybody asked for a token or a body.
      const code = route.auth === 'session' ? 'token-invalid' : 'invalid-request';
      expect(answer.body.code).toBe(NEEDS_NOTHING.has(route.path) ? undefined : code);

      const operation = document.paths[route.path.replace(/:(\w+)/g, '{$1}')]?.[route.method];
      const success = operation?.responses[String(route.status)];
      if (route.status === 204) expect(success?.content).toBeUndefined();
      else expect(success?.content?.['application/json']?.schema).toBeTypeOf('object');
      const body = operation?.requestBody?.content?.['application/json']?.schema;
      if (route.body === undefined) expect(operation?.requestBody).toBeUndefined();
      else expect(body).toBeTypeOf('object');
      const named = operation?.parameters ?? [];
      for (const [, name] of route.path.matchAll(/:(\w+)/g)) {
        expect(named).toContainEqual(expect.objectContaining({ name, in: 'path', required: true }));
      }
      for (const code of route.problems) {
        expect(operation?.responses[String(STATUS[code])]?.description).toContain(code);
      }
    },
  );

  it('shows examples that are as the contract says', () => {
    const examples = routes.filter(({ example }) => example !== undefined);
    expect(examples.length).toBeGreaterThan(10);
    for (const { path, example, body, response } of examples) {
      if (example?.body !== undefined) expect(body?.safeParse(example.body).error, path).toBeUndefined();
      if (example?.response === undefined) continue;
      expect(response?.safeParse(example.response).data, path).toEqual(example.response);
    }
    const change = document.paths['/set-up/agents/{id}']?.['patch'];
    expect(change?.requestBody?.content?.['application/json']).toMatchObject({ example: { active: false } });
    expect(change?.parameters).toContainEqual(expect.objectContaining({ name: 'If-Match', required: true }));
    expect(change?.responses['200']).toMatchObject({ headers: { ETag: {} } });
  });

  it('says of each route with a session which right it needs', () => {
    for (const route of routes) {
      const operation = document.paths[route.path.replace(/:(\w+)/g, '{$1}')]?.[route.method];
      const right = operation?.['x-telebar-right'];
      if (route.auth === 'none') expect(right, route.path).toBeUndefined();
      else expect(RIGHTS, route.path).toContain(right);
    }
  });

  it('has every command that the contract speaks of', async () => {
    const folder = join(import.meta.dirname, '../../server/contract');
    const spoken = new Set<string>();
    for (const file of await readdir(folder, { recursive: true })) {
      if (!file.endsWith('.ts')) continue;
      const text = await readFile(join(folder, file), 'utf8');
      for (const [, method = '', path = ''] of text.matchAll(
        /\b(GET|POST|PUT|PATCH|DELETE) (\/[a-z/:A-Z-]+)/g,
      )) {
        spoken.add(`${method.toLowerCase()} ${path.replace(/[/:]+$/, '')}`);
      }
    }
    expect(spoken.size).toBeGreaterThan(12);
    const known = routes.map(({ method, path }) => `${method} ${path}`);
    for (const route of spoken) expect(known).toContain(route);
  });

  it('refers only to what it contains', () => {
    const text = JSON.stringify(document);
    const references = new Set([...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, target]) => target ?? ''));
    expect(references.size).toBeGreaterThan(5);
    for (const reference of references) {
      const [, name = ''] = /^#\/components\/schemas\/(\w+)$/.exec(reference) ?? [];
      expect(document.components.schemas, reference).toHaveProperty(name);
    }
    expect(text).not.toContain('$defs');
  });

  it('names each operation once', () => {
    const ids = documented().map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('may be read from any page', async () => {
    const answer = await bed.send('GET', '/openapi.json', { headers: { origin: 'https://any.example' } });
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.body.openapi).toBe('3.1.0');
  });
});

describe('answers', () => {
  const get = routes.filter(({ method, path }) => method === 'get' && !path.includes(':'));
  it.each(get.map((route) => [route.path, route] as const))(
    'of GET %s are as the contract says',
    async (_, route) => {
      const ofAdmin = route.right === 'read-audit' || route.right === 'change-set-up';
      const reader = ofAdmin ? await bed.login('admin') : token;
      const answer = await bed.send('GET', route.path, { token: reader });
      expect(answer.status).toBe(200);
      const parsed = route.response?.safeParse(answer.body);
      expect(parsed?.error).toBeUndefined();
      expect(parsed?.data).toEqual(answer.body);
    },
  );

  it('of commands are as the contract says', async () => {
    const commands: Array<[string, string, unknown]> = [
      ['post', '/agent/lock', undefined],
      ['post', '/sessions/current/unlock', { password: 'telebar-demo' }],
      ['post', '/devices/browser', { clientId: 'page-1' }],
      ['post', '/demo/token', { username: '1001' }],
      ['post', '/demo/line', { number: '13900139000' }],
    ];
    for (const [method, path, body] of commands) {
      const answer = await bed.send(method.toUpperCase(), path, { token, body });
      const route = routes.find((candidate) => candidate.method === method && candidate.path === path);
      expect(answer.status, path).toBe(route?.status);
      expect(route?.response?.safeParse(answer.body).data, path).toEqual(answer.body);
    }
  });

  it('have a status for every code', () => {
    for (const code of ProblemCode.options) expect(STATUS[code]).toBeGreaterThanOrEqual(400);
  });
});
