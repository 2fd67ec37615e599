import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { hostAddresses } from '../../server/http/host-addresses.ts';
import { WebSender } from '../../server/http/web-sender.ts';
import { HookReceiver, type Received } from '../support/hook-receiver.ts';
import { AgentPage } from './agent-page.ts';
import { Bed } from './bed.ts';

let bed: Bed;
let receiver: HookReceiver;
let token: string;
beforeEach(async () => {
  receiver = await HookReceiver.start();
  bed = await Bed.start({ TELEBAR_WEBHOOK_PRIVATE: '1' });
  token = await bed.login('admin');
});
afterEach(async () => {
  await bed.stop();
  await receiver.stop();
});

const PATH = '/set-up/webhooks';
const send = (method: string, path: string, { body, version }: { body?: object; version?: number } = {}) =>
  bed.send(method, path, {
    token,
    ...(body === undefined ? {} : { body }),
    ...(version === undefined ? {} : { headers: { 'if-match': `"${version}"` } }),
  });

async function hook(events: string[], url = receiver.url): Promise<{ id: string; secret: string }> {
  const made = await send('POST', PATH, { body: { name: 'CRM', url, events } });
  expect(made.status).toBe(201);
  return made.body as { id: string; secret: string };
}

/** Lets workers look until it is so. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  await expect
    .poll(
      async () => {
        await bed.clock.advance(1000);
        return isSo();
      },
      { timeout: 8000, interval: 20 },
    )
    .toBe(true);
}

/** As a receiver does it, by the time at which it was sent. Throws when it is not genuine. */
function verified({ headers, body }: Received, secret: string): { type: string; data: unknown } {
  vi.useFakeTimers({ toFake: ['Date'], now: bed.clock.now() });
  try {
    return new Webhook(secret).verify(body, headers as Record<string, string>) as never;
  } finally {
    vi.useRealTimers();
  }
}

const deliveries = async (id: string) =>
  (await send('GET', `${PATH}/${id}/deliveries`)).body['items'] as Array<Record<string, unknown>>;

describe('a webhook', () => {
  it('is told of the calls and agents that it has asked for, signed, and once more when it has failed', async () => {
    const { id, secret } = await hook([
      'call.queued',
      'call.ringing',
      'call.missed',
      'call.ended',
      'agent.state-changed',
    ]);
    receiver.answers.push(500, 302);
    const agent = await bed.login('1001');
    await bed.send('POST', '/devices/browser', { token: agent, body: { clientId: 'page' } });
    const caller = bed.switch.trunk.callIn('13800138001', '400100');
    await bed.clock.advance(0);
    caller.hangup();
    await until(() => receiver.types.filter((type) => type === 'call.ended').length === 1);
    await until(() => new Set(receiver.types).size === 3);
    await until(async () => (await deliveries(id)).every(({ state }) => state === 'delivered'));

    // The first one was sent three times, to the letter, under one id; where it was sent to instead, nobody has gone.
    const [first, second] = receiver.received;
    if (!first || !second) throw new Error('nothing has come');
    const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(ids.filter((each) => each === ids[0])).toHaveLength(2);
    const again = receiver.received.findLast(({ headers }) => headers['webhook-id'] === ids[0]);
    expect(again?.body).toBe(first.body);
    expect(again?.headers['webhook-timestamp']).not.toBe(first.headers['webhook-timestamp']);
    for (const each of receiver.received) verified(each, secret);
    expect(() => verified({ ...first, body: first.body.replace('queue', 'qu3ue') }, secret)).toThrow();
    const ended = receiver.received.findLast(({ body }) => body.includes('call.ended'));
    expect(ended && verified(ended, secret)).toMatchObject({
      type: 'call.ended',
      data: { call: { number: '13800138001', did: '400100', direction: 'queue', answeredAt: null } },
    });
    const log = await deliveries(id);
    expect(log.filter(({ attempts }) => Number(attempts) === 2)).toHaveLength(2);
    expect(log.map(({ type }) => type).toSorted()).toEqual(['call.ended', 'call.missed', 'call.queued']);
    const page = await send('GET', `${PATH}/${id}/deliveries?limit=2`);
    expect(page.body['items']).toHaveLength(2);
    const rest = await send('GET', `${PATH}/${id}/deliveries?limit=2&cursor=${String(page.body['next'])}`);
    expect(rest.body).toMatchObject({ items: [{ type: log[2]?.['type'] }], next: null });
  });

  it('is told of records, and of nothing while it is switched off or when nobody asks', async () => {
    const { id } = await hook(['customer.created', 'set-up.changed']);
    const card = await bed.send('POST', '/customers', { token, body: { name: 'Ada', numbers: [] } });
    bed.switch.trunk.callIn('13800138001', '400100').hangup();
    await until(() => receiver.types.length === 2);
    // Itself has been made: that is a change of the set-up.
    expect(receiver.types.toSorted()).toEqual(['customer.created', 'set-up.changed']);
    const created = receiver.received.find(({ body }) => body.includes('"type":"customer.created"'));
    expect(JSON.parse(created?.body ?? '')).toMatchObject({
      data: { id: card.body['id'], actor: { kind: 'agent' }, fields: { name: { after: 'Ada' } } },
    });
    const waiting = await bed.inStore(({ webhooks }) => webhooks.dueWebhooks(Number.MAX_SAFE_INTEGER));
    expect(waiting).toEqual([]);

    expect((await send('PATCH', `${PATH}/${id}`, { body: { active: false }, version: 1 })).status).toBe(200);
    await bed.send('POST', '/customers', { token, body: { name: 'Bo', numbers: [] } });
    const tested = await send('POST', `${PATH}/${id}/test`);
    expect(tested.body).toMatchObject({ type: 'webhook.test', state: 'waiting' });
    await bed.clock.advance(5000);
    expect(receiver.received).toHaveLength(2);
    await send('PATCH', `${PATH}/${id}`, { body: { active: true }, version: 2 });
    await until(() => receiver.types.includes('webhook.test'));
    expect(receiver.received.filter(({ body }) => body.includes('Bo'))).toEqual([]);

    const before = receiver.received.length;
    const again = await send('POST', `${PATH}/${id}/deliveries/${String(tested.body['id'])}/redeliver`);
    expect(again.body).toMatchObject({ state: 'waiting', attempts: 0 });
    await until(() => receiver.received.length > before);
    const testIds = receiver.received.filter(({ body }) => body.includes('webhook.test'));
    expect(new Set(testIds.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  });

  it('has two secrets while it changes over, each told once', async () => {
    const { id, secret } = await hook(['set-up.changed']);
    const renewed = await send('POST', `${PATH}/${id}/secret`, {
      body: { keepPreviousMs: 60_000 },
      version: 1,
    });
    const next = String(renewed.body['secret']);
    expect(renewed.body).toMatchObject({ previousSecretUntil: bed.clock.now() + 60_000, version: 2 });
    expect(JSON.stringify((await send('GET', `${PATH}/${id}`)).body)).not.toContain('whsec_');
    const sent = async () => {
      const count = receiver.received.length;
      await send('POST', `${PATH}/${id}/test`);
      await until(() => receiver.received.length > count);
      const last = receiver.received.at(-1);
      if (!last) throw new Error('nothing has come');
      return last;
    };
    const both = await sent();
    verified(both, secret);
    verified(both, next);
    await bed.clock.advance(60_000);
    const one = await sent();
    verified(one, next);
    expect(() => verified(one, secret)).toThrow();
    const third = await send('POST', `${PATH}/${id}/secret`, { body: {}, version: 2 });
    const fourth = await send('POST', `${PATH}/${id}/secret`, { body: {}, version: 3 });
    expect(fourth.body['previousSecretUntil']).toBe(third.body['previousSecretUntil']);
    const twice = await sent();
    // Made twice by mistake: the one in use goes on signing.
    verified(twice, next);
    verified(twice, String(fourth.body['secret']));
    expect(() => verified(twice, String(third.body['secret']))).toThrow();
    expect((await send('DELETE', `${PATH}/${id}/previous-secret`, { version: 4 })).status).toBe(204);
    const alone = await sent();
    verified(alone, String(fourth.body['secret']));
    expect(() => verified(alone, next)).toThrow();
    const audit = await send('GET', `/audit?recordId=${id}`);
    expect(JSON.stringify(audit.body)).not.toContain('whsec_');
  });

  it('is sent nothing that who sets it up may not read', async () => {
    const { id } = await hook(['call.ended', 'set-up.changed']);
    await send('POST', `${PATH}/${id}/test`);
    const [delivery] = await deliveries(id);
    const admin = token;
    const keyMade = await bed.send('POST', '/set-up/api-keys', {
      token: admin,
      body: { name: 'CRM', rights: ['change-set-up'], expiresAt: null },
    });
    const refused = { status: 403, body: { code: 'forbidden' } };
    const setter = await bed.loginWith(['change-set-up', 'read-customers'], admin);
    const body = (events: string[]) => ({ name: 'x', url: receiver.url, events });
    for (token of [setter, String(keyMade.body['secret'])]) {
      for (const event of ['call.queued', 'agent.state-changed', 'set-up.changed'])
        expect(await send('POST', PATH, { body: body([event]) })).toMatchObject(refused);
      const patch = { url: `${receiver.url}/elsewhere` };
      expect(await send('PATCH', `${PATH}/${id}`, { body: patch, version: 1 })).toMatchObject(refused);
      expect(await send('POST', `${PATH}/${id}/secret`, { body: {}, version: 1 })).toMatchObject(refused);
      const again = `${PATH}/${id}/deliveries/${String(delivery?.['id'])}/redeliver`;
      expect(await send('POST', again)).toMatchObject(refused);
    }
    token = setter;
    const own = await send('POST', PATH, { body: body(['customer.created']) });
    expect(own.status).toBe(201);
    const more = { body: { events: ['customer.created', 'call.ended'] }, version: 1 };
    expect(await send('PATCH', `${PATH}/${String(own.body['id'])}`, more)).toMatchObject(refused);
    token = admin;
    expect((await send('GET', `${PATH}/${id}`)).body).toMatchObject({ url: receiver.url, version: 1 });
  });

  it('keeps nobody waiting when its address does not answer: neither calls nor other webhooks', async () => {
    const slow = await HookReceiver.start();
    const page = await AgentPage.open(bed, '1001');
    try {
      slow.answers.push('never');
      await hook(['agent.state-changed'], slow.url);
      await hook(['call.answered', 'call.ended', 'agent.state-changed']);
      await page.command('POST', '/agent/sign-in', {});
      await until(() => slow.received.length === 1);
      const caller = bed.switch.trunk.callIn('13800138001', '400100');
      await page.until(() => page.calls.size > 0 && page.only.phase === 'offered');
      const { id } = page.only;
      expect((await page.call(id, 'answer')).phase).toBe('talking');
      caller.hangup();
      await page.until(() => page.agent?.state === 'acw');
      const states = (): unknown[] =>
        receiver.received
          .map(({ body }) => JSON.parse(body) as { data: { agent?: { state: string } } })
          .flatMap(({ data }) => data.agent?.state ?? []);
      await until(() => states().length === 4 && receiver.types.includes('call.ended'));
      expect(states()).toEqual(['idle', 'ringing', 'talking', 'acw']);
      expect(receiver.types.filter((type) => type.startsWith('call.'))).toEqual([
        'call.answered',
        'call.ended',
      ]);
      const answered = receiver.received.find(({ body }) => body.includes('call.answered'));
      expect(JSON.parse(answered?.body ?? '')).toMatchObject({
        data: { call: { id, agent: { number: '1001' }, customerId: 'customer_demo_1' } },
      });
      expect(slow.received).toHaveLength(1);
    } finally {
      page.close();
      await slow.stop();
    }
  });
});

describe('the own network', () => {
  it('is out of reach unless the operator allows it, by address and by name', async () => {
    await bed.stop();
    bed = await Bed.start();
    token = await bed.login('admin');
    for (const url of [
      'http://crm.example/',
      'https://127.0.0.1/',
      'https://[::1]/',
      'https://[::ffff:10.0.0.1]/',
      'https://169.254.169.254/latest/meta-data',
      'https://2130706433/',
      'https://localhost:8443/',
      'https://user:pass@crm.example/',
    ]) {
      const refused = await send('POST', PATH, { body: { name: 'x', url, events: ['call.ended'] } });
      expect([url, refused.body['code']]).toEqual([url, 'invalid-request']);
    }
    const made = await send('POST', PATH, {
      body: { name: 'x', url: 'https://crm.example/hook', events: ['call.ended'] },
    });
    expect(made.status).toBe(201);

    // A name that leads there is found out when it is looked up.
    const { port } = new URL(receiver.url);
    const { signal } = new AbortController();
    // Each time that it is looked up, and of all that it means.
    const answers = [['198.41.0.4'], ['198.41.0.4', '10.0.0.1'], ['127.0.0.1']];
    const sender = new WebSender({ inside: false, addressesOf: async () => answers.pop() ?? [] });
    for (const host of [`localhost:${port}`, `crm.example:${port}`, '127.0.0.1'])
      await expect(sender.send(`https://${host}/`, {}, '{}', signal)).rejects.toThrow('public internet');
    // Nor without TLS, whatever was allowed when it was set up.
    for (const url of [receiver.url, `http://crm.example:${port}/`])
      await expect(sender.send(url, {}, '{}', signal)).rejects.toThrow('Plain HTTP');
    expect(receiver.received).toEqual([]);
    const inside = new WebSender({ inside: true });
    expect(await inside.send(receiver.url.replace('127.0.0.1', 'localhost'), {}, '{}', signal)).toBe(204);
    sender.close();
    inside.close();
  });
});

describe('what is sent to one host', () => {
  it('goes over one connection, and over another one when that was closed by the other side', async () => {
    const sender = new WebSender({ inside: true });
    const { signal } = new AbortController();
    const post = () => sender.send(receiver.url, {}, '{}', signal);
    expect([await post(), await post(), await post()]).toEqual([204, 204, 204]);
    expect(receiver.connections).toBe(1);
    receiver.hangUp();
    expect([await post(), await post()]).toEqual([204, 204]);
    expect(receiver.connections).toBe(2);
    sender.close();
  });

  it('does not wait for a name server that does not answer', async () => {
    const silent = createSocket('udp4').bind(0, '127.0.0.1');
    await once(silent, 'listening');
    const servers = [`127.0.0.1:${silent.address().port}`];
    const started = performance.now();
    await expect(hostAddresses(false, { servers, tryMs: 50 })('crm.example')).rejects.toThrow('in time');
    expect(performance.now() - started).toBeLessThan(2_000);
    silent.close();
  });

  it('finds names that only this machine knows where no name server works, and waits for that no longer', async () => {
    // Refuses all questions (RFC 1035 §4.1.1: RCODE 5).
    const refusing = createSocket('udp4').bind(0, '127.0.0.1');
    await once(refusing, 'listening');
    refusing.on('message', (question, { port, address }) => {
      const answer = Buffer.from(question);
      answer.writeUInt16BE(0x8185, 2);
      refusing.send(answer, port, address);
    });
    const how = { servers: [`127.0.0.1:${refusing.address().port}`], tryMs: 50 };
    const ofSystem = (host: string) =>
      host === 'crm.internal' ? Promise.resolve(['10.0.0.7']) : new Promise<never>(() => undefined);
    expect(await hostAddresses(true, { ...how, ofSystem })('crm.internal')).toEqual(['10.0.0.7']);
    await expect(hostAddresses(true, { ...how, ofSystem })('slow.internal')).rejects.toThrow('in time');
    await expect(hostAddresses(false, { ...how, ofSystem })('crm.internal')).rejects.toThrow('crm.internal');
    refusing.close();
  });
});
