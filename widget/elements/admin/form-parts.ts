import { html, nothing } from 'lit';
import { live } from 'lit/directives/live.js';
import ChevronDown from 'lucide/dist/esm/icons/chevron-down.mjs';
import { icon } from '../../icons/icon.ts';
import { formField } from './form-field.ts';
import type { FieldValue, Part, Values, Word, Words } from './kind.ts';

interface Written {
  readonly text: Words;
  readonly values: Values;
  readonly faults: ReadonlyMap<string, string>;
  /** Titles of the parts that are unfolded, of those that fold. */
  readonly unfolded: ReadonlySet<Word>;
  readonly type: (key: string, value: FieldValue) => void;
  readonly fold: (title: Word, isOpen: boolean) => void;
}

/** The parts of a form: those that fold say in a line what they hold. */
export function formParts(parts: readonly Part[], written: Written): unknown {
  const { text, values, unfolded } = written;
  return parts.map((part) => {
    const { title, fold, summary } = part;
    if (fold !== true) {
      return html`<fieldset>
        <legend class="section-title">${text.t(title)}</legend>
        ${partFields(part, written)}
      </fieldset>`;
    }
    return html`<details
      .open=${live(unfolded.has(title))}
      @toggle=${({ target }: Event) => written.fold(title, (target as HTMLDetailsElement).open)}
    >
      <summary>
        <span class="section-title">${text.t(title)}</span>
        ${summary === undefined ? nothing : html`<span class="sum">${summary(values, text)}</span>`}
        ${icon(ChevronDown)}
      </summary>
      <fieldset aria-label=${text.t(title)}>${partFields(part, written)}</fieldset>
    </details>`;
  });
}

function partFields({ fields }: Part, { text, values, faults, type }: Written): unknown {
  return fields
    .filter(({ when }) => when?.(values) ?? true)
    .map((one) =>
      formField(one, values[one.key] ?? null, {
        text,
        fault: faults.get(one.key),
        type: (value) => type(one.key, value),
      }),
    );
}

/** Those of the parts that fold in which something is wrong. */
export function faultyParts(parts: readonly Part[], faults: ReadonlyMap<string, string>): Word[] {
  return parts
    .filter(({ fold, fields }) => fold === true && fields.some(({ key }) => faults.has(key)))
    .map(({ title }) => title);
}
