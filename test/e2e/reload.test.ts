import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hear, INAUDIBLE, waitForNoTone, waitForTone } from '../support/browsers.ts';
import { AgentDesk } from './agent-desk.ts';
import { CustomerPhone } from './customer-phone.ts';
import { AGENT_HZ, CUSTOMER_HZ, hearsMusic, hearsRingback, Stage } from './voices.ts';

/** How often in one visit; more of them measure a rare loss. */
const RELOADS = Number(process.env['TELEBAR_TEST_RELOADS'] ?? 2);

describe('an agent reloads the page', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.build();
  });
  afterEach(() => stage.clear());
  afterAll(() => stage.close());

  async function ringing(): Promise<{ agent: AgentDesk; customer: CustomerPhone }> {
    const agent = await AgentDesk.ready(stage.agents, stage.centre, '1001');
    const customer = await CustomerPhone.open(stage.customers, stage.centre, '13800138001');
    await customer.dial('400100');
    await agent.waitForState('Ringing');
    return { agent, customer };
  }

  async function talk(): Promise<{ agent: AgentDesk; customer: CustomerPhone }> {
    const { agent, customer } = await ringing();
    await agent.answer();
    await waitForTone(customer.page, AGENT_HZ);
    return { agent, customer };
  }

  it('while it rings: it rings at the new page, and is answered there', async () => {
    const { agent, customer } = await ringing();
    await agent.page.reload();
    await agent.waitForState('Ringing');
    await agent.answer();
    await waitForTone(customer.page, AGENT_HZ);
    await waitForTone(agent.page, CUSTOMER_HZ);
    await customer.hangUp();
    await agent.becomeReady();
  });

  it('muted: stays muted, says so, and is heard again when it wants to be', async () => {
    const { agent, customer } = await talk();
    await agent.button('Mute').click();
    await waitForNoTone(customer.page, AGENT_HZ);
    await agent.page.reload();
    await agent.waitForState('Talking');
    await waitForTone(agent.page, CUSTOMER_HZ, 20_000);
    await agent.button('Unmute').waitFor();
    expect((await hear(customer.page, [AGENT_HZ])).tones[0]?.max).toBeLessThan(INAUDIBLE);
    await agent.button('Unmute').click();
    await waitForTone(customer.page, AGENT_HZ);
    await customer.hangUp();
    await agent.becomeReady();
  });

  it('on hold: the customer goes on hearing music and not the agent, until the agent resumes', async () => {
    const { agent, customer } = await talk();
    await agent.button('Hold').click();
    await agent.waitForState('On hold');
    await agent.page.reload();
    await agent.waitForLink();
    await agent.button('Resume').waitFor();
    expect(await hearsMusic(customer.page)).toBe(true);
    expect((await hear(customer.page, [AGENT_HZ])).tones[0]?.max).toBeLessThan(INAUDIBLE);
    await agent.resume();
    await waitForTone(customer.page, AGENT_HZ);
    await waitForTone(agent.page, CUSTOMER_HZ);
    await customer.hangUp();
    await agent.becomeReady();
  });

  it('twice in a row: the second page talks', async () => {
    const { agent, customer } = await talk();
    await agent.page.reload({ waitUntil: 'load' });
    // In the middle of being called back.
    await agent.waitForLink();
    await agent.page.reload({ waitUntil: 'load' });
    await agent.waitForState('Talking');
    await waitForTone(agent.page, CUSTOMER_HZ, 20_000);
    await waitForTone(customer.page, AGENT_HZ);
    await customer.hangUp();
    await agent.becomeReady();
  });

  it(
    'before the customer has answered, again and again: hears the ringing again each time, then the customer',
    async () => {
      const agent = await AgentDesk.ready(stage.agents, stage.centre, '1001');
      const customer = await CustomerPhone.open(stage.customers, stage.centre, '13800138002');
      for (let call = 1; call <= RELOADS; call += 1) {
        await agent.dial('13800138002');
        await customer.waitForCall('Incoming call');
        await agent.page.reload();
        await agent.waitForLink();
        await expect.poll(() => hearsRingback(agent.page), { timeout: 20_000 }).toBe(true);
        await customer.waitForCall('Incoming call');
        await customer.answer();
        await agent.waitForState('Talking');
        await waitForTone(customer.page, AGENT_HZ);
        await waitForTone(agent.page, CUSTOMER_HZ);
        await customer.hangUp();
        await agent.becomeReady();
      }
    },
    30_000 + RELOADS * 30_000,
  );
});
