import { expect } from 'vitest';
import type { Page } from 'playwright-core';
import type { Markup } from './hostile-host.ts';
import type { Moment } from './hostile-visit.ts';

export interface HostilePage extends Markup {
  during?: Partial<Record<Moment, (page: Page) => Promise<unknown>>>;
  /** Runs in the page before everything else. */
  before?: () => void;
}

const newBody = (page: Page): Promise<unknown> =>
  page.evaluate(() => {
    const body = document.createElement('body');
    body.innerHTML = '<h1>Another page</h1>';
    document.body.replaceWith(body);
  });

/** Marks the bar's element, so that another one is told from it. */
const mark = (page: Page): Promise<unknown> =>
  page.evaluate(() => Object.assign(document.querySelector('telebar-phone-bar')!, { marked: true }));
const sameElement = async (page: Page): Promise<void> =>
  expect(
    await page.evaluate(() =>
      [...document.querySelectorAll('telebar-phone-bar')].map((bar) => 'marked' in bar && bar.isConnected),
    ),
  ).toEqual([true]);

const BOOTSTRAP = `<link rel="stylesheet" href="/lib/bootstrap/dist/css/bootstrap.min.css">
  <script src="/lib/bootstrap/dist/js/bootstrap.bundle.min.js"></script>`;
const MODAL = `<div class="modal" id="modal" tabindex="-1"><div class="modal-dialog modal-fullscreen"><div class="modal-content">
  <div class="modal-body"><input id="trapped"><button>OK</button></div></div></div></div>`;
const openBootstrap = (page: Page): Promise<unknown> =>
  page.evaluate(
    () =>
      new Promise((shown) => {
        const modal = document.querySelector('#modal')!;
        modal.addEventListener('shown.bs.modal', shown, { once: true });
        new (
          window as never as { bootstrap: { Modal: new (element: Element) => { show(): void } } }
        ).bootstrap.Modal(modal).show();
      }),
  );

const DIALOG =
  '<dialog id="dialog" style="width:90vw;height:90vh"><input id="trapped"><button>OK</button></dialog>';
const showModal = (page: Page): Promise<unknown> =>
  page.evaluate(() => document.querySelector<HTMLDialogElement>('#dialog')!.showModal());

/** The conditions, by what the page does. */
export const hostilePages: Record<string, HostilePage> = {
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

  'has an open Bootstrap modal': {
    head: BOOTSTRAP,
    body: MODAL,
    during: { loaded: openBootstrap },
  },
  'opens a Bootstrap modal while it rings': {
    head: BOOTSTRAP,
    body: MODAL,
    during: { ringing: openBootstrap },
  },
  'traps the focus with focus-trap': {
    head: `<script src="/lib/tabbable/dist/index.umd.js"></script><script src="/lib/focus-trap/dist/focus-trap.umd.js"></script>`,
    body: '<div id="trap"><input id="trapped"><button>OK</button></div>',
    during: {
      loaded: (page) =>
        page.evaluate(() =>
          (window as never as { focusTrap: { createFocusTrap(at: string): { activate(): void } } }).focusTrap
            .createFocusTrap('#trap')
            .activate(),
        ),
    },
  },
  'calls the focus back on focusout and hides its siblings': {
    body: '<div id="trap" role="dialog"><input id="trapped"><button>OK</button></div>',
    during: {
      loaded: (page) =>
        page.evaluate(() => {
          const trap = document.querySelector<HTMLElement>('#trap')!;
          const field = trap.querySelector('input')!;
          field.focus();
          document.addEventListener('focusout', ({ relatedTarget }) => {
            if (relatedTarget instanceof Node && !trap.contains(relatedTarget)) field.focus();
          });
          document.addEventListener('focusin', ({ target }) => {
            if (!trap.contains(target as Node)) field.focus();
          });
          for (const child of document.body.children) {
            if (child === trap) continue;
            child.setAttribute('aria-hidden', 'true');
            child.setAttribute('inert', '');
          }
        }),
    },
  },
  'has an open modal dialog': { body: DIALOG, during: { loaded: showModal } },
  'opens modal dialogs over the place of the bar': {
    head: BOOTSTRAP,
    body: `<div id="place"></div>${MODAL}${DIALOG}`,
    tag: '<script async src="SERVER/telebar.js" data-locale="en" data-screen-pop="event" data-position="#place" data-theme="light"></script>',
    during: { 'signed-in': openBootstrap, ringing: showModal },
  },
  'opens and closes modal dialogs in a call': {
    body: DIALOG + DIALOG.replace('"dialog"', '"second"'),
    during: {
      'signed-in': mark,
      ringing: async (page) => {
        await showModal(page);
        await page.evaluate(() => document.querySelector<HTMLDialogElement>('#second')!.showModal());
      },
      talking: async (page) => {
        await page.evaluate(() => {
          document.querySelector<HTMLDialogElement>('#second')!.remove();
          document.querySelector<HTMLDialogElement>('#dialog')!.close();
        });
        await sameElement(page);
      },
    },
  },
  'opens a modal dialog in a shadow tree': {
    body: '<div id="component"></div>',
    during: {
      ringing: (page) =>
        page.evaluate((html) => {
          const root = document.querySelector('#component')!.attachShadow({ mode: 'open' });
          root.innerHTML = html;
          root.querySelector('dialog')!.showModal();
        }, DIALOG),
    },
  },
  'shows popovers over everything': {
    body: '<div id="pop" popover="manual" style="inset:0;width:100vw;height:100vh;margin:0;box-sizing:border-box">over</div>',
    during: {
      ringing: (page) => page.evaluate(() => document.querySelector<HTMLElement>('#pop')!.showPopover()),
    },
  },
  'goes full screen': {
    body: '<div id="full" style="background:#ccc">full</div>',
    during: {
      ringing: async (page) => {
        await page.evaluate(() => document.querySelector('#full')!.requestFullscreen());
        await page.waitForFunction(() => document.fullscreenElement !== null);
      },
    },
  },
  'makes its body inert': {
    during: { ringing: (page) => page.evaluate(() => (document.body.inert = true)) },
  },
  'does not show its body': {
    during: { ringing: (page) => page.evaluate(() => (document.body.style.display = 'none')) },
  },
  'is transformed, filtered, clipped and zoomed': {
    head: `<style>html{transform:translateX(300px) rotate(3deg);filter:blur(0.1px);perspective:50px}
      body{zoom:1.5;contain:paint;transform:scale(.5);overflow:hidden;height:50px;opacity:.1;clip-path:inset(0 50% 0 0);will-change:transform;position:relative;z-index:-1}</style>`,
  },
  'stacks a layer above all others': {
    body: '<div style="position:fixed;inset:0;z-index:2147483647;background:#fffc">overlay</div>',
  },
  'lets nothing be clicked or selected': {
    head: '<style>body{pointer-events:none;user-select:none;cursor:none;touch-action:none}</style>',
  },
  'resets every element without mercy': {
    head: `<style>*{all:unset!important;display:none!important}html,body{display:block!important}
      div,telebar-phone-bar{display:none!important;position:absolute!important;left:-9999px!important;visibility:hidden!important;opacity:0!important}</style>`,
  },
  'is written from right to left and from top to bottom': {
    html: 'lang="ar" dir="rtl"',
    head: `<style>body{writing-mode:vertical-rl;text-orientation:upright;letter-spacing:9px;text-transform:uppercase;visibility:hidden;
      font:900 40px/3 serif;word-break:break-all;white-space:pre;text-align:end;-webkit-text-fill-color:transparent;color-scheme:dark}</style>`,
  },
  'has shortcuts for letters and eats keys': {
    head: `<script>
      window.shortcuts = 0;
      for (const target of [document, document.documentElement]) for (const capture of [true, false])
        for (const type of ['keydown', 'keypress', 'keyup', 'mousedown', 'pointerdown', 'click', 'focusin'])
          target.addEventListener(type, (event) => {
            if (event.target.matches?.('telebar-phone-bar')) window.shortcuts += 1;
            event.preventDefault();
            event.stopImmediatePropagation();
          }, capture);
    </script>`,
    during: { talking: async (page) => expect(await page.evaluate('window.shortcuts')).toBe(0) },
  },

  'has put things on Object.prototype and Array.prototype': {
    before: () => {
      Object.assign(Object.prototype, { extra: () => 'x', own: 1 });
      Object.assign(Array.prototype, { extra: () => 'x', each: [] });
    },
  },
  'has made JSON of its own (Prototype, MooTools)': {
    before: () => {
      for (const type of [Array, String, Object, Date]) {
        Object.defineProperty(type.prototype, 'toJSON', {
          configurable: true,
          value() {
            return `[${String(this)}]`;
          },
        });
      }
      Array.from = ((list: ArrayLike<unknown>) => Array.prototype.slice.call(list)) as never;
    },
  },
  'wraps WebSocket without its constants and fetch with credentials': {
    before: () => {
      const [Own, own] = [WebSocket, fetch];
      Object.assign(window, {
        WebSocket: function (url: string, protocols?: string) {
          return protocols === undefined ? new Own(url) : new Own(url, protocols);
        },
        fetch: (input: string, init: RequestInit) => own(input, { ...init, credentials: 'include' }),
      });
    },
  },
  'has elements that are named like ours': {
    body: `<form id="Telebar" name="Telebar"><input name="ready"></form><img name="currentScript">
      <div id="telebar"></div><iframe name="telebar"></iframe>`,
    tag: '',
    end: '<script src="SERVER/telebar.js" data-locale="en" data-theme="light" data-screen-pop="event"></script>',
  },
  'has no storage, locks, channels or random ids': {
    before: () => {
      for (const name of ['localStorage', 'sessionStorage']) {
        Object.defineProperty(window, name, {
          get() {
            throw new DOMException('blocked', 'SecurityError');
          },
        });
      }
      Object.defineProperty(Navigator.prototype, 'locks', { value: undefined });
      Object.assign(window, { BroadcastChannel: undefined, Notification: undefined });
      Object.assign(Crypto.prototype, { randomUUID: undefined });
    },
  },
  'has replaced promises, timers, events and element definitions': {
    before: () => {
      const [OwnEvent, OwnCustom, ownTimeout, OwnPromise] = [Event, CustomEvent, setTimeout, Promise];
      const { define } = customElements;
      class Later<T> extends OwnPromise<T> {}
      Object.assign(window, {
        Promise: Later,
        Event: class extends OwnEvent {},
        CustomEvent: class extends OwnCustom<unknown> {},
        setTimeout: (action: () => void, wait = 0, ...rest: []) => ownTimeout(action, wait + 50, ...rest),
      });
      customElements.define = (name, type, options) => define.call(customElements, name, type, options);
      const { attachShadow } = Element.prototype;
      Element.prototype.attachShadow = function (init) {
        return attachShadow.call(this, { ...init, mode: 'open' });
      };
    },
  },
  'loads it as a module': {
    tag: '<script type="module" src="SERVER/telebar.js" data-locale="en" data-theme="light" data-screen-pop="event"></script>',
  },
  'inserts the tag by a script, before it has a body': {
    tag: `<script>Object.assign(document.head.appendChild(document.createElement('script')), { src: 'SERVER/telebar.js' });
      Object.assign(document.head.lastChild.dataset, { locale: 'en', theme: 'light', screenPop: 'event' });</script>`,
  },
  'is XHTML': {
    headers: { 'content-type': 'application/xhtml+xml; charset=utf-8' },
    document: `<?xml version="1.0" encoding="UTF-8"?><html xmlns="http://www.w3.org/1999/xhtml" lang="en"><head><title>Host</title>
      <script src="SERVER/telebar.js" data-locale="en" data-theme="light" data-screen-pop="event"></script></head><body><p>XML</p></body></html>`,
  },
};
