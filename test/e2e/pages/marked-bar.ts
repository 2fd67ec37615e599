import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** Marks the bar's element, so that another one is told from it. */
export const mark = (page: Page): Promise<unknown> =>
  page.evaluate(() => Object.assign(document.querySelector('telebar-phone-bar')!, { marked: true }));
export const sameElement = async (page: Page): Promise<void> =>
  expect(
    await page.evaluate(() =>
      [...document.querySelectorAll('telebar-phone-bar')].map((bar) => 'marked' in bar && bar.isConnected),
    ),
  ).toEqual([true]);
