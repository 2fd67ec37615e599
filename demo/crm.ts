import { customers, type CrmCustomer } from './crm-customers.ts';
import { showEvents } from './crm-event-log.ts';
import { el, find, locale, preparePage, t, theme } from './page.ts';

const agent = new URLSearchParams(location.search).get('agent');
const money = new Intl.NumberFormat(locale, {
  style: 'currency',
  currency: 'CNY',
  currencyDisplay: 'narrowSymbol',
  maximumFractionDigits: 0,
});
const day = new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric' });
const shown = (date: string) => day.format(new Date(`${date}T00:00:00`));
const plain = (number: string) => number.replace(/[^+0-9]/g, '');

let selected: CrmCustomer | null = null;

function status(customer: CrmCustomer): HTMLElement {
  return el('span', { class: `tag ${customer.status}` }, t(`crm.status.${customer.status}`));
}

/** The two ways in which pages mark numbers: a `tel:` link, and an attribute of their own. */
function telLink(number: string): HTMLElement {
  return el('a', { href: `tel:${plain(number)}`, class: 'tel' }, number);
}

function renderList(query: string): void {
  const words = query.trim().toLowerCase();
  const matching = customers.filter((customer) =>
    [customer.name[locale], customer.company[locale], plain(customer.mobile), customer.city[locale]].some(
      (text) => text.toLowerCase().includes(words),
    ),
  );
  find('#count').textContent = t('crm.count', matching.length);
  find('#none').hidden = matching.length > 0;
  find('#customers').replaceChildren(
    ...matching.map((customer) => {
      const [last] = customer.orders;
      const open = () => select(customer);
      return el(
        'tr',
        { 'aria-selected': String(customer === selected), click: open },
        el('td', {}, el('button', { type: 'button', class: 'plain', click: open }, customer.name[locale])),
        el('td', { class: 'wide company' }, customer.company[locale]),
        el('td', {}, telLink(customer.mobile)),
        el('td', { class: 'wide' }, customer.city[locale]),
        el('td', { class: 'wide number' }, last === undefined ? '' : shown(last.date)),
        el('td', {}, status(customer)),
      );
    }),
  );
}

function renderDetail(customer: CrmCustomer): void {
  const field = (label: string, value: Node | string) => [el('dt', {}, label), el('dd', {}, value)];
  find('#detail').replaceChildren(
    el(
      'header',
      {},
      el('h2', {}, customer.name[locale]),
      el('p', {}, `${customer.company[locale]} · ${customer.city[locale]} · ${customer.id}`),
    ),
    el(
      'dl',
      {},
      ...field(t('crm.mobile'), telLink(customer.mobile)),
      ...(customer.office === null
        ? []
        : field(
            t('crm.office'),
            el(
              'span',
              { 'data-phone': plain(customer.office), class: 'tel', tabindex: '0', role: 'button' },
              customer.office,
            ),
          )),
      ...field(t('crm.email'), customer.email),
    ),
    el(
      'p',
      { class: 'own-phone' },
      el(
        'a',
        {
          href: `./phone.html?number=${encodeURIComponent(plain(customer.mobile))}&lang=${locale}`,
          target: `telebar-phone-${customer.id}`,
        },
        t('crm.ownPhone'),
      ),
      t('crm.ownPhone.hint'),
    ),
    el('h3', {}, t('crm.notes')),
    el('p', { class: 'notes' }, customer.notes[locale]),
    el('h3', {}, t('crm.orders', customer.name[locale])),
    el(
      'table',
      { class: 'orders' },
      ...customer.orders.map((order) =>
        el(
          'tr',
          {},
          el('td', { class: 'number' }, order.id),
          el('td', {}, order.item[locale]),
          el('td', { class: 'number' }, shown(order.date)),
          el('td', { class: 'number amount' }, money.format(order.amount)),
        ),
      ),
    ),
  );
}

function select(customer: CrmCustomer): void {
  selected = customer;
  renderList(find<HTMLInputElement>('#search').value);
  renderDetail(customer);
}

function alertUser(text: string): void {
  const place = find('#alert');
  place.textContent = text;
  place.hidden = false;
}

/** What this CRM's own back end would do: sign a token for the user who is logged in here. */
async function mintToken(username: string): Promise<string> {
  const response = await fetch('/api/v1/demo/token', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username }),
  });
  const body = (await response.json()) as { token?: string; detail?: string };
  if (!response.ok || body.token === undefined) throw new Error(body.detail ?? String(response.status));
  return body.token;
}

/** Resolves when the async script tag has run. */
function telebarLoaded(): Promise<void> {
  if ('Telebar' in window) return Promise.resolve();
  return new Promise((done, fail) => {
    const tag = find<HTMLScriptElement>('script[src$="telebar.js"]');
    tag.addEventListener('load', () => done());
    tag.addEventListener('error', () => fail(new Error(t('crm.loadFailed'))));
  });
}

async function startTelebar(): Promise<void> {
  await telebarLoaded();
  showEvents(window.Telebar, (customerNumber) => {
    const known = customers.find((customer) => plain(customer.mobile) === plain(customerNumber));
    if (known !== undefined) select(known);
  });
  await window.Telebar.init({
    locale,
    theme,
    ...(agent === null ? {} : { getToken: () => mintToken(agent) }),
  });
}

preparePage();
document.title = `${t('crm.product')} · ${t('crm.customers')}${agent === null ? '' : ` · ${agent}`}`;
find<HTMLInputElement>('#search').placeholder = t('crm.search');
find('#search').addEventListener('input', (event) => renderList((event.target as HTMLInputElement).value));
if (agent !== null) {
  find('#user').textContent = t('crm.signedAs', agent);
  find('#user').hidden = false;
}
const [first] = customers;
if (first !== undefined) select(first);
startTelebar().catch((error: unknown) => {
  alertUser(t('crm.ssoFailed', error instanceof Error ? error.message : String(error)));
});
