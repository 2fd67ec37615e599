import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asId, type EndpointId } from '../../server/core/kernel/ids.ts';
import { settle } from '../support/manual-clock.ts';
import { Bed, OTHER_SECRET } from './bed.ts';

let bed: Bed;
const get = (path: string) => fetch(`${bed.url}${path}`, { redirect: 'manual' });

describe('what the demo serves', () => {
  beforeAll(async () => {
    bed = await Bed.start();
  });
  afterAll(() => bed.stop());

  it('lets any page load the loader for five minutes and its parts for ever', async () => {
    const loader = await get('/telebar.js');
    expect(loader.status).toBe(200);
    expect(loader.headers.get('content-type')).toMatch(/javascript/);
    expect(loader.headers.get('cache-control')).toBe('public, max-age=300');
    const part = await get('/assets/widget-abc.js');
    expect(part.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    for (const { headers } of [loader, part]) {
      expect(headers.get('access-control-allow-origin')).toBe('*');
      expect(headers.get('cross-origin-resource-policy')).toBe('cross-origin');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  it('shows the licences of what is bundled', async () => {
    const notice = await get('/NOTICE.txt');
    expect(notice.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(await notice.text()).toBe('licences');
  });

  it('gives its own pages a policy that lets nothing foreign or inline run', async () => {
    const page = await get('/demo/crm.html');
    expect(page.status).toBe(200);
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("style-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|\*/);
    expect(policy).toContain(`ws://${new URL(bed.url).host}`);
  });

  it('leads from the root to the start page', async () => {
    const root = await get('/');
    expect(root.status).toBe(302);
    expect(root.headers.get('location')).toBe('/demo/');
    expect(await (await get('/demo/')).text()).toContain('start');
  });

  it.each([
    '/secret.txt',
    '/assets/../secret.txt',
    '/assets/%2e%2e/secret.txt',
    '/demo/%2e%2e/secret.txt',
    '/assets/',
  ])('keeps %s to itself', async (path) => {
    expect((await get(path)).status).toBe(404);
  });

  it('is healthy while calls can be taken, and says why when they cannot', async () => {
    expect((await get('/healthz')).status).toBe(200);
    bed.switch.crash();
    const down = await get('/healthz');
    expect(down.status).toBe(503);
    expect(JSON.stringify(await down.json())).toContain('media child exited');
    bed.switch.recover();
    await settle();
    expect((await get('/healthz')).status).toBe(200);
  });

  it('makes telephone lines for numbers outside, and for no number of the team', async () => {
    const line = await bed.send('POST', '/demo/line', { body: { number: '13900139000' } });
    expect(line.status).toBe(201);
    const spec = bed.switch.spec(asId<EndpointId>(String(line.body.endpointId)));
    expect(spec).toMatchObject({ kind: 'outside', number: '13900139000', device: 'browser' });
    expect(JSON.stringify(spec)).not.toContain(String(line.body.password));
    for (const number of ['400100', '1001', '1999', '12a', '']) {
      const refused = await bed.send('POST', '/demo/line', { body: { number } });
      expect(refused.body.code, number).toBe('invalid-request');
    }
  });

  it('makes desk phones known under the numbers of the agents', () => {
    const ha1 = createHash('md5').update('1001:telebar:telebar-demo').digest('hex');
    const spec = bed.switch.spec(asId<EndpointId>('phone_demo_1001'));
    expect(spec).toMatchObject({ kind: 'agent', device: 'phone', username: '1001', ha1 });
  });

  it('leaves the team as it is when the server starts again', async () => {
    const teams = () => bed.inStore(({ teams: table }) => table.all());
    const before = await teams();
    expect(before.map(({ slug }) => slug)).toEqual(['demo', 'other']);
    expect(before[0]?.embedSecret).not.toBe(OTHER_SECRET);
    await bed.restart();
    expect(await teams()).toEqual(before);
  });
});

describe('what a server for real use serves', () => {
  beforeAll(async () => {
    bed = await Bed.start({ TELEBAR_DEMO: '0', TELEBAR_SECRET: 'x'.repeat(40), TELEBAR_HOST: '127.0.0.1' });
  });
  afterAll(() => bed.stop());

  it('has nothing of the demo', async () => {
    for (const path of ['/', '/demo/', '/demo/crm.html']) expect((await get(path)).status).toBe(404);
    expect((await bed.send('POST', '/demo/token', { body: { username: '1001' } })).status).toBe(404);
    expect((await bed.send('POST', '/demo/line', { body: { number: '13900139000' } })).status).toBe(404);
    expect(await bed.inStore(({ teams }) => teams.bySlug('demo'))).toBeNull();
    expect(JSON.stringify((await bed.send('GET', '/openapi.json')).body)).not.toContain('/demo/');
  });

  it('serves the widget all the same', async () => {
    expect((await get('/telebar.js')).status).toBe(200);
  });
});
