/**
 * `npm run screenshots`: drives the demo through its states and photographs each, in both languages, both themes and
 * three widths, into test/out/screenshots. With `--readme` it also writes docs/images/crm-in-call.png.
 */
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { ToneBrowser } from '../support/browsers.ts';
import { CallCentre } from '../support/call-centre.ts';
import { SipCaller } from '../support/sip-caller.ts';

const root = resolve(import.meta.dirname, '../..');
const out = join(root, 'test/out/screenshots');
const only = process.argv.find((argument) => argument.startsWith('--only='))?.slice(7) ?? '';

const looks = (['en', 'zh-CN'] as const).flatMap((lang) =>
  (['light', 'dark'] as const).map((theme) => ({ lang, theme })),
);
const sizes = [
  { width: 1440, height: 900 },
  { width: 768, height: 1024 },
  { width: 360, height: 740 },
] as const;

await mkdir(out, { recursive: true });
await mkdir(join(root, 'docs/images'), { recursive: true });
const centre = await CallCentre.start({ TELEBAR_LOG_LEVEL: 'warn' });
const browser = await ToneBrowser.launch(1400);

type Look = (typeof looks)[number];

async function photograph(page: Page, name: string, { lang, theme }: Look): Promise<void> {
  for (const size of sizes) {
    await page.setViewportSize(size);
    await page.waitForTimeout(350);
    await page.screenshot({ path: join(out, `${name}-${lang}-${theme}-${size.width}.png`) });
  }
  await page.setViewportSize(sizes[0]);
}

/** A page in the given language and theme, for the demo and for what the bar asks of the browser. */
async function open(path: string, look: Look): Promise<Page> {
  const context = await browser.profile({
    viewport: sizes[0],
    locale: look.lang,
    colorScheme: look.theme,
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const mark = path.includes('?') ? '&' : '?';
  await page.goto(`${centre.origin}/demo/${path}${mark}lang=${look.lang}&theme=${look.theme}`);
  return page;
}

const phase = (page: Page, wanted: string) =>
  page.waitForFunction((name) => window.Telebar.getState().calls[0]?.phase === name, wanted);
const state = (page: Page, wanted: string) =>
  page.waitForFunction((name) => window.Telebar.getState().agent?.state === name, wanted);

async function crm(look: Look): Promise<void> {
  const login = await open('crm.html', look);
  await login.locator('telebar-phone-bar').waitFor({ state: 'attached' });
  await login.waitForTimeout(500);
  await photograph(login, 'crm-login', look);
  await login.context().close();

  const page = await open('crm.html?agent=1001', look);
  await state(page, 'signed-out');
  await photograph(page, 'crm-signed-out', look);
  await page.waitForFunction(() => window.Telebar.getState().agent?.device.online === true);
  await page.evaluate(() => window.Telebar.agent.signIn());
  await state(page, 'idle');
  await photograph(page, 'crm-idle', look);
  await page.evaluate(() => window.Telebar.ui.openPanel('dial'));
  await photograph(page, 'crm-dial', look);
  await page.evaluate(() => window.Telebar.ui.openPanel('settings'));
  await photograph(page, 'crm-settings', look);
  await page.keyboard.press('Escape');

  const caller = await SipCaller.open(centre.sipPort);
  const answered = caller.answered();
  caller.rtp.say(1050);
  caller.invite('400100', '13800138001');
  await phase(page, 'offered');
  await photograph(page, 'crm-ringing', look);
  await page.evaluate(() => window.Telebar.call.answer());
  await answered;
  await phase(page, 'talking');
  await page.waitForTimeout(4500);
  await photograph(page, 'crm-talking', look);
  if (look.lang === 'en' && look.theme === 'light') {
    await page.screenshot({
      path: join(process.argv.includes('--readme') ? join(root, 'docs/images') : out, 'crm-in-call.png'),
    });
  }
  const bar = page.locator('telebar-phone-bar');
  await bar.getByRole('button', { name: /^(Transfer|转接)$/ }).click();
  await bar.locator('telebar-call-in-panel .option').first().waitFor();
  await photograph(page, 'crm-transfer', look);
  await page.keyboard.press('Escape');
  await page.evaluate(() => window.Telebar.call.consult({ group: '2002' }));
  await bar.locator('telebar-party-controls').waitFor();
  await photograph(page, 'crm-consult', look);
  await page.evaluate(() => window.Telebar.call.retrieve());
  await page.evaluate(() => window.Telebar.call.hold());
  await phase(page, 'held');
  await photograph(page, 'crm-held', look);
  await page.evaluate(() => window.Telebar.call.hangup());
  await state(page, 'acw');
  await photograph(page, 'crm-wrap-up', look);
  await page.evaluate(() => window.Telebar.agent.endAcw());
  await state(page, 'idle');
  await page.evaluate(() => window.Telebar.ui.setPosition('bottom'));
  await photograph(page, 'crm-docked', look);
  await page.evaluate(() => window.Telebar.ui.minimize());
  await photograph(page, 'crm-collapsed', look);
  // The next look begins signed out again.
  await page.evaluate(() => window.Telebar.agent.signOut());
  caller.close();
  await page.context().close();
}

async function phone(look: Look): Promise<void> {
  const page = await open('phone.html', look);
  await photograph(page, 'phone-setup', look);
  await page.locator('#setup button[type=submit]').click();
  await page.locator('#call:enabled').waitFor();
  await photograph(page, 'phone-home', look);
  await page.locator('#call').click();
  await page.locator('#talk[data-phase=established]').waitFor();
  await page.waitForTimeout(2500);
  await photograph(page, 'phone-talking', look);
  await page.locator('#hangup').click();
  await page.context().close();
}

try {
  for (const look of looks) {
    if (!`${look.lang}-${look.theme}`.includes(only)) continue;
    const start = await open('', look);
    await photograph(start, 'start', look);
    await start.context().close();
    await phone(look);
    await crm(look);
  }
} finally {
  await browser.close();
  await centre.stop();
}
console.log(`written to ${out}`);
