import { beforeEach, describe, expect, it } from 'vitest';
import { asId, type TeamId, type WebhookId } from '../../server/core/kernel/ids.ts';
import type { Identity } from '../../server/core/kernel/actor.ts';
import type { UnitOfWork } from '../../server/core/ports/unit-of-work.ts';
import type { Repositories } from '../../server/start/tables.ts';
import { RIGHTS } from '../../server/vocabulary/rights.ts';
import type { RunningJob } from '../../server/core/ports/jobs.ts';
import { Webhooks } from '../../server/features/webhooks/webhooks.ts';
import { newDelivery } from '../../server/features/webhooks/webhook-outbox.ts';
import { WebhookSending } from '../../server/features/webhooks/webhook-sending.ts';
import type { WebhookRow } from '../../server/features/webhooks/webhooks-store.ts';
import { ManualClock, settle } from '../support/manual-clock.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { SequenceIds } from '../support/sequence-ids.ts';
import { silent } from '../http/bed.ts';
import * as rows from '../store/rows.ts';

const teamId: TeamId = rows.teamId;
const DAY_MS = 86_400_000;

let clock: ManualClock;
let store: MemoryStore;
/** What each address answers: a status, or a promise of one. */
let answers: Record<string, () => Promise<number>>;
let sent: string[];
let sending: WebhookSending;
/** As after a start of the server. */
let started: () => WebhookSending;

beforeEach(async () => {
  clock = new ManualClock();
  store = new MemoryStore();
  await store.run(rows.insertTeams);
  answers = {};
  sent = [];
  const sender = {
    send: (url: string, headers: Record<string, string>) => {
      sent.push(`${url} ${headers['webhook-id']}`);
      return (answers[url] ?? (() => Promise.resolve(200)))();
    },
  };
  const deps = { unitOfWork: store, clock, ids: new SequenceIds(), logger: silent, sender };
  started = () => new WebhookSending({ ...deps, random: () => 0, waitMs: 7 * DAY_MS });
  sending = started();
});

async function hook(name: string): Promise<void> {
  const row: WebhookRow = {
    ...{
      id: asId<WebhookId>(name),
      teamId,
      name,
      url: name,
      events: ['call.ended'],
      active: true,
      activeSince: 0,
      fault: null,
    },
    ...{
      secret: 'whsec_c2VjcmV0',
      previousSecret: null,
      previousSecretUntil: null,
      createdAt: 1,
      version: 1,
    },
    ...{ failingSince: null, failures: 0, retryAt: 0 },
  };
  await store.run(({ webhooks }) => webhooks.insert(row));
}

const add = (name: string, eventId: string) =>
  store.run(({ webhooks }) =>
    webhooks.addDelivery(
      newDelivery({
        ...{ teamId, webhookId: asId(name), eventId, time: clock.now(), type: 'call.ended', data: {} },
      }),
    ),
  );

function run(): Promise<void> {
  const job: RunningJob<object> = {
    ...{ id: 'job', teamId: null, payload: {}, attempt: 1, signal: new AbortController().signal },
    progress: () => undefined,
    hold: () => Promise.resolve(),
  };
  return sending.run(job);
}
const state = (eventId: string) => store.tables.deliveries.find((row) => row.eventId === eventId);
const webhook = (name: string) => store.tables.webhooks.find((row) => row.name === name);

describe('what cannot be delivered', () => {
  it('is sent again, later each time, and given up after the last step', async () => {
    await hook('dead');
    answers['dead'] = () => Promise.reject(new Error('refused'));
    await add('dead', 'e');
    const waits: number[] = [];
    await run();
    while (state('e')?.state === 'waiting') {
      waits.push(((state('e')?.dueAt ?? 0) - clock.now()) / 1000);
      expect(await sending.isWanted()).toBe(false);
      clock.skip((state('e')?.dueAt ?? 0) - clock.now());
      await run();
    }
    expect(waits).toEqual([5, 30, 120, 600, 1800, 3600, 7200, 14400, 28800]);
    expect(state('e')).toMatchObject({
      state: 'failed',
      attempts: 10,
      lastError: 'refused',
      lastStatus: null,
    });
    // Nothing waits any more: that is no address that has failed ever since.
    expect(webhook('dead')).toMatchObject({ active: true, failures: 10, failingSince: null });
  });

  it('keeps back what follows for the same address for a while, and for no other', async () => {
    await hook('dead');
    await hook('well');
    answers['dead'] = () => Promise.resolve(503);
    for (const id of ['a', 'b', 'c']) {
      await add('dead', id);
      await add('well', `${id}-well`);
    }
    await run();
    expect(sent.filter((each) => each.startsWith('dead'))).toEqual(['dead a']);
    expect(sent.filter((each) => each.startsWith('well'))).toHaveLength(3);
    clock.skip(1000);
    answers['dead'] = () => Promise.resolve(200);
    await run();
    expect(sent.filter((each) => each.startsWith('dead'))).toEqual(['dead a', 'dead b', 'dead c']);
    expect(webhook('dead')).toMatchObject({ failures: 0, failingSince: null });
    clock.skip(4000);
    await run();
    expect(state('a')).toMatchObject({ state: 'delivered', attempts: 2 });
  });

  it('keeps other addresses from nothing while one hangs', async () => {
    await hook('hung');
    await hook('well');
    let end: (status: number) => void = () => undefined;
    answers['hung'] = () => new Promise<number>((resolve) => (end = resolve));
    await add('hung', 'a');
    const running = run();
    await settle();
    await add('well', 'b');
    await clock.advance(1000);
    expect(sent).toEqual(['hung a', 'well b']);
    expect(state('b')?.state).toBe('delivered');
    end(200);
    await running;
    expect(state('a')?.state).toBe('delivered');
  });
});

describe('a turn', () => {
  it('ends after a while, and no team has all of them', async () => {
    const ends: Array<() => void> = [];
    for (const name of ['1', '2', '3', '4', '5']) {
      await hook(name);
      await add(name, `${name}-a`);
      await add(name, `${name}-b`);
      answers[name] = () => new Promise((resolve) => ends.push(() => resolve(200)));
    }
    const running = run();
    await settle();
    expect(sent).toEqual(['1 1-a', '2 2-a', '3 3-a', '4 4-a']);
    clock.skip(10_000);
    ends.shift()?.();
    await settle();
    // The one that has waited comes before what is left of the first.
    expect(sent.slice(4)).toEqual(['5 5-a']);
    while (sent.length < 10 || ends.length > 0) {
      ends.splice(0).forEach((end) => end());
      await clock.advance(500);
    }
    await running;
    expect(store.tables.deliveries.every((row) => row.state === 'delivered')).toBe(true);
  });

  it('that goes wrong here keeps no other address waiting, and is tried again later', async () => {
    await hook('wrong');
    await hook('well');
    await add('wrong', 'a');
    await add('well', 'b');
    // What is kept of it cannot be signed with.
    const secretOf = (secret: unknown) => {
      store.tables.webhooks = store.tables.webhooks.map((row) =>
        row.name === 'wrong' ? { ...row, secret: secret as string } : row,
      );
    };
    secretOf(null);
    await run();
    expect(sent).toEqual(['well b']);
    expect(await sending.isWanted()).toBe(false);
    secretOf('whsec_c2VjcmV0');
    clock.skip(60_000);
    await run();
    expect(sent).toEqual(['well b', 'wrong a']);
  });
});

describe('an address', () => {
  it('that takes nothing for days is switched off, which the audit and the live team are told', async () => {
    await hook('dead');
    answers['dead'] = () => Promise.resolve(500);
    for (let day = 0; day <= 5; day++) {
      expect(webhook('dead')?.active).toBe(true);
      await add('dead', `day-${day}`);
      await run();
      clock.skip(DAY_MS);
    }
    expect(webhook('dead')).toMatchObject({ active: false, fault: 'failing', version: 2 });
    const told = store.tables.outbox.filter(({ consumer }) => consumer === 'audit');
    expect(told).toMatchObject([
      {
        event: {
          content: { actor: { kind: 'system' }, record: 'webhook', fields: { active: { after: false } } },
        },
      },
    ]);
    expect(store.tables.teams.find(({ id }) => id === teamId)?.setUpVersion).toBe(2);
    await run();
    expect(sent).toHaveLength(6);
  });

  it('that says that it is gone is switched off at once, and one that has taken something is not', async () => {
    await hook('gone');
    await hook('late');
    answers['gone'] = () => Promise.resolve(410);
    answers['late'] = () => Promise.resolve(500);
    await add('gone', 'a');
    await add('late', 'b');
    await run();
    clock.skip(4 * DAY_MS);
    answers['late'] = () => Promise.resolve(204);
    await run();
    answers['late'] = () => Promise.resolve(500);
    clock.skip(2 * DAY_MS);
    await add('late', 'c');
    await run();
    expect(webhook('gone')).toMatchObject({ active: false, fault: 'gone' });
    expect(webhook('late')).toMatchObject({ active: true, failures: 1 });
  });
});

describe('what waits for a webhook that is switched off', () => {
  it('has failed when it has waited for too long, with a sentence, and is sent when it is switched on before', async () => {
    await hook('off');
    await hook('later');
    for (const row of store.tables.webhooks) row.active = false;
    await add('off', 'a');
    await add('later', 'b');
    clock.skip(7 * DAY_MS);
    await run();
    expect(state('a')?.state).toBe('waiting');
    await store.run(async ({ webhooks }) => {
      const row = await webhooks.byId(teamId, asId('later'));
      if (row) await webhooks.update({ ...row, active: true, version: row.version + 1 });
    });
    clock.skip(1);
    await run();
    expect(state('a')).toMatchObject({ state: 'failed', attempts: 0, dueAt: clock.now() });
    expect(state('a')?.lastError).toContain('too long');
    expect(state('b')).toMatchObject({ state: 'delivered' });
    expect(sent).toEqual(['later b']);
    // It can be seen for as long as others.
    expect(await store.run(({ webhooks }) => webhooks.deleteOldDeliveries(clock.now(), 10))).toBe(0);
  });
});

describe('what is overdue because the server stood still', () => {
  it('goes out, also when its address fails or what is kept of it is wrong at first', async () => {
    await hook('busy');
    await hook('wrong');
    for (const id of ['a', 'b', 'c']) {
      await add('busy', id);
      await add('wrong', `${id}-wrong`);
    }
    clock.skip(8 * DAY_MS);
    sending = started();
    answers['busy'] = () => Promise.resolve(503);
    const secretOf = (secret: unknown) => {
      for (const row of store.tables.webhooks) if (row.name === 'wrong') row.secret = secret as string;
    };
    secretOf(null);
    await run();
    expect(sent).toEqual(['busy a']);
    expect(store.tables.deliveries.map((row) => row.state)).toEqual(Array(6).fill('waiting'));
    answers['busy'] = () => Promise.resolve(200);
    secretOf('whsec_c2VjcmV0');
    clock.skip(60_000);
    await run();
    expect(store.tables.deliveries.map((row) => row.state)).toEqual(Array(6).fill('delivered'));
  });

  it('has failed when it could not be sent for as long since the start', async () => {
    await hook('wrong');
    await add('wrong', 'a');
    clock.skip(8 * DAY_MS);
    sending = started();
    for (const row of store.tables.webhooks) row.secret = null as never;
    clock.skip(7 * DAY_MS);
    await run();
    expect(state('a')).toMatchObject({ state: 'failed', attempts: 0 });
    expect(state('a')?.lastError).toContain('too long');
  });
});

describe('a webhook that is taken away', () => {
  it('is gone for everybody, with what waits for it, or leaves all of it when somebody else has changed it meanwhile', async () => {
    await hook('crm');
    await add('crm', 'a');
    let units = 0;
    const unitOfWork: UnitOfWork<Repositories> = {
      run: async (work, options) => {
        units += 1;
        // Somebody else comes between.
        if (units === 2) for (const row of store.tables.webhooks) row.version += 1;
        return store.run(work, options);
      },
      read: (work) => store.read(work),
    };
    const deps = { clock, ids: new SequenceIds(), checkedUrl: (url: string) => url, changed: async () => {} };
    const rights = new Set(RIGHTS);
    const who = {
      ...{ kind: 'agent', teamId, agentId: rows.agentId, sessionId: asId('s'), role: 'admin' },
      ...{ power: { reach: 'team', rights }, expiresAt: 0 },
    } as const satisfies Identity;
    const removed = await new Webhooks({ ...deps, unitOfWork }).remove(who, asId('crm'), 1).then(
      () => true,
      () => false,
    );
    expect(webhook('crm') === undefined).toBe(removed);
    await run();
    expect(sent).toEqual(removed ? [] : ['crm a']);
    await hook('other');
    await add('other', 'b');
    await expect(
      new Webhooks({ ...deps, unitOfWork: store }).remove(who, asId('other'), 7),
    ).rejects.toThrow();
    expect(state('b')).toBeDefined();
  });
});
