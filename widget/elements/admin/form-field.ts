import { html, nothing } from 'lit';
import { live } from 'lit/directives/live.js';
import { isNumber, read, shown } from './field-values.ts';
import { entriesOf, idsOf, textOf, type Choice, type Field, type FieldValue, type Words } from './kind.ts';
import './overflow-chain.ts';
import './set-up-belonging.ts';
import type { EntriesEvent } from './set-up-belonging.ts';
import './set-up-options.ts';
import './set-up-pick.ts';
import './set-up-reason.ts';
import './set-up-role.ts';
import './skill-steps.ts';
import type { PickEvent } from './set-up-pick.ts';

const TYPES = {
  text: 'text',
  email: 'email',
  digits: 'text',
  password: 'password',
  seconds: 'text',
  number: 'text',
  date: 'date',
} as const;

/** So many lines are seen at once. */
const LINES = 6;

function isNumeric(one: Field): boolean {
  return isNumber(one) || one.kind === 'digits';
}

function optionText({ label, hint }: Choice, text: Words): unknown {
  return html`<span
    >${text.t(label)}${hint === undefined ? nothing : html`<span class="hint">${text.t(hint)}</span>`}</span
  >`;
}

/** One field with its label, its hint and what is wrong with it. */
export function formField(
  one: Field,
  value: FieldValue,
  { text, fault, type }: { text: Words; fault: string | undefined; type: (value: FieldValue) => void },
): unknown {
  const { key } = one;
  const described = [
    ...(one.hint === undefined ? [] : [`${key}-hint`]),
    ...(fault === undefined ? [] : [`${key}-fault`]),
  ];
  const below = html`${one.hint === undefined ? nothing : html`<span class="hint" id="${key}-hint">${text.t(one.hint)}</span>`}
  ${fault === undefined ? nothing : html`<span class="error-text" id="${key}-fault">${fault}</span>`}`;
  const label = html`${text.t(one.label)}${one.required === true && one.fixed !== true ? html`<span class="star" aria-hidden="true">*</span>` : nothing}`;
  if (one.kind === 'switch') {
    return html`<label class="check">
      <input
        type="checkbox"
        .checked=${live(value === true)}
        @change=${(event: Event) => type((event.target as HTMLInputElement).checked)}
      />
      <span>${label}${below}</span>
    </label>`;
  }
  if (one.kind === 'lines') {
    return html`<label class="field">
      <span class="label">${label}</span>
      <textarea
        class="input lines"
        data-key=${key}
        rows=${LINES}
        maxlength=${one.max}
        spellcheck="false"
        aria-invalid=${fault === undefined ? 'false' : 'true'}
        aria-describedby=${described.join(' ') || nothing}
        ?readonly=${one.fixed === true}
        .value=${shown(one, value)}
        @change=${(event: Event) => type(read(one, (event.target as HTMLTextAreaElement).value))}
      ></textarea>
      ${below}
    </label>`;
  }
  if (one.kind === 'choices') {
    const chosen = idsOf(value);
    return html`<div
      class="field choices"
      role="group"
      aria-labelledby="${key}-label"
      aria-describedby=${described.join(' ') || nothing}
    >
      <span class="label" id="${key}-label">${label}</span>
      ${one.options.map(
        (option, index) =>
          html`<label class="check">
            <input
              type="checkbox"
              data-key=${index === 0 ? key : nothing}
              value=${option.value}
              ?disabled=${one.fixed === true}
              .checked=${live(chosen.includes(option.value))}
              @change=${({ target }: Event) => {
                const { checked } = target as HTMLInputElement;
                const others = chosen.filter((each) => each !== option.value);
                type(checked ? [...others, option.value] : others);
              }}
            />
            ${optionText(option, text)}
          </label>`,
      )}
      ${below}
    </div>`;
  }
  if (one.kind === 'radios') {
    return html`<div
      class="field radios"
      role="radiogroup"
      aria-labelledby="${key}-label"
      aria-describedby=${described.join(' ') || nothing}
    >
      <span class="label" id="${key}-label">${label}</span>
      ${below}
      ${one.options.map(
        (option) =>
          html`<label class="check">
            <input
              type="radio"
              name=${key}
              data-key=${option.value === value ? key : nothing}
              value=${option.value}
              ?disabled=${one.fixed === true}
              .checked=${live(option.value === value)}
              @change=${() => type(option.value)}
            />
            ${optionText(option, text)}
          </label>`,
      )}
    </div>`;
  }
  if (one.kind === 'pick') {
    return html`<div class="field">
      <span class="label">${label}</span>
      <telebar-set-up-pick
        data-key=${key}
        .of=${one.of}
        .label=${text.t(one.label)}
        .several=${one.several}
        .invalid=${fault !== undefined}
        .ids=${idsOf(value)}
        @telebar-pick=${({ ids }: PickEvent) => type(ids)}
      ></telebar-set-up-pick>
      ${below}
    </div>`;
  }
  if (one.kind === 'reason') {
    return html`<div class="field">
      <span class="label">${label}</span>
      <telebar-set-up-reason
        data-key=${key}
        .of=${one.of}
        .except=${one.except}
        .label=${text.t(one.label)}
        .chosen=${textOf(value)}
        @telebar-pick=${({ ids }: PickEvent) => type(ids[0] ?? null)}
      ></telebar-set-up-reason>
      ${below}
    </div>`;
  }
  if (one.kind === 'role') {
    return html`<div class="field">
      <span class="label">${label}</span>
      <telebar-set-up-role
        data-key=${key}
        .label=${text.t(one.label)}
        .chosen=${textOf(value)}
        @telebar-pick=${({ ids }: PickEvent) => type(ids[0] ?? null)}
      ></telebar-set-up-role>
      ${below}
    </div>`;
  }
  if (one.kind === 'belonging') {
    return html`<div class="field">
      <span class="label">${label}</span>
      <telebar-set-up-belonging
        data-key=${key}
        .of=${one.of}
        .label=${text.t(one.label)}
        .entries=${entriesOf(value)}
        @telebar-entries=${({ entries }: EntriesEvent) => type(entries)}
      ></telebar-set-up-belonging>
      ${below}
    </div>`;
  }
  if (one.kind === 'steps') {
    return html`<div class="field">
      <span class="label">${label}</span>
      <telebar-skill-steps
        data-key=${key}
        .label=${text.t(one.label)}
        .steps=${entriesOf(value)}
        @telebar-entries=${({ entries }: EntriesEvent) => type(entries)}
      ></telebar-skill-steps>
      ${below}
    </div>`;
  }
  if (one.kind === 'options') {
    return html`<div class="field">
      <span class="label">${label}</span>
      <telebar-set-up-options
        data-key=${key}
        .label=${text.t(one.label)}
        .options=${entriesOf(value)}
        @telebar-entries=${({ entries }: EntriesEvent) => type(entries)}
      ></telebar-set-up-options>
      ${below}
    </div>`;
  }
  if (one.kind === 'chain') {
    return html`<telebar-overflow-chain .groupId=${idsOf(value)[0] ?? null}></telebar-overflow-chain>`;
  }
  return html`<label class="field ${isNumber(one) ? 'short' : ''}">
    <span class="label">${label}</span>
    ${
      one.kind === 'choice'
        ? html`<select
            class="input"
            data-key=${key}
            aria-describedby=${described.join(' ') || nothing}
            ?disabled=${one.fixed === true}
            @change=${(event: Event) => type((event.target as HTMLSelectElement).value)}
          >
            ${one.options.map(
              (option) =>
                html`<option value=${option.value} .selected=${live(option.value === value)}>
                  ${text.t(option.label)}
                </option>`,
            )}
          </select>`
        : html`<span class="with-unit">
            <input
              class="input ${isNumeric(one) ? 'num' : ''}"
              data-key=${key}
              type=${TYPES[one.kind]}
              inputmode=${one.kind === 'digits' || isNumber(one) ? 'numeric' : nothing}
              autocomplete=${one.kind === 'password' ? 'new-password' : 'off'}
              maxlength=${'max' in one && !('min' in one) ? one.max : 12}
              aria-required=${one.required === true ? 'true' : 'false'}
              aria-invalid=${fault === undefined ? 'false' : 'true'}
              aria-describedby=${described.join(' ') || nothing}
              list=${'proposals' in one ? `${key}-proposals` : nothing}
              ?readonly=${one.fixed === true}
              .value=${live(shown(one, value))}
              @input=${(event: Event) => type(read(one, (event.target as HTMLInputElement).value))}
            />
            ${
              'proposals' in one
                ? html`<datalist id="${key}-proposals">
                    ${one.proposals.map((each) => html`<option value=${each}></option>`)}
                  </datalist>`
                : nothing
            }
            ${one.kind === 'seconds' ? html`<span class="unit">${text.t('admin.unit.seconds')}</span>` : nothing}
          </span>`
    }
    ${below}
  </label>`;
}
