import { expect } from '@open-wc/testing';
import { createTelebar } from '../../../widget/index.ts';
import type { TelebarApi } from '../../../widget/host/telebar.ts';
import { FakeSoftphone } from '../support/fake-softphone.ts';
import { SERVER, ScriptedServer } from '../support/scripted-server.ts';
import { eventually } from '../support/shadow.ts';

describe('staying on a page that changes', () => {
  let telebar: TelebarApi;
  let bar: HTMLElement;
  const home = document.body;

  beforeEach(async () => {
    const { fetch, openSocket } = new ScriptedServer();
    telebar = createTelebar({ fetch, openSocket, softphone: new FakeSoftphone() });
    await telebar.init({ server: SERVER, locale: 'en' });
    bar = document.querySelector('telebar-phone-bar')!;
  });

  afterEach(async () => {
    await telebar.dispose();
    if (document.body !== home) document.body.replaceWith(home);
  });

  const newBody = (): void => document.body.replaceWith(document.createElement('body'));
  const soon = (): Promise<void> => Promise.resolve();

  async function teamField(): Promise<HTMLInputElement> {
    return await eventually(() => {
      const content = bar.shadowRoot?.querySelector('telebar-login-form')?.shadowRoot;
      const field = content?.querySelector('input');
      if (field == null) throw new Error('there is no form yet');
      return field;
    });
  }

  it('the same bar is back before the browser draws, with what was half typed, the focus and the cursor', async () => {
    const field = await teamField();
    field.focus();
    field.value = 'half a word';
    field.setSelectionRange(2, 4);
    field.dispatchEvent(new KeyboardEvent('keyup', { bubbles: true, composed: true }));
    newBody();
    await soon();
    expect(document.querySelector('telebar-phone-bar')).to.equal(bar);
    expect(bar.shadowRoot?.querySelector('[part=frame]')?.matches(':popover-open')).to.equal(true);
    expect(field.getRootNode()).to.have.property('activeElement', field);
    expect([field.value, field.selectionStart, field.selectionEnd]).to.deep.equal(['half a word', 2, 4]);
  });

  it('what was scrolled stays where it was', async () => {
    const list = document.createElement('div');
    list.style.cssText = 'height: 20px; overflow: auto';
    list.innerHTML = '<p style="height: 900px">long</p>';
    bar.shadowRoot?.append(list);
    list.dispatchEvent(new WheelEvent('wheel', { bubbles: true, composed: true }));
    const scrolled = new Promise((done) => list.addEventListener('scroll', done, { once: true }));
    list.scrollTop = 123;
    await scrolled;
    newBody();
    await soon();
    expect(list.scrollTop).to.equal(123);
  });

  it('the focus is not taken from a field of the page', async () => {
    const field = await teamField();
    field.focus();
    const own = document.documentElement.appendChild(document.createElement('input'));
    own.focus();
    newBody();
    await soon();
    expect(document.activeElement).to.equal(own);
    own.remove();
  });

  it('a page that takes it out again and again is not fought with for ever', async () => {
    let returns = 0;
    const observer = new MutationObserver((records) => {
      for (const { addedNodes } of records) returns += [...addedNodes].filter((node) => node === bar).length;
    });
    observer.observe(document, { childList: true, subtree: true });
    for (let times = 0; times < 100; times += 1) {
      bar.remove();
      await soon();
    }
    observer.disconnect();
    expect(returns).to.be.below(30);
  });

  it('changes of the page beside it cost it nothing', async () => {
    let looked = 0;
    const { getBoundingClientRect } = Element.prototype;
    Element.prototype.getBoundingClientRect = function () {
      looked += 1;
      return getBoundingClientRect.call(this);
    };
    const place = document.body.appendChild(document.createElement('div'));
    for (let times = 0; times < 2000; times += 1) place.append(document.createElement('p'));
    await soon();
    Element.prototype.getBoundingClientRect = getBoundingClientRect;
    place.remove();
    expect(looked).to.be.below(10);
  });

  it('copies of it that a page makes disappear', async () => {
    const copy = bar.cloneNode(true);
    document.body.append(copy);
    document.body.insertAdjacentHTML('beforeend', bar.outerHTML);
    await soon();
    expect([...document.querySelectorAll('telebar-phone-bar')]).to.deep.equal([bar]);
  });

  it('after dispose nothing comes back', async () => {
    await telebar.dispose();
    newBody();
    await soon();
    expect(document.querySelector('telebar-phone-bar, telebar-screen-pop')).to.equal(null);
  });

  it('one in the layout of the page is used while it is there, and ours at all other times', async () => {
    const bars = (): Element[] => [...document.querySelectorAll('telebar-phone-bar')];
    document.body.insertAdjacentHTML('beforeend', '<telebar-phone-bar inline></telebar-phone-bar>');
    const theirs = bars().find((element) => element !== bar);
    await soon();
    expect(bars()).to.deep.equal([theirs]);
    newBody();
    await soon();
    expect(bars()).to.deep.equal([bar]);
    document.body.append(theirs!);
    await soon();
    expect(bars()).to.deep.equal([theirs]);
    theirs!.remove();
    await soon();
    expect(bars()).to.deep.equal([bar]);
  });

  it('a page that locks scrolling, or closes at a press outside, does not hear what is done in the bar', async () => {
    const heard: string[] = [];
    const abort = new AbortController();
    const hear = (event: Event): void => {
      heard.push(event.type);
      event.preventDefault();
    };
    const types = ['wheel', 'touchmove', 'touchend', 'pointerup', 'mouseup'];
    for (const type of types) {
      document.addEventListener(type, hear, { capture: true, passive: false, signal: abort.signal });
    }
    const field = await teamField();
    const press = (at: Element, type: string): boolean =>
      at.dispatchEvent(new MouseEvent(type, { bubbles: true, composed: true, cancelable: true }));
    press(field, 'pointerdown');
    expect(types.map((type) => press(field, type))).to.deep.equal(types.map(() => true));
    expect(heard).to.deep.equal([]);
    press(document.body, 'pointerdown');
    press(field, 'mouseup');
    expect(heard, 'what began on the page').to.deep.equal(['mouseup']);
    abort.abort();
  });

  describe('in a place of the layout', () => {
    const html = '<p style="height: 2000px"></p><div id="place"></div>';

    beforeEach(async () => {
      await telebar.dispose();
      const { fetch, openSocket } = new ScriptedServer();
      telebar = createTelebar({ fetch, openSocket, softphone: new FakeSoftphone() });
      newBody();
      document.body.innerHTML = html;
      await telebar.init({ server: SERVER, locale: 'en', position: '#place' });
      bar = document.querySelector('telebar-phone-bar')!;
      await eventually(isAtHome);
    });

    const isAtHome = (): boolean =>
      bar.parentElement?.id === 'place' &&
      bar.shadowRoot?.querySelector('[part=frame]')?.matches('.inline') === true;
    /** Where a click would reach it. */
    const isWithinReach = (): boolean => {
      const { left, top, width, height } = bar
        .shadowRoot!.querySelector('[part=frame]')!
        .getBoundingClientRect();
      const root = bar.getRootNode() as Document | ShadowRoot;
      return width > 0 && root.elementFromPoint(left + width / 2, top + height / 2) === bar;
    };
    const show = (markup: string): HTMLElement => {
      document.body.insertAdjacentHTML('beforeend', markup);
      return document.body.lastElementChild as HTMLElement;
    };
    const click = (): boolean => document.body.dispatchEvent(new MouseEvent('click', { bubbles: true }));

    for (const scrolled of [true, false]) {
      const where = scrolled ? 'in view' : 'out of view';

      it(`a modal dialog does not keep it from the agent, ${where}`, async () => {
        if (scrolled) bar.parentElement!.scrollIntoView();
        const dialog = show(
          '<dialog style="width: 90vw; height: 90vh"><input></dialog>',
        ) as HTMLDialogElement;
        dialog.showModal();
        await eventually(isWithinReach);
        expect(dialog.contains(bar)).to.equal(true);
        dialog.close();
        await eventually(isAtHome);
      });
    }

    it('nor one in a shadow tree', async () => {
      bar.parentElement!.scrollIntoView();
      const root = show('<div></div>').attachShadow({ mode: 'open' });
      root.innerHTML = '<dialog style="width: 90vw; height: 90vh"></dialog>';
      root.querySelector('dialog')!.showModal();
      click();
      await eventually(isWithinReach);
      root.querySelector('dialog')!.close();
      await eventually(isAtHome);
    });

    it('nor a layer that is made of an element, as Bootstrap and others do', async () => {
      bar.parentElement!.scrollIntoView();
      const layer = show(
        '<div style="position: fixed; inset: 0; z-index: 1055"><div style="height: 90vh"></div></div>',
      );
      click();
      await eventually(() => !isAtHome() && isWithinReach());
      layer.style.display = 'none';
      click();
      await eventually(isAtHome);
    });

    it('what covers a part of the window only leaves it where it is', async () => {
      bar.parentElement!.scrollIntoView();
      show('<div style="position: fixed; inset: 0 0 50% 0; z-index: 9; height: 100vh; width: 50%"></div>');
      click();
      await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
      expect(isAtHome()).to.equal(true);
    });
  });

  it('a page that hides what is not in its dialog does not hide the bar', async () => {
    bar.setAttribute('aria-hidden', 'true');
    bar.inert = true;
    await soon();
    expect([bar.ariaHidden, bar.inert]).to.deep.equal([null, false]);
  });
});
