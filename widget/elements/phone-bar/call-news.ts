import type { CallView, DeskSnapshot } from '../../../server/contract/desk.ts';
import type { Texts } from '../../i18n/localizer.ts';
import { contactName, type Contacts } from '../../parts/contact-name.ts';
import { passedTo } from '../../live/call-parties.ts';
import type { DeskState } from '../../live/desk.ts';
import type { Notice } from '../../live/shell.ts';

/** Topic of the calls that the agent dials: how the newest one gets on takes the place of the one before. */
const DIAL = 'dial';

/** What leaders can bring an agent into. */
const STATES = { idle: 'idle', pause: 'paused', 'sign-out': 'signed-out' } as const;

/** What a change of the desk is worth telling: toasts for the eye, sentences for the screen reader. */
export interface News {
  notices: Omit<Notice, 'id'>[];
  /** For a live region; `urgent` interrupts. What has a notice is not said twice: notices are a live region too. */
  spoken: { text: string; urgent: boolean }[];
}

export function newsOf(text: Texts, before: DeskState, after: DeskState, contacts: Contacts = {}): News {
  const news: News = { notices: deviceNotices(text, before.phone.absent, after.phone.absent), spoken: [] };
  // The first snapshot after a login or a break is no news: it says what is, not what happened.
  if (before.snapshot === null || after.snapshot === null) return news;
  const known = new Map(before.snapshot.calls.map((call) => [call.id, call]));
  for (const call of after.snapshot.calls) {
    const was = known.get(call.id);
    if (was !== undefined) tellParties(text, was, call, contacts, news);
    if (was?.phase === call.phase) continue;
    const who = contactName(text, call, contacts);
    const notice = noticeOf(text, was, call, who, after.failures.dial?.details['callId']);
    const sentence = sentenceOf(text, call, who);
    if (notice !== null) news.notices.push({ topic: call.id, ...notice });
    else if (sentence !== '') news.spoken.push({ text: sentence, urgent: call.phase === 'offered' });
  }
  const present = new Set(after.snapshot.calls.map(({ id }) => id));
  for (const call of before.snapshot.calls) {
    if (call.phase === 'ended' || present.has(call.id)) continue;
    const who = contactName(text, call, contacts);
    news.notices.push({ text: text.t('toast.callGone', { number: who }), kind: 'warning', topic: call.id });
  }
  tellLeaders(text, before.snapshot, after.snapshot, news);
  const state = after.snapshot.agent.state;
  const silent = news.spoken.length === 0 && news.notices.length === 0;
  if (state !== before.snapshot.agent.state && silent) {
    news.spoken.push({ text: text.t('live.state', { state: text.t(`state.${state}`) }), urgent: false });
  }
  return news;
}

/** Who is asked, who has come, who has gone, while the call goes on. */
function tellParties(
  text: Texts,
  was: CallView,
  call: CallView,
  contacts: Contacts,
  { notices, spoken }: News,
): void {
  if (was.phase !== call.phase || (call.phase !== 'talking' && call.phase !== 'held')) return;
  for (const party of call.parties) {
    const before = was.parties.find(({ id }) => id === party.id);
    const { mutedBy } = party;
    if (party.self && mutedBy !== null && before?.mutedBy?.id !== mutedBy.id) {
      const who = mutedBy.name || mutedBy.number;
      notices.push({ text: text.t('toast.mutedBy', { who }), kind: 'warning', topic: 'muted' });
    }
    if (party.self || before?.state === party.state) continue;
    const who = contactName(text, party, contacts);
    const called = before?.state === 'ringing' || before?.state === 'dialling';
    if (party.state === 'gone') {
      // Taken back by the agent: no news.
      if (called && party.cause === 'cancelled') continue;
      notices.push(
        called && party.cause !== null
          ? {
              text: text.t('toast.dialFailed', { number: who, why: text.t(`cause.${party.cause}`) }),
              kind: 'warning',
              topic: party.id,
            }
          : { text: text.t('toast.partyLeft', { who }), kind: 'info', topic: party.id },
      );
    } else if (before === undefined && party.state !== 'talking') {
      spoken.push({ text: text.t('live.asking', { who }), urgent: false });
    } else if (called && party.state === 'talking') {
      spoken.push({ text: text.t('live.joined', { who }), urgent: false });
    }
  }
}

/** What has been done to the agent, by a leader or for calls that were not answered, and who is in the call since. */
function tellLeaders(
  text: Texts,
  before: DeskSnapshot,
  { agent, monitored }: DeskSnapshot,
  news: News,
): void {
  const { forced, pause } = agent;
  if (pause?.missed && before.agent.pause?.since !== pause.since) {
    news.notices.push({
      text: text.t('toast.paused.missed', { count: pause.missed }),
      kind: 'warning',
      topic: 'missed',
    });
  }
  if (forced !== null && forced.at !== before.agent.forced?.at) {
    const who = forced.by.name || forced.by.number;
    const { action } = forced;
    news.notices.push({
      text:
        action === 'hangup' || action === 'take-over'
          ? text.t(`toast.forced.${action}`, { who })
          : text.t(agent.next?.kind === action ? 'toast.forcedNext' : 'toast.forcedState', {
              who,
              state: text.t(`state.${STATES[action]}`),
            }),
      kind: 'warning',
      topic: 'forced',
    });
  }
  for (const { id, mode, name, number } of monitored) {
    if (before.monitored.some((was) => was.id === id && was.mode === mode)) continue;
    news.spoken.push({ text: text.t(`call.monitor.${mode}`, { who: name || number }), urgent: false });
  }
}

function passedOn(text: Texts, was: CallView | undefined, call: CallView): Pick<Notice, 'text' | 'kind'> {
  const to = passedTo(was, call);
  return {
    text:
      to === undefined
        ? text.t('toast.passedOnAway')
        : text.t('toast.passedOn', { who: to.name ?? to.number }),
    kind: 'success',
  };
}

type Absent = DeskState['phone']['absent'];

/** A chosen device was unplugged, or is there again. */
function deviceNotices(text: Texts, before: Absent, after: Absent): News['notices'] {
  return (['microphone', 'speaker', 'ring'] as const).flatMap((topic): News['notices'] => {
    const gone = after.includes(topic);
    if (gone === before.includes(topic)) return [];
    return gone
      ? [{ text: text.t(`device.${topic}Gone`), kind: 'warning', topic }]
      : [{ text: text.t(`device.${topic}Back`), kind: 'info', topic }];
  });
}

function noticeOf(
  text: Texts,
  was: CallView | undefined,
  call: CallView,
  who: string,
  /** The call whose refusal says already why it came to nothing. */
  told: unknown,
): (Pick<Notice, 'text' | 'kind'> & Partial<Pick<Notice, 'topic'>>) | null {
  const placed = call.direction === 'outbound' || (call.direction === 'internal' && was?.phase !== 'offered');
  switch (call.phase) {
    case 'dialling':
      return { text: text.t('toast.dialRequested', { number: who }), kind: 'info', topic: DIAL };
    case 'ringing':
      return { text: text.t('toast.dialRinging', { number: who }), kind: 'info', topic: DIAL };
    case 'talking':
      return placed && (was?.phase === 'ringing' || was?.phase === 'dialling')
        ? { text: text.t('toast.dialAnswered', { number: who }), kind: 'success', topic: DIAL }
        : null;
    case 'ended':
      if (call.cause === 'handed-over') return passedOn(text, was, call);
      // Of a call that was taken over it is told by whom.
      if (call.endedBy === 'agent' || call.cause === 'taken-over') return null;
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
            topic: DIAL,
          }
        : null;
    case 'offered':
    case 'held':
      return null;
  }
  return call.phase satisfies never;
}

function sentenceOf(text: Texts, call: CallView, who: string): string {
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
