import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { ToneBrowser } from '../../support/browsers.ts';
import { CallCentre } from '../../support/call-centre.ts';
import { SipPeer } from '../../support/sip-peer.ts';
import { AGENT_HZ } from '../voices.ts';
import { HostileHost, type Markup } from './hostile-host.ts';
import { HostileVisit } from './hostile-visit.ts';

/** Another name of this machine, which browsers do not take for a safe one without TLS, as they do `localhost`. */
const PLAIN = 'crm.test';

const tag = (attributes = '', type = 'async'): string =>
  `<script ${type} src="SERVER/telebar.js" data-locale="en" data-theme="light" ${attributes}></script>`;
const policy = (text: string): Record<string, string> => ({ 'content-security-policy': text });
const FRAMED = `<!doctype html><title>Framed</title>${tag()}`.replaceAll('"', '&quot;');

const pages = {
  plain: {},
  'no connection': { headers: policy("script-src SERVER; connect-src 'self'") },
  'no templates': {
    headers: policy("script-src SERVER; require-trusted-types-for 'script'; trusted-types own"),
  },
  'no server': { tag: tag('data-server="http://localhost:9"') },
  'another server': { tag: tag('data-server="http://localhost:HOST"') },
  'the name taken': { head: '<script>var Telebar = { ours: true };</script>' },
  'the name of an element': { body: '<a id="Telebar"></a>', tag: '', end: tag('', '') },
  'no microphone': { headers: { 'permissions-policy': 'microphone=()' } },
  sandboxed: {
    tag: '',
    body: `<iframe sandbox="allow-scripts allow-forms" width="900" height="600" srcdoc="${FRAMED}"></iframe>`,
  },
} satisfies Record<string, Markup>;

describe('a page on which something is in the way is told in words', () => {
  let centre: CallCentre;
  let browser: ToneBrowser;
  let host: HostileHost;

  beforeAll(async () => {
    [centre, browser] = await Promise.all([
      CallCentre.start({ TELEBAR_HOSTS: PLAIN }),
      ToneBrowser.launch(AGENT_HZ, undefined, [PLAIN]),
    ]);
    host = await HostileHost.serve(centre.origin, new Map(Object.entries<Markup>(pages)));
  });
  afterEach(async () => {
    await centre.sendHome('1001');
    await Promise.all(browser.browser.contexts().map((context) => context.close()));
  });
  afterAll(async () => {
    host.close();
    await browser.close();
    await centre.stop();
  });

  const visit = async (
    name: keyof typeof pages,
    at = 'localhost',
    prepare?: (page: Page) => Promise<unknown>,
  ): Promise<HostileVisit> => HostileVisit.open(await browser.profile(), host.address(name, at), prepare);

  it.each([
    ['no templates', "trusted-types lit-html 'allow-duplicates'"],
    ['no server', 'http://localhost:9 cannot be reached from this page'],
    ['another server', 'answers, but not with the widget'],
    ['the name taken', 'uses the name window.Telebar for something else'],
    ['the name of an element', 'an element of this page is named "Telebar"'],
    ['sandboxed', 'a sandboxed frame without allow-same-origin'],
  ] as const)('on the console: %s', async (name, sentence) => {
    const desk = await visit(name);
    await expect.poll(() => desk.console.join('\n'), { timeout: 10_000 }).toContain(sentence);
  });

  it('what the policy lacks for the connection, and the bar says that it is offline', async () => {
    const { page } = await visit('no connection');
    const told = page.waitForEvent('console', {
      predicate: (message) => message.text().includes(`lacks "connect-src ${centre.origin}"`),
    });
    await page.evaluate(() =>
      window.Telebar.agent
        .login({ team: 'demo', username: '1001', password: 'telebar-demo' })
        .catch(() => {}),
    );
    await told;
    await page.locator('telebar-phone-bar').getByRole('alert').filter({ hasText: 'server' }).waitFor();
  });

  it('in the bar: a page without https on an origin that no team allows', async () => {
    const desk = await visit('plain', PLAIN);
    expect(await desk.page.evaluate(() => [isSecureContext, 'randomUUID' in crypto])).toEqual([false, false]);
    await desk.fillLogin();
    await desk.bar.getByText('This website may not use Telebar', { exact: false }).waitFor();
  });

  it('in the bar: why there is no microphone without https', async () => {
    const desk = await visit('plain', 'localhost', (page) =>
      page.addInitScript(() => {
        // What an insecure page lacks, on an origin that the demo's team allows.
        Object.defineProperty(window, 'isSecureContext', { value: false });
        Object.defineProperty(Navigator.prototype, 'mediaDevices', { value: undefined });
        Object.defineProperty(Navigator.prototype, 'locks', { value: undefined });
        Object.defineProperty(Crypto.prototype, 'randomUUID', { value: undefined });
      }),
    );
    await desk.logIn();
    await desk.bar.getByText('This page is not secure (http)', { exact: false }).first().waitFor();
  });

  it('in the bar: a page that may not use the microphone', async () => {
    const desk = await visit('no microphone');
    await desk.logIn();
    await desk.bar.getByText('This page may not use the microphone', { exact: false }).first().waitFor();
  });

  // The last one: the agent's choice of the desk phone stays.
  it('does without https where the agent has a desk phone: rung, answered and hung up there, shown in the bar', async () => {
    const phone = await SipPeer.open({
      switchPort: centre.sipPort,
      username: '1001',
      password: 'telebar-demo',
    });
    const customer = await SipPeer.open({ switchPort: centre.sipPort });
    try {
      expect((await phone.register()).status).toBe(200);
      const url = `${centre.origin.replace(/\/\/[^:]+/, `//${PLAIN}`)}/demo/crm.html?agent=1001&lang=en`;
      const desk = await HostileVisit.open(await browser.profile(), url);
      await desk.state('Signed out');
      expect(await desk.page.evaluate(() => isSecureContext)).toBe(false);
      await desk.page.evaluate(() => window.Telebar.agent.signIn({ device: { phone: 'phone_demo_1001' } }));
      await desk.state('Idle');
      const call = await customer.call('400100', { from: '<sip:13800138001@127.0.0.1>' });
      const rung = await phone.incoming();
      await desk.state('Ringing');
      rung.answer();
      await desk.state('Talking');
      await call.waitForStatus(200);
      await desk.click(desk.button('Hang up'));
      await call.waitForRequest('BYE');
      await desk.state('Wrap-up');
      expect(desk.errors).toEqual([]);
    } finally {
      await phone.close();
      await customer.close();
    }
  });
});
