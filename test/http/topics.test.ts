import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { settle } from '../support/manual-clock.ts';
import { RealtimeBed, queues, who, type Page } from './realtime-bed.ts';

let bed: RealtimeBed;
beforeEach(async () => {
  bed = await RealtimeBed.open();
});
afterEach(() => bed.close());

const QUEUE = 'queue:sales';

/** A page that follows its desk and a queue. */
async function watching(clientId = 'page-1', topics: object[] = [{ topic: QUEUE }]): Promise<Page> {
  const page = await bed.connect();
  page.hello({ clientId, topics: [{ topic: 'desk' }, ...topics] });
  return page;
}

/** Waits until so much has been said of the queue. */
async function heard(page: Page, count: number): Promise<string[]> {
  while (queues(page).length < count) await page.until(page.messages.length + 1);
  return queues(page);
}

describe('a page that follows a topic', () => {
  it('gets a snapshot, and what changes within 200 ms as one', async () => {
    const page = await watching();
    await heard(page, 1);
    for (const waiting of [1, 2, 3]) bed.desks.wait(waiting);
    await settle();
    expect(queues(page)).toEqual(['snapshot 0:0']);
    bed.clock.advanceNow(200);
    bed.desks.wait(4);
    bed.clock.advanceNow(200);
    expect(await heard(page, 3)).toEqual(['snapshot 0:0', 'patch 1:3', 'patch 2:4']);
  });

  it('begins and ends it when it likes', async () => {
    const page = await bed.greeted();
    page.send({ type: 'subscribe', topics: [{ topic: QUEUE }] });
    await heard(page, 1);
    page.send({ type: 'unsubscribe', topics: [QUEUE] });
    page.send({ type: 'heartbeat', sent: 1, phone: null });
    await page.until(4);
    bed.desks.wait(1);
    bed.clock.advanceNow(200);
    page.send({ type: 'heartbeat', sent: 2, phone: null });
    await page.until(5);
    expect(queues(page)).toEqual(['snapshot 0:0']);
  });

  it('shares its stream with every other page, and the stream ends a minute after the last has gone', async () => {
    const pages = [await watching('page-1'), await watching('page-2')];
    for (const page of pages) await heard(page, 1);
    bed.desks.wait(1);
    bed.clock.advanceNow(200);
    for (const page of pages) expect(await heard(page, 2)).toEqual(['snapshot 0:0', 'patch 1:1']);
    const late = await watching('page-3');
    expect(await heard(late, 1)).toEqual(['snapshot 1:1']);
    for (const page of [...pages, late]) page.socket.terminate();
    while (bed.realtime.connected > 0) await settle();
    bed.clock.advanceNow(59_000);
    expect(bed.desks.told).not.toContain(`closed ${QUEUE}`);
    bed.clock.advanceNow(1_000);
    expect(bed.desks.told).toContain(`closed ${QUEUE}`);
  });

  it('that it may not follow is told so, and has its other topics', async () => {
    bed.desks.forbidden.add('roster');
    const page = await watching('page-1', [{ topic: 'roster' }, { topic: QUEUE }]);
    await heard(page, 1);
    expect(queues(page, 'roster')).toEqual(['closed forbidden']);
  });

  it('may have no more than 256 of them', async () => {
    const page = await bed.greeted();
    for (let from = 0; from < 256; from += 64) {
      const topics = Array.from({ length: 64 }, (_, n) => ({ topic: `queue:${from + n}` }));
      page.send({ type: 'subscribe', topics });
    }
    await page.until(2 + 256);
    // With its desk one too many.
    expect(queues(page, 'queue:254')).toEqual(['snapshot 0:0']);
    expect(queues(page, 'queue:255')).toEqual(['closed rate-limited']);
  });

  it.each([
    ['names another kind of topic', { topics: [{ topic: 'weather' }] }],
    ['names too many topics at once', { topics: Array(65).fill({ topic: QUEUE }) }],
  ])('is cut off when it %s', async (_, topics) => {
    const page = await bed.greeted();
    page.send({ type: 'subscribe', ...topics });
    expect(await page.closed).toBe(4400);
  });
});

describe('a page that comes back', () => {
  it('resumes each of its topics where that broke', async () => {
    const page = await watching();
    await heard(page, 1);
    bed.desks.wait(1);
    bed.clock.advanceNow(200);
    await heard(page, 2);
    page.socket.terminate();
    while (bed.realtime.connected > 0) await settle();
    bed.desks.wait(2);
    bed.clock.advanceNow(200);
    bed.desks.change('missed');
    const [desk, queue] = ['desk', QUEUE].map((topic) => {
      const first = page.messages.find((message) => message.type === 'snapshot' && message.topic === topic);
      return first?.type === 'snapshot' ? first.epoch : '';
    });
    const again = await bed.connect();
    const topics = [
      { topic: QUEUE, resume: { epoch: queue, sequence: 1 } },
      { topic: 'desk', resume: { epoch: desk, sequence: 0 } },
    ];
    again.hello({ topics });
    await again.until(5);
    expect(
      again.messages.map((message) => ('topic' in message ? [message.type, message.topic] : [])),
    ).toEqual([[], ['resumed', QUEUE], ['patch', QUEUE], ['resumed', 'desk'], ['patch', 'desk']]);
    expect(queues(again)).toEqual(['resumed 1', 'patch 2:2']);
  });
});

describe('when groups change', () => {
  it('what somebody may not follow any more ends, and everything else goes on', async () => {
    const page = await watching('page-1', [{ topic: QUEUE }, { topic: 'queue:care' }]);
    await heard(page, 1);
    bed.desks.forbidden.add(QUEUE);
    bed.desks.regrouped(who.teamId);
    expect(await heard(page, 2)).toEqual(['snapshot 0:0', 'closed forbidden']);
    bed.desks.wait(1);
    bed.desks.wait(2, 'queue:care');
    bed.clock.advanceNow(200);
    while (queues(page, 'queue:care').length < 2) await page.until(page.messages.length + 1);
    expect(queues(page)).toHaveLength(2);
    expect(queues(page, 'queue:care')).toEqual(['snapshot 0:0', 'patch 1:2']);
  });

  it('a role that has changed ends what it allowed, at the next look at the session', async () => {
    const page = await watching();
    await heard(page, 1);
    bed.role = 'leader';
    bed.desks.forbidden.add(QUEUE);
    bed.clock.advanceNow(15_000);
    page.send({ type: 'heartbeat', sent: 1, phone: null });
    while (page.last?.type !== 'pulse') await settle();
    bed.clock.advanceNow(15_000);
    expect(await heard(page, 2)).toEqual(['snapshot 0:0', 'closed forbidden']);
  });
});

describe('a page of an older version', () => {
  it('is told to reload, whatever else its hello says', async () => {
    const page = await bed.connect();
    page.send({
      type: 'hello',
      version: 1,
      token: 'good',
      clientId: 'page-1',
      resume: { epoch: 'e', sequence: 1 },
    });
    expect(await page.closed).toBe(4426);
    expect(page.last).toMatchObject({ type: 'error', code: 'version-mismatch' });
    expect(page.last).toHaveProperty('detail', expect.stringContaining('reload the page'));
  });
});
