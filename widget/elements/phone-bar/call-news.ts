import type { CallView } from '../../../server/contract/desk.ts';
import type { Localizer } from '../../i18n/localizer.ts';
import { contactName, type Contacts } from '../../parts/contact-name.ts';
import type { DeskState } from '../../live/desk.ts';
import type { Notice } from '../../live/shell.ts';

/** What a change of the desk is worth telling: toasts for the eye, sentences for the screen reader. */
export interface News {
  notices: Omit<Notice, 'id'>[];
  /** For a live region; `urgent` interrupts. What has a notice is not said twice: notices are a live region too. */
  spoken: { text: string; urgent: boolean }[];
}

export function newsOf(text: Localizer, before: DeskState, after: DeskState, contacts: Contacts = {}): News {
  const news: News = { notices: deviceNotices(text, before.phone.absent, after.phone.absent), spoken: [] };
  // The first snapshot after a login or a break is no news: it says what is, not what happened.
  if (before.snapshot === null || after.snapshot === null) return news;
  const known = new Map(before.snapshot.calls.map((call) => [call.id, call]));
  for (const call of after.snapshot.calls) {
    const was = known.get(call.id);
    if (was?.phase === call.phase) continue;
    const who = contactName(text, call, contacts);
    const notice = noticeOf(text, was, call, who, after.failures.dial?.details['callId']);
    const sentence = sentenceOf(text, call, who);
    if (notice !== null) news.notices.push({ ...notice, topic: call.id });
    else if (sentence !== '') news.spoken.push({ text: sentence, urgent: call.phase === 'offered' });
  }
  const present = new Set(after.snapshot.calls.map(({ id }) => id));
  for (const call of before.snapshot.calls) {
    if (call.phase === 'ended' || present.has(call.id)) continue;
    const who = contactName(text, call, contacts);
    news.notices.push({ text: text.t('toast.callGone', { number: who }), kind: 'warning', topic: call.id });
  }
  const state = after.snapshot.agent.state;
  const silent = news.spoken.length === 0 && news.notices.length === 0;
  if (state !== before.snapshot.agent.state && silent) {
    news.spoken.push({ text: text.t('live.state', { state: text.t(`state.${state}`) }), urgent: false });
  }
  return news;
}

type Absent = DeskState['phone']['absent'];

/** A chosen device was unplugged, or is there again. */
function deviceNotices(text: Localizer, before: Absent, after: Absent): News['notices'] {
  return (['microphone', 'speaker', 'ring'] as const).flatMap((topic): News['notices'] => {
    const gone = after.includes(topic);
    if (gone === before.includes(topic)) return [];
    return gone
      ? [{ text: text.t(`device.${topic}Gone`), kind: 'warning', topic }]
      : [{ text: text.t(`device.${topic}Back`), kind: 'info', topic }];
  });
}

function noticeOf(
  text: Localizer,
  was: CallView | undefined,
  call: CallView,
  who: string,
  /** The call whose refusal says already why it came to nothing. */
  told: unknown,
): Pick<Notice, 'text' | 'kind'> | null {
  const placed = call.direction === 'outbound' || (call.direction === 'internal' && was?.phase !== 'offered');
  switch (call.phase) {
    case 'dialling':
      return { text: text.t('toast.dialRequested', { number: who }), kind: 'info' };
    case 'ringing':
      return { text: text.t('toast.dialRinging', { number: who }), kind: 'info' };
    case 'talking':
      return placed && (was?.phase === 'ringing' || was?.phase === 'dialling')
        ? { text: text.t('toast.dialAnswered', { number: who }), kind: 'success' }
        : null;
    case 'ended':
      if (call.endedBy === 'agent') return null;
      if (call.answeredAt !== null) {
        // People who hang up say good-bye; a line that breaks does not.
        return call.cause === null || call.cause === 'normal'
          ? null
          : {
              text: text.t('toast.dialFailed', { number: who, why: text.t(`cause.${call.cause}`) }),
              kind: 'error',
            };
      }
      if (was?.phase === 'offered') return { text: text.t('toast.missed', { number: who }), kind: 'warning' };
      return placed && was !== undefined && call.cause !== null && told !== call.id
        ? {
            text: text.t('toast.dialFailed', { number: who, why: text.t(`cause.${call.cause}`) }),
            kind: 'error',
          }
        : null;
    case 'offered':
    case 'held':
      return null;
  }
  return call.phase satisfies never;
}

function sentenceOf(text: Localizer, call: CallView, who: string): string {
  switch (call.phase) {
    case 'offered':
      return call.group === null
        ? text.t('live.incoming', { who })
        : text.t('live.incomingQueue', { who, queue: call.group.name });
    case 'dialling':
      return '';
    case 'ringing':
      return text.t('live.ringing', { who });
    case 'talking':
      return text.t('live.talking', { who });
    case 'held':
      return text.t('live.held', { who });
    case 'ended':
      return text.t('live.ended', { who });
  }
  return call.phase satisfies never;
}
