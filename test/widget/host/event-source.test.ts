import { expect } from '@open-wc/testing';
import type { TelebarEvent, EventStamp } from '../../../widget/events/telebar-event.ts';
import { EventSource } from '../../../widget/host/event-source.ts';
import { createStamp } from '../../../widget/host/stamp.ts';
import { newsOf } from '../../../widget/elements/phone-bar/call-news.ts';
import { localizer } from '../../../widget/i18n/localizer.ts';
import type { Supervision } from '../../../server/contract/supervision.ts';
import type { CallView, Party } from '../../../server/contract/desk.ts';
import { anonymous, asked, call, deskState, offered, party, self, NOW } from '../support/desk-states.ts';
import { FakeDesk } from '../support/fake-desk.ts';
import { MemoryStorage } from '../support/memory-storage.ts';

type Heard = TelebarEvent<EventStamp & Record<string, unknown>>;

/** A page with its memory; `reload` makes the next page on the same memory. */
class Page {
  readonly desk: FakeDesk;
  readonly heard: Heard[] = [];
  readonly #source: EventSource;
  readonly #storage: MemoryStorage;

  constructor(storage = new MemoryStorage(), state = anonymous) {
    this.desk = new FakeDesk(state);
    this.#storage = storage;
    const dispatch = (event: Event): void => void this.heard.push(event as Heard);
    this.#source = new EventSource(this.desk, createStamp(this.desk), dispatch, { server: 'test', storage });
  }

  /** The types that were heard since the last look. */
  types(): string[] {
    return this.heard.splice(0).map(({ type }) => type.replace('telebar-', ''));
  }

  reload(): Page {
    this.#source.dispose();
    return new Page(this.#storage);
  }
}

function withSupervision(supervision: Supervision | null) {
  const state = deskState();
  return { ...state, snapshot: state.snapshot && { ...state.snapshot, supervision } };
}

describe('the DOM events', () => {
  beforeEach(() => localizer.use('en'));

  it('tell a queue call step by step, each step once', () => {
    const page = new Page(undefined, deskState());
    page.desk.set(deskState());
    page.types();
    const steps = [
      { calls: [offered()], type: ['call-offered'] },
      { calls: [call()], type: ['call-answered'] },
      { calls: [call({ name: 'Wang' })], type: [] },
      { calls: [call({ phase: 'held', since: NOW - 3000 })], type: ['call-held'] },
      { calls: [call({ since: NOW - 2000 })], type: ['call-resumed'] },
      { calls: [call({ since: NOW - 2000, muted: true })], type: ['call-muted'] },
      { calls: [call({ since: NOW - 2000 })], type: ['call-muted'] },
      { calls: [call({ phase: 'ended', endedAt: NOW, cause: 'normal' })], type: ['call-ended'] },
      { calls: [], type: [] },
    ];
    for (const { calls, type } of steps) {
      page.desk.set(deskState({}, {}, calls));
      expect(page.types()).to.deep.equal(type);
    }
  });

  it('tell whom the agent asks, who comes and who goes, each once', () => {
    const aside = self({ place: 'consult' });
    const customer = (state: Party['state']) => party({ state, held: state === 'held' });
    const ringing = call({ parties: [customer('held'), aside, asked()] });
    const talking = call({ parties: [customer('held'), aside, asked({ state: 'talking', since: NOW })] });
    const together = call({
      parties: [customer('talking'), self(), asked({ state: 'talking', place: 'main', since: NOW })],
    });
    const left = call({
      parties: [customer('talking'), self(), asked({ state: 'gone', place: 'main', cause: 'normal' })],
    });
    const steps: [CallView, string[]][] = [
      [call(), []],
      [ringing, ['consult-started']],
      [talking, ['party-joined']],
      [call({ parties: [customer('talking'), self(), asked({ state: 'held', since: NOW + 1 })] }), []],
      [talking, []],
      [together, ['consult-ended']],
      [left, ['party-left']],
      [call(), []],
    ];
    let page = new Page(undefined, deskState());
    page.desk.set(deskState({}, {}, [call()]));
    page.types();
    const seen = new Set<string>();
    for (const [shown, types] of steps) {
      page.desk.set(deskState({}, {}, [shown]));
      for (const { detail } of page.heard) {
        expect(seen.has(detail.id)).to.equal(false);
        seen.add(detail.id);
      }
      expect(page.types()).to.deep.equal(types);
      page = page.reload();
      page.desk.set(deskState({}, {}, [shown]));
      expect(page.types().filter((type) => type !== 'connection')).to.deep.equal([]);
    }
  });

  it('tell how a consult ended: by a transfer, with the others, or with nothing', () => {
    const before = call({ parties: [party({ state: 'held' }), self({ place: 'consult' }), asked()] });
    const handed = { phase: 'ended', endedAt: NOW, cause: 'handed-over', endedBy: 'agent' } as const;
    const endings: [CallView, string, string | null, string[]][] = [
      [
        call({ ...handed, parties: [party(), self({ state: 'gone' }), asked({ place: 'main' })] }),
        'transfer',
        null,
        ['consult-ended', 'call-transferred', 'call-ended'],
      ],
      [call({ parties: [party(), self(), asked({ place: 'main' })] }), 'conference', null, ['consult-ended']],
      [
        call({ parties: [party(), self(), asked({ state: 'gone', cause: 'busy' })] }),
        'over',
        'busy',
        ['consult-ended'],
      ],
    ];
    for (const [after, outcome, cause, types] of endings) {
      const page = new Page(undefined, deskState());
      page.desk.set(deskState({}, {}, [before]));
      page.types();
      page.desk.set(deskState({}, {}, [after]));
      expect(page.heard[0]?.detail).to.include({ outcome, cause });
      if (outcome === 'transfer') expect(page.heard[1]?.detail['to']).to.include({ id: 'party-colleague' });
      expect(page.types()).to.deep.equal(types);
    }
  });

  const handed = { phase: 'ended', endedAt: NOW, cause: 'handed-over', endedBy: 'agent' } as const;
  const third = party({ id: 'party-third', legId: 'leg-third', agentId: 'agent-3', number: '1003' });
  const outside = (patch: Partial<Party>) =>
    asked({ id: 'party-outside', legId: 'leg-outside', agentId: null, number: '13900000009', ...patch });
  const away = self({ state: 'gone' });

  it('tell to whom the call was passed on: who was asked, who has come for it, or the agent who is left', () => {
    const consulting = [third, party(), self({ place: 'consult' })];
    const cases: [Party[], Party[], string | undefined][] = [
      [[...consulting, asked()], [third, party(), away, asked({ place: 'main' })], 'party-colleague'],
      [[...consulting, outside({})], [third, party(), away, outside({ place: 'main' })], 'party-outside'],
      [[third, party(), self()], [third, party(), away, outside({ place: 'main' })], 'party-outside'],
      [[third, party(), self()], [third, party(), away, asked({ place: 'main' })], 'party-colleague'],
      [[third, party(), self()], [third, party(), away], 'party-third'],
      [[party(), self()], [party(), away], undefined],
    ];
    for (const [before, after, to] of cases) {
      const page = new Page(undefined, deskState());
      const was = deskState({}, {}, [call({ parties: before })]);
      const is = deskState({}, {}, [call({ ...handed, parties: after })]);
      page.desk.set(was);
      page.types();
      page.desk.set(is);
      const told = page.heard.find(({ type }) => type === 'telebar-call-transferred');
      expect((told?.detail['to'] as Party | null)?.id).to.equal(to);
      const shown = after.find(({ id }) => id === to);
      const sentence =
        shown === undefined
          ? 'The call was passed on.'
          : `The call was passed on to ${shown.name ?? shown.number}.`;
      expect(newsOf(localizer, was, is).notices.map(({ text }) => text)).to.deep.equal([sentence]);
    }
  });

  it('tell that the next of a group is asked after that the one before is not, and nothing of being back', () => {
    const asking = { group: { id: 'sales', name: 'Sales' }, since: NOW };
    const aside = [party({ state: 'held' }), self({ place: 'consult' })];
    const next = asked({ id: 'party-next', legId: 'leg-next', agentId: 'agent-3' });
    const declined = asked({ state: 'gone', cause: 'rejected' });
    const cases: [Party[], string[]][] = [
      [
        [...aside, declined, next],
        ['consult-ended', 'consult-started'],
      ],
      [
        [...aside, next],
        ['consult-ended', 'consult-started'],
      ],
      [[...aside, declined], ['consult-ended']],
    ];
    for (const [after, types] of cases) {
      const page = new Page(undefined, deskState());
      page.desk.set(deskState({}, {}, [call({ asking, parties: [...aside, asked()] })]));
      page.types();
      page.desk.set(deskState({}, {}, [call({ asking, parties: after })]));
      expect(page.heard[0]?.detail).to.include({ outcome: 'next' });
      expect(page.types()).to.deep.equal(types);
    }
  });

  it('tell a leader that the listening has begun when the telephone is there, how it changes, and that it is over', () => {
    const supervision: Supervision = {
      agent: { id: 'agent-2', number: '1002', name: 'Han' },
      ...{ callId: 'call-2', mode: 'listen', since: NOW, connected: true },
    };
    const steps: [Supervision | null, string[]][] = [
      [null, []],
      [{ ...supervision, connected: false }, []],
      [supervision, ['monitor-started']],
      [{ ...supervision, mode: 'whisper' }, ['monitor-changed']],
      [{ ...supervision, mode: 'barge' }, ['monitor-changed']],
      [{ ...supervision, connected: false }, ['monitor-changed']],
      [supervision, []],
      [{ ...supervision, since: NOW + 1 }, ['monitor-ended', 'monitor-started']],
      [null, ['monitor-ended']],
      [{ ...supervision, since: NOW + 2, connected: false }, []],
      [null, []],
    ];
    let page = new Page(undefined, deskState());
    for (const [shown, types] of steps) {
      page.desk.set(withSupervision(shown));
      expect(page.types().filter((type) => type.startsWith('monitor'))).to.deep.equal(types);
      page = page.reload();
      page.desk.set(withSupervision(shown));
      expect(page.types().filter((type) => type.startsWith('monitor'))).to.deep.equal([]);
    }
  });

  it('tell an outbound call that rings and is not answered', () => {
    const page = new Page(undefined, deskState());
    page.desk.set(deskState());
    page.types();
    const dialling = { direction: 'outbound', answeredAt: null } as const;
    page.desk.set(deskState({}, {}, [call({ ...dialling, phase: 'dialling' })]));
    page.desk.set(deskState({}, {}, [call({ ...dialling, phase: 'ringing', since: NOW })]));
    const ended = call({ ...dialling, phase: 'ended', endedBy: 'customer', cause: 'no-answer' });
    page.desk.set(deskState({}, {}, [ended]));
    const [, last] = page.heard;
    expect(last?.detail).to.include({ endedBy: 'customer', cause: 'no-answer' });
    expect(page.types()).to.deep.equal(['call-ringing', 'call-ended']);
  });

  it('are stamped: version, unique id, growing sequence, server time', () => {
    const page = new Page();
    page.desk.set(deskState({ clockOffsetMs: 60_000 }, {}, [offered()]));
    page.desk.set(deskState({ clockOffsetMs: 60_000 }, {}, [call()]));
    const stamps = page.heard.map(({ detail }) => detail);
    expect(stamps.map(({ sequence }) => sequence)).to.deep.equal(stamps.map((_, index) => index + 1));
    expect(new Set(stamps.map(({ id }) => id)).size).to.equal(stamps.length);
    expect(stamps.every(({ version, time }) => version === 1 && time > Date.now() + 50_000)).to.equal(true);
    expect(page.heard.every(({ bubbles, composed }) => bubbles && composed)).to.equal(true);
  });

  it('do not come again after a reload, and tell what happened in between', () => {
    const page = new Page();
    page.desk.set(deskState({}, {}, [call()]));
    expect(page.types()).to.deep.equal(['connection', 'agent-state', 'call-answered']);
    const same = page.reload();
    same.desk.set(deskState({}, {}, [call()]));
    expect(same.types()).to.deep.equal(['connection']);
    const later = same.reload();
    later.desk.set(deskState({}, { state: 'acw', acw: { callId: 'call-1', since: NOW, endsAt: null } }));
    expect(later.types()).to.deep.equal(['connection', 'agent-state', 'wrapup-started', 'call-ended']);
  });

  it('begin anew for another agent and after a logout', () => {
    const page = new Page();
    page.desk.set(deskState({}, {}, [call()]));
    page.desk.set(anonymous);
    page.types();
    page.desk.set(deskState({}, { id: 'agent-2' }, [call()]));
    expect(page.types()).to.deep.equal(['connection', 'agent-state', 'call-answered']);
  });

  it('tell the state of the agent with its reason, and after-call work', () => {
    const page = new Page(undefined, deskState());
    page.desk.set(deskState({}, { state: 'idle' }));
    page.types();
    page.desk.set(deskState({}, { state: 'paused', pause: { reasonId: 'lunch', since: NOW } }));
    expect(page.heard[0]?.detail).to.include({ from: 'idle', to: 'paused', reason: 'lunch' });
    page.desk.set(deskState({}, { state: 'acw', acw: { callId: 'call-1', since: NOW, endsAt: NOW + 9 } }));
    page.desk.set(deskState({}, { state: 'idle' }));
    expect(page.types()).to.deep.equal([
      'agent-state',
      'agent-state',
      'wrapup-started',
      'agent-state',
      'wrapup-done',
    ]);
  });

  it('tell the reason and the notes of after-call work, as far as they were noted down', () => {
    const page = new Page(undefined, deskState());
    page.desk.set(deskState());
    page.types();
    const acw = { callId: 'call-1', since: NOW, endsAt: null };
    const label = { en: 'Order', 'zh-CN': '订购' };
    const noted = { callId: 'call-1', reasonId: 'order', label, notes: '', agentNumber: '1001', at: NOW };
    page.desk.set(deskState({}, { state: 'acw', acw, wrapUp: noted }));
    const [, started] = page.heard;
    expect(started?.detail).to.deep.include({ callId: 'call-1', reason: 'order', label, notes: '' });
    page.desk.set(deskState({}, { state: 'idle', wrapUp: { ...noted, notes: '20 more' } }));
    expect(page.heard.at(-1)?.detail).to.deep.include({ reason: 'order', label, notes: '20 more' });
    page.desk.set(deskState({}, { state: 'acw', acw: { ...acw, callId: 'call-2' } }));
    page.desk.set(deskState({}, { state: 'dialling' }));
    expect(page.heard.at(-1)?.detail).to.deep.include({ callId: 'call-2', reason: null, notes: '' });
  });

  it('tell each refusal once', () => {
    const page = new Page(undefined, deskState());
    const failure = { code: 'agent-busy', message: '', retryable: false, details: {} } as const;
    page.desk.patch({ failures: { dial: failure } });
    page.desk.patch({ failures: { dial: failure } });
    expect(page.heard[0]?.detail).to.include({ code: 'agent-busy', command: 'dial' });
    expect(page.types()).to.deep.equal(['error']);
  });

  it('tell quality only of a call in progress', () => {
    const page = new Page(undefined, deskState({}, {}, [call()]));
    const quality = { mos: 4.2, roundTripMs: 40, jitterMs: 2, lossIn: 0 };
    page.desk.patch({ quality });
    expect(page.heard[0]?.detail).to.include({ callId: 'call-1', mos: 4.2 });
    page.types();
    page.desk.set(deskState({ quality }));
    page.desk.patch({ quality: { ...quality } });
    expect(page.types().filter((type) => type === 'quality')).to.deep.equal([]);
  });
});
