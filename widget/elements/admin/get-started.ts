import { LitElement, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import Check from 'lucide/dist/esm/icons/check.mjs';
import { DeskController } from '../../controllers/desk-controller.ts';
import { QueryController } from '../../controllers/query-controller.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { icon } from '../../icons/icon.ts';
import { button } from '../../styles/button.css.ts';
import { reset } from '../../styles/reset.css.ts';
import { getStartedStyles } from './get-started.styles.ts';
import type { Section, Word } from './kind.ts';
import './script-tag.ts';
import { setUpProgress, type Progress } from './set-up-queries.ts';

type Opens = 'new' | 'import' | null;

/** A step of the guide is to be done where it belongs. */
export class GuideStepEvent extends Event {
  static readonly type = 'telebar-guide-step';
  readonly section: Section;
  /** What is to be open there; null: the section itself. */
  readonly opens: Opens;

  constructor(section: Section, opens: Opens) {
    super(GuideStepEvent.type, { bubbles: true, composed: true });
    this.section = section;
    this.opens = opens;
  }
}

interface Step {
  readonly title: Word;
  readonly sentence: Word;
  readonly done: boolean;
  readonly ways: readonly Way[];
}

interface Way {
  readonly label: Word;
  readonly section: Section;
  readonly opens: Opens;
}

/**
 * What a new team lacks until its first answered call, one step after the other.
 *
 * @fires telebar-guide-step - A step is to be done where it belongs.
 */
@customElement('telebar-get-started')
export class GetStarted extends LitElement {
  static override styles = [reset, button, getStartedStyles];

  readonly #locale = new LocaleController(this, 'admin');
  readonly #desk = new DeskController(this, ({ session }) => session?.agent.number ?? null);
  readonly #progress = new QueryController(this, setUpProgress);

  /** The phone bar is on its way. */
  @state() private isComing = false;
  @state() private hasBar = document.querySelector('telebar-phone-bar') !== null;

  override render(): unknown {
    const { text } = this.#locale;
    const { data, isError } = this.#progress.result ?? {};
    if (data === undefined) {
      return isError === true
        ? html`<div class="state" role="alert">
            <p>${text.t('admin.guide.failed')}</p>
            <button class="button" type="button" @click=${() => this.#progress.refetch()}>
              ${text.t('bar.retry')}
            </button>
          </div>`
        : html`<p class="state" role="status">${text.t('admin.loading')}</p>`;
    }
    const steps = stepsOf(data);
    const next = steps.findIndex(({ done }) => !done);
    return html`<h2>${text.t('admin.guide.title')}</h2>
      <p class="lead">${text.t('admin.guide.lead')}</p>
      <ol>
        ${steps.map((step, index) => this.#renderStep(step, index, index === next))}
        <li class=${next < 0 ? 'next' : ''}>
          <span class="mark" aria-hidden="true">${steps.length + 1}</span>
          <div class="step">${this.#renderTry(data.numbers, next < 0)}</div>
        </li>
      </ol>`;
  }

  #renderStep({ title, sentence, done, ways }: Step, index: number, isNext: boolean): unknown {
    const { text } = this.#locale;
    return html`<li class=${done ? 'done' : isNext ? 'next' : ''}>
      <span class="mark" role="img" aria-label=${text.t(done ? 'admin.guide.done' : 'admin.guide.open')}>
        ${done ? icon(Check) : index + 1}
      </span>
      <div class="step">
        <h3>${text.t(title)}</h3>
        <p>${text.t(sentence)}</p>
        ${title === 'admin.guide.page' ? html`<telebar-script-tag></telebar-script-tag>` : nothing}
        <div class="ways">
          ${ways.map(
            ({ label, section, opens }, way) =>
              html`<button
                class="button ${isNext && way === 0 ? 'primary' : ''}"
                type="button"
                @click=${() => this.dispatchEvent(new GuideStepEvent(section, opens))}
              >
                ${text.t(label)}
              </button>`,
          )}
        </div>
      </div>
    </li>`;
  }

  #renderTry(numbers: readonly string[], isNext: boolean): unknown {
    const { text } = this.#locale;
    const own = this.#desk.value ?? null;
    return html`<h3>${text.t('admin.guide.try')}</h3>
      <p>${text.t('admin.guide.try.do')}</p>
      <p class="facts">
        ${own === null ? nothing : html`<span>${text.t('admin.guide.try.own', { number: own })}</span>`}
        ${
          numbers.length === 0
            ? nothing
            : html`<span>
                ${text.t('admin.guide.try.dialled', { numbers: numbers.join(text.t('admin.listSeparator')) })}
              </span>`
        }
      </p>
      <div class="ways">
        ${
          this.hasBar
            ? html`<p role="status">${text.t('admin.guide.try.barIsThere')}</p>`
            : html`<button class="button ${isNext ? 'primary' : ''}" type="button" @click=${this.#handleBar}>
                ${text.t('admin.guide.try.bar')}
              </button>`
        }
      </div>`;
  }

  /** The page of the administration has none by itself. */
  readonly #handleBar = (): void => {
    this.isComing = true;
    Promise.all([import('../phone-bar/phone-bar.ts'), import('../screen-pop/screen-pop.ts')])
      .then(() => {
        for (const name of ['telebar-screen-pop', 'telebar-phone-bar']) {
          document.body.append(document.createElement(name));
        }
        this.hasBar = true;
      }, reportError)
      .finally(() => {
        this.isComing = false;
      });
  };
}

function stepsOf({ people, groups, members, numbers, page }: Progress): readonly Step[] {
  return [
    {
      title: 'admin.guide.people',
      sentence: 'admin.guide.people.do',
      done: people,
      ways: [
        { label: 'admin.guide.people.new', section: 'agents', opens: 'new' },
        { label: 'admin.guide.people.import', section: 'agents', opens: 'import' },
      ],
    },
    {
      title: 'admin.guide.group',
      sentence: 'admin.guide.group.do',
      done: members,
      ways: [
        groups
          ? { label: 'admin.guide.group.see', section: 'groups', opens: null }
          : { label: 'admin.guide.group.new', section: 'groups', opens: 'new' },
      ],
    },
    {
      title: 'admin.guide.number',
      sentence: 'admin.guide.number.do',
      done: numbers.length > 0,
      ways: [{ label: 'admin.guide.number.new', section: 'numbers', opens: 'new' }],
    },
    {
      title: 'admin.guide.page',
      sentence: 'admin.guide.page.do',
      done: page,
      ways: [{ label: 'admin.guide.page.origins', section: 'embedding', opens: null }],
    },
  ];
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-get-started': GetStarted;
  }
}
