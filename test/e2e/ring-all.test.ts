import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GroupSetUp, NumberSetUp } from '../../server/contract/set-up.ts';
import { waitForNoTone, waitForTone } from '../support/browsers.ts';
import { AgentDesk } from './agent-desk.ts';
import { CustomerPhone } from './customer-phone.ts';
import { AGENT_HZ, CUSTOMER_HZ, Stage } from './voices.ts';

const HOTLINE = '400100';

describe('a group that rings all', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.build();
  });
  afterAll(() => stage.close());

  it('rings in two browsers at once; one answers and talks, the other is idle again, and hears nothing of it', async () => {
    await ringAll(stage);
    const first = await AgentDesk.ready(stage.agents, stage.centre, '1001');
    const second = await AgentDesk.ready(stage.agents, stage.centre, '1002');
    const customer = await CustomerPhone.open(stage.customers, stage.centre, '13800138001');
    await customer.dial(HOTLINE);
    await Promise.all([first.waitForState('Ringing'), second.waitForState('Ringing')]);

    await second.answer();
    await customer.waitForCall('Connected');
    await first.waitForState('Idle');
    await waitForTone(second.page, CUSTOMER_HZ);
    await waitForTone(customer.page, AGENT_HZ);
    await waitForNoTone(first.page, CUSTOMER_HZ);
    const events = await first.events();
    expect(events.filter((event) => event === 'telebar-call-ended')).toHaveLength(1);
    expect(events).not.toContain('telebar-call-answered');

    // The other one has missed nothing: the next caller rings there at once.
    const next = await CustomerPhone.open(stage.customers, stage.centre, '13800138002');
    await next.dial(HOTLINE);
    await first.waitForState('Ringing');
    await first.answer();
    await next.waitForCall('Connected');
    await waitForTone(first.page, CUSTOMER_HZ);
    expect([...first.errors, ...second.errors]).toEqual([]);
    await stage.clear();
  });
});

/** The group to which the hotline leads. */
async function ringAll({ centre }: Stage): Promise<void> {
  const admin = await centre.login('admin');
  const { items: numbers } = await admin.get<{ items: NumberSetUp[] }>('/set-up/numbers');
  const target = numbers.find(({ number }) => number === HOTLINE)?.target;
  const { items: groups } = await admin.get<{ items: GroupSetUp[] }>('/set-up/groups');
  const group = groups.find(({ id }) => target?.kind === 'group' && id === target.groupId);
  const path = `/set-up/groups/${group?.id}`;
  const { status } = await admin.send('PATCH', path, { strategy: 'ring-all' }, group?.version);
  expect(status).toBe(200);
}
