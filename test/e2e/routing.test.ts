import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { waitForTone } from '../support/browsers.ts';
import { AgentDesk } from './agent-desk.ts';
import { CustomerPhone } from './customer-phone.ts';
import { AGENT_HZ, CUSTOMER_HZ, hearsMusic, Stage } from './voices.ts';

interface CallRecord {
  direction: string;
  number: string;
  agentNumber: string | null;
  answeredAt: number | null;
  endedAt: number | null;
  cause: string | null;
}

describe('who is rung', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.build();
  });
  afterEach(() => stage.clear());
  afterAll(() => stage.close());

  it('rings the next agent when the first does not answer', async () => {
    const first = await AgentDesk.ready(stage.agents, stage.centre, '1001');
    const customer = await CustomerPhone.open(stage.customers, stage.centre, '13800138001');
    await customer.dial('400100');
    await first.waitForState('Ringing');
    const second = await AgentDesk.ready(stage.agents, stage.centre, '1002');
    // The ring time runs out at the first; nobody clicks anything there.
    await second.waitForState('Ringing', 40_000);
    await first.button(/^State: (?!Ringing)/).waitFor();
    await second.answer();
    await waitForTone(customer.page, AGENT_HZ);
    await waitForTone(second.page, CUSTOMER_HZ);
    await customer.hangUp();
    await second.waitForState('Wrap-up');
  }, 90_000);

  it('gives a rejected call to the next agent', async () => {
    const first = await AgentDesk.ready(stage.agents, stage.centre, '1001');
    const customer = await CustomerPhone.open(stage.customers, stage.centre, '13800138001');
    await customer.dial('400100');
    await first.waitForState('Ringing');
    const second = await AgentDesk.ready(stage.agents, stage.centre, '1002');
    await first.button('Reject').click();
    await second.waitForState('Ringing');
    await second.answer();
    await waitForTone(customer.page, AGENT_HZ);
    await second.hangUp();
    await customer.waitForEnd();
  });

  it('plays music to a caller for whom nobody is free, and stops ringing when the caller gives up', async () => {
    const customer = await CustomerPhone.open(stage.customers, stage.centre, '13800138001');
    await customer.dial('400100');
    await customer.waitForCall('Connected');
    expect(await hearsMusic(customer.page)).toBe(true);

    const agent = await AgentDesk.open(stage.agents, stage.centre, '1001');
    await agent.signIn('Ringing');
    await customer.hangUp();
    await agent.waitForState('Idle');

    const leader = await stage.centre.login('1000');
    const { items } = await leader.get<{ items: CallRecord[] }>('/calls?agentNumber=1001');
    expect(items[0]).toMatchObject({ direction: 'queue', cause: 'abandoned', answeredAt: null });
  });

  it('shows the card of a known customer, and an empty one for an unknown number that can be saved', async () => {
    const agent = await AgentDesk.ready(stage.agents, stage.centre, '1001');
    const known = await CustomerPhone.open(stage.customers, stage.centre, '13800138001');
    await known.dial('400100');
    await agent.waitForState('Ringing');
    await agent.pop.getByText('13800138001').first().waitFor();
    await agent.button('Reject').click();
    await known.hangUp();
    await known.waitForEnd();
    await known.page.context().close();

    await agent.becomeReady();
    const unknown = await CustomerPhone.open(stage.customers, stage.centre, '13900139077');
    await unknown.dial('400100');
    await agent.waitForState('Ringing');
    await agent.answer();
    await agent.pop.getByText('No customer has this number yet', { exact: false }).waitFor();
    await agent.pop.getByLabel('Name').fill('Sun Li');
    await agent.pop.getByRole('button', { name: 'Save customer' }).click();
    await agent.pop.getByText(/Saved at/).waitFor();
    await agent.hangUp();

    const rest = await stage.centre.login('1001');
    const { items } = await rest.get<{ items: { name: string }[] }>('/customers?number=13900139077');
    expect(items.map(({ name }) => name)).toEqual(['Sun Li']);
  });

  it('a second answer by the same agent elsewhere changes nothing, and a stranger has none', async () => {
    const agent = await AgentDesk.ready(stage.agents, stage.centre, '1001');
    const customer = await CustomerPhone.open(stage.customers, stage.centre, '13800138001');
    await customer.dial('400100');
    await agent.waitForState('Ringing');
    const callId = (await agent.liveCall())?.id;
    await agent.answer();
    const other = await stage.centre.login('1001');
    const again = await other.send('POST', `/calls/${callId}/answer`);
    expect(again).toMatchObject({ status: 200, body: { phase: 'talking' } });
    // Somebody who was never offered the call does not even see it.
    const stranger = await stage.centre.login('1003');
    expect((await stranger.send('POST', `/calls/${callId}/answer`)).status).toBe(404);
    await waitForTone(customer.page, AGENT_HZ);
    await customer.hangUp();
  });

  it('leaves a paused agent in peace until work is resumed, and ends wrap-up at its limit', async () => {
    const agent = await AgentDesk.ready(stage.agents, stage.centre, '1001');
    await agent.pause();
    const customer = await CustomerPhone.open(stage.customers, stage.centre, '13800138001');
    await customer.dial('400100');
    await customer.waitForCall('Connected');
    expect(await hearsMusic(customer.page, 2000)).toBe(true);
    await agent.waitForState('Paused');
    await agent.button('Resume').last().click();
    await agent.waitForState('Ringing');
    await agent.answer();
    await agent.hangUp();
    await agent.waitForState('Wrap-up');
    const endsAt = await agent.page.evaluate(() => window.Telebar.getState().agent?.acw?.endsAt ?? null);
    expect(endsAt).not.toBeNull();
    await agent.waitForState('Idle', 45_000);
  }, 90_000);
});
