import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ToneBrowser, waitForTone } from '../../support/browsers.ts';
import { CallCentre } from '../../support/call-centre.ts';
import { amplitudeAt } from '../../support/goertzel.ts';
import { freePort } from '../../support/ports.ts';
import { SipPeer } from '../../support/sip-peer.ts';
import { AgentDesk } from '../agent-desk.ts';
import { AGENT_HZ, CUSTOMER_HZ } from '../voices.ts';

let carrier: SipPeer;
let centre: CallCentre;
let browser: ToneBrowser;

beforeAll(async () => {
  carrier = await SipPeer.open({ switchPort: await freePort() });
  [centre, browser] = await Promise.all([
    CallCentre.start({
      TELEBAR_DEMO: '0',
      TELEBAR_SECRET: 'a secret of at least thirty-two characters',
      TELEBAR_TRUNK_ALLOW: '127.0.0.1',
    }),
    ToneBrowser.launch(AGENT_HZ),
  ]);
  carrier.options.switchPort = centre.sipPort;
});
afterAll(async () => {
  await browser.close();
  await centre.stop();
  await carrier.close();
});

/** The administration as a new customer meets it. */
class Guide {
  readonly page: Page;
  constructor(page: Page) {
    this.page = page;
  }

  button(name: string): Locator {
    return this.page.locator('telebar-admin').getByRole('button', { name, exact: true });
  }

  get form(): Locator {
    return this.page.locator('telebar-set-up-form');
  }

  async fill(values: Readonly<Record<string, string>>): Promise<void> {
    for (const [label, value] of Object.entries(values))
      await this.form.getByLabel(label).first().fill(value);
  }

  /** Finds somebody, or something, by its name. */
  async pick(label: string, name: string): Promise<void> {
    await this.form.getByRole('combobox', { name: label }).fill(name);
    await this.page.getByRole('option', { name }).click();
  }

  async save(): Promise<void> {
    await this.form.getByRole('button', { name: 'Save', exact: true }).click();
    // The form closes, or has nothing any more that could be discarded.
    await this.form.getByRole('button', { name: 'Cancel', exact: true }).waitFor({ state: 'detached' });
  }

  async back(done: readonly string[]): Promise<void> {
    await this.button('Get started').click();
    const marks = this.page.locator('telebar-get-started li .mark[role=img]');
    await expect
      .poll(() => marks.evaluateAll((all) => all.map(({ ariaLabel }) => ariaLabel)))
      .toEqual(done.map((each) => (each === '✓' ? 'Done' : 'To do')));
  }
}

it('from an empty database by the guide alone to the first call, answered in the administration’s own page', async () => {
  const link = /http\S+#setup=[\w-]+/.exec(centre.log)?.[0] ?? '';
  const context = await browser.profile({ locale: 'en' });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const desk = new AgentDesk(page);
  const guide = new Guide(page);
  await page.goto(`${centre.origin}/admin/${new URL(link).hash}`);
  const first = page.locator('telebar-first-set-up');
  await first.getByLabel('Name of the team').fill('Larkspur');
  await first.getByLabel('Your name').fill('Nora Lind');
  await first.getByLabel('Password').fill('a-long-password-1');
  await first.getByRole('button').click();

  await guide.back(['', '', '', '']);
  await guide.button('New agent').click();
  await guide.fill({ Name: 'Ann Berg', Number: '1001', 'User name': 'ann', Password: 'a-long-password-2' });
  await guide.save();

  await guide.back(['✓', '', '', '']);
  await guide.button('New group').click();
  await guide.fill({ Name: 'Service', Number: '2001' });
  await guide.pick('Members', 'Nora Lind');
  await guide.save();

  await guide.back(['✓', '✓', '', '']);
  await guide.button('New number').click();
  await guide.fill({ 'Number dialled': '4008001234' });
  await guide.pick('Group', 'Service');
  await guide.save();

  await guide.back(['✓', '✓', '✓', '']);
  await guide.button('Allow pages').click();
  await guide.fill({ 'Origins, one a line': 'https://crm.example' });
  await guide.save();

  await guide.back(['✓', '✓', '✓', '✓']);
  await guide.button('Show the phone bar').click();
  await desk.signIn();
  const caller = await carrier.call('4008001234');
  caller.rtp.say(CUSTOMER_HZ);
  await desk.waitForState('Ringing');
  await desk.answer();
  await waitForTone(page, CUSTOMER_HZ);
  await expect.poll(async () => amplitudeAt(await caller.rtp.listen(400), AGENT_HZ)).toBeGreaterThan(700);
  await desk.hangUp();
  await desk.becomeReady();
  expect(desk.errors).toEqual([]);
});

it('makes a passkey in the account of the administrator, and logs in with it and nothing else', async () => {
  const context = await browser.profile({ locale: 'en' });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const guide = new Guide(page);
  const authenticator = await context.newCDPSession(page);
  await authenticator.send('WebAuthn.enable');
  const options = { protocol: 'ctap2', transport: 'internal', automaticPresenceSimulation: true } as const;
  const verifies = { hasResidentKey: true, hasUserVerification: true, isUserVerified: true };
  await authenticator.send('WebAuthn.addVirtualAuthenticator', { options: { ...options, ...verifies } });
  await page.goto(`${centre.origin}/admin/`);
  const login = page.locator('telebar-login-form');
  await login.getByLabel('Team').fill('main');
  await login.getByLabel('User name').fill('admin');
  await login.getByLabel('Password', { exact: true }).fill('a-long-password-1');
  await login.getByRole('button', { name: 'Log in', exact: true }).click();
  await guide.button('My account').click();
  const own = page.locator('telebar-own-passkeys');
  await own.getByRole('button', { name: 'Add a passkey' }).click();
  await own.getByLabel('Name').fill('Laptop');
  await own.getByLabel('Present password').fill('a-long-password-1');
  await own.getByRole('button', { name: 'Make the passkey' }).click();
  await own.getByText('never used').waitFor();
  await page.evaluate(() => window.Telebar.agent.logout());
  // On a page where nobody has been logged in yet.
  await page.reload();
  await page.getByRole('button', { name: 'Log in with a passkey' }).click();
  await guide.button('My account').click();
  await own.getByText('last used').waitFor();
});
