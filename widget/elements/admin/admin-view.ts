import { LitElement, html, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { keyed } from 'lit/directives/keyed.js';
import X from 'lucide/dist/esm/icons/x.mjs';
import type { TeamSetUp } from '../../../server/contract/set-up.ts';
import type { DeskState } from '../../live/desk.ts';
import { DeskController } from '../../controllers/desk-controller.ts';
import { QueryController } from '../../controllers/query-controller.ts';
import { LocaleController } from '../../i18n/locale-controller.ts';
import { icon } from '../../icons/icon.ts';
import { onPage } from '../../platform/page-events.ts';
import { button } from '../../styles/button.css.ts';
import { reset } from '../../styles/reset.css.ts';
import type { AccountPanel } from '../account/account-panel.ts';
import '../account/account-panel.ts';
import '../account/reset-password.ts';
import '../phone-bar/login-form.ts';
import { viewStyles } from './admin-view.styles.ts';
import { agents } from './agents.ts';
import { keys } from './api-keys.ts';
import { embedding } from './embedding.ts';
import { bindings } from './bindings.ts';
import { fields } from './fields.ts';
import './first-set-up.ts';
import './get-started.ts';
import type { GuideStepEvent } from './get-started.ts';
import type { FormDoneEvent } from './form-done.ts';
import { groups } from './groups.ts';
import type { Kind, ListSection, Section, Sheet, SheetSection } from './kind.ts';
import { links } from './links.ts';
import { log } from './log.ts';
import { numbers } from './numbers.ts';
import type { PeopleImport } from './people-import.ts';
import './people-import.ts';
import { phones } from './phones.ts';
import './own-account.ts';
import './own-passkeys.ts';
import { reasons } from './reasons.ts';
import { roles } from './roles.ts';
import './login-ways.ts';
import { ProviderLogout } from './provider-logout.ts';
import { singleSignOn } from './single-sign-on.ts';
import './set-up-form.ts';
import { team } from './team.ts';
import { webhooks } from './webhooks.ts';
import type { SetUpForm } from './set-up-form.ts';
import './set-up-list.ts';
import { setUpRow } from './set-up-queries.ts';
import type { OpenRowEvent } from './set-up-list.ts';

/** Of one section only its own rows come to its own form. */
const KINDS = {
  agents,
  roles,
  phones,
  groups,
  numbers,
  reasons,
  fields,
  links,
  bindings,
  keys,
  webhooks,
  log,
} as unknown as Readonly<Record<ListSection, Kind>>;
const SHEETS = { team, signOn: singleSignOn, embedding } as unknown as Readonly<Record<SheetSection, Sheet>>;

const NAMES = {
  guide: 'admin.guide',
  agents: 'admin.agents',
  roles: 'admin.roles',
  phones: 'admin.phones',
  groups: 'admin.groups',
  numbers: 'admin.numbers',
  reasons: 'admin.reasons',
  fields: 'admin.fields',
  links: 'admin.links',
  bindings: 'admin.bindings',
  team: 'admin.team',
  signOn: 'admin.signOn',
  keys: 'admin.keys',
  webhooks: 'admin.webhooks',
  embedding: 'admin.embedding',
  log: 'admin.log',
} as const;

const SECTIONS = Object.keys(NAMES) as Section[];

/** What is open beside the list. */
interface Opened {
  /** null: a new one. */
  readonly id: string | null;
}

/** One's own password and sessions. */
const ACCOUNT = 'account';
/** People as a table. */
const IMPORT = 'import';

/** The sections of the administration, for whoever is logged in and may. */
@customElement('telebar-admin-view')
export class AdminView extends LitElement {
  static override styles = [reset, button, viewStyles];

  readonly #desk = new DeskController(
    this,
    ({ connection, session }: DeskState) => ({ connection, session }),
    isSame,
  );
  readonly #locale = new LocaleController(this, 'admin');

  /** Whoever gives the team another name sees it at once. */
  readonly #team = new QueryController(this, (queries) =>
    setUpRow(queries, SHEETS.team, this.#mayChange ? 'team' : null),
  );

  @property() section: Section = 'agents';
  @state() private opened: Opened | typeof ACCOUNT | typeof IMPORT | null = null;
  @query('telebar-set-up-form') private readonly form!: SetUpForm | null;
  @query('telebar-account-panel') private readonly account!: AccountPanel | null;
  @query('telebar-people-import') private readonly importing!: PeopleImport | null;

  /** Who was logged in last: what somebody has typed is not lost with a session that ends. */
  #last: DeskState['session'] = null;

  #abort: AbortController | null = null;

  constructor() {
    super();
    new ProviderLogout(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#abort = new AbortController();
    // The link of a mail may be opened where this page is open already.
    onPage(window, 'hashchange', () => this.requestUpdate(), { signal: this.#abort.signal });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#abort?.abort();
  }

  /** A team that has just been made is led on. */
  #isFirst = false;

  override willUpdate(): void {
    const { session } = this.#desk.value ?? {};
    if (session === null || session === undefined) return;
    if (this.#isFirst) this.section = 'guide';
    this.#isFirst = false;
    if (this.#last !== null && this.#last.agent.id !== session.agent.id) this.opened = null;
    this.#last = session;
  }

  override render(): unknown {
    const { text } = this.#locale;
    const { connection, session } = this.#desk.value ?? {};
    if (connection === undefined) return nothing;
    const kept = this.#unsaved === null ? null : this.#last;
    const isOut = connection === 'anonymous';
    const link = /^#reset=([\w-]+)$/.exec(location.hash)?.[1];
    // Whoever is logged in here: the link may be somebody else's.
    if (link !== undefined && kept === null) {
      return html`<div class="login">
        <telebar-reset-password
          .token=${link}
          @telebar-reset-done=${this.#handleReset}
        ></telebar-reset-password>
      </div>`;
    }
    if (isOut && kept === null) {
      const token = /^#setup=([\w-]+)$/.exec(location.hash)?.[1];
      this.#isFirst ||= token !== undefined;
      return token === undefined
        ? html`<div class="login">
            <telebar-login-ways><telebar-login-form asked></telebar-login-form></telebar-login-ways>
          </div>`
        : html`<div class="login first"><telebar-first-set-up .token=${token}></telebar-first-set-up></div>`;
    }
    const who = session ?? kept;
    if (who === null) return html`<p class="state">${text.t('admin.loading')}</p>`;
    if (!who.rights.includes('change-set-up'))
      return html`<telebar-own-account .session=${who}></telebar-own-account>`;
    return html`<nav aria-label=${text.t('admin.sections')} ?inert=${isOut}>
        <p class="team">${this.#teamName ?? who.team.name}</p>
        ${SECTIONS.map(
          (section) =>
            html`<button
              type="button"
              aria-current=${section === this.section ? 'page' : nothing}
              @click=${() => this.#go(section)}
            >
              ${text.t(NAMES[section])}
            </button>`,
        )}
        <button
          class="account"
          type="button"
          aria-expanded=${this.opened === ACCOUNT ? 'true' : 'false'}
          @click=${this.#handleAccount}
        >
          ${text.t('admin.account')}
        </button>
      </nav>
      <main ?inert=${isOut}>
        ${
          connection === 'online' || connection === 'taken-over' || isOut
            ? nothing
            : html`<p class="stale" role="status">${text.t('admin.stale')}</p>`
        }
        ${this.#renderSection(this.section)}
      </main>
      ${
        this.opened === null
          ? nothing
          : html`<aside ?inert=${isOut}>${this.#renderOpened(this.opened)}</aside>`
      }
      ${
        isOut
          ? html`<div class="over">
              <div class="login">
                <telebar-login-ways><telebar-login-form asked></telebar-login-form></telebar-login-ways>
              </div>
            </div>`
          : nothing
      }`;
  }

  #renderSection(section: Section): unknown {
    if (section === 'guide')
      return html`<telebar-get-started @telebar-guide-step=${this.#handleStep}></telebar-get-started>`;
    if (isSheet(section)) {
      // Another one has another form: what the one before has read is not taken for it.
      return keyed(
        section,
        html`<telebar-set-up-form
          .kind=${SHEETS[section]}
          stays
          .rowId=${section}
          @telebar-form-done=${this.#handleDone}
        ></telebar-set-up-form>`,
      );
    }
    return html`<telebar-set-up-list
      .kind=${KINDS[section]}
      .opened=${typeof this.opened === 'string' ? null : (this.opened?.id ?? null)}
      @telebar-open-row=${this.#handleOpen}
      @telebar-open-import=${this.#handleImport}
    ></telebar-set-up-list>`;
  }

  get #mayChange(): boolean {
    return this.#desk.value?.session?.rights.includes('change-set-up') === true;
  }

  get #teamName(): string | undefined {
    return (this.#team.result?.data as TeamSetUp | undefined)?.name;
  }

  #renderOpened(opened: Opened | typeof ACCOUNT | typeof IMPORT): unknown {
    if (opened === IMPORT) {
      return html`<telebar-people-import @telebar-form-done=${this.#handleDone}></telebar-people-import>`;
    }
    if (opened === ACCOUNT) {
      const { text } = this.#locale;
      return html`<section class="own" aria-label=${text.t('admin.account')}>
        <div class="head">
          <h2>${text.t('admin.account')}</h2>
          <button
            class="button quiet icon-only"
            type="button"
            aria-label=${text.t('admin.closeForm')}
            @click=${this.#handleAccount}
          >
            ${icon(X)}
          </button>
        </div>
        <div class="body">
          <telebar-account-panel></telebar-account-panel>
          <telebar-own-passkeys></telebar-own-passkeys>
        </div>
      </section>`;
    }
    // The one of it stands in the middle.
    return isSheet(this.section) || this.section === 'guide'
      ? nothing
      : keyed(
          `${this.section}/${opened.id}`,
          html`<telebar-set-up-form
            .kind=${KINDS[this.section]}
            .rowId=${opened.id}
            @telebar-form-done=${this.#handleDone}
          ></telebar-set-up-form>`,
        );
  }

  /** What was typed and not saved stays in sight. */
  #mayLeave(): boolean {
    const unsaved = this.#unsaved;
    unsaved?.leave();
    return unsaved === null;
  }

  /** What would be lost, and says so. */
  get #unsaved(): SetUpForm | PeopleImport | AccountPanel | null {
    return [this.form, this.importing, this.account].find((each) => each?.isTouched === true) ?? null;
  }

  #go(section: Section): void {
    if (!this.#mayLeave()) return;
    this.section = section;
    this.opened = null;
  }

  readonly #handleOpen = ({ id }: OpenRowEvent): void => {
    if (this.#mayLeave()) this.opened = { id };
  };

  readonly #handleImport = (): void => {
    if (this.#mayLeave()) this.opened = IMPORT;
  };

  readonly #handleStep = ({ section, opens }: GuideStepEvent): void => {
    if (!this.#mayLeave()) return;
    this.#go(section);
    if (opens === 'new') this.opened = { id: null };
    if (opens === 'import') this.opened = IMPORT;
  };

  readonly #handleAccount = (): void => {
    if (this.#mayLeave()) this.opened = this.opened === ACCOUNT ? null : ACCOUNT;
  };

  readonly #handleReset = (): void => {
    history.replaceState(null, '', location.pathname);
    this.requestUpdate();
  };

  readonly #handleDone = (_event: FormDoneEvent): void => {
    this.opened = null;
    if (isSheet(this.section)) this.form?.begin();
  };
}

function isSheet(section: Section): section is SheetSection {
  return Object.hasOwn(SHEETS, section);
}

function isSame(
  one: Pick<DeskState, 'connection' | 'session'>,
  other: Pick<DeskState, 'connection' | 'session'>,
): boolean {
  return one.connection === other.connection && one.session === other.session;
}

declare global {
  interface HTMLElementTagNameMap {
    'telebar-admin-view': AdminView;
  }
}
