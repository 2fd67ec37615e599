import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ToneBrowser, shareHeard, waitForNoTone, waitForTone } from '../support/browsers.ts';
import { AgentDesk } from './agent-desk.ts';
import { CustomerPhone } from './customer-phone.ts';
import { AGENT_HZ, COLLEAGUE_HZ, CUSTOMER_HZ, hearsMusic, Stage } from './voices.ts';

interface Scene {
  customer: CustomerPhone;
  agent: AgentDesk;
  colleague: AgentDesk;
}

describe('a call of many parties, by the buttons of the bar', () => {
  let stage: Stage;
  let colleagues: ToneBrowser;
  beforeAll(async () => {
    [stage, colleagues] = await Promise.all([Stage.build(), ToneBrowser.launch(COLLEAGUE_HZ)]);
  });
  afterEach(async () => {
    await stage.clear();
    await Promise.all(colleagues.browser.contexts().map((context) => context.close()));
  });
  afterAll(async () => {
    await colleagues.close();
    await stage.close();
  });

  /** 1001 talks with a customer; 1002 is idle. */
  async function talk(): Promise<Scene> {
    const agent = await AgentDesk.ready(stage.agents, stage.centre, '1001');
    const customer = await CustomerPhone.open(stage.customers, stage.centre, '13800138001');
    await customer.dial('400100');
    await agent.waitForState('Ringing');
    await agent.answer();
    await waitForTone(agent.page, CUSTOMER_HZ);
    await waitForTone(customer.page, AGENT_HZ);
    const colleague = await AgentDesk.ready(colleagues, stage.centre, '1002');
    return { customer, agent, colleague };
  }

  /** Finds 1002 in the live list by keyboard, and gives the order. */
  async function callIn({ agent }: Scene, order: 'Consult' | 'Transfer' | 'Add'): Promise<void> {
    await agent.button('Transfer').click();
    const panel = agent.bar.locator('telebar-call-in-panel');
    await panel.getByRole('option', { name: /^1002 .*Idle/ }).waitFor();
    await agent.page.keyboard.type('1002');
    await panel.getByRole('button', { name: order, exact: true }).click();
    await panel.waitFor({ state: 'detached' });
  }

  async function consult(scene: Scene): Promise<void> {
    await callIn(scene, 'Consult');
    await scene.colleague.waitForState('Ringing');
    await waitForNoTone(scene.customer.page, AGENT_HZ);
    expect(await hearsMusic(scene.customer.page)).toBe(true);
    await scene.colleague.answer();
    await waitForTone(scene.agent.page, COLLEAGUE_HZ);
    await waitForTone(scene.colleague.page, AGENT_HZ);
  }

  it('asks a colleague, swaps, and passes the call on: who hears whom, at each step', async () => {
    const scene = await talk();
    const { customer, agent, colleague } = scene;
    await consult(scene);
    // Of what is said aside the customer hears nothing, and those two do not hear the customer.
    expect(await hearsMusic(customer.page)).toBe(true);
    await waitForNoTone(customer.page, COLLEAGUE_HZ);
    await waitForNoTone(agent.page, CUSTOMER_HZ);
    await waitForNoTone(colleague.page, CUSTOMER_HZ);
    // The colleague sees whose call it is, not who asks.
    await colleague.pop.getByText('13800138001').first().waitFor();

    await agent.button('Swap').click();
    await waitForTone(customer.page, AGENT_HZ);
    await waitForTone(agent.page, CUSTOMER_HZ);
    await waitForNoTone(colleague.page, AGENT_HZ);
    expect(await hearsMusic(colleague.page)).toBe(true);
    await agent.button('Swap').click();
    await waitForTone(colleague.page, AGENT_HZ);
    await waitForNoTone(customer.page, AGENT_HZ);

    await agent.button('Transfer').click();
    await waitForTone(customer.page, COLLEAGUE_HZ);
    await waitForTone(colleague.page, CUSTOMER_HZ);
    expect(await shareHeard(customer.page, AGENT_HZ, COLLEAGUE_HZ)).toBeLessThan(0.1);
    await agent.waitForState('Wrap-up');
    await colleague.hangUp();
    await customer.waitForEnd();

    const events = (await agent.events()).filter((type) => /consult|party|transferred|ended/.test(type));
    expect(events).toEqual([
      ...['telebar-consult-started', 'telebar-party-joined', 'telebar-consult-ended'],
      ...['telebar-call-transferred', 'telebar-call-ended'],
    ]);
    expect([...agent.errors, ...colleague.errors]).toEqual([]);
  });

  it('takes who was asked back, and is with the customer again', async () => {
    const scene = await talk();
    await consult(scene);
    await scene.agent.button('Retrieve').click();
    await waitForTone(scene.customer.page, AGENT_HZ);
    await waitForTone(scene.agent.page, CUSTOMER_HZ);
    await waitForNoTone(scene.colleague.page, AGENT_HZ);
    await scene.agent.hangUp();
    await scene.customer.waitForEnd();
  });

  it('passes a call on unasked: music until it is answered, then both ways', async () => {
    const scene = await talk();
    const { customer, agent, colleague } = scene;
    await callIn(scene, 'Transfer');
    await colleague.waitForState('Ringing');
    await agent.waitForState('Wrap-up');
    expect(await hearsMusic(customer.page)).toBe(true);
    await colleague.bar.getByText('from ', { exact: false }).first().waitFor();
    await colleague.answer();
    await waitForTone(customer.page, COLLEAGUE_HZ);
    await waitForTone(colleague.page, CUSTOMER_HZ);
    await waitForNoTone(customer.page, AGENT_HZ);
    await customer.hangUp();
    await colleague.waitForState('Wrap-up');
    expect([...agent.errors, ...colleague.errors]).toEqual([]);
  });

  it('asks a number outside of the phone book, which is not given the call, and makes a conference of it', async () => {
    const agent = await AgentDesk.ready(stage.agents, stage.centre, '1001');
    const customer = await CustomerPhone.open(stage.customers, stage.centre, '13800138001');
    const courier = await CustomerPhone.open(colleagues, stage.centre, '13900000002');
    await customer.dial('400100');
    await agent.waitForState('Ringing');
    await agent.answer();
    await waitForTone(agent.page, CUSTOMER_HZ);
    await agent.button('Transfer').click();
    const panel = agent.bar.locator('telebar-call-in-panel');
    await panel.getByRole('tab', { name: 'Phone book' }).click();
    await panel.getByRole('option', { name: /Courier/ }).dblclick();
    await courier.waitForCall('Incoming call');
    expect(await hearsMusic(customer.page)).toBe(true);
    await courier.answer();
    await waitForTone(agent.page, COLLEAGUE_HZ);
    await waitForTone(courier.page, AGENT_HZ);
    await waitForNoTone(courier.page, CUSTOMER_HZ);
    expect(await agent.button('Transfer').getAttribute('aria-disabled')).toBe('true');
    await agent.button('Conference').click();
    await waitForTone(courier.page, CUSTOMER_HZ);
    await waitForTone(customer.page, COLLEAGUE_HZ);
    await waitForTone(customer.page, AGENT_HZ);
    await agent.button('End for all').click();
    await Promise.all([customer.waitForEnd(), courier.waitForEnd()]);
    expect(agent.errors).toEqual([]);
  });

  it('makes a conference of it, in which all hear all, lets one go, and leaves the others together', async () => {
    const scene = await talk();
    const { customer, agent, colleague } = scene;
    await consult(scene);
    await agent.button('Conference').click();
    await expectAllHearAll(scene);

    await agent.button(/^Hang up .*Han Meimei/).click();
    await colleague.waitForState('Wrap-up');
    await waitForTone(agent.page, CUSTOMER_HZ);
    await waitForNoTone(agent.page, COLLEAGUE_HZ);
    await colleague.becomeReady();

    await callIn(scene, 'Add');
    await colleague.waitForState('Ringing');
    await colleague.answer();
    await expectAllHearAll(scene);
    await agent.button('Leave').click();
    await agent.waitForState('Wrap-up');
    await waitForTone(customer.page, COLLEAGUE_HZ);
    await waitForTone(colleague.page, CUSTOMER_HZ);
    await waitForNoTone(customer.page, AGENT_HZ);
    await colleague.hangUp();
    await customer.waitForEnd();
    expect([...agent.errors, ...colleague.errors]).toEqual([]);
  });

  it('mutes one of a conference, who hears the others and can end it', async () => {
    const scene = await talk();
    const { customer, agent, colleague } = scene;
    await consult(scene);
    await agent.button('Conference').click();
    await expectAllHearAll(scene);

    await agent.button(/^Mute (?!.*Han Meimei).+/).click();
    await waitForNoTone(agent.page, CUSTOMER_HZ);
    await waitForNoTone(colleague.page, CUSTOMER_HZ);
    await waitForTone(customer.page, AGENT_HZ);
    await waitForTone(customer.page, COLLEAGUE_HZ);
    await agent.button(/^Unmute .+/).click();
    await expectAllHearAll(scene);

    await agent.button(/^Mute .*Han Meimei/).click();
    await waitForNoTone(customer.page, COLLEAGUE_HZ);
    await waitForTone(colleague.page, CUSTOMER_HZ);
    await colleague.button('Unmute').click();
    await expectAllHearAll(scene);

    // Who goes on with a customer whom the other has muted hears the customer again.
    await agent.button(/^Mute (?!.*Han Meimei).+/).click();
    await waitForNoTone(colleague.page, CUSTOMER_HZ);
    await agent.button('Leave').click();
    await waitForTone(colleague.page, CUSTOMER_HZ);
    await colleague.hangUp();
    await customer.waitForEnd();
    expect([...agent.errors, ...colleague.errors]).toEqual([]);
  });

  it("keeps a contact of the agent's own, changes it, and removes it", async () => {
    const { agent } = await talk();
    await agent.button('Transfer').click();
    const panel = agent.bar.locator('telebar-call-in-panel');
    const button = (name: string) => panel.getByRole('button', { name, exact: true });
    await panel.getByRole('tab', { name: 'Phone book' }).click();
    await button('New contact').click();
    await agent.page.keyboard.type('Dr Zhou');
    await panel.getByLabel('Telephone number').fill('139 0000 0011');
    await agent.page.keyboard.press('Enter');
    await panel.getByRole('option', { name: /Dr Zhou 139 0000 0011/ }).waitFor();
    await button('Change contact').click();
    await panel.getByLabel('Telephone number').fill('13900000012');
    await button('Save').click();
    await panel.getByRole('option', { name: /Dr Zhou 13900000012/ }).waitFor();
    await button('Change contact').click();
    await button('Delete').click();
    await button('Delete for good').click();
    await panel.getByRole('option', { name: /Dr Zhou/ }).waitFor({ state: 'detached' });
    expect(agent.errors).toEqual([]);
  });

  async function expectAllHearAll({ customer, agent, colleague }: Scene): Promise<void> {
    await waitForTone(customer.page, AGENT_HZ);
    await waitForTone(customer.page, COLLEAGUE_HZ);
    await waitForTone(agent.page, CUSTOMER_HZ);
    await waitForTone(agent.page, COLLEAGUE_HZ);
    await waitForTone(colleague.page, AGENT_HZ);
    await waitForTone(colleague.page, CUSTOMER_HZ);
  }
});
