import type { TelebarApi, TelebarEventDetails, TelebarEventMap } from '../widget/index.ts';
import { el, find } from './page.ts';

const shownTypes = [
  'telebar-ready',
  'telebar-error',
  'telebar-connection',
  'telebar-agent-state',
  'telebar-call-offered',
  'telebar-call-ringing',
  'telebar-call-answered',
  'telebar-call-held',
  'telebar-call-resumed',
  'telebar-call-muted',
  'telebar-call-ended',
  'telebar-call-transferred',
  'telebar-consult-started',
  'telebar-consult-ended',
  'telebar-party-joined',
  'telebar-party-left',
  'telebar-monitor-started',
  'telebar-monitor-changed',
  'telebar-monitor-ended',
  'telebar-screen-pop',
  'telebar-dial-request',
  'telebar-wrapup-started',
  'telebar-wrapup-done',
] as const satisfies readonly (keyof TelebarEventMap)[];

const longest = 200;

/** The few words of a detail that a person wants to see in a line. */
function summary(detail: TelebarEventDetails[(typeof shownTypes)[number]]): string {
  const words: string[] = [];
  if ('from' in detail && 'to' in detail) words.push(`${detail.from ?? '–'} → ${detail.to}`);
  if ('supervision' in detail) words.push(detail.supervision.mode, detail.supervision.agent.name);
  if ('call' in detail) words.push(detail.call.direction, detail.call.number);
  if ('party' in detail) words.push(detail.party.name ?? detail.party.number);
  if ('outcome' in detail) words.push(detail.outcome);
  if ('cause' in detail && detail.cause !== null) {
    words.push(`${('endedBy' in detail && detail.endedBy) || ''} ${detail.cause}`.trim());
  }
  if ('muted' in detail) words.push(detail.muted ? 'muted' : 'unmuted');
  if ('number' in detail) words.push(detail.number, detail.source);
  if ('customers' in detail) words.push(detail.customers.map(({ name }) => name).join(', ') || 'unknown');
  if ('code' in detail) words.push(detail.code, detail.message);
  if ('endsAt' in detail && detail.endsAt !== null) {
    words.push(`${Math.round((detail.endsAt - detail.time) / 1000)} s`);
  }
  return words.join(' · ');
}

/** Writes every host event into the developer's panel; `openCustomer` is this CRM's own reaction to a call. */
export function showEvents(telebar: TelebarApi, openCustomer: (number: string) => void): void {
  const lines = find('#log-lines');
  const count = find('#log-count');
  const empty = find('#log-empty');
  let seen = 0;
  const update = (): void => {
    count.textContent = String(seen);
    empty.hidden = lines.childElementCount > 0;
  };
  for (const type of shownTypes) {
    telebar.on(type, (event) => {
      seen += 1;
      const { detail } = event;
      lines.prepend(
        el(
          'li',
          { 'data-type': type },
          el('time', {}, new Date(detail.time).toLocaleTimeString()),
          el('code', {}, type),
          el('span', {}, summary(detail)),
        ),
      );
      while (lines.childElementCount > longest) lines.lastElementChild?.remove();
      update();
    });
  }
  telebar.on('telebar-screen-pop', (event) => openCustomer(event.detail.call.number));
  find('#log-clear').addEventListener('click', () => {
    lines.replaceChildren();
    seen = 0;
    update();
  });
}
