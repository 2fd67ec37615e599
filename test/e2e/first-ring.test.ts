import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ToneBrowser } from '../support/browsers.ts';
import { CallCentre } from '../support/call-centre.ts';
import { SipCaller } from '../support/sip-caller.ts';

/**
 * What the page says of itself on the console. Nothing else may be asked of it: whatever a driver evaluates in a page counts
 * as a touch of the user.
 */
class Untouched {
  readonly page: Page;
  readonly lines: string[] = [];
  #heard = (): void => {};

  constructor(page: Page) {
    this.page = page;
    page.on('console', (message) => {
      this.lines.push(message.text());
      this.#heard();
    });
  }

  async says(line: string): Promise<void> {
    while (!this.lines.includes(line)) await new Promise<void>((resolve) => (this.#heard = resolve));
  }
}

/** Signs in by itself, and tells of the sound, of the title, of the state and of what the bar says. */
function tellTale(capturing: boolean): void {
  if (!capturing) {
    // A microphone that is none: the browser does not see the page capture.
    const silence = new AudioContext().createMediaStreamDestination();
    navigator.mediaDevices.getUserMedia = async () => silence.stream.clone();
  }
  const tell = (line: string): void => console.log(line);
  const proto = OscillatorNode.prototype;
  const { start } = proto;
  proto.start = function (when) {
    tell(`note ${this.context.state}`);
    start.call(this, when);
  };
  let seen = '';
  let asked = false;
  let wasLocked = false;
  setInterval(() => {
    const { connection, agent, calls } = window.Telebar?.getState() ?? {};
    if (connection === 'online' && agent?.device.online === true && !asked) {
      asked = true;
      window.Telebar.agent.signIn().then(
        () => tell('signed in'),
        (error: unknown) => tell(String(error)),
      );
    }
    const phase = calls?.[0]?.phase ?? 'none';
    if (phase !== seen) tell(`call ${phase}, title ${document.title}`);
    seen = phase;
    if (document.title.includes('\u260E')) tell('title flashes');
    const list = document
      .querySelector('telebar-phone-bar')
      ?.shadowRoot?.querySelector('telebar-notice-list')?.shadowRoot;
    const locked = list?.textContent?.includes('sound is locked') === true;
    if (locked !== wasLocked) tell(locked ? 'locked' : 'unlocked');
    wasLocked = locked;
  }, 100);
}

describe('a page that nobody has touched, logged in by a token', () => {
  let centre: CallCentre;
  let browser: ToneBrowser;
  let caller: SipCaller;
  beforeAll(async () => {
    centre = await CallCentre.start();
    browser = await ToneBrowser.launch(1400, undefined, [], false);
    caller = await SipCaller.open(centre.sipPort);
  });
  afterAll(async () => {
    caller.close();
    await browser.close();
    await centre.stop();
  });

  async function open(capturing: boolean): Promise<Untouched> {
    const context = await browser.profile();
    const untouched = new Untouched(await context.newPage());
    await untouched.page.addInitScript(tellTale, capturing);
    await untouched.page.goto(`${centre.origin}/demo/crm.html?agent=1001&lang=en&theme=light`);
    await untouched.says('signed in');
    return untouched;
  }

  it('rings aloud with its first call, and flashes the title until it is over', async () => {
    const desk = await open(true);
    caller.invite('400100', '13800138001');
    await desk.says('note running');
    await desk.says('title flashes');
    expect(desk.lines.filter((line) => line === 'note suspended')).toEqual([]);
    await desk.page.context().close();
    await centre.sendHome('1001');
  });

  it('that may not sound at all says so until it is touched', async () => {
    const desk = await open(false);
    await desk.says('locked');
    await desk.page.mouse.click(200, 300);
    await desk.says('unlocked');
    await desk.page.context().close();
    await centre.sendHome('1001');
  });
});
