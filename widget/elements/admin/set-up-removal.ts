import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Effects, Use } from '../../../server/contract/people.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { button } from '../../styles/button.css.ts';
import { field } from '../../styles/field.css.ts';
import { reset } from '../../styles/reset.css.ts';
import type { Removal, Word } from './kind.ts';
import './set-up-pick.ts';
import './set-up-role.ts';
import type { PickEvent } from './set-up-pick.ts';

/** It is to be taken away. */
export class RemoveEvent extends Event {
  static readonly type = 'telebar-remove';
  /** Who gets what leads here; null: nobody; undefined: nothing does. */
  readonly heir: string | null | undefined;
  constructor(heir: string | null | undefined) {
    super(RemoveEvent.type);
    this.heir = heir;
  }
}

/** Whether somebody is about to take it away, who is told then whom that would meet. */
export class RemovingEvent extends Event {
  static readonly type = 'telebar-removing';
  readonly removing: boolean;
  constructor(removing: boolean) {
    super(RemovingEvent.type);
    this.removing = removing;
  }
}

/** Nobody is without a role: who had this one gets another. */
const NEXT_ROLE = 'agent';

const USES: Readonly<Record<Use['kind'], Word>> = {
  number: 'admin.use.number',
  overflow: 'admin.use.overflow',
  'only-leader': 'admin.use.onlyLeader',
  role: 'admin.use.role',
  reason: 'admin.use.reason',
};

/**
 * Takes a row away, after a second look: what leads there is named, and goes to whom one chooses.
 *
 * @fires telebar-removing - It is about to be taken away, or not any more: `removing`.
 * @fires telebar-remove - It is to be taken away: `heir`.
 */
@customElement('telebar-set-up-removal')
export class SetUpRemoval extends LitElement {
  static override styles = [
    reset,
    button,
    field,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px;
        padding-top: 16px;
        border-top: 1px solid var(--telebar-line);
        font-size: 13px;
        line-height: 18px;
      }
      p,
      ul,
      .field {
        flex-basis: 100%;
        margin: 0;
      }
      ul {
        max-height: 132px;
        padding-inline-start: 18px;
        overflow-y: auto;
        overflow-wrap: anywhere;
        scrollbar-width: thin;
      }
    `,
  ];

  readonly #locale = new LocaleController(this, 'admin');

  @property({ attribute: false }) removal!: Removal;
  /** null: they are not known yet, or nothing can lead there. */
  @property({ attribute: false }) effects: Effects | null = null;
  /** What is taken away. */
  @property() rowId: string | null = null;
  @property({ type: Boolean }) removing = false;
  @state() private heirs: readonly string[] = [];

  override render(): unknown {
    const { text } = this.#locale;
    const { label, sentence } = this.removal;
    return html`${
        this.removing
          ? html`<p>${text.t(sentence)}</p>
              ${this.#renderUses()}`
          : nothing
      }
      <button
        class="button danger ${this.removing ? '' : 'outline'}"
        type="button"
        @click=${this.#handleRemove}
      >
        ${text.t(label)}
      </button>
      ${
        this.removing
          ? html`<button
              class="button"
              type="button"
              @click=${() => this.dispatchEvent(new RemovingEvent(false))}
            >
              ${text.t('admin.cancel')}
            </button>`
          : nothing
      }`;
  }

  #renderUses(): unknown {
    const { text } = this.#locale;
    const { heirs } = this.removal;
    const uses = this.effects?.uses ?? [];
    if (uses.length === 0) return nothing;
    const list = html`<ul>
      ${uses.map(({ kind, name }) => html`<li>${text.t(USES[kind])} <bdi>${name}</bdi></li>`)}
    </ul>`;
    const lead = uses.some(({ kind }) => kind === 'reason') ? 'admin.reason.below' : 'admin.uses';
    if (heirs === undefined)
      return html`<p>${text.t(lead)}</p>
        ${list}`;
    return html`<p>${text.t(heirs === 'roles' ? 'admin.uses.role' : 'admin.uses')}</p>
      ${list}
      <div class="field">
        <span class="label">${text.t(heirs === 'roles' ? 'admin.heir.role' : 'admin.heir')}</span>
        ${
          heirs === 'roles'
            ? html`<telebar-set-up-role
                .label=${text.t('admin.heir')}
                .chosen=${this.heirs[0] ?? NEXT_ROLE}
                .except=${this.rowId}
                @telebar-pick=${({ ids }: PickEvent) => (this.heirs = ids)}
              ></telebar-set-up-role>`
            : html`<telebar-set-up-pick
                  .of=${heirs}
                  .label=${text.t('admin.heir')}
                  .ids=${this.heirs}
                  @telebar-pick=${({ ids }: PickEvent) => (this.heirs = ids)}
                ></telebar-set-up-pick>
                <span class="hint">${text.t('admin.heir.hint')}</span>`
        }
      </div>`;
  }

  readonly #handleRemove = (): void => {
    if (!this.removing) {
      this.dispatchEvent(new RemovingEvent(true));
      return;
    }
    const { heirs } = this.removal;
    const isUsed = heirs !== undefined && (this.effects?.uses.length ?? 0) > 0;
    const none = heirs === 'roles' ? NEXT_ROLE : null;
    this.dispatchEvent(new RemoveEvent(isUsed ? (this.heirs[0] ?? none) : undefined));
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-set-up-removal': SetUpRemoval;
  }
}
