import { expect } from '@open-wc/testing';
import { html } from 'lit';
import '../../../widget/elements/phone-bar/bar-content.ts';
import type { Supervision } from '../../../server/contract/supervision.ts';
import type { DeskState } from '../../../widget/live/desk.ts';
import { newsOf } from '../../../widget/elements/phone-bar/call-news.ts';
import { localizer } from '../../../widget/i18n/localizer.ts';
import { call, deskState, NOW } from '../support/desk-states.ts';
import {
  control,
  eventually,
  expectAccessible,
  find,
  findAll,
  press,
  settled,
  words,
} from '../support/shadow.ts';
import { onStage, type Stage } from '../support/stage.ts';

let stage: Stage;
afterEach(() => stage.dispose());

const supervision = (patch: Partial<Supervision> = {}): Supervision => ({
  agent: { id: 'agent-2', number: '1002', name: '韩梅梅' },
  ...{ callId: 'call-2', mode: 'listen', since: NOW, connected: true, ...patch },
});
function listening(patch: Partial<Supervision> = {}): DeskState {
  const state = deskState({}, { state: 'monitoring', role: 'leader' });
  return { ...state, snapshot: state.snapshot && { ...state.snapshot, supervision: supervision(patch) } };
}
async function show(state: DeskState, locale: 'en' | 'zh-CN' = 'en'): Promise<void> {
  stage = await onStage(html`<telebar-bar-content></telebar-bar-content>`, { state, locale });
  await eventually(() => find(stage.root, 'telebar-monitor-strip >> section'));
  await settled();
}
const strip = (): HTMLElement => find(stage.root, 'telebar-monitor-strip');
const radio = (mode: string): HTMLElement => find(stage.root, `telebar-monitor-strip >> [data-mode=${mode}]`);

describe("the leader's bar", () => {
  it('says whom the leader listens to and who hears the leader', async () => {
    await show(listening());
    expect(words(strip())).to.contain('Listening to 1002 韩梅梅');
    stage.desk.set(listening({ mode: 'whisper' }));
    await settled();
    expect(words(strip())).to.contain('Only 1002 韩梅梅 hears you');
    expect(radio('whisper').getAttribute('aria-checked')).to.equal('true');
    stage.desk.set(listening({ connected: false }));
    await settled();
    expect(words(strip())).to.contain('Calling your phone to listen to 1002');
    await expectAccessible(stage.root);
  });

  it('says when what is needed to stop could not be fetched, and fetches it again', async () => {
    const { need } = localizer;
    localizer.need = (...areas) =>
      areas.includes('supervision') ? Promise.reject(new Error('offline')) : need.apply(localizer, areas);
    try {
      stage = await onStage(html`<telebar-bar-content></telebar-bar-content>`, { state: listening() });
      const alert = await eventually(() => find(stage.root, '[role=alert].monitor'));
      expect(words(alert)).to.contain('This part could not be loaded');
    } finally {
      localizer.need = need;
    }
    control(stage.root, 'Try again').click();
    await eventually(() => find(stage.root, 'telebar-monitor-strip >> section'));
  });

  it('goes from one way to another, takes over and stops', async () => {
    await show(listening());
    radio('listen').click();
    radio('whisper').click();
    control(strip(), 'Take over').click();
    control(strip(), 'Stop').click();
    expect(stage.desk.sent).to.deep.equal([
      { command: 'whisper', args: ['agent-2'] },
      { command: 'takeOverCall', args: ['agent-2'] },
      { command: 'stopMonitoring', args: ['agent-2'] },
    ]);
  });

  it('is not heard by walking over the ways with the arrows', async () => {
    await show(listening());
    radio('listen').focus();
    press(radio('listen'), 'ArrowRight');
    press(radio('whisper'), 'ArrowRight');
    expect(strip().shadowRoot?.activeElement).to.equal(radio('barge'));
    expect(stage.desk.sent).to.deep.equal([]);
  });

  it('speaks Chinese', async () => {
    await show(listening({ mode: 'barge' }), 'zh-CN');
    expect(words(strip())).to.contain('强插 1002 韩梅梅').and.contain('耳语').and.contain('接管');
  });
});

describe("the agent's bar", () => {
  it('says which leader is in the call, if the team has it so', async () => {
    const state = deskState({}, { state: 'talking' }, [call()]);
    const monitored = [{ id: 'l', number: '1000', name: '赵敏', mode: 'whisper', since: NOW } as const];
    stage = await onStage(html`<telebar-bar-content></telebar-bar-content>`, { state });
    await settled();
    expect(findAll(stage.root, '.monitor')).to.deep.equal([]);
    const told = { ...state, snapshot: state.snapshot && { ...state.snapshot, monitored: [...monitored] } };
    stage.desk.set(told);
    await settled();
    expect(words(find(stage.root, '.monitor'))).to.equal('赵敏 speaks to you alone');
    expect(newsOf(localizer, state, told).spoken.map(({ text }) => text)).to.deep.equal([
      '赵敏 speaks to you alone',
    ]);
    await expectAccessible(stage.root);
  });

  it('has room for it: nothing of the call is pushed out of the card', async () => {
    const monitored = [
      {
        id: 'l',
        number: '1000',
        name: '赵敏 Zhao Min of the night shift',
        mode: 'whisper',
        since: NOW,
      } as const,
    ];
    const state = deskState({}, { state: 'talking' }, [call()]);
    stage = await onStage(html`<div style="width:320px"><telebar-bar-content></telebar-bar-content></div>`, {
      state: { ...state, snapshot: state.snapshot && { ...state.snapshot, monitored } },
    });
    await settled();
    const within = find(stage.root, 'telebar-call-stage').getBoundingClientRect().right;
    for (const part of ['telebar-quality-mark', '.cells'])
      expect(find(stage.root, `telebar-call-stage >> ${part}`).getBoundingClientRect().right).to.be.at.most(
        within,
      );
  });

  it('tells of a call that was taken over once, and by whom', () => {
    const by = { id: 'l', number: '1000', name: '赵敏' };
    const before = deskState({}, { state: 'talking' }, [call()]);
    const gone = call({ phase: 'ended', endedAt: NOW, endedBy: 'system', cause: 'taken-over' });
    const after = deskState({}, { state: 'acw', forced: { action: 'take-over', by, at: NOW } }, [gone]);
    expect(newsOf(localizer, before, after).notices.map(({ text }) => text)).to.deep.equal([
      '赵敏 has taken your call over.',
    ]);
  });

  it('says of what a leader has chosen for after the call that it follows, not that it is so', () => {
    const by = { id: 'l', number: '1000', name: '赵敏' };
    const before = deskState({}, { state: 'talking' }, [call()]);
    for (const [action, next, state] of [
      ['sign-out', { kind: 'sign-out' }, 'Signed out'],
      ['pause', { kind: 'pause', reasonId: 'lunch' }, 'Paused'],
      ['idle', { kind: 'idle' }, 'Idle'],
    ] as const) {
      const after = deskState({}, { state: 'talking', next, forced: { action, by, at: NOW } }, [call()]);
      expect(newsOf(localizer, before, after).notices.map(({ text }) => text)).to.deep.equal([
        `赵敏 has set your next state: ${state}.`,
      ]);
    }
  });

  it('says that calls which were not answered have paused the agent', () => {
    const pause = { reasonId: 'no-answer', since: NOW, missed: 3 };
    const after = deskState({}, { state: 'paused', pause });
    const said = 'You are paused: you did not answer 3 calls in a row. Resume to get calls again.';
    expect(newsOf(localizer, deskState(), after).notices.map(({ text }) => text)).to.deep.equal([said]);
    expect(newsOf(localizer, after, after).notices).to.deep.equal([]);
  });

  it('says who has done what to the agent', async () => {
    stage = await onStage(html`<telebar-bar-content></telebar-bar-content>`, { state: deskState() });
    const by = { id: 'l', number: '1000', name: '赵敏' };
    for (const [action, sentence] of [
      ['pause', '赵敏 has set your state: Paused.'],
      ['idle', '赵敏 has set your state: Idle.'],
      ['sign-out', '赵敏 has set your state: Signed out.'],
      ['hangup', '赵敏 has ended your call.'],
      ['take-over', '赵敏 has taken your call over.'],
    ] as const) {
      const after = deskState({}, { forced: { action, by, at: NOW } });
      expect(newsOf(localizer, deskState(), after).notices.map(({ text }) => text)).to.deep.equal([sentence]);
      expect(newsOf(localizer, after, after).notices).to.deep.equal([]);
    }
  });
});
