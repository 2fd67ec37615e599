import { onPage } from '../platform/page-events.ts';

export const DIALLING_ELEMENTS = "a[href^='tel:'],[data-phone]";

/**
 * Makes marked elements of the host page dial, also those that are added later and those in open shadow roots: one
 * listener on the document looks along the path of each click. `dial` gets the number and says whether it has taken it;
 * only then is the browser kept from following the link.
 */
export function listenForDialling(
  selector: string,
  dial: (number: string) => boolean,
  signal: AbortSignal,
): void {
  if (selector === '') return;
  onPage(
    document,
    'click',
    (event: MouseEvent) => {
      // The page has handled it, or the user wants another tab.
      if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey)
        return;
      const number = numberOf(event.composedPath(), selector);
      if (number !== null && dial(number)) event.preventDefault();
    },
    { signal },
  );
}

function numberOf(path: readonly EventTarget[], selector: string): string | null {
  for (const target of path) {
    if (target instanceof Element && target.matches(selector)) return dialledNumber(target);
  }
  return null;
}

/** `data-phone` wins over the link; null when there is no number in either. */
export function dialledNumber(element: Element): string | null {
  const marked = element.getAttribute('data-phone')?.trim();
  if (marked !== undefined && marked !== '') return marked;
  const link = element.getAttribute('href')?.match(/^tel:([^?#]*)/i)?.[1];
  if (link === undefined) return null;
  try {
    // RFC 3966: any part may be percent-encoded. Of the parameters the server reads extension, keys and context.
    return decodeURIComponent(link).trim() || null;
  } catch {
    return null;
  }
}
