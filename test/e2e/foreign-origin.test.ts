import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { waitForTone } from '../support/browsers.ts';
import { AgentDesk } from './agent-desk.ts';
import { CustomerPhone } from './customer-phone.ts';
import { AGENT_HZ, CUSTOMER_HZ, Stage } from './voices.ts';

/** A page of somebody else on an origin of its own. Its policy forbids eval, inline scripts and inline styles. */
async function serveHost(telebar: string, host = 'localhost'): Promise<{ server: Server; origin: string }> {
  const policy = [
    "default-src 'none'",
    `script-src ${telebar}`,
    `connect-src ${telebar} ${telebar.replace('http', 'ws')}`,
    "style-src 'self'",
    `img-src 'self' ${telebar}`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types lit-html 'allow-duplicates'",
  ].join('; ');
  const page = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Host</title>
    <link rel="stylesheet" href="/host.css"></head><body>
    <h1>Somebody else’s page</h1><p><button>Buy</button> <a href="tel:13800138002">13800138002</a></p>
    <script async src="${telebar}/telebar.js" data-locale="en" data-theme="light" data-position="bottom-left"
      data-click-to-dial="a[href^='tel:']" data-screen-pop="panel"></script></body></html>`;
  const server = createServer((request, response) => {
    if (request.url === '/host.css') {
      response.setHeader('content-type', 'text/css');
      response.end('button { background: rgb(1, 2, 3); border-radius: 0; text-transform: uppercase }');
      return;
    }
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.setHeader('content-security-policy', policy);
    response.end(page);
  }).listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { server, origin: `http://${host}:${address.port}` };
}

describe('on the page of a foreign origin with a strict content security policy', () => {
  let stage: Stage;
  let host: { server: Server; origin: string };
  beforeAll(async () => {
    stage = await Stage.build();
    host = await serveHost(stage.centre.origin);
  });
  afterEach(() => stage.clear());
  afterAll(async () => {
    host.server.close();
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

  it('an origin that the team does not allow is refused in words', async () => {
    const { server, origin } = await serveHost(stage.centre.origin, '127.0.0.2');
    try {
      const page = await (await stage.agents.profile()).newPage();
      const agent = new AgentDesk(page);
      await page.goto(origin);
      await agent.logIn('1001', 'telebar-demo');
      await agent.bar.getByText('This website may not use Telebar', { exact: false }).waitFor();
      expect(await page.evaluate(() => window.Telebar.getState().agent)).toBeNull();
    } finally {
      server.close();
    }
  });
});
