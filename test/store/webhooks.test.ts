import { expect, it } from 'vitest';
import { asId, type DeliveryId, type WebhookId } from '../../server/core/kernel/ids.ts';
import type { DeliveryRow, WebhookRow } from '../../server/features/webhooks/webhooks-store.ts';
import { describeRepositories } from './store-bed.ts';
import { otherTeamId, teamId } from './rows.ts';

const hook = (name: string, patch: Partial<WebhookRow> = {}): WebhookRow => ({
  ...{ id: asId<WebhookId>(name), teamId, name, url: `https://${name}.example/`, events: ['call.ended'] },
  ...{
    active: true,
    activeSince: 0,
    fault: null,
    secret: 'whsec_1',
    previousSecret: null,
    previousSecretUntil: null,
  },
  ...{ createdAt: 1000, version: 1, failingSince: null, failures: 0, retryAt: 0 },
  ...patch,
});
const delivery = (
  id: string,
  webhookId: string,
  dueAt: number,
  patch: Partial<DeliveryRow> = {},
): DeliveryRow => ({
  ...{ id: asId<DeliveryId>(id), teamId, webhookId: asId<WebhookId>(webhookId), eventId: id },
  ...{ type: 'call.ended', body: '{}', state: 'waiting', createdAt: dueAt, dueAt, attempts: 0 },
  ...{ lastAttemptAt: null, lastStatus: null, lastError: null, lastMs: null },
  ...patch,
});

describeRepositories('webhooks', (bed) => {
  it('say what is heard, and keep how it goes apart from what is set up', async () => {
    await bed.store.run(async ({ webhooks }) => {
      await webhooks.insert(hook('a', { events: ['call.ended', 'call.queued'], previousSecret: 'whsec_0' }));
      await webhooks.insert(hook('b', { active: false, events: ['agent.state-changed'] }));
      await webhooks.insert(hook('c', { teamId: otherTeamId, events: ['customer.created'] }));
      expect((await webhooks.heard(teamId)).toSorted()).toEqual(['call.ended', 'call.queued']);
      expect(await webhooks.byId(teamId, asId('c'))).toBeNull();
      await webhooks.setHealth(teamId, asId('a'), { failingSince: 5, failures: 2, retryAt: 9 });
      const changed = {
        ...hook('a', { name: 'z', secret: 'whsec_2', previousSecret: 'whsec_1', version: 2 }),
      };
      expect(await webhooks.update(changed)).toBe(true);
      expect(await webhooks.update(changed)).toBe(false);
      expect(await webhooks.byId(teamId, asId('a'))).toEqual({
        ...changed,
        ...{ failingSince: 5, failures: 2, retryAt: 9 },
      });
      const page = await webhooks.search(teamId, { sort: '-name', limit: 10 });
      expect(page.items.map(({ name }) => name)).toEqual(['z', 'b']);
    });
  });

  it('give out what is due, each once, by those that may be sent to, and forget what is old', async () => {
    await bed.store.run(async ({ webhooks }) => {
      await webhooks.insert(hook('a'));
      await webhooks.insert(hook('b', { retryAt: 50 }));
      await webhooks.insert(hook('off', { active: false }));
      await webhooks.insert(hook('d'));
      for (const row of [
        delivery('2', 'a', 20),
        delivery('1', 'a', 10),
        delivery('late', 'a', 99),
        delivery('b', 'b', 5),
        delivery('off', 'off', 5),
        delivery('d', 'd', 15),
      ]) {
        await webhooks.addDelivery(row);
        await webhooks.addDelivery({ ...row, body: 'another' });
      }
      const due = async (now: number) => (await webhooks.dueWebhooks(now)).map(({ id }) => id);
      expect(await due(9)).toEqual([]);
      expect(await due(30)).toEqual(['a', 'd']);
      expect(await webhooks.dueWebhooks(50)).toEqual(['a', 'b', 'd'].map((id) => ({ id, teamId })));
      const ofA = async (now: number, most = 10) =>
        (await webhooks.due(asId('a'), now, most)).map(({ id }) => id);
      expect([await ofA(30), await ofA(30, 1)]).toEqual([['1', '2'], ['1']]);
      const result = {
        dueAt: 10,
        attempts: 1,
        lastAttemptAt: 30,
        lastStatus: 200,
        lastError: null,
        lastMs: 7,
      };
      await webhooks.setResult(asId('1'), { ...result, state: 'delivered' });
      expect(await webhooks.delivery(teamId, asId('a'), asId('1'))).toEqual(
        delivery('1', 'a', 10, { ...result, state: 'delivered' }),
      );
      expect(await webhooks.delivery(otherTeamId, asId('a'), asId('1'))).toBeNull();
      const first = await webhooks.deliveries(teamId, { webhookId: asId('a') }, null, 2);
      expect(first.items.map(({ id }) => id)).toEqual(['late', '2']);
      const rest = await webhooks.deliveries(teamId, { webhookId: asId('a') }, first.next, 2);
      expect(rest).toMatchObject({ items: [{ id: '1' }], next: null });
      const waiting = await webhooks.deliveries(teamId, { webhookId: asId('a'), state: 'waiting' }, null, 9);
      expect(waiting.items).toHaveLength(2);
      expect((await webhooks.overdue(11, 'all', 10)).map(({ id }) => id)).toEqual(['b', 'off']);
      expect((await webhooks.overdue(11, 'switched-off', 10)).map(({ id }) => id)).toEqual(['off']);
      expect(await webhooks.overdue(11, 'all', 1)).toHaveLength(1);
      // What waits is not forgotten, nor what has ended only now.
      await webhooks.setResult(asId('off'), { ...result, state: 'failed', dueAt: 40 });
      expect(await webhooks.deleteOldDeliveries(12, 10)).toBe(1);
      expect(await webhooks.deleteOldDeliveries(41, 10)).toBe(1);
      await webhooks.setResult(asId('late'), { ...result, state: 'waiting', dueAt: 99 });
      expect(await ofA(40)).toEqual(['2']);
      await webhooks.beginAnew(asId('a'), 40);
      expect(await webhooks.due(asId('a'), 40, 9)).toMatchObject([
        { id: '2', dueAt: 40, attempts: 0 },
        { id: 'late', dueAt: 40, attempts: 0 },
      ]);
    });
  });

  it('are gone at once when they are taken away, and their deliveries a little at a time', async () => {
    const ids = ['1', '2', '3', '4', '5'];
    await bed.store.run(async ({ webhooks }) => {
      await webhooks.insert(hook('a'));
      await webhooks.insert(hook('b'));
      for (const id of ids) await webhooks.addDelivery(delivery(id, 'a', 10));
      await webhooks.addDelivery(delivery('kept', 'b', 10));
      await webhooks.remove(hook('a'), 20);
    });
    const left = () =>
      bed.store.run(async ({ webhooks }) => {
        const page = await webhooks.deliveries(teamId, { webhookId: asId('a') }, null, 9);
        return page.items.length;
      });
    expect(await left()).toBe(5);
    await bed.store.run(async ({ webhooks }) => {
      expect(await webhooks.byId(teamId, asId('a'))).toBeNull();
      expect((await webhooks.all(teamId)).map(({ id }) => id)).toEqual(['b']);
      expect((await webhooks.search(teamId, { sort: 'name', limit: 9 })).items.map(({ id }) => id)).toEqual([
        'b',
      ]);
      expect(await webhooks.dueWebhooks(99)).toEqual([{ id: 'b', teamId }]);
      // Who has read it before cannot bring it back.
      expect(await webhooks.update(hook('a', { version: 2 }))).toBe(false);
      const tidy = (before: number) => webhooks.deleteRemoved(before, 2);
      expect(await tidy(20)).toBe(0);
      const counts = [await tidy(21), await tidy(21), await tidy(21), await tidy(21)];
      // The webhook itself is the last.
      expect(counts).toEqual([2, 2, 2, 0]);
      expect(await webhooks.delivery(teamId, asId('b'), asId('kept'))).not.toBeNull();
      expect(await webhooks.byId(teamId, asId('b'))).toEqual(hook('b'));
    });
    expect(await left()).toBe(0);
  });
});
