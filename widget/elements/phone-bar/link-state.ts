import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import Headphones from 'lucide/dist/esm/icons/headphones.mjs';
import Phone from 'lucide/dist/esm/icons/phone.mjs';
import Smartphone from 'lucide/dist/esm/icons/smartphone.mjs';
import Unlink from 'lucide/dist/esm/icons/unlink.mjs';
import { DeskController } from '../../controllers/desk-controller.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { icon } from '../../icons/icon.ts';
import { reset } from '../../styles/reset.css.ts';
import { linkOf } from './link.ts';

const SHAPES = { browser: Headphones, phone: Phone, outside: Smartphone } as const;

/** Who works here, on which device, and how far it is: always visible. */
@customElement('telebar-link-state')
export class LinkState extends LitElement {
  static override styles = [
    reset,
    css`
      :host {
        display: block;
        min-width: 0;
        font-size: 12px;
        line-height: 16px;
        color: var(--telebar-text-muted);
      }
      .row {
        display: flex;
        align-items: center;
        gap: 6px;
        min-width: 0;
      }
      :host([stacked]) .row {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 0 8px;
      }
      :host([stacked]) .icon {
        grid-row: span 2;
      }
      .who {
        color: var(--telebar-text);
        font-weight: 500;
      }
      .link {
        flex: none;
        font-variant-numeric: tabular-nums;
        white-space: nowrap;
      }
      [data-link='linked'] .icon {
        color: var(--telebar-success);
      }
      [data-link='lost'] .icon,
      [data-link='lost'] .link {
        color: var(--telebar-danger);
        font-weight: 600;
      }
    `,
  ];

  readonly #desk = new DeskController(this);
  readonly #locale = new LocaleController(this);

  /** Name above link, for the docked bar. */
  @property({ type: Boolean, reflect: true }) stacked = false;
  @property({ type: Boolean }) ignored = false;

  override render(): unknown {
    const { text } = this.#locale;
    const state = this.#desk.value;
    const agent = state?.snapshot?.agent;
    if (state === undefined || agent === undefined) return nothing;
    const link = linkOf(state);
    const device = agent.device.kind === 'browser' ? text.t('menu.browser') : agent.device.name;
    const ms = link.latencyMs === null ? null : Math.round(link.latencyMs);
    const { word, title } = {
      linked: {
        word:
          agent.device.kind === 'outside'
            ? text.t('link.outside')
            : ms === null
              ? text.t('link.linked')
              : text.t('link.latency', { ms }),
        title: ms === null ? text.t('link.titleNoLatency', { device }) : text.t('link.title', { device, ms }),
      },
      connecting: { word: text.t('connection.connecting'), title: text.t('connection.connecting') },
      lost: {
        word: text.t(this.ignored ? 'link.ignored' : 'link.lost'),
        title: link.warning === null ? '' : text.t(link.warning, { device }),
      },
    }[link.status];
    const shape = link.status === 'lost' ? Unlink : SHAPES[agent.device.kind];
    return html`<div class="row" data-link=${link.status} title=${title}>
      ${icon(shape)}
      <span class="who ellipsis">${agent.number} ${agent.name}</span>
      <span class="link">${word}</span>
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-link-state': LinkState;
  }
}
