import { expect } from '@open-wc/testing';
import { DIALLING_ELEMENTS, listenForDialling } from '../../../widget/host/click-to-dial.ts';

describe('click to dial', () => {
  let abort: AbortController;
  let dialled: string[];
  let takes: boolean;
  let page: HTMLElement;

  beforeEach(() => {
    abort = new AbortController();
    dialled = [];
    takes = true;
    page = document.body.appendChild(document.createElement('div'));
    // The test page itself must not follow the links.
    page.addEventListener('click', () => queueMicrotask(() => {}));
  });

  afterEach(() => {
    abort.abort();
    page.remove();
  });

  function listen(selector = DIALLING_ELEMENTS): void {
    listenForDialling(
      selector,
      (number) => {
        dialled.push(number);
        return takes;
      },
      abort.signal,
    );
  }

  /** Whether the browser was kept from following the link; it never does in the test. */
  function click(target: Element, init: MouseEventInit = {}): boolean {
    const event = new MouseEvent('click', { bubbles: true, composed: true, cancelable: true, ...init });
    let prevented = false;
    const last = (late: Event): void => {
      prevented = late.defaultPrevented;
      late.preventDefault();
    };
    window.addEventListener('click', last, { once: true });
    target.dispatchEvent(event);
    window.removeEventListener('click', last);
    return prevented;
  }

  it('dials tel links and marked elements, also from what is inside them', () => {
    listen();
    page.innerHTML =
      '<a href="tel:+86%2010-1234;ext=5"><b>call</b></a><span data-phone=" 1002 ">x</span><a href="/x">no</a>';
    expect(click(page.querySelector('b') ?? page)).to.equal(true);
    expect(click(page.querySelector('span') ?? page)).to.equal(true);
    expect(click(page.querySelector('a[href="/x"]') ?? page)).to.equal(false);
    expect(dialled).to.deep.equal(['+86 10-1234;ext=5', '1002']);
  });

  it('works for elements that are added later and inside shadow roots', () => {
    listen();
    const host = page.appendChild(document.createElement('div'));
    const inner = host.attachShadow({ mode: 'open' }).appendChild(document.createElement('div'));
    const link = inner.attachShadow({ mode: 'open' }).appendChild(document.createElement('a'));
    link.href = 'tel:10086';
    expect(click(link)).to.equal(true);
    expect(dialled).to.deep.equal(['10086']);
  });

  it('lets the browser follow the link when nobody takes the number', () => {
    takes = false;
    listen();
    page.innerHTML = '<a href="tel:1">x</a>';
    expect(click(page.firstElementChild ?? page)).to.equal(false);
    expect(dialled).to.deep.equal(['1']);
  });

  it('leaves alone what the page has handled and what opens another tab', () => {
    listen();
    page.innerHTML = '<a href="tel:1">x</a>';
    const link = page.firstElementChild ?? page;
    click(link, { ctrlKey: true });
    click(link, { button: 1 });
    link.addEventListener('click', (event) => event.preventDefault());
    click(link);
    expect(dialled).to.deep.equal([]);
  });

  it('ignores marks without a number', () => {
    listen();
    page.innerHTML = '<span data-phone="">x</span><a href="tel:%E0%A4%A">y</a>';
    for (const element of page.children) click(element);
    expect(dialled).to.deep.equal([]);
  });

  it('listens to nothing with an empty selector, and to nothing after it was stopped', () => {
    listen('');
    page.innerHTML = '<a href="tel:1">x</a>';
    click(page.firstElementChild ?? page);
    listen();
    abort.abort();
    click(page.firstElementChild ?? page);
    expect(dialled).to.deep.equal([]);
  });
});
