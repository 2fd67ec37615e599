import type { BrowserContext } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { ToneBrowser } from '../../support/browsers.ts';
import { CallCentre } from '../../support/call-centre.ts';
import { AGENT_HZ } from '../voices.ts';
import { HostileHost } from './hostile-host.ts';
import { HostileVisit, type HostilePage } from './hostile-visit.ts';

/** The whole of a call on each of the pages; they share a server and a browser. */
export function describeCalls(pages: Record<string, HostilePage>): void {
  let centre: CallCentre;
  let browser: ToneBrowser;
  let host: HostileHost;
  /** One for all, so that only the first page has to fetch and compile what they all load. */
  let profile: BrowserContext;

  beforeAll(async () => {
    [centre, browser] = await Promise.all([CallCentre.start(), ToneBrowser.launch(AGENT_HZ)]);
    host = await HostileHost.serve(centre.origin, new Map(Object.entries(pages)));
    profile = await browser.profile();
  });
  afterEach(async () => {
    await centre.sendHome('1001');
    await Promise.all(profile.pages().map((page) => page.close()));
  });
  afterAll(async () => {
    host.close();
    await browser.close();
    await centre.stop();
  });

  it.each(Object.entries(pages))('%s', async (name, { during, before }) => {
    const visit = await HostileVisit.open(profile, host.address(name), async (page) => {
      const browserOf = await profile.newCDPSession(page);
      await browserOf.send('Storage.clearDataForOrigin', { origin: host.origin(), storageTypes: 'all' });
      if (before !== undefined) await page.addInitScript(before);
    });
    await visit.takeCall(centre, during);
    expect(visit.errors).toEqual([]);
  });
}
