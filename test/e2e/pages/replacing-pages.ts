import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { HostilePage } from './hostile-visit.ts';
import { mark, sameElement } from './marked-bar.ts';

const newBody = (page: Page): Promise<unknown> =>
  page.evaluate(() => {
    const body = document.createElement('body');
    body.innerHTML = '<h1>Another page</h1>';
    document.body.replaceWith(body);
  });

/** Pages that take away what the bar stands in. */
export const replacingPages: Record<string, HostilePage> = {
  'does nothing': {},
  'replaces its body in every moment': {
    during: {
      loaded: newBody,
      'signed-in': async (page) => {
        await mark(page);
        await newBody(page);
      },
      ringing: (page) => page.evaluate(() => (document.body.innerHTML = '<p>pjax</p>')),
      talking: async (page) => {
        await page.evaluate(() => (document.documentElement.innerHTML = '<head></head><body>new</body>'));
        await sameElement(page);
      },
    },
  },
  'is opened and written anew': {
    during: {
      'signed-in': (page) =>
        page.evaluate(() => {
          window.Telebar.on('telebar-call-answered', () => sessionStorage.setItem('told', 'answered'));
          document.open();
          document.write('<p>written</p>');
          document.close();
        }),
      ringing: (page) =>
        page.evaluate(() => (document.open(), document.write('<p>again</p>'), document.close())),
      // Who listens through the API is told as before.
      talking: (page) => page.waitForFunction(() => sessionStorage.getItem('told') === 'answered'),
    },
  },
  'takes the bar into the document of a frame': {
    body: '<iframe></iframe>',
    during: {
      ringing: (page) =>
        page.evaluate(() => {
          const frame = document.querySelector('iframe')!.contentDocument!;
          frame.body.append(frame.adoptNode(document.querySelector('telebar-phone-bar')!));
        }),
    },
  },
  'clears its body again and again': {
    during: {
      ringing: (page) =>
        page.evaluate(async () => {
          for (let times = 0; times < 40; times += 1) {
            document.body.innerHTML = `<p>${times}</p>`;
            await new Promise(requestAnimationFrame);
          }
        }),
    },
  },
  'keeps copies of its body and puts them back (a cache of pages)': {
    during: {
      'signed-in': (page) =>
        page.evaluate(() => {
          const copy = document.body.cloneNode(true);
          const text = document.body.innerHTML;
          document.body.replaceWith(copy);
          document.body.insertAdjacentHTML('beforeend', text);
        }),
    },
  },
  'drives with Turbo': {
    head: '<script type="module" src="/lib/@hotwired/turbo/dist/turbo.es2017-esm.js"></script>',
    body: '<a id="next" href="/drives%20with%20Turbo?next">Next</a>',
    during: {
      'signed-in': async (page) => {
        await mark(page);
        await page.click('#next');
        await page.waitForURL(/next/);
        await page.goBack();
        await page.waitForURL(/Turbo$/);
      },
      talking: async (page) => {
        await page.click('#next');
        await page.waitForURL(/next/);
        await sameElement(page);
      },
    },
  },
  'is boosted with htmx': {
    head: '<script src="/lib/htmx.org/dist/htmx.min.js"></script>',
    body: '<a id="next" hx-boost="true" href="/is%20boosted%20with%20htmx?next">Next</a>',
    during: {
      ringing: async (page) => {
        await mark(page);
        await page.click('#next');
        await page.waitForURL(/next/);
        await sameElement(page);
      },
    },
  },
  'mounts it into a place that it renders anew': {
    body: '<div id="app"><div id="place"></div></div>',
    tag: '<script async src="SERVER/telebar.js" data-locale="en" data-screen-pop="event" data-position="#place" data-theme="light"></script>',
    during: {
      'signed-in': (page) =>
        page.evaluate(() => (document.querySelector('#app')!.innerHTML = '<p>new</p><div id="place"></div>')),
      ringing: async (page) => {
        expect(await page.evaluate(() => document.querySelector('#place > telebar-phone-bar') !== null)).toBe(
          true,
        );
        await page.evaluate(() => (document.querySelector('#app')!.innerHTML = ''));
      },
    },
  },
  'includes the tag twice': {
    end: '<script src="SERVER/telebar.js"></script><script async src="SERVER/telebar.js"></script>',
  },
};
