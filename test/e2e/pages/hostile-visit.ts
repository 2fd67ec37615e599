import { expect } from 'vitest';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import type { CallCentre } from '../../support/call-centre.ts';
import { SipCaller } from '../../support/sip-caller.ts';
import type { Markup } from './hostile-host.ts';

/** When a page does something to the bar. */
export type Moment = 'loaded' | 'signed-in' | 'ringing' | 'talking';

/** A page of somebody else, by what it is made of and what it does. */
export interface HostilePage extends Markup {
  during?: Partial<Record<Moment, (page: Page) => Promise<unknown>>>;
  /** Runs in the page before everything else. */
  before?: () => void;
}

export interface Visit {
  page: Page;
  /** What the page does, and what is to be seen after it. */
  during?: Partial<Record<Moment, (page: Page) => Promise<unknown>>>;
}

/** An agent's whole call on a page that somebody else wrote, by real mouse and real keys. */
export class HostileVisit {
  readonly page: Page;
  readonly errors: string[] = [];
  readonly console: string[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.on('pageerror', (error) => this.errors.push(String(error)));
    page.on('console', (message) => this.console.push(message.text()));
  }

  static async open(
    context: BrowserContext,
    url: string,
    prepare?: (page: Page) => Promise<unknown>,
  ): Promise<HostileVisit> {
    const visit = new HostileVisit(await context.newPage());
    await prepare?.(visit.page);
    await visit.page.goto(url);
    return visit;
  }

  get bar(): Locator {
    return this.page.locator('telebar-phone-bar');
  }

  button(name: string | RegExp): Locator {
    return this.bar
      .getByRole('button', { name, ...(typeof name === 'string' ? { exact: true } : {}) })
      .first();
  }

  /** A click where an agent would see the button: what is there on the screen gets it. */
  async click(target: Locator): Promise<void> {
    await target.waitFor();
    const place = await this.#place(target);
    await this.page.mouse.click(place.x, place.y);
  }

  async logIn(): Promise<void> {
    await this.fillLogin();
    await this.state('Signed out');
  }

  /** Fills in the login form by keys (and from the clipboard, as many do), and sends it. */
  async fillLogin(): Promise<void> {
    // A bar that is a strip opens the form by its button.
    const team = this.bar.locator('telebar-login-form input').first();
    if (!(await team.isVisible())) await this.click(this.button('Log in'));
    await this.click(team);
    await this.page.keyboard.press('ControlOrMeta+a');
    await this.page.keyboard.insertText('demo');
    await this.page.keyboard.press('Tab');
    await this.page.keyboard.type('1001');
    await this.page.keyboard.press('Tab');
    await this.page.keyboard.insertText('telebar-demo');
    await this.page.keyboard.press('Enter');
  }

  async signIn(): Promise<void> {
    await this.page.waitForFunction(() => window.Telebar.getState().agent?.device.online === true);
    await this.click(this.button('Sign in'));
    await this.state('Idle');
  }

  async state(word: string): Promise<void> {
    await this.button(new RegExp(`^State: ${word}\\b`)).waitFor();
  }

  /** Answers by keys alone: F6 into the bar, Tab to the button. */
  async answerByKeyboard(): Promise<void> {
    await this.page.keyboard.press('F6');
    // The first key may come while the page is being replaced: then Tab goes through the page as well.
    for (let presses = 0; presses < 30; presses += 1) {
      if ((await this.#focused()) === 'Answer') {
        await this.page.keyboard.press('Enter');
        return;
      }
      await this.page.keyboard.press('Tab');
    }
    throw new Error(`Answer is not reached by keyboard; the focus is on ${await this.#focused()}`);
  }

  /** The whole of a call: in view and usable at every moment. */
  async takeCall(centre: CallCentre, during: Visit['during'] = {}): Promise<void> {
    await this.button('Log in').waitFor();
    await during.loaded?.(this.page);
    await this.logIn();
    await this.signIn();
    await during['signed-in']?.(this.page);
    const caller = await SipCaller.open(centre.sipPort);
    try {
      const answered = caller.answered();
      caller.invite('400100', '13800138001');
      await this.state('Ringing');
      await during.ringing?.(this.page);
      await this.answerByKeyboard();
      expect(await answered).toBe(200);
      await this.state('Talking');
      await during.talking?.(this.page);
      await this.click(this.button('Hang up'));
      await this.button(/^State: (Wrap-up|Idle)/).waitFor();
    } finally {
      caller.close();
    }
    expect(await this.bar.count()).toBe(1);
  }

  /** The middle of a control, which must be in the window and not covered. */
  async #place(target: Locator): Promise<{ x: number; y: number }> {
    const found = await target.evaluate(async (element) => {
      // It may be on its way: settled is what stands still for two frames.
      let before = '';
      for (;;) {
        await new Promise(requestAnimationFrame);
        const { left, top, width, height } = element.getBoundingClientRect();
        const now = [left, top, width, height].join();
        if (now === before && width > 0) {
          const x = left + width / 2;
          const y = top + height / 2;
          const root = (document.fullscreenElement?.getRootNode() as Document | undefined) ?? document;
          let hit = root.elementFromPoint(x, y);
          while (hit?.shadowRoot != null) {
            const inner: Element | null = hit.shadowRoot.elementFromPoint(x, y);
            if (inner === null || inner === hit) break;
            hit = inner;
          }
          const covered = hit === null || !(element.contains(hit) || hit.contains(element));
          return {
            x,
            y,
            inside: x > 0 && y > 0 && x < innerWidth && y < innerHeight,
            covered,
            hit: hit?.outerHTML.slice(0, 120),
          };
        }
        before = now;
      }
    });
    expect(found).toMatchObject({ inside: true, covered: false });
    return found;
  }

  #focused(): Promise<string | null> {
    return this.page.evaluate(() => {
      let focused = document.activeElement;
      while (focused?.shadowRoot?.activeElement != null) focused = focused.shadowRoot.activeElement;
      return focused?.getAttribute('aria-label') ?? focused?.textContent?.trim() ?? null;
    });
  }
}
