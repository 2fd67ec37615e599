import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { settle } from '../support/manual-clock.ts';
import { patches, RealtimeBed, type Page } from './realtime-bed.ts';

let bed: RealtimeBed;
beforeEach(async () => {
  bed = await RealtimeBed.open();
});
afterEach(() => bed.close());

describe('a page that does not keep up', () => {
  it('is dropped to a snapshot, and the server does not collect what it did not read', async () => {
    const page = await bed.greeted();
    page.socket.pause();
    const large = Array.from({ length: 100 }, (_, n) => `call_${n}`.padEnd(64, 'x'));
    for (let n = 0; n < 3000; n++) bed.desks.change(...large);
    page.socket.resume();
    while (page.messages.filter(({ type }) => type === 'snapshot').length < 2) {
      await page.until(page.messages.length + 1);
    }
    expect(page.messages.filter(({ type }) => type === 'patch').length).toBeLessThan(3000);
    expect(page.last).toMatchObject({ type: 'snapshot', sequence: 3000 });
    bed.desks.change('after');
    await page.until(page.messages.length + 1);
    expect(patches(page).at(-1)).toBe('3001:after');
  });
});

describe('strangers', () => {
  const say = async (page: Page, clientId: string) => {
    page.hello({ clientId });
    await page.until(1);
    return page.messages[0]?.type;
  };

  it('who fill the places of their network with silence push out each other, and no agent', async () => {
    const agent = await bed.greeted({ clientId: 'agent' });
    const silent = await Promise.all(Array.from({ length: 210 }, () => bed.connect('flood')));
    expect(await Promise.all(silent.slice(0, 10).map((page) => page.closed))).toEqual(Array(10).fill(4429));
    expect(silent[0]?.last).toMatchObject({ type: 'error', code: 'rate-limited' });
    expect(await say(await bed.connect('flood'), 'colleague')).toBe('welcome');
    expect(await say(await bed.connect('elsewhere'), 'page-2')).toBe('welcome');
    bed.desks.change('now');
    await agent.until(3);
    expect(patches(agent)).toEqual(['1:now']);
  }, 30_000);

  it('who do not close when they are told goodbye are cut off', async () => {
    const page = await bed.connect();
    page.socket.pause();
    await settle();
    bed.clock.advanceNow(5000);
    await settle();
    bed.clock.advanceNow(2000);
    while (bed.realtime.connected > 0) await settle();
    page.socket.resume();
  });

  it('are cut off when they ping without end', async () => {
    const page = await bed.connect();
    for (let n = 0; n < 60; n++) page.socket.ping();
    expect(await page.closed).toBe(4429);
  });

  it('get an answer to a ping', async () => {
    const page = await bed.connect();
    page.socket.ping('there?');
    expect(String((await once(page.socket, 'pong'))[0])).toBe('there?');
  });

  it('who never end a message are cut off by its size or by their silence', async () => {
    const large = await bed.greeted({ clientId: 'large' });
    for (let n = 0; n < 20; n++) large.socket.send('x'.repeat(1000), { fin: false });
    expect(await large.closed).toBe(1009);
    const slow = await bed.greeted({ clientId: 'slow' });
    slow.socket.send('{', { fin: false });
    await settle();
    bed.clock.advanceNow(15_000);
    slow.socket.send('', { fin: false });
    await settle();
    bed.clock.advanceNow(5000);
    expect(await slow.closed).toBe(1006);
  });
});

describe('an agent with many pages', () => {
  it('keeps the 24 that came last; the one before them is told that others took its place', async () => {
    const first = await bed.greeted({ clientId: 'page-0' });
    for (let n = 1; n < 24; n++) await bed.greeted({ clientId: `page-${n}` });
    expect(first.last?.type).toBe('snapshot');
    await bed.greeted({ clientId: 'page-24' });
    expect(await first.closed).toBe(4409);
    expect(first.last).toMatchObject({ type: 'error', code: 'taken-over' });
    while (bed.realtime.connected > 24) await settle();
  });
});
