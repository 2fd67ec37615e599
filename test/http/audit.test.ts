import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Bed } from './bed.ts';

let bed: Bed;
beforeEach(async () => {
  bed = await Bed.start();
});
afterEach(() => bed.stop());

describe('the audit', () => {
  it('says who has changed which customer, and what of the card', async () => {
    const token = await bed.login('1001');
    const body = { name: 'Ada', numbers: ['13900001234'] };
    const made = await bed.send('POST', '/customers', { token, body });
    const id = String(made.body['id']);
    const patched = await bed.send('PATCH', `/customers/${id}`, { token, body: { version: 1, note: 'VIP' } });
    expect(patched.status).toBe(200);
    // Nothing is different: there is nothing to tell.
    await bed.send('PATCH', `/customers/${id}`, { token, body: { version: 2, note: 'VIP' } });

    const admin = await bed.login('admin');
    const entries = async () => {
      await bed.clock.advance(1000);
      const answer = await bed.send('GET', `/audit?recordId=${id}`, { token: admin });
      return answer.body['items'] as Array<Record<string, unknown>>;
    };
    await expect.poll(async () => (await entries()).length).toBe(2);
    const [updated, created] = await entries();
    const who = { actorKind: 'agent', record: 'customer', recordId: id };
    expect(updated).toMatchObject({
      ...who,
      change: 'updated',
      fields: { note: { before: '', after: 'VIP' } },
    });
    expect(created).toMatchObject({
      ...who,
      change: 'created',
      fields: { name: { before: null, after: 'Ada' } },
    });
    expect(created?.['actorId']).toBe(updated?.['actorId']);
  });

  it('is read by administrators alone', async () => {
    for (const username of ['1001', '1000']) {
      const answer = await bed.send('GET', '/audit', { token: await bed.login(username) });
      expect(answer.body).toMatchObject({ status: 403, code: 'forbidden', right: 'read-audit' });
    }
  });
});
