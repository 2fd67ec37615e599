import { el, find, locale, preparePage, t } from './page.ts';

const hotline = '400100';
/** A second telephone outside. */
const another = '13900000002';

const seats = [
  { number: '1001', name: { en: 'Li Lei', 'zh-CN': '李雷' }, role: 'start.agent' },
  { number: '1002', name: { en: 'Han Meimei', 'zh-CN': '韩梅梅' }, role: 'start.agent' },
  { number: '1000', name: { en: 'Chen Jing', 'zh-CN': '陈静' }, role: 'start.leader' },
] as const;

/** Whether the browser gives the microphone at this address, and whether the server takes calls. */
async function warn(): Promise<void> {
  const show = (text: string): void => {
    const place = find('#warning');
    place.textContent = text;
    place.hidden = false;
  };
  if (!isSecureContext) {
    show(t('start.insecure'));
    return;
  }
  const alive = await fetch('/healthz').then(
    (response) => response.ok,
    () => false,
  );
  if (!alive) show(t('start.down'));
}

preparePage();
document.title = `Telebar · ${t('start.title')}`;
find('#step2').textContent = t('start.step2.text', hotline);
find('#admin').textContent = t('start.admin.text', 'demo', 'telebar-demo');
find('#phone').setAttribute('href', `./phone.html?dial=${hotline}&lang=${locale}`);
find('#agents').append(
  ...seats.map(({ number, name, role }) =>
    el(
      'a',
      {
        class: number === '1001' ? 'door primary' : 'door',
        href: `./crm.html?agent=${number}&lang=${locale}`,
        target: `telebar-crm-${number}`,
      },
      el('strong', {}, name[locale]),
      el('span', {}, `${number} · ${t(role)}`),
    ),
  ),
  el(
    'a',
    { class: 'door quiet', href: `./crm.html?lang=${locale}`, target: 'telebar-crm' },
    el('strong', {}, t('start.crm.form')),
    el('span', {}, t('start.crm.form.text', 'demo', 'telebar-demo')),
  ),
);
find('#others').append(
  el(
    'a',
    { class: 'door', href: `./crm.html?agent=1002&lang=${locale}`, target: 'telebar-crm-1002' },
    el('strong', {}, seats[1].name[locale]),
    el('span', {}, t('start.colleague')),
  ),
  el(
    'a',
    { class: 'door', href: `./phone.html?number=${another}&lang=${locale}`, target: 'telebar-phone-2' },
    el('strong', {}, another),
    el('span', {}, t('start.another')),
  ),
);
void warn();
