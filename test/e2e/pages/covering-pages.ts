import type { Page } from 'playwright-core';
import type { HostilePage } from './hostile-visit.ts';
import { mark, sameElement } from './marked-bar.ts';

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

/** Pages that lay something over the bar, hold the focus, or let nothing be reached. */
export const coveringPages: Record<string, HostilePage> = {
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
};
