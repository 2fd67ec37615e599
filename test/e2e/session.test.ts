import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { waitForTone } from '../support/browsers.ts';
import { AgentDesk } from './agent-desk.ts';
import { CustomerPhone } from './customer-phone.ts';
import { AGENT_HZ, Stage } from './voices.ts';

describe('an agent comes to work', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.build();
  });
  afterEach(() => stage.clear());
  afterAll(() => stage.close());

  it('through the bar’s own form: a wrong password is told, the right one opens the desk, a reload keeps it', async () => {
    const agent = await AgentDesk.open(stage.agents, stage.centre, null);
    await agent.logIn('1003', 'not-the-password');
    await agent.bar.getByText('Team, user name or password is wrong', { exact: false }).waitFor();
    await agent.logIn('1003', 'telebar-demo');
    await agent.waitForState('Signed out');
    await agent.signIn();
    await agent.page.reload();
    await agent.waitForState('Idle');
    await agent.waitForLink();

    const customer = await CustomerPhone.open(stage.customers, stage.centre, '13800138003');
    await customer.dial('400100');
    await agent.waitForState('Ringing');
    await agent.answer();
    await waitForTone(customer.page, AGENT_HZ);
    await customer.hangUp();
  });

  it('without a microphone is warned in words and gets no calls', async () => {
    const agent = await AgentDesk.open(
      stage.agents,
      stage.centre,
      '1001',
      { permissions: [] },
      async (page) => {
        await page.addInitScript(() => {
          navigator.mediaDevices.getUserMedia = () =>
            Promise.reject(new DOMException('Permission denied', 'NotAllowedError'));
        });
      },
    );
    await agent.bar.getByText('The microphone is blocked', { exact: false }).first().waitFor();
  });

  it('in a second tab takes the phone over, and the first says so', async () => {
    const first = await AgentDesk.ready(stage.agents, stage.centre, '1001');
    const page = await first.context.newPage();
    await page.goto(first.page.url());
    const second = new AgentDesk(page);
    await second.bar.getByRole('button', { name: 'Use here' }).or(second.stateButton).first().waitFor();
    if (await second.button('Use here').isVisible()) await second.button('Use here').click();
    await second.waitForState('Idle');
    await first.bar.getByText('The phone is open in another tab').waitFor();

    const customer = await CustomerPhone.open(stage.customers, stage.centre, '13800138001');
    await customer.dial('400100');
    await second.waitForState('Ringing');
    await second.answer();
    await waitForTone(customer.page, AGENT_HZ);
    expect(await first.page.evaluate(() => window.telebarEar.tracks)).toBe(0);
    await customer.hangUp();
  });
});
