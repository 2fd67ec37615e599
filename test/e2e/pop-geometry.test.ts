import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { AgentDesk } from './agent-desk.ts';
import { CustomerPhone } from './customer-phone.ts';
import { Stage } from './voices.ts';

const SIZES = [
  [360, 640],
  [480, 800],
  [640, 480],
  [640, 900],
  [768, 600],
  [840, 720],
  [1024, 600],
  [1280, 800],
  [1440, 900],
  [1920, 1080],
] as const;
const POSITIONS = ['bottom-right', 'bottom-left', 'top-right', 'top-left', 'top', 'bottom'] as const;

interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** What is on the page in this window, when everything has settled. */
async function look(page: Page): Promise<{ bar: Box; pop: Box; notices: Box; controls: Box[] }> {
  return page.evaluate(async () => {
    const part = (element: string, selector: string): Element => {
      const found = document.querySelector(element)?.shadowRoot?.querySelector(selector);
      if (!found) throw new Error(`${element} has no ${selector}`);
      return found;
    };
    const frame = (): Promise<unknown> => new Promise((resolve) => requestAnimationFrame(resolve));
    const now = () => {
      const box = (element: Element): Box => {
        const { left, top, right, bottom } = element.getBoundingClientRect();
        return { left, top, right, bottom };
      };
      const sheet = part('telebar-screen-pop', '.sheet');
      return {
        bar: box(part('telebar-phone-bar', '.frame')),
        pop: box(sheet),
        notices: box(part('telebar-phone-bar', '.notices')),
        controls: [...sheet.querySelectorAll('button')].filter((each) => each.checkVisibility()).map(box),
      };
    };
    let before = '';
    for (let same = 0; same < 5;) {
      await frame();
      const seen = JSON.stringify(now());
      same = seen === before ? same + 1 : 0;
      before = seen;
    }
    return now();
  });
}

const meet = (a: Box, b: Box): boolean =>
  a.left < b.right - 0.5 && b.left < a.right - 0.5 && a.top < b.bottom - 0.5 && b.top < a.bottom - 0.5;

describe('in windows of all sizes', () => {
  let stage: Stage;
  let page: Page;
  beforeAll(async () => {
    stage = await Stage.build();
    const agent = await AgentDesk.ready(stage.agents, stage.centre, '1001');
    page = agent.page;
    const customer = await CustomerPhone.open(stage.customers, stage.centre, '13999990001');
    await customer.dial('400100');
    await agent.waitForState('Ringing');
    await agent.answer();
    await agent.pop.getByLabel('Name').first().waitFor();
    await page.evaluate(() => {
      window.Telebar.ui.notify('Nothing may lie under what is said here, whatever the window.', 'error');
      window.Telebar.ui.notify('Nor under a second one.', 'error');
    });
    await agent.bar.getByText('Nor under a second one.').waitFor();
  });
  afterAll(() => stage.close());

  for (const position of POSITIONS) {
    for (const collapsed of [false, true]) {
      it(`bar ${position}${collapsed ? ', collapsed' : ''}: pop, bar and notices hide nothing of each other`, async () => {
        const pill = page.locator('telebar-collapsed-pill');
        if (await pill.isVisible()) await pill.click();
        await page.evaluate(
          ([where, minimise]) => {
            window.Telebar.ui.setPosition(where);
            if (minimise) window.Telebar.ui.minimize();
          },
          [position, collapsed] as const,
        );
        for (const [width, height] of SIZES) {
          await page.setViewportSize({ width, height });
          const { bar, pop, notices, controls } = await look(page);
          const what = `${width}x${height} ${JSON.stringify({ bar, pop, notices })}`;
          for (const box of [bar, pop, notices]) {
            expect(box.left >= 0 && box.top >= 0 && box.right <= width && box.bottom <= height, what).toBe(
              true,
            );
          }
          expect(meet(pop, bar), what).toBe(false);
          expect(meet(notices, bar), what).toBe(false);
          expect(meet(notices, pop), what).toBe(false);
          for (const control of controls) expect(meet(control, notices), what).toBe(false);
        }
      });
    }
  }
});
