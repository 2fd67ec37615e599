import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ToneBrowser, waitForNoTone, waitForTone } from '../support/browsers.ts';
import { AgentDesk } from './agent-desk.ts';
import { CustomerPhone } from './customer-phone.ts';
import { AGENT_HZ, COLLEAGUE_HZ, CUSTOMER_HZ, Stage } from './voices.ts';

const LEADER_HZ = COLLEAGUE_HZ;

describe('a leader in the call of an agent', () => {
  let stage: Stage;
  let leaders: ToneBrowser;
  beforeAll(async () => {
    [stage, leaders] = await Promise.all([Stage.build(), ToneBrowser.launch(LEADER_HZ)]);
  });
  afterEach(async () => {
    await stage.clear();
    await Promise.all(leaders.browser.contexts().map((context) => context.close()));
  });
  afterAll(async () => {
    await leaders.close();
    await stage.close();
  });

  it('listens, whispers, barges in and takes over by the strip of the bar: who hears whom, each time', async () => {
    const agent = await AgentDesk.ready(stage.agents, stage.centre, '1001');
    const customer = await CustomerPhone.open(stage.customers, stage.centre, '13800138001');
    await customer.dial('400100');
    await agent.waitForState('Ringing');
    await agent.answer();
    await waitForTone(agent.page, CUSTOMER_HZ);
    const leader = await AgentDesk.ready(leaders, stage.centre, '1000');

    await leader.page.evaluate(() => window.Telebar.supervisor.listen({ agent: '1001' }));
    await leader.bar.getByText('Listening to 1001', { exact: false }).first().waitFor();
    await waitForTone(leader.page, CUSTOMER_HZ);
    await waitForTone(leader.page, AGENT_HZ);
    await waitForNoTone(customer.page, LEADER_HZ);
    await waitForNoTone(agent.page, LEADER_HZ);

    const way = (name: string) => leader.bar.getByRole('radio', { name, exact: true });
    await way('Whisper').click();
    await waitForTone(agent.page, LEADER_HZ);
    await waitForNoTone(customer.page, LEADER_HZ);
    await waitForTone(customer.page, AGENT_HZ);

    await way('Barge in').click();
    await waitForTone(customer.page, LEADER_HZ);
    await waitForTone(agent.page, LEADER_HZ);
    expect(await leader.page.evaluate(() => window.Telebar.getState().supervision?.mode)).toBe('barge');

    await way('Listen').click();
    await waitForNoTone(customer.page, LEADER_HZ);
    await waitForNoTone(agent.page, LEADER_HZ);
    await waitForTone(leader.page, CUSTOMER_HZ);

    await leader.button('Take over').click();
    await waitForTone(customer.page, LEADER_HZ);
    await waitForTone(leader.page, CUSTOMER_HZ);
    await waitForNoTone(customer.page, AGENT_HZ);
    await agent.waitForState('Wrap-up');
    await agent.bar.getByText('has taken your call over', { exact: false }).first().waitFor();
    await leader.hangUp();
    await customer.waitForEnd();

    const told = (await leader.events()).filter((type) => type.startsWith('telebar-monitor'));
    expect(told).toEqual([
      'telebar-monitor-started',
      ...['telebar-monitor-changed', 'telebar-monitor-changed', 'telebar-monitor-changed'],
      'telebar-monitor-ended',
    ]);
    expect([...agent.errors, ...leader.errors]).toEqual([]);
  });
});
