/**
 * `npm run size`: what a page really loads of Telebar for the phone bar (the screen pop is an element of its own), measured in Chromium and weighed as gzip (level 9).
 * Fails when a limit is broken. Needs the build.
 */
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { ToneBrowser } from '../support/browsers.ts';
import { CallCentre } from '../support/call-centre.ts';
import { serveHost } from '../support/host-page.ts';
import { SipCaller } from '../support/sip-caller.ts';
import { figure, report } from './report.ts';

const KB = 1024;
const limits = { loader: 12, collapsed: 45, call: 115 } as const;

/** Weighs every script that the page loads from now on. Returns the sum so far, in bytes. */
function weigh(page: Page): () => { total: number; files: Map<string, number> } {
  const files = new Map<string, number>();
  page.on('response', (response) => {
    const { pathname } = new URL(response.url());
    if (!pathname.endsWith('.js')) return;
    void response.body().then((body) => files.set(pathname, gzipSync(body, { level: 9 }).length));
  });
  return () => ({ total: [...files.values()].reduce((sum, bytes) => sum + bytes, 0), files });
}

const centre = await CallCentre.start();
const browser = await ToneBrowser.launch(1400);
const caller = await SipCaller.open(centre.sipPort);
const host = await serveHost(centre.origin, { screenPop: 'event' });
try {
  const context = await browser.profile();
  const page = await context.newPage();
  await page.addInitScript(() => {
    if (localStorage.getItem('telebar.preferences') === null) {
      localStorage.setItem('telebar.preferences', JSON.stringify({ collapsed: true }));
    }
  });
  const weight = weigh(page);
  await page.goto(host.origin);
  await page.locator('telebar-phone-bar').waitFor({ state: 'attached' });
  await page.waitForLoadState('networkidle');
  const loader = weight().files.get('/telebar.js') ?? 0;
  const collapsed = weight().total;

  await page.evaluate(() =>
    window.Telebar.agent.login({ team: 'demo', username: '1001', password: 'telebar-demo' }),
  );
  await page.waitForFunction(() => window.Telebar.getState().agent?.device.online === true);
  await page.locator('telebar-phone-bar').getByRole('button').first().click();
  await page.evaluate(() => window.Telebar.agent.signIn());
  caller.invite('400100', '13800138001');
  await page.waitForFunction(() => window.Telebar.getState().calls[0]?.phase === 'offered');
  await page.evaluate(() => window.Telebar.call.answer());
  await page.waitForFunction(() => window.Telebar.getState().calls[0]?.phase === 'talking');
  await page.waitForLoadState('networkidle');
  const call = weight().total;

  await report('size', [
    figure('loader', loader / KB, 'KB gzip', `<= ${limits.loader}`),
    figure('page with the collapsed bar', collapsed / KB, 'KB gzip', `<= ${limits.collapsed}`),
    figure('bar in a call, JsSIP included', call / KB, 'KB gzip', `<= ${limits.call}`),
  ]);
  if (process.argv.includes('--files')) {
    for (const [path, bytes] of weight().files) console.log(`${(bytes / KB).toFixed(1).padStart(7)} ${path}`);
  }
  if (loader > limits.loader * KB || collapsed > limits.collapsed * KB || call > limits.call * KB) {
    console.error('a size limit is broken (npm run size -- --files lists what was loaded)');
    process.exitCode = 1;
  }
} finally {
  caller.close();
  host.close();
  await browser.close();
  await centre.stop();
}
