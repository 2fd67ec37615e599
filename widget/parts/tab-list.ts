import { html, type TemplateResult } from 'lit';

interface Tabs<T extends string> {
  label: string;
  /** Id of each tab's button, with its words. */
  tabs: readonly (readonly [T, string])[];
  selected: T;
  choose: (tab: T) => void;
  /** Id of the panel in the same shadow root. */
  panel: string;
}

/** A row of tabs for an element that has the styles of `tabs.css.ts`; arrows move between them. */
export function tabList<T extends string>({ label, tabs, selected, choose, panel }: Tabs<T>): TemplateResult {
  const handleKey = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const at = tabs.findIndex(([tab]) => tab === selected);
    const next = tabs[(at + step + tabs.length) % tabs.length]?.[0];
    if (next === undefined) return;
    choose(next);
    (event.currentTarget as HTMLElement).querySelector<HTMLElement>(`#${next}`)?.focus();
  };
  return html`<div class="tabs" role="tablist" aria-label=${label} @keydown=${handleKey}>
    ${tabs.map(
      ([tab, words]) =>
        html`<button
          class="tab"
          type="button"
          role="tab"
          id=${tab}
          aria-controls=${panel}
          aria-selected=${tab === selected ? 'true' : 'false'}
          tabindex=${tab === selected ? 0 : -1}
          @click=${() => choose(tab)}
        >
          ${words}
        </button>`,
    )}
  </div>`;
}
