import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Effects } from '../../../server/contract/people.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { reset } from '../../styles/reset.css.ts';
import type { Word } from './kind.ts';

const COUNTS = [
  ['signedInCount', 'admin.effects.signedIn'],
  ['waitingCalls', 'admin.effects.waiting'],
  ['openCalls', 'admin.effects.calls'],
] as const satisfies readonly (readonly [keyof Effects, Word])[];

/** Whom a change would meet now: who is signed in, who waits and who talks. */
@customElement('telebar-set-up-effects')
export class SetUpEffects extends LitElement {
  static override styles = [
    reset,
    css`
      :host {
        display: block;
        font-size: 13px;
        line-height: 18px;
        color: var(--telebar-text-muted);
      }
      p {
        margin: 0;
      }
      strong {
        font-weight: 600;
        color: var(--telebar-text);
        font-variant-numeric: tabular-nums;
      }
      .names {
        display: -webkit-box;
        overflow: hidden;
        overflow-wrap: anywhere;
        -webkit-box-orient: vertical;
        -webkit-line-clamp: 2;
      }
    `,
  ];

  readonly #locale = new LocaleController(this, 'admin');

  @property({ attribute: false }) effects!: Effects;

  override render(): unknown {
    const { text } = this.#locale;
    const met = COUNTS.filter(([key]) => this.effects[key] > 0);
    if (met.length === 0) return html`<p>${text.t('admin.effects.none')}</p>`;
    const { signedIn, signedInCount } = this.effects;
    return html`<p>
        ${text.t('admin.effects.lead')}
        ${met.map(
          ([key, word], index) =>
            html`${text.t(word)}
              <strong>${text.number(this.effects[key])}</strong
              >${index + 1 < met.length ? text.t('admin.listSeparator') : nothing}`,
        )}
      </p>
      ${
        signedIn.length === 0
          ? nothing
          : html`<p class="names">
              ${signedIn.map(({ name, number }) => `${name} ${number}`).join(text.t('admin.listSeparator'))}${signedInCount > signedIn.length ? ' …' : ''}
            </p>`
      }`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-set-up-effects': SetUpEffects;
  }
}
