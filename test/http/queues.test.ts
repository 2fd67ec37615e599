import { afterEach, beforeEach, expect, it } from 'vitest';
import { QueueFigures } from '../../server/contract/realtime/queue.ts';
import { AgentPage } from './agent-page.ts';
import { Bed } from './bed.ts';

let bed: Bed;

beforeEach(async () => {
  bed = await Bed.start();
});
afterEach(async () => {
  await bed.stop();
});

it('tells a member of a group who waits in its line, and who serves it, as the topic does', async () => {
  const page = await AgentPage.open(bed, '1001');
  await page.command('POST', '/agent/sign-in', {});
  await page.until(() => page.agent?.state === 'idle');
  const [group] = page.agent?.groups ?? [];
  const path = `/queues/${group?.groupId}`;
  expect(QueueFigures.parse(await page.command('GET', path))).toEqual({
    ...{ waiting: 0, longestWaitSince: null },
    ...{ free: 1, onCall: 0, acw: 0, paused: 0, unreachable: 0 },
    serviceLevel: {
      ...{ withinMs: 20_000, percent: 80, shortAbandonMs: 5_000, since: null, share: null },
      ...{ answered: 0, answeredInTime: 0, abandoned: 0, shortAbandoned: 0 },
    },
  });
  bed.switch.trunk.callIn('13800138001', '400100');
  await page.until(() => page.calls.size > 0);
  const called = `/queues/${page.only.group?.id}`;
  const ringing = QueueFigures.parse(await page.command('GET', called));
  expect(ringing).toMatchObject({ waiting: 1, free: 0, onCall: 1 });
  expect(ringing.longestWaitSince).not.toBeNull();
  page.close();
});

it('tells nobody of a group that is not theirs, nor whether there is one', async () => {
  const token = await bed.login('1001');
  const answer = await bed.send('GET', '/queues/group_of_others', { token });
  expect(answer).toMatchObject({ status: 403, body: { code: 'forbidden' } });
});
