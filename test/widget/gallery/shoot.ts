/**
 * Pictures of every view: `npx tsx test/widget/gallery/shoot.ts [--view idle,talking] [--out /tmp/telebar-gallery]
 * [--theme light] [--locale en] [--position bottom] [--width 1440] [--inline] [--forced-colors]`. Writes one PNG per view, theme, language and width.
 */
import { mkdir } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { chromium, type Page } from 'playwright-core';
import { createServer } from 'vite';
import { views } from './views.ts';

const { values } = parseArgs({
  options: {
    view: { type: 'string', default: Object.keys(views).join(',') },
    out: { type: 'string', default: '/tmp/telebar-gallery' },
    theme: { type: 'string', default: 'light,dark' },
    locale: { type: 'string', default: 'zh-CN,en' },
    position: { type: 'string', default: 'bottom-right,bottom' },
    width: { type: 'string', default: '1440,768,360' },
    inline: { type: 'boolean', default: false },
    'forced-colors': { type: 'boolean', default: false },
  },
});
const list = (text: string): string[] => text.split(',');

const root = new URL('../../..', import.meta.url).pathname;
const server = await createServer({
  root,
  configFile: false,
  logLevel: 'error',
  server: { port: 0, host: '127.0.0.1', hmr: false },
});
await server.listen();
const base = `${server.resolvedUrls?.local[0] ?? ''}test/widget/gallery/index.html`;
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-background-networking'],
});
await mkdir(values.out, { recursive: true });
let faults = 0;

async function shoot(page: Page, view: string, rest: Record<string, string>, file: string): Promise<void> {
  await page.goto(`${base}?${new URLSearchParams({ view, ...rest }).toString()}`);
  await page.waitForFunction(() => 'press' in window);
  await page.waitForTimeout(250);
  const press = views[view]?.press;
  if (press !== undefined) {
    for (const each of [press].flat()) {
      await page.locator(each).first().click();
      await page.waitForTimeout(350);
    }
    const typed = views[view]?.type;
    if (typed !== undefined) await page.keyboard.insertText(typed);
    await page.mouse.move(2, 2);
    await page.waitForTimeout(200);
  }
  await page.screenshot({ path: `${values.out}/${file}.png` });
}

try {
  for (const width of list(values.width).map(Number)) {
    const page = await browser.newPage({ viewport: { width, height: width < 500 ? 740 : 900 } });
    await page.emulateMedia({ forcedColors: values['forced-colors'] ? 'active' : 'none' });
    page.on('pageerror', (error) => {
      faults += 1;
      console.error(page.url(), error.message);
    });
    page.on('console', (message) => {
      if (message.type() !== 'error' || message.location().url.endsWith('favicon.ico')) return;
      faults += 1;
      console.error(page.url(), message.text());
    });
    for (const view of list(values.view)) {
      for (const theme of list(values.theme)) {
        for (const locale of list(values.locale)) {
          for (const position of list(values.position)) {
            await shoot(
              page,
              view,
              { theme, locale, position, ...(values.inline ? { inline: '' } : {}) },
              [view, position, width, theme, locale].join('-'),
            );
          }
        }
      }
    }
    await page.close();
  }
} finally {
  await browser.close();
  await server.close();
}
console.log(`Pictures are in ${values.out}; ${faults} faults on the pages.`);
process.exitCode = faults === 0 ? 0 : 1;
