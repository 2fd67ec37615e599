import type { Page } from 'playwright-core';
import type { ToneBrowser } from '../support/browsers.ts';
import type { CallCentre } from '../support/call-centre.ts';

/** A customer with the demo's phone in hand. */
export class CustomerPhone {
  readonly page: Page;
  readonly number: string;

  private constructor(page: Page, number: string) {
    this.page = page;
    this.number = number;
  }

  static async open(
    browser: ToneBrowser,
    centre: CallCentre,
    number: string,
    options: Parameters<ToneBrowser['profile']>[0] = {},
  ): Promise<CustomerPhone> {
    const context = await browser.profile({ viewport: { width: 480, height: 860 }, ...options });
    const page = await context.newPage();
    await page.goto(
      `${centre.origin}/demo/phone.html?number=${encodeURIComponent(number)}&lang=en&theme=light`,
    );
    await page.getByText('Ready', { exact: true }).waitFor();
    await page.locator('#call:enabled').waitFor();
    return new CustomerPhone(page, number);
  }

  async dial(number: string): Promise<void> {
    await this.page.getByLabel('Number to dial').fill(number);
    await this.page.getByRole('button', { name: 'Call', exact: true }).click();
  }

  async answer(): Promise<void> {
    await this.page.getByRole('button', { name: 'Answer' }).click();
  }

  async decline(): Promise<void> {
    await this.page.getByRole('button', { name: 'Decline' }).click();
  }

  async hangUp(): Promise<void> {
    await this.page.getByRole('button', { name: 'Hang up' }).click();
  }

  async waitForCall(
    phase: 'Incoming call' | 'Calling …' | 'Ringing …' | 'Connected',
    timeout = 15_000,
  ): Promise<void> {
    await this.page.locator('#phase').getByText(phase, { exact: true }).waitFor({ timeout });
  }

  /** Back at the keypad; resolves with what is said about the end of the call. */
  async waitForEnd(timeout = 30_000): Promise<string> {
    await this.page.locator('#home').waitFor({ timeout });
    return (await this.page.locator('#last').textContent()) ?? '';
  }
}
