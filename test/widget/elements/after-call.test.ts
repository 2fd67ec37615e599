import { expect } from '@open-wc/testing';
import { html } from 'lit';
import type { AgentView } from '../../../server/contract/desk.ts';
import type { DeskState } from '../../../widget/live/desk.ts';
import '../../../widget/elements/phone-bar/bar-content.ts';
import { NOW, call, deskState } from '../support/desk-states.ts';
import {
  control,
  eventually,
  expectAccessible,
  find,
  findAll,
  input,
  settled,
  type,
  words,
} from '../support/shadow.ts';
import { onStage, type Stage } from '../support/stage.ts';

const acw = { callId: 'call-1', since: NOW, endsAt: NOW + 30_000 };
const ended = call({ phase: 'ended', endedAt: NOW, endedBy: 'customer', cause: 'normal' });
const noted = {
  callId: 'call-1',
  reasonId: 'order',
  label: { en: 'Order', 'zh-CN': '订购' },
  notes: '20 more',
  agentNumber: '1001',
  at: NOW,
};

const afterCall = (patch: Partial<AgentView> = {}): DeskState =>
  deskState({}, { state: 'acw', acw, ...patch }, [ended]);

function withReasons(count: number): DeskState {
  const state = afterCall();
  if (state.snapshot === null) return state;
  const wrapUpReasons = Array.from({ length: count }, (_, index) => ({
    id: `reason-${index}`,
    label: { en: `Reason ${index}`, 'zh-CN': `原因 ${index}` },
  }));
  return { ...state, snapshot: { ...state.snapshot, team: { ...state.snapshot.team, wrapUpReasons } } };
}

let stage: Stage;
afterEach(() => {
  stage.dispose();
  sessionStorage.clear();
});

async function show(
  state = afterCall(),
  layout: 'card' | 'strip' = 'card',
  locale: 'en' | 'zh-CN' = 'en',
): Promise<void> {
  stage = await onStage(html`<telebar-bar-content layout=${layout}></telebar-bar-content>`, {
    state,
    locale,
  });
  if (state.snapshot?.agent.acw) await eventually(() => find(stage.root, 'telebar-after-call >> form'));
  await settled();
}
const reason = (label: string): HTMLInputElement => {
  const chip = findAll(stage.root, 'telebar-after-call >> .chip').find((each) => words(each) === label);
  const radio = chip?.querySelector('input');
  if (!radio) throw new Error(`no reason ${label}`);
  return radio;
};
const notes = (): HTMLTextAreaElement => {
  const area = find(stage.root, 'textarea[name=notes]');
  if (!(area instanceof HTMLTextAreaElement)) throw new Error('no notes');
  return area;
};
const finish = (): HTMLElement => find(stage.root, 'telebar-after-call >> .ready');

describe('after-call work in the bar', () => {
  it('says whose call it was and how long it lasts still, also when the call has left the desk', async () => {
    await show();
    expect(words(find(stage.root, 'telebar-after-call'))).to.match(/王小明 00:(30|2\d) left/);
    stage.desk.set(deskState({}, { state: 'acw', acw }));
    await settled();
    expect(words(find(stage.root, 'telebar-after-call'))).to.contain('王小明');
  });

  it('makes ready without a word when nothing was noted down', async () => {
    await show();
    expect(words(finish())).to.equal('Ready');
    finish().click();
    expect(stage.desk.sent).to.deep.equal([{ command: 'endAcw', args: [] }]);
  });

  it('saves the reason and the notes and makes ready, with one button', async () => {
    await show();
    reason('Complaint').click();
    type(notes(), 'Late again.');
    await settled();
    expect(words(finish())).to.equal('Save and ready');
    finish().click();
    expect(stage.desk.sent).to.deep.equal([
      {
        command: 'wrapUp',
        args: ['call-1', { reasonId: 'complaint', notes: 'Late again.', finish: true }],
      },
    ]);
    // The work ends by that; it is not saved twice.
    stage.desk.set(deskState());
    await settled();
    expect(stage.desk.sent).to.have.length(1);
  });

  it('shows what was noted down already, and sends only what is different', async () => {
    await show(afterCall({ wrapUp: noted }));
    expect(reason('Order').checked).to.equal(true);
    expect(notes().value).to.equal('20 more');
    expect(words(finish())).to.equal('Ready');
    type(notes(), '30 more');
    await settled();
    finish().click();
    expect(stage.desk.sent[0]?.args).to.deep.equal(['call-1', { notes: '30 more', finish: true }]);
  });

  it('takes a reason back when it is chosen again', async () => {
    await show(afterCall({ wrapUp: noted }));
    reason('Order').click();
    await settled();
    expect(reason('Order').checked).to.equal(false);
    finish().click();
    expect(stage.desk.sent[0]?.args).to.deep.equal(['call-1', { reasonId: null, finish: true }]);
  });

  it('loses nothing when the time is up while the agent still writes', async () => {
    await show();
    reason('Enquiry').click();
    type(notes(), 'About the inv');
    stage.desk.set(deskState());
    await settled();
    expect(stage.desk.sent).to.deep.equal([
      { command: 'wrapUp', args: ['call-1', { reasonId: 'enquiry', notes: 'About the inv' }] },
    ]);
    expect(stage.shell.state.notices.map(({ text }) => text)).to.deep.equal([
      'Your notes were saved with the call.',
    ]);
  });

  it('finds what was written again after the page was reloaded', async () => {
    sessionStorage.setItem(
      'telebar.draft.wrap-up.call-1',
      JSON.stringify({ reasonId: 'order', notes: 'Half a sen' }),
    );
    await show();
    expect(reason('Order').checked).to.equal(true);
    expect(notes().value).to.equal('Half a sen');
    type(notes(), 'Half a sentence');
    expect(sessionStorage.getItem('telebar.draft.wrap-up.call-1')).to.contain('Half a sentence');
    finish().click();
    await settled();
    expect(stage.desk.sent[0]?.args).to.deep.equal([
      'call-1',
      { reasonId: 'order', notes: 'Half a sentence', finish: true },
    ]);
    expect(sessionStorage.getItem('telebar.draft.wrap-up.call-1')).to.equal(null);
  });

  it('does not mix up the notes of two calls that follow each other', async () => {
    await show();
    type(notes(), 'First');
    stage.desk.set(deskState({}, { state: 'acw', acw: { ...acw, callId: 'call-2' } }));
    await settled();
    expect(stage.desk.sent[0]?.args).to.deep.equal(['call-1', { notes: 'First' }]);
    expect(notes().value).to.equal('');
    expect(words(find(stage.root, 'telebar-after-call'))).not.to.contain('王小明');
  });

  it('keeps what was written when saving is refused, and says why', async () => {
    await show();
    stage.desk.refuse('wrapUp', 'unavailable');
    type(notes(), 'Kept');
    await settled();
    finish().click();
    await settled();
    expect(notes().value).to.equal('Kept');
    expect(words(finish())).to.equal('Save and ready');
    expect(words(find(stage.root, 'telebar-call-actions'))).to.contain('not available');
  });

  it('finds what was written again when it could not be saved as the bar was folded away', async () => {
    await show();
    stage.desk.refuse('wrapUp', 'offline');
    type(notes(), 'Not lost');
    stage.dispose();
    await settled();
    await show();
    expect(notes().value).to.equal('Not lost');
    expect(words(finish())).to.equal('Save and ready');
  });

  it('can be ended when another agent has taken the call and its notes are no more ours', async () => {
    await show();
    stage.desk.refuse('wrapUp', 'no-such-call');
    type(notes(), 'I was away');
    await settled();
    finish().click();
    await settled();
    expect(words(finish())).to.equal('Ready');
    finish().click();
    expect(stage.desk.sent.at(-1)).to.deep.equal({ command: 'endAcw', args: [] });
  });

  it('goes by keyboard: arrows between reasons, Enter in one line, Control and Enter in several', async () => {
    await show();
    const key = (init: KeyboardEventInit): boolean =>
      notes().dispatchEvent(
        new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true, ...init }),
      );
    expect(findAll(stage.root, '[role=radiogroup]')[0]?.getAttribute('aria-label')).to.equal(
      'Reason for the call',
    );
    expect(key({})).to.equal(true);
    expect(stage.desk.sent).to.deep.equal([]);
    expect(key({ ctrlKey: true })).to.equal(false);
    expect(stage.desk.sent).to.have.length(1);
    stage.dispose();
    await show(afterCall(), 'strip');
    expect(key({ shiftKey: true })).to.equal(true);
    // The Enter that takes a word over from an input method is not one of the form.
    expect(key({ isComposing: true })).to.equal(true);
    expect(stage.desk.sent).to.deep.equal([]);
    key({});
    expect(stage.desk.sent).to.have.length(1);
  });

  it('offers many reasons as a list, and none when the team has none', async () => {
    await show(withReasons(7));
    const list = input(stage.root, 'select[name=reason]');
    list.value = 'reason-6';
    list.dispatchEvent(new Event('change'));
    await settled();
    finish().click();
    expect(stage.desk.sent[0]?.args).to.deep.equal(['call-1', { reasonId: 'reason-6', finish: true }]);
    stage.dispose();
    await show(withReasons(0));
    expect(findAll(stage.root, 'select[name=reason], [role=radiogroup]')).to.deep.equal([]);
    expect(notes().placeholder).to.equal('Notes');
  });

  it('asks what came of the call beside what it was about, where the team has results', async () => {
    const state = withReasons(3);
    const callResults = [
      { id: 'solved', label: { en: 'Solved', 'zh-CN': '已解决' } },
      { id: 'open', label: { en: 'Open', 'zh-CN': '未解决' } },
    ];
    await show({
      ...state,
      snapshot: state.snapshot && { ...state.snapshot, team: { ...state.snapshot.team, callResults } },
    });
    expect(
      findAll(stage.root, '[role=radiogroup]').map((each) => each.getAttribute('aria-label')),
    ).to.deep.equal(['Reason for the call', 'Result of the call']);
    input(stage.root, 'input[value=solved]').click();
    await settled();
    await expectAccessible(stage.root);
    finish().click();
    expect(stage.desk.sent[0]?.args).to.deep.equal(['call-1', { resultId: 'solved', finish: true }]);
  });

  it('shows reasons below their headings, of which only those below can be chosen', async () => {
    const state = withReasons(3);
    const placed = [
      { level: 0, heading: true },
      { level: 1, heading: false },
      { level: 0, heading: false },
    ];
    const wrapUpReasons =
      state.snapshot?.team.wrapUpReasons.map((one, at) => ({ ...one, ...placed[at] })) ?? [];
    await show({
      ...state,
      snapshot: state.snapshot && { ...state.snapshot, team: { ...state.snapshot.team, wrapUpReasons } },
    });
    const options = findAll(stage.root, 'select[name=reason] option').slice(1) as HTMLOptionElement[];
    expect(options.map(({ disabled }) => disabled)).to.deep.equal([true, false, false]);
    expect(options.map(({ text }) => text.startsWith('\u2003'))).to.deep.equal([false, true, false]);
  });

  it('leaves the buttons where they are in the docked bar, and takes a row of its own', async () => {
    await show(deskState(), 'strip');
    stage.root.style.width = '1200px';
    await settled();
    const dial = control(stage.root, 'Dial');
    const bar = find(stage.root, '.bar');
    const fromBelow = (): number => bar.getBoundingClientRect().bottom - dial.getBoundingClientRect().bottom;
    const [place, height] = [fromBelow(), bar.offsetHeight];
    const left = dial.getBoundingClientRect().left;
    stage.desk.set(afterCall());
    await eventually(notes);
    await settled();
    expect(bar.offsetHeight).to.be.greaterThan(height);
    expect(fromBelow()).to.be.closeTo(place, 1);
    expect(dial.getBoundingClientRect().left).to.be.closeTo(left, 1);
    expect(notes().getBoundingClientRect().bottom).to.be.lessThan(dial.getBoundingClientRect().top);
  });

  it('is accessible in both forms and languages', async () => {
    await show(afterCall({ wrapUp: noted }));
    await expectAccessible(stage.root);
    stage.dispose();
    await show(withReasons(9), 'strip', 'zh-CN');
    await expectAccessible(stage.root);
  });
});
