import { expect } from '@open-wc/testing';

/**
 * All elements that match, through every open shadow root, in document order. `a >> b` finds b anywhere below a, as
 * Playwright does.
 */
export function findAll(root: ParentNode, path: string): HTMLElement[] {
  const [selector = '', ...rest] = path.split(' >> ');
  const matches = matching((root instanceof Element ? root.shadowRoot : null) ?? root, selector);
  return rest.length === 0 ? matches : matches.flatMap((element) => findAll(element, rest.join(' >> ')));
}

function matching(root: ParentNode, selector: string): HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>('*')].flatMap((element) => [
    ...(element.matches(selector) ? [element] : []),
    ...(element.shadowRoot === null ? [] : matching(element.shadowRoot, selector)),
  ]);
}

/** The first that matches; fails when there is none. */
export function find(root: ParentNode, selector: string): HTMLElement {
  const [element] = findAll(root, selector);
  if (element === undefined) throw new Error(`Nothing on stage matches "${selector}".`);
  return element;
}

/** A control by what a screen reader calls it. */
export function control(
  root: ParentNode,
  name: string,
  selector = 'button, [role^="menuitem"], [role="tab"]',
): HTMLElement {
  const named = findAll(root, selector).filter((element) => nameOf(element) === name);
  if (named[0] === undefined) {
    const there = findAll(root, selector).map(nameOf).join(' | ');
    throw new Error(`No control is called "${name}". There are: ${there}`);
  }
  return named[0];
}

function nameOf(element: HTMLElement): string {
  return element.getAttribute('aria-label') ?? words(element, ':is([hidden], [aria-hidden="true"], style)');
}

export function input(root: ParentNode, selector: string): HTMLInputElement {
  return find(root, selector) as HTMLInputElement;
}

/** Types as a person does: value, then the events of typing and leaving. */
export function type(element: HTMLInputElement | HTMLTextAreaElement, value: string): void {
  element.value = value;
  element.dispatchEvent(new Event('input', { bubbles: true, composed: true }));
  element.dispatchEvent(new Event('change', { bubbles: true }));
}

export function press(element: HTMLElement, key: string, init: KeyboardEventInit = {}): void {
  element.dispatchEvent(
    new KeyboardEvent('keydown', { key, bubbles: true, composed: true, cancelable: true, ...init }),
  );
}

/** The key that ends a composition: in most browsers, and in Safari. */
export const COMPOSING: readonly KeyboardEventInit[] = [{ isComposing: true }, { keyCode: 229 }];

/** All visible words of an element and its shadow trees, without those of what `hidden` matches. */
export function words(root: Element, hidden = ':is([hidden], style)'): string {
  const own = (node: Node): string => {
    if (node instanceof Text) return node.data;
    if (!(node instanceof Element) || node.matches(hidden)) return '';
    return [...(node.shadowRoot ?? node).childNodes].map(own).join(' ');
  };
  return own(root).replace(/\s+/g, ' ').trim();
}

/** Waits until every part has come and drawn. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, 0));
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
}

/** Waits until something is there: parts come by dynamic import. */
export async function eventually<T>(look: () => T): Promise<NonNullable<T>> {
  const end = Date.now() + 20_000;
  for (;;) {
    try {
      const found = look();
      if (found !== undefined && found !== null && found !== false) return found;
      if (Date.now() > end) throw new Error('It did not come.');
    } catch (error) {
      if (Date.now() > end) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** No rule of axe is broken; motion is over first, because half-transparent text has no contrast. */
export async function expectAccessible(root: HTMLElement): Promise<void> {
  await settled();
  for (const animation of findAll(root, '*').flatMap((element) => element.getAnimations())) {
    if (animation.effect?.getComputedTiming().iterations !== Infinity) animation.finish();
  }
  // Region and landmark rules are about whole pages, which here is the test runner's.
  await expect(root).to.be.accessible({ ignoredRules: ['region', 'landmark-complementary-is-top-level'] });
}
