import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AUDIBLE, hear, shareHeard, waitForNoTone, waitForTone } from '../support/browsers.ts';
import { SipPeer } from '../support/sip-peer.ts';
import { AgentDesk } from './agent-desk.ts';
import { CustomerPhone } from './customer-phone.ts';
import { AGENT_HZ, CUSTOMER_HZ, hearsMusic, Stage } from './voices.ts';

describe('a customer rings the hotline', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.build();
  });
  afterEach(() => stage.clear());
  afterAll(() => stage.close());

  it('and the agent answers in the CRM, holds, mutes, sends digits and hangs up, with real voice', async () => {
    const agent = await AgentDesk.ready(stage.agents, stage.centre, '1001');
    const customer = await CustomerPhone.open(stage.customers, stage.centre, '13800138001');

    await customer.dial('400100');
    await agent.waitForState('Ringing');
    await agent.answer();
    await customer.waitForCall('Connected');

    await waitForTone(agent.page, CUSTOMER_HZ);
    await waitForTone(customer.page, AGENT_HZ);
    // Each hears the other and not itself.
    expect(await shareHeard(agent.page, AGENT_HZ, CUSTOMER_HZ)).toBeLessThan(0.1);
    expect(await shareHeard(customer.page, CUSTOMER_HZ, AGENT_HZ)).toBeLessThan(0.1);

    await agent.button('Hold').click();
    await agent.waitForState('On hold');
    await waitForNoTone(customer.page, AGENT_HZ);
    expect(await hearsMusic(customer.page)).toBe(true);
    await waitForNoTone(agent.page, CUSTOMER_HZ);

    await agent.resume();
    await waitForTone(customer.page, AGENT_HZ);
    await waitForTone(agent.page, CUSTOMER_HZ);
    expect(await hearsMusic(customer.page, 800)).toBe(false);

    await agent.button('Mute').click();
    await waitForNoTone(customer.page, AGENT_HZ);
    expect((await hear(agent.page, [CUSTOMER_HZ])).tones[0]?.mean).toBeGreaterThan(AUDIBLE);
    await agent.button('Unmute').click();
    await waitForTone(customer.page, AGENT_HZ);

    // Browsers turn RFC 4733 events back into the two tones of the key: 5 is 770 and 1336 Hz.
    await agent.button('Keys').click();
    const key = agent.bar.getByRole('button', { name: '5', exact: true });
    await expect
      .poll(
        async () => {
          const listening = hear(customer.page, [770, 1336, 941], 2500);
          await key.click();
          const [low, high, absent] = (await listening).tones.map(({ max }) => max);
          const both = Math.min(low ?? 0, high ?? 0);
          // A key is as short as the ear's window, which seldom holds all of it.
          return both > AUDIBLE / 2 && both > 3 * (absent ?? 1);
        },
        { timeout: 20_000 },
      )
      .toBe(true);
    await agent.page.keyboard.press('Escape');

    await agent.hangUp();
    await customer.waitForEnd();
    await agent.waitForState('Wrap-up');
    await agent.becomeReady();

    const events = await agent.events();
    for (const type of ['call-offered', 'call-answered', 'call-held', 'call-resumed', 'call-ended']) {
      expect(events.filter((event) => event === `telebar-${type}`)).toEqual([`telebar-${type}`]);
    }
    expect(agent.errors).toEqual([]);
  });

  it('and the agent takes it at a desk phone and holds there: the customer hears music, the bar says so, and both come back', async () => {
    const phone = await SipPeer.open({
      switchPort: stage.centre.sipPort,
      username: '1002',
      password: 'telebar-demo',
    });
    try {
      expect((await phone.register()).status).toBe(200);
      const agent = await AgentDesk.open(stage.agents, stage.centre, '1002');
      await agent.waitForState('Signed out');
      await agent.page.evaluate(() => window.Telebar.agent.signIn({ device: { phone: 'phone_demo_1002' } }));
      await agent.waitForState('Idle');
      const customer = await CustomerPhone.open(stage.customers, stage.centre, '13800138001');
      await customer.dial('400100');
      const call = await phone.incoming();
      await agent.waitForState('Ringing');
      call.answer();
      call.rtp.say(AGENT_HZ);
      await agent.waitForState('Talking');
      await waitForTone(customer.page, AGENT_HZ);

      await call.reinvite(call.rtp.description('sendonly'));
      await agent.waitForState('On hold');
      // What it still sends is music of its own, which nobody is to hear.
      await waitForNoTone(customer.page, AGENT_HZ);
      expect(await hearsMusic(customer.page)).toBe(true);
      // Nothing that the bar could send makes a phone resume.
      expect(await agent.button('Resume').first().getAttribute('aria-disabled')).toBe('true');

      await call.reinvite(call.rtp.description());
      await agent.waitForState('Talking');
      await waitForTone(customer.page, AGENT_HZ);
      expect(await hearsMusic(customer.page, 800)).toBe(false);
      call.bye();
      await customer.waitForEnd();
      await agent.waitForState('Wrap-up');
      expect(agent.errors).toEqual([]);
    } finally {
      await phone.close();
    }
  });

  it('and the agent keys a long row with a pause: the other side hears each key in its order, and the pause', async () => {
    const { sipPort } = stage.centre;
    const phone = await SipPeer.open({ switchPort: sipPort, username: '1002', password: 'telebar-demo' });
    const customer = await SipPeer.open({ switchPort: sipPort });
    try {
      expect((await phone.register()).status).toBe(200);
      const agent = await AgentDesk.open(stage.agents, stage.centre, '1002');
      await agent.waitForState('Signed out');
      await agent.page.evaluate(() => window.Telebar.agent.signIn({ device: { phone: 'phone_demo_1002' } }));
      await agent.waitForState('Idle');
      const call = await customer.call('400100', { from: '<sip:13800138001@127.0.0.1>' });
      (await phone.incoming()).answer();
      await agent.waitForState('Talking');
      await call.waitForStatus(200);

      // Longer than what any switch is given at once; the second row is asked for while the first is under way.
      await agent.page.evaluate(() => window.Telebar.call.dtmf('0123 4567 89*#, 42'));
      await agent.page.evaluate(() => window.Telebar.call.dtmf('7'));
      await expect.poll(() => call.rtp.digits(), { timeout: 15_000 }).toBe('0123456789*#427');
      const heard = call.rtp.keys();
      const gaps = heard.slice(1).map(({ at }, n) => at - (heard[n]?.at ?? 0));
      expect(gaps[11]).toBeGreaterThan(2_000);
      call.bye();
      await agent.waitForState('Wrap-up');
      expect(agent.errors).toEqual([]);
    } finally {
      await phone.close();
      await customer.close();
    }
  });

  it('and the agent notes down what it was about: the record and the host page know it', async () => {
    const agent = await AgentDesk.ready(stage.agents, stage.centre, '1001');
    const done = agent.page.evaluate(
      () =>
        new Promise((resolve) => window.Telebar.once('telebar-wrapup-done', ({ detail }) => resolve(detail))),
    );
    const customer = await CustomerPhone.open(stage.customers, stage.centre, '13800138001');
    await customer.dial('400100');
    await agent.waitForState('Ringing');
    await agent.answer();
    await customer.waitForCall('Connected');
    await agent.hangUp();
    await agent.waitForState('Wrap-up');

    await agent.bar.getByRole('combobox', { name: 'Reason for the call' }).selectOption({ label: 'Order' });
    await agent.bar.getByRole('textbox', { name: 'Notes' }).fill('20 more, by Friday.');
    await agent.button('Save and ready').click();
    await agent.waitForState('Idle');

    const noted = { label: { en: 'Order', 'zh-CN': '订购' }, notes: '20 more, by Friday.' };
    expect(await done).toMatchObject({ reason: 'reason_demo_order', ...noted });
    const rest = await stage.centre.login('1001');
    const { items } = await rest.get<{ items: unknown[] }>('/calls?limit=1');
    expect(items).toMatchObject([
      { number: '13800138001', wrapUp: { reasonId: 'reason_demo_order', agentNumber: '1001', ...noted } },
    ]);

    // Whoever has this customer next reads it.
    const colleague = await AgentDesk.ready(stage.agents, stage.centre, '1002');
    await agent.page.evaluate(() => window.Telebar.agent.signOut());
    await customer.dial('400100');
    await colleague.waitForState('Ringing');
    await colleague.pop.getByRole('tab', { name: 'Earlier calls' }).click();
    const earlier = colleague.pop.getByRole('article').filter({ hasText: 'Order: 20 more, by Friday.' });
    await earlier.filter({ hasText: '1001' }).waitFor();
    expect(agent.errors).toEqual([]);
  });
});
