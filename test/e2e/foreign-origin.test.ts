import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { API_METHODS } from '../../widget/host/api-methods.ts';
import { waitForTone } from '../support/browsers.ts';
import { serveHost, type HostPage } from '../support/host-page.ts';
import { AgentDesk } from './agent-desk.ts';
import { CustomerPhone } from './customer-phone.ts';
import { AGENT_HZ, CUSTOMER_HZ, Stage } from './voices.ts';

describe('on the page of a foreign origin with a strict content security policy', () => {
  let stage: Stage;
  let host: HostPage;
  beforeAll(async () => {
    stage = await Stage.build();
    host = await serveHost(stage.centre.origin, { sockets: stage.centre.sockets });
  });
  afterEach(() => stage.clear());
  afterAll(async () => {
    host.close();
    await stage.close();
  });

  it('one script tag brings the whole bar, a call with voice, and no complaint of the policy', async () => {
    const context = await stage.agents.profile();
    const page = await context.newPage();
    const agent = new AgentDesk(page);
    await page.addInitScript(() => {
      const violations: string[] = [];
      Object.assign(window, { violations });
      document.addEventListener('securitypolicyviolation', (event) => {
        violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`);
      });
    });
    await page.goto(host.origin);
    await agent.logIn('1001', 'telebar-demo');
    await agent.signIn();

    const customer = await CustomerPhone.open(stage.customers, stage.centre, '13800138001');
    await customer.dial('400100');
    await agent.waitForState('Ringing');
    await agent.answer();
    await waitForTone(customer.page, AGENT_HZ);
    await waitForTone(page, CUSTOMER_HZ);
    await agent.hangUp();
    await agent.becomeReady();

    // No style leaks in: the host's buttons are upper case on black, the bar's are not.
    const style = await agent.stateButton.evaluate((button) => {
      const { textTransform, backgroundColor } = getComputedStyle(button);
      return { textTransform, backgroundColor };
    });
    expect(style.textTransform).toBe('none');
    expect(style.backgroundColor).not.toBe('rgb(1, 2, 3)');
    // Nor out: the page's own button is as its style sheet says.
    const own = await page
      .getByRole('button', { name: 'Buy' })
      .evaluate((button) => getComputedStyle(button).borderRadius);
    expect(own).toBe('0px');

    expect(await page.evaluate(() => (window as unknown as { violations: string[] }).violations)).toEqual([]);
    expect(agent.errors).toEqual([]);
  });

  it('window.Telebar has every method of every namespace, and each reaches the page behind it', async () => {
    const page = await (await stage.agents.profile()).newPage();
    await page.goto(host.origin);
    await page.waitForFunction(() => 'Telebar' in window);
    const found = await page.evaluate(() =>
      Object.entries(window.Telebar).flatMap(([area, made]: [string, unknown]) =>
        typeof made === 'object' && made !== null
          ? Object.entries(made).map(([name, method]) => `${area}.${name} ${typeof method}`)
          : [],
      ),
    );
    const listed = Object.entries(API_METHODS).flatMap(([area, kinds]) =>
      Object.keys(kinds).map((name) => `${area}.${name} function`),
    );
    expect(found.sort()).toEqual(listed.sort());
    // Not a stand-in's own refusal: the desk behind it knows that nobody is logged in.
    const refusal = await page.evaluate(async () => {
      await window.Telebar.ready;
      return window.Telebar.call
        .wrapUp({ notes: 'x' }, 'no-call')
        .catch((error: { code: unknown }) => error.code);
    });
    expect(refusal).toBe('token-missing');
  });

  it('an origin that the team does not allow is refused in words', async () => {
    const stranger = await serveHost(stage.centre.origin, { host: '127.0.0.2' });
    try {
      const page = await (await stage.agents.profile()).newPage();
      const agent = new AgentDesk(page);
      await page.goto(stranger.origin);
      await agent.logIn('1001', 'telebar-demo');
      await agent.bar.getByText('This website may not use Telebar', { exact: false }).waitFor();
      expect(await page.evaluate(() => window.Telebar.getState().agent)).toBeNull();
    } finally {
      stranger.close();
    }
  });
});
