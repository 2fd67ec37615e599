import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { shareHeard, ToneBrowser, waitForTone } from '../support/browsers.ts';
import { AgentDesk } from './agent-desk.ts';
import { CustomerPhone } from './customer-phone.ts';
import { AGENT_HZ, COLLEAGUE_HZ, CUSTOMER_HZ, Stage } from './voices.ts';

describe('an agent calls', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.build();
  });
  afterEach(() => stage.clear());
  afterAll(() => stage.close());

  it('a customer from the number pad: the own phone answers by itself, then the customer rings', async () => {
    const agent = await AgentDesk.ready(stage.agents, stage.centre, '1001');
    const customer = await CustomerPhone.open(stage.customers, stage.centre, '13800138002');
    await agent.dial('13800138002');
    await customer.waitForCall('Incoming call');
    await agent.waitForState('Dialling');
    await customer.answer();
    await agent.waitForState('Talking');
    await waitForTone(customer.page, AGENT_HZ);
    await waitForTone(agent.page, CUSTOMER_HZ);
    await customer.hangUp();
    await customer.waitForEnd();
    await agent.becomeReady();
  });

  it('a customer by a tel: link and by a marked number of the host page', async () => {
    const agent = await AgentDesk.ready(stage.agents, stage.centre, '1001');
    const mobile = await CustomerPhone.open(stage.customers, stage.centre, '13800138001');
    await agent.page.locator('.detail a[href^="tel:"]').first().click();
    await mobile.waitForCall('Incoming call');
    await mobile.answer();
    await waitForTone(mobile.page, AGENT_HZ);
    await agent.hangUp();
    await mobile.waitForEnd();
    await agent.becomeReady();

    const office = await CustomerPhone.open(stage.customers, stage.centre, '01062770141');
    await agent.page.locator('.detail [data-phone]').click();
    await office.waitForCall('Incoming call');
    await office.decline();
    await agent.button(/^State: (Idle|Wrap-up)/).waitFor();
    const dialled = (await agent.events()).filter((type) => type === 'telebar-dial-request');
    expect(dialled).toHaveLength(2);
  });

  it('a colleague, who hears the caller and nobody else', async () => {
    const colleagues = await ToneBrowser.launch(COLLEAGUE_HZ);
    try {
      const agent = await AgentDesk.ready(stage.agents, stage.centre, '1001');
      const colleague = await AgentDesk.ready(colleagues, stage.centre, '1002');
      await agent.dial('1002');
      await colleague.waitForState('Ringing');
      await colleague.answer();
      await agent.waitForState('Talking');
      await waitForTone(agent.page, COLLEAGUE_HZ);
      await waitForTone(colleague.page, AGENT_HZ);
      expect(await shareHeard(agent.page, AGENT_HZ, COLLEAGUE_HZ)).toBeLessThan(0.1);
      await agent.hangUp();
      await colleague.button(/^State: (Idle|Wrap-up)/).waitFor();
    } finally {
      await colleagues.close();
    }
  });

  it('and is told in words when the number cannot be reached or the agent is signed out', async () => {
    const agent = await AgentDesk.open(stage.agents, stage.centre, '1001');
    await agent.waitForState('Signed out');
    const rest = await stage.centre.login('1001');
    expect(await rest.send('POST', '/calls', { number: '13800138009' })).toMatchObject({
      status: 409,
      body: { code: 'not-signed-in' },
    });
    await agent.signIn();
    await agent.dial('1006');
    await agent.page.getByText('This agent cannot be reached now', { exact: false }).first().waitFor();
    await agent.waitForState('Idle');
  });

  it('and the customer can call back the agent directly', async () => {
    const agent = await AgentDesk.ready(stage.agents, stage.centre, '1001');
    const other = await AgentDesk.ready(stage.agents, stage.centre, '1002');
    const customer = await CustomerPhone.open(stage.customers, stage.centre, '13800138001');
    await customer.dial('1001');
    await agent.waitForState('Ringing');
    await agent.answer();
    await waitForTone(customer.page, AGENT_HZ);
    await waitForTone(agent.page, CUSTOMER_HZ);
    await other.waitForState('Idle');
    const direction = (await agent.liveCall())?.direction;
    expect(direction).toBe('direct');
    await customer.hangUp();
  });
});
