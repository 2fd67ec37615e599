import { afterAll, beforeAll, expect, it } from 'vitest';
import { describedRoutes } from './described-routes.ts';
import { Bed } from './bed.ts';

/** What a locked desk is for: ring, be answered, be hung up and be left to the others, be unlocked, be left, and be loaded anew. */
const ALLOWED = [
  'post /agent/lock',
  'post /sessions/current/unlock',
  'delete /sessions/current',
  'post /devices/browser',
  'post /calls/:id/answer',
  'post /calls/:id/reject',
  'post /calls/:id/hangup',
  'post /calls/:id/legs/:legId/hangup',
  'post /calls/:id/leave',
  'post /agents/:id/stop-monitoring',
];

// Descriptions are looked at only.
const routes = describedRoutes;
const withSession = routes.filter(({ auth }) => auth === 'session');
const nameOf = ({ method, path }: { method: string; path: string }) => `${method} ${path}`;

let bed: Bed;
let token: string;
beforeAll(async () => {
  bed = await Bed.start();
  // Who has every right: it is the lock that refuses.
  token = await bed.login('admin');
  await bed.send('POST', '/agent/lock', { token });
});
afterAll(() => bed.stop());

it('allows reading and these commands on a locked desk, and no other', () => {
  const allowed = withSession.filter(({ whenLocked }) => whenLocked === 'allowed');
  expect(allowed.filter(({ method }) => method !== 'get').map(nameOf)).toEqual(
    expect.arrayContaining(ALLOWED),
  );
  expect(allowed.filter(({ method }) => method !== 'get')).toHaveLength(ALLOWED.length);
});

it.each(
  withSession
    .filter(({ whenLocked }) => whenLocked === 'refused')
    .map((route) => [nameOf(route), route] as const),
)('refuses %s while the desk is locked, whatever is asked', async (_, { method, path }) => {
  const answer = await bed.send(method.toUpperCase(), path.replace(/:\w+/g, 'x'), { token });
  expect(answer.status).toBe(423);
  expect(answer.body.code).toBe('locked');
});

it('makes no customer from a locked desk, and does again when it is unlocked', async () => {
  const make = () => bed.send('POST', '/customers', { token, body: { name: 'Ada', numbers: [] } });
  expect((await make()).body.code).toBe('locked');
  await bed.send('POST', '/sessions/current/unlock', { token, body: { password: 'telebar-demo' } });
  expect((await make()).status).toBe(201);
});
