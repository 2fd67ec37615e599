import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ToneBrowser, waitForNoTone, waitForTone } from '../support/browsers.ts';
import { AgentDesk } from './agent-desk.ts';
import { CustomerPhone } from './customer-phone.ts';
import { AGENT_HZ, COLLEAGUE_HZ, CUSTOMER_HZ, hearsMusic, Stage } from './voices.ts';

const SERVICE = '2001';
const COURIER = '13900000002';

describe('a call that goes to a group or outside', () => {
  let stage: Stage;
  let others: ToneBrowser;
  beforeAll(async () => {
    [stage, others] = await Promise.all([Stage.build(), ToneBrowser.launch(COLLEAGUE_HZ)]);
    const admin = await stage.centre.login('admin');
    const { items } = await admin.get<{ items: { id: string; version: number }[] }>('/set-up/groups');
    for (const { id, version } of items) {
      const path = `/set-up/groups/${id}`;
      expect((await admin.send('PATCH', path, { transferOutside: true }, version)).status).toBe(200);
    }
  });
  afterEach(async () => {
    await stage.clear();
    await Promise.all(others.browser.contexts().map((context) => context.close()));
  });
  afterAll(async () => {
    await others.close();
    await stage.close();
  });

  async function talk(): Promise<{ customer: CustomerPhone; agent: AgentDesk }> {
    const agent = await AgentDesk.ready(stage.agents, stage.centre, '1001');
    const customer = await CustomerPhone.open(stage.customers, stage.centre, '13800138001');
    await customer.dial('400100');
    await agent.waitForState('Ringing');
    await agent.answer();
    await waitForTone(agent.page, CUSTOMER_HZ);
    await waitForTone(customer.page, AGENT_HZ);
    return { customer, agent };
  }

  it('asks a group: the agent waits in its line with music, as the customer does, and talks to who is free', async () => {
    const { customer, agent } = await talk();
    await agent.page.evaluate((group) => window.Telebar.call.consult({ group }), SERVICE);
    expect(await hearsMusic(customer.page)).toBe(true);
    expect(await hearsMusic(agent.page)).toBe(true);
    const colleague = await AgentDesk.open(others, stage.centre, '1002');
    await colleague.signIn('Ringing');
    await colleague.answer();
    await waitForTone(agent.page, COLLEAGUE_HZ);
    await waitForTone(colleague.page, AGENT_HZ);
    expect(await hearsMusic(customer.page)).toBe(true);
    await waitForNoTone(colleague.page, CUSTOMER_HZ);
    await agent.page.evaluate(() => window.Telebar.call.transfer());
    await waitForTone(customer.page, COLLEAGUE_HZ);
    await waitForTone(colleague.page, CUSTOMER_HZ);
    await waitForNoTone(customer.page, AGENT_HZ);
    await colleague.hangUp();
    await customer.waitForEnd();
    expect([...agent.errors, ...colleague.errors]).toEqual([]);
  });

  it.each(['blind', 'attended'] as const)('is passed on to a number outside, %s', async (how) => {
    const { customer, agent } = await talk();
    const courier = await CustomerPhone.open(others, stage.centre, COURIER);
    const call = (method: 'blind' | 'consult' | 'complete') =>
      agent.page.evaluate(
        ([what, number]) => {
          const { consult, transfer } = window.Telebar.call;
          if (what === 'consult') return consult({ number });
          return what === 'blind' ? transfer({ to: { number }, type: 'blind' }) : transfer();
        },
        [method, COURIER] as const,
      );
    await call(how === 'blind' ? 'blind' : 'consult');
    await courier.waitForCall('Incoming call');
    expect(await hearsMusic(customer.page)).toBe(true);
    await courier.answer();
    if (how === 'attended') {
      await waitForTone(agent.page, COLLEAGUE_HZ);
      await waitForTone(courier.page, AGENT_HZ);
      await waitForNoTone(courier.page, CUSTOMER_HZ);
      await call('complete');
    }
    await waitForTone(customer.page, COLLEAGUE_HZ);
    await waitForTone(courier.page, CUSTOMER_HZ);
    await waitForNoTone(customer.page, AGENT_HZ);
    await agent.waitForState('Wrap-up');
    await customer.hangUp();
    await courier.waitForEnd();
    expect(agent.errors).toEqual([]);
  });
});
