import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import Plus from 'lucide/dist/esm/icons/plus.mjs';
import X from 'lucide/dist/esm/icons/x.mjs';
import { MOST_SKILL } from '../../../server/vocabulary/queue-rules.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { icon } from '../../icons/icon.ts';
import { button } from '../../styles/button.css.ts';
import { field } from '../../styles/field.css.ts';
import { reset } from '../../styles/reset.css.ts';
import type { Entry, FieldValue, Word } from './kind.ts';
import { entriesOf } from './kind.ts';
import { EntriesEvent } from './set-up-belonging.ts';

const STEP_MS = 30_000;
const LONGEST_S = 86_400;
const LEVELS = Array.from({ length: MOST_SKILL }, (_, index) => MOST_SKILL - index);
/** What is proposed first: experts for half a minute, then anybody. */
const PROPOSED: readonly Entry[] = [
  { afterMs: 0, level: 5 },
  { afterMs: STEP_MS, level: 1 },
];

/** Times have to rise, levels to fall, and in the end anybody will do. */
export function skillStepsFault(value: FieldValue | undefined): Word | null {
  const steps = entriesOf(value);
  const isFalling = steps.every(({ afterMs, level }, index) => {
    const before = steps[index - 1];
    if (!Number.isInteger(afterMs) || Number(afterMs) > LONGEST_S * 1000) return false;
    return before === undefined
      ? afterMs === 0
      : Number(afterMs) > Number(before['afterMs']) && Number(level) < Number(before['level']);
  });
  return isFalling && (steps.length === 0 || steps.at(-1)?.['level'] === 1) ? null : 'admin.skillSteps.wrong';
}

/**
 * Which level of skill a call asks for, falling with its wait.
 *
 * @fires telebar-entries - Other steps now: `entries`, each with `afterMs`, `level`.
 */
@customElement('telebar-skill-steps')
export class SkillSteps extends LitElement {
  static override styles = [
    reset,
    button,
    field,
    css`
      :host {
        display: grid;
        gap: 6px;
      }
      ol {
        display: grid;
        gap: 6px;
        margin: 0;
        padding: 0;
        list-style: none;
      }
      li {
        display: grid;
        grid-template-columns: minmax(0, 1fr) minmax(0, 1fr) 32px;
        align-items: center;
        gap: 8px;
        font-size: 13px;
        line-height: 18px;
      }
      .after {
        display: flex;
        align-items: center;
        gap: 6px;
        white-space: nowrap;
      }
      .after .input {
        width: 72px;
        font-variant-numeric: tabular-nums;
      }
      .unit {
        color: var(--telebar-text-muted);
      }
      .quiet {
        width: 32px;
      }
      .add {
        justify-self: start;
      }
    `,
  ];

  readonly #locale = new LocaleController(this, 'admin');

  @property() label = '';
  @property({ attribute: false }) steps: readonly Entry[] = [];

  override focus(): void {
    this.renderRoot.querySelector<HTMLElement>('input, button')?.focus();
  }

  override render(): unknown {
    const { text } = this.#locale;
    return html`${
        this.steps.length === 0
          ? nothing
          : html`<ol aria-label=${this.label}>
              ${this.steps.map((step, at) => this.#renderStep(step, at))}
            </ol>`
      }
      <button
        class="button small add"
        type="button"
        ?disabled=${this.steps.length > 1 && this.#above <= 2}
        @click=${this.#handleAdd}
      >
        ${icon(Plus)}${text.t('admin.skillSteps.add')}
      </button>`;
  }

  #renderStep({ afterMs, level }: Entry, at: number): unknown {
    const { text } = this.#locale;
    return html`<li>
      ${
        at === 0
          ? html`<span>${text.t('admin.skillSteps.first')}</span>`
          : html`<span class="after">
              ${text.t('admin.skillSteps.after')}
              <input
                class="input"
                type="text"
                inputmode="numeric"
                maxlength="5"
                autocomplete="off"
                aria-label=${text.t('admin.skillSteps.afterSeconds')}
                .value=${live(typeof afterMs === 'number' ? String(afterMs / 1000) : String(afterMs))}
                @input=${(event: Event) => this.#change(at, { afterMs: millisecondsOf(event) })}
              />
              <span class="unit">${text.t('admin.unit.seconds')}</span>
            </span>`
      }
      <select
        class="input"
        aria-label=${text.t('admin.level')}
        @change=${({ target }: Event) => this.#change(at, { level: Number((target as HTMLSelectElement).value) })}
      >
        ${LEVELS.map(
          (each) =>
            html`<option value=${each} .selected=${live(each === level)}>
              ${each === 1 ? text.t('admin.skillSteps.anybody') : text.t('admin.skillSteps.level', { level: each })}
            </option>`,
        )}
      </select>
      <button
        class="button quiet icon-only"
        type="button"
        aria-label=${text.t('admin.pick.remove')}
        @click=${() => this.#remove(at)}
      >
        ${icon(X)}
      </button>
    </li>`;
  }

  #change(at: number, patch: Entry): void {
    this.#tell(this.steps.map((step, other) => (other === at ? { ...step, ...patch } : step)));
  }

  /** The first step begins with the wait; one that asks for nobody in particular is none. */
  #remove(at: number): void {
    const [first, ...others] = this.steps.filter((_, other) => other !== at);
    if (first === undefined || (others.length === 0 && first['level'] === 1)) this.#tell([]);
    else this.#tell([{ ...first, afterMs: 0 }, ...others]);
  }

  #tell(steps: readonly Entry[]): void {
    this.steps = steps;
    this.dispatchEvent(new EntriesEvent(steps));
  }

  /** The last one takes anybody, and comes later then. */
  readonly #handleAdd = (): void => {
    const last = this.steps.at(-1);
    if (last === undefined) return this.#tell(PROPOSED);
    const next = { afterMs: Number(last['afterMs']) + STEP_MS, level: 1 };
    if (last['level'] !== 1) return this.#tell([...this.steps, next]);
    this.#tell([...this.steps.slice(0, -1), { ...last, level: Math.floor((this.#above + 1) / 2) }, next]);
  };

  /** The level that is asked for before anybody will do. */
  get #above(): number {
    return Number(this.steps.at(-2)?.['level'] ?? MOST_SKILL);
  }
}

/** What is no number stays as it was typed, for the fault that names it. */
function millisecondsOf(event: Event): number | string {
  const typed = (event.target as HTMLInputElement).value.normalize('NFKC').trim();
  return /^\d{1,5}$/.test(typed) ? Number(typed) * 1000 : typed;
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-skill-steps': SkillSteps;
  }
}
