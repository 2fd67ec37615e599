import { clock, el, find, preparePage, t } from './page.ts';
import { LineRefused, PhoneLine, type PhoneState } from './phone-line.ts';
import { RingTone } from './ring-tone.ts';
import type { TextKey } from './texts.ts';

const hotline = '400100';
/** The first is in the demo's customer book, so that its card opens filled in; the last is not. */
const ownNumbers = [
  { number: '13800138001', note: 'phone.known' },
  { number: '13800138002', note: 'phone.known' },
  { number: '13900139000', note: 'phone.unknown' },
] as const;
const shortcuts = [
  { number: hotline, note: 'phone.hotline' },
  { number: '1001', note: 'phone.direct' },
  { number: '1002', note: 'phone.direct' },
] as const;

const asked = new URLSearchParams(location.search);
const line = new PhoneLine();
const tone = new RingTone();
const input = (selector: string) => find<HTMLInputElement>(selector);

let ownNumber = '';
/** Digits typed in the call that is going on. */
let sent = '';

function isText(key: string): key is TextKey {
  try {
    return t(key as TextKey) !== '';
  } catch {
    return false;
  }
}

function notice(text: string | null, action?: { label: string; run: () => void }): void {
  const place = find('#notice');
  place.hidden = text === null;
  find('#notice span').textContent = text ?? '';
  const button = find<HTMLButtonElement>('#notice-action');
  button.hidden = action === undefined;
  button.textContent = action?.label ?? '';
  button.onclick = action?.run ?? null;
}

async function switchOn(number: string): Promise<void> {
  ownNumber = number;
  notice(null);
  try {
    await line.switchOn(number);
  } catch (error) {
    const text =
      error instanceof LineRefused ? (error.status === 404 ? t('phone.noDemo') : error.message) : null;
    notice(text ?? t('phone.noServer'));
    return;
  }
  const address = new URL(location.href);
  address.searchParams.set('number', number);
  history.replaceState(null, '', address);
}

function showTrouble(state: PhoneState): void {
  if (state.line === 'displaced') {
    notice(t('phone.displaced'), { label: t('phone.again'), run: () => void switchOn(ownNumber) });
  } else if (state.line === 'refused') {
    notice(t('phone.refused'), { label: t('phone.mic.again'), run: () => void switchOn(ownNumber) });
  } else if (state.line !== 'off' && (state.microphone === 'refused' || state.microphone === 'missing')) {
    notice(t(`phone.mic.${state.microphone}`), {
      label: t('phone.mic.again'),
      run: () => void line.prepareMicrophone(),
    });
  } else if (state.line !== 'off') {
    notice(null);
  }
}

function lineText(state: PhoneState): string {
  switch (state.line) {
    case 'connecting':
      return t('phone.connecting');
    case 'ready':
      return t('phone.ready');
    case 'lost':
      return t('phone.lost');
    case 'off':
    case 'refused':
    case 'displaced':
      return '';
  }
}

function phaseText(leg: NonNullable<PhoneState['leg']>): string {
  if (leg.phase === 'established') return t('phone.connected');
  if (leg.direction === 'incoming')
    return leg.phase === 'ringing' ? t('phone.incoming') : t('phone.connecting');
  return leg.phase === 'ringing' ? t('phone.ringing') : t('phone.calling');
}

function showCall(leg: NonNullable<PhoneState['leg']>, state: PhoneState): void {
  const incoming = leg.direction === 'incoming' && leg.phase === 'ringing';
  find('#who').textContent = leg.remoteNumber;
  find('#phase').textContent = phaseText(leg);
  find('#talk').dataset['phase'] = incoming ? 'incoming' : leg.phase;
  find('#offer').hidden = !incoming;
  find('#controls').hidden = incoming;
  const established = leg.phase === 'established';
  for (const id of ['#mute', '#keys']) find<HTMLButtonElement>(id).disabled = !established;
  const mute = find('#mute');
  mute.setAttribute('aria-pressed', String(leg.muted));
  mute.setAttribute('aria-label', t(leg.muted ? 'phone.unmute' : 'phone.mute'));
  mute.title = t(leg.muted ? 'phone.unmute' : 'phone.mute');
  const { quality } = state;
  find('#quality').textContent = !established
    ? ''
    : quality === null
      ? t('phone.quality.none')
      : t(
          'phone.quality.value',
          quality.mos?.toFixed(1) ?? '–',
          quality.roundTripMs === null ? '–' : Math.round(quality.roundTripMs),
          quality.lossIn === null ? '–' : (quality.lossIn * 100).toFixed(1),
        );
}

function render(state: PhoneState): void {
  const { leg } = state;
  find('#setup').hidden = state.line !== 'off';
  find('#home').hidden = state.line === 'off' || leg !== null;
  find('#talk').hidden = leg === null;
  find('#line').textContent = lineText(state);
  find('.phone').dataset['line'] = state.line;
  find('#change').textContent = ownNumber;
  find<HTMLButtonElement>('#call').disabled = state.line !== 'ready' || state.microphone !== 'ready';
  showTrouble(state);
  if (leg === null) {
    sent = '';
    find('#call-keys').hidden = true;
    find('#keys').setAttribute('aria-expanded', 'false');
    const key = `phone.ended.${state.ended ?? ''}`;
    find('#last').textContent = state.ended === null ? '' : isText(key) ? t(key) : t('phone.ended');
    tone.play(null);
  } else {
    showCall(leg, state);
    tone.play(leg.phase !== 'ringing' ? null : leg.direction === 'incoming' ? 'bell' : 'ringback');
  }
  find('#sent').textContent = sent;
  tick();
}

function tick(): void {
  find('#clock').textContent = new Date().toTimeString().slice(0, 5);
  const { talkingSince } = line.state;
  find('#timer').textContent = talkingSince === null ? '' : clock(Date.now() - talkingSince);
}

function keypad(press: (digit: string) => void): HTMLElement[] {
  const letters: Record<string, string> = {
    2: 'ABC',
    3: 'DEF',
    4: 'GHI',
    5: 'JKL',
    6: 'MNO',
    7: 'PQRS',
    8: 'TUV',
    9: 'WXYZ',
    0: '+',
  };
  return '123456789*0#'
    .split('')
    .map((digit) =>
      el(
        'button',
        { type: 'button', class: 'key', 'aria-label': digit, click: () => press(digit) },
        digit,
        el('small', {}, letters[digit] ?? ''),
      ),
    );
}

function typeDigit(digit: string): void {
  input('#number').value += digit;
}

function sendDigit(digit: string): void {
  line.sendDigit(digit);
  sent += digit;
  find('#sent').textContent = sent;
}

function dial(number: string): void {
  const digits = number.replace(/[^+*#0-9]/g, '');
  if (digits === '') return;
  line.call(digits).catch((error: unknown) => {
    notice(error instanceof Error ? error.message : String(error));
  });
}

preparePage();
document.title = `Telebar · ${t('phone.title')}`;
find('#choices').append(
  ...ownNumbers.map(({ number, note }) =>
    el(
      'button',
      {
        type: 'button',
        click: () => {
          input('#own').value = number;
        },
      },
      el('strong', {}, number),
      el('small', {}, t(note)),
    ),
  ),
);
find('#shortcuts').append(
  ...shortcuts.map(({ number, note }) =>
    el(
      'button',
      {
        type: 'button',
        click: () => {
          input('#number').value = number;
        },
      },
      el('small', {}, t(note)),
      el('strong', {}, number),
    ),
  ),
);
find('#dial-keys').append(...keypad(typeDigit));
find('#call-keys').append(...keypad(sendDigit));
input('#own').value = asked.get('number') ?? ownNumbers[0].number;
input('#number').value = asked.get('dial') ?? hotline;

find('#setup').addEventListener('submit', (event) => {
  event.preventDefault();
  const number = input('#own').value.replace(/[ ().-]/g, '');
  const valid = /^\+?\d{3,20}$/.test(number);
  find('#own-error').hidden = valid;
  if (valid) void switchOn(number);
});
find('#home').addEventListener('submit', (event) => {
  event.preventDefault();
  dial(input('#number').value);
});
find('#erase').addEventListener('click', () => {
  input('#number').value = input('#number').value.slice(0, -1);
});
find('#change').addEventListener('click', () => void line.switchOff());
find('#answer').addEventListener('click', () => {
  line.answer().catch((error: unknown) => notice(error instanceof Error ? error.message : String(error)));
});
find('#decline').addEventListener('click', () => line.decline());
find('#hangup').addEventListener('click', () => line.hangup());
find('#mute').addEventListener('click', () => line.setMuted(line.state.leg?.muted !== true));
find('#keys').addEventListener('click', () => {
  const keys = find('#call-keys');
  keys.hidden = !keys.hidden;
  find('#keys').setAttribute('aria-expanded', String(!keys.hidden));
});

line.subscribe(render);
setInterval(tick, 500);
const own = asked.get('number');
if (own !== null && /^\+?\d{3,20}$/.test(own)) void switchOn(own);
