import { expect } from '@open-wc/testing';
import { newsOf } from '../../../widget/elements/phone-bar/call-news.ts';
import { localizer } from '../../../widget/i18n/localizer.ts';
import { placeOf } from '../../../widget/parts/notice-place.ts';
import { createShell } from '../../../widget/live/shell.ts';
import { FakeDesk } from '../support/fake-desk.ts';
import { call, deskState } from '../support/desk-states.ts';

const outbound = (phase: 'dialling' | 'ringing' | 'talking') => call({ direction: 'outbound', phase });

describe('notices', () => {
  beforeEach(() => localizer.use('en'));

  it('of one call are one: its newest state takes the place of the one before', () => {
    const shell = createShell(new FakeDesk());
    const states = [[], [outbound('dialling')], [outbound('ringing')], [outbound('talking')]];
    for (const [index, calls] of states.entries()) {
      const before = states[index - 1];
      if (before === undefined) continue;
      const news = newsOf(localizer, deskState({}, {}, before), deskState({}, {}, calls));
      for (const { text, kind, topic } of news.notices) shell.notify(text, kind, topic);
      expect(shell.state.notices).to.have.length(1);
    }
    expect(shell.state.notices[0]?.text).to.contain('answered');
  });

  it('are said once: what has a notice has no sentence besides', () => {
    const before = deskState({}, {}, [outbound('dialling')]);
    const after = deskState({}, {}, [outbound('ringing')]);
    const { notices, spoken } = newsOf(localizer, before, after);
    expect([notices.length, spoken.length]).to.deep.equal([1, 0]);
    const held = newsOf(
      localizer,
      after,
      deskState({}, {}, [call({ direction: 'outbound', phase: 'held' })]),
    );
    expect([held.notices.length, held.spoken.length]).to.deep.equal([0, 1]);
  });

  it('that are errors give way to nothing but a newer error of the same, and are crowded out by no other', () => {
    const shell = createShell(new FakeDesk());
    shell.notify('The line broke.', 'error', 'call-1');
    shell.notify('Missed call', 'warning', 'call-1');
    for (const text of ['a', 'b', 'c', 'd', 'd', 'd']) shell.notify(text);
    expect(shell.state.notices.map(({ text }) => text)).to.deep.equal(['The line broke.', 'b', 'c', 'd']);
    shell.notify('It broke again.', 'error', 'call-1');
    expect(shell.state.notices.filter(({ kind }) => kind === 'error')).to.have.length(1);
  });

  it('of calls that came to nothing are one: the newest', () => {
    const shell = createShell(new FakeDesk());
    for (const id of ['call-1', 'call-2', 'call-3']) {
      const dialled = call({ id, direction: 'outbound', phase: 'dialling' });
      const failed = call({ id, direction: 'outbound', phase: 'ended', answeredAt: null, cause: 'busy' });
      for (const [before, after] of [
        [[], [dialled]],
        [[dialled], [failed]],
      ]) {
        const { notices } = newsOf(localizer, deskState({}, {}, before), deskState({}, {}, after));
        for (const { text, kind, topic } of notices) shell.notify(text, kind, topic);
      }
      expect(shell.state.notices.map(({ kind }) => kind)).to.deep.equal(['error']);
    }
  });

  it('lie neither over a docked bar nor over the warning that hangs over its edge, near both', () => {
    const size = { width: 360, height: 60 };
    for (const [width, top] of [
      // No room beside the warning: above it.
      [380, 440],
      [1440, 592],
    ] as const) {
      const bar = { left: 0, top: 660, width, height: 80 };
      const banner = { left: 12, top: 508, width: Math.min(420, width - 24), height: 94 };
      const placed = placeOf({ width, height: 740, bar, banner, size, open: [], pop: null });
      expect(placed).to.deep.include({ isFree: true });
      expect(placed?.box.top).to.equal(top);
    }
  });

  it('tell of a chosen device that is gone, and that it is used again', () => {
    const here = deskState();
    const gone = deskState({ phone: { ...here.phone, absent: ['microphone', 'ring'] } });
    const texts = newsOf(localizer, here, gone).notices.map(({ text }) => text);
    expect(texts[0]).to.contain('cannot be used');
    expect(texts[1]).to.contain('The default one rings instead');
    expect(newsOf(localizer, gone, here).notices[0]?.text).to.contain('as you chose');
  });
});
