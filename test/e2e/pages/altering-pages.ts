import { expect } from 'vitest';
import type { HostilePage } from './hostile-visit.ts';

/** Pages that change what the bar inherits and uses: styles, globals, keys, and the way in which it is loaded. */
export const alteringPages: Record<string, HostilePage> = {
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
