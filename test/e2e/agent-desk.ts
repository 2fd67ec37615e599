import type { BrowserContext, Locator, Page } from 'playwright-core';
import type { CallView } from '../../server/contract/desk.ts';
import type { CallCentre } from '../support/call-centre.ts';
import type { ToneBrowser } from '../support/browsers.ts';

export type StateWord =
  'Signed out' | 'Idle' | 'Ringing' | 'Dialling' | 'Talking' | 'On hold' | 'Wrap-up' | 'Paused';

/** An agent in the demo CRM, driven as a person would: by what is written on buttons. */
export class AgentDesk {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Errors that the page has thrown or logged. */
  readonly errors: string[] = [];

  constructor(page: Page) {
    this.page = page;
    this.context = page.context();
    page.on('pageerror', (error) => this.errors.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') this.errors.push(message.text());
    });
  }

  /** Opens the CRM, which logs the agent in silently. */
  static async open(
    browser: ToneBrowser,
    centre: CallCentre,
    agent: string | null,
    options: Parameters<ToneBrowser['profile']>[0] = {},
    prepare: (page: Page) => Promise<void> = async () => {},
  ): Promise<AgentDesk> {
    const context = await browser.profile(options);
    const desk = new AgentDesk(await context.newPage());
    await prepare(desk.page);
    const who = agent === null ? '' : `agent=${agent}&`;
    await desk.page.goto(`${centre.origin}/demo/crm.html?${who}lang=en&theme=light`);
    await desk.bar.waitFor({ state: 'attached' });
    return desk;
  }

  get bar(): Locator {
    return this.page.locator('telebar-phone-bar');
  }

  get pop(): Locator {
    return this.page.locator('telebar-screen-pop');
  }

  button(name: string | RegExp): Locator {
    return this.bar.getByRole('button', { name, ...(typeof name === 'string' ? { exact: true } : {}) });
  }

  /** The button that shows the agent's state and opens the menu. */
  get stateButton(): Locator {
    return this.button(/^State: /);
  }

  async waitForState(word: StateWord, timeout = 30_000): Promise<void> {
    await this.button(new RegExp(`^State: ${word}\\b`)).waitFor({ timeout });
  }

  /** `then`: the state that follows at once; with callers in the line it rings before idle is seen. */
  async signIn(then: StateWord = 'Idle'): Promise<void> {
    await this.waitForState('Signed out');
    await this.waitForLink();
    await this.button('Sign in').click();
    await this.waitForState(then);
  }

  /** Fills in the bar's own login form. */
  async logIn(username: string, password: string): Promise<void> {
    await this.bar.getByLabel('Team').fill('demo');
    await this.bar.getByLabel('User name').fill(username);
    await this.bar.getByRole('textbox', { name: 'Password' }).fill(password);
    await this.button('Log in').click();
  }

  /** Signs in and waits until calls can really ring here. */
  static async ready(
    browser: ToneBrowser,
    centre: CallCentre,
    agent: string,
    options: Parameters<ToneBrowser['profile']>[0] = {},
  ): Promise<AgentDesk> {
    const desk = await AgentDesk.open(browser, centre, agent, options);
    await desk.signIn();
    return desk;
  }

  /** Waits until the browser phone is registered. */
  async waitForLink(timeout = 45_000): Promise<void> {
    await this.page.waitForFunction(
      () => window.Telebar.getState().agent?.device.online === true,
      undefined,
      { timeout },
    );
  }

  /** Types a number into the dial panel and calls it. */
  async dial(number: string): Promise<void> {
    await this.button('Dial').click();
    const panel = this.bar.locator('telebar-dial-panel');
    await panel.getByRole('textbox', { name: 'Number' }).fill(number);
    await panel.getByRole('button', { name: 'Call', exact: true }).click();
  }

  /** Pauses with the first reason of the team. */
  async pause(): Promise<void> {
    await this.stateButton.click();
    await this.bar
      .getByRole('menuitem')
      .filter({ hasText: /Lunch|Break|Meeting|Training/ })
      .first()
      .click();
    await this.waitForState('Paused');
  }

  /** Answers what rings; resolves when the call is there: before, nobody can expect a voice. */
  async answer(): Promise<void> {
    await this.button('Answer').click();
    await this.waitForState('Talking');
  }

  /** Takes the customer back from hold. */
  async resume(): Promise<void> {
    await this.button('Resume').first().click();
    await this.waitForState('Talking');
  }

  async hangUp(): Promise<void> {
    await this.button('Hang up').click();
  }

  /** Ends wrap-up, when there is one, and waits for idle. */
  async becomeReady(): Promise<void> {
    await this.button(/^State: (Wrap-up|Idle)/).waitFor();
    if (await this.button(/^State: Wrap-up/).isVisible()) await this.button('Ready').first().click();
    await this.waitForState('Idle');
  }

  /** The call that goes on: the one before may still be shown as news. */
  liveCall(): Promise<CallView | undefined> {
    return this.page.evaluate(() => window.Telebar.getState().calls.find(({ phase }) => phase !== 'ended'));
  }

  /** The events that the host page has got, oldest first, by type. */
  events(): Promise<string[]> {
    return this.page.evaluate(() =>
      Array.from(
        document.querySelectorAll<HTMLElement>('#log-lines li'),
        (line) => line.dataset['type'] ?? '',
      ).reverse(),
    );
  }
}
