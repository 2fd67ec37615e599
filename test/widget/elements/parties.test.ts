import { expect } from '@open-wc/testing';
import { html } from 'lit';
import '../../../widget/elements/phone-bar/bar-content.ts';
import type { CallView, Party } from '../../../server/contract/desk.ts';
import { localizer } from '../../../widget/i18n/localizer.ts';
import { asked, call, deskState, offered, party, self, NOW } from '../support/desk-states.ts';
import { control, eventually, expectAccessible, find, findAll, settled, words } from '../support/shadow.ts';
import { onStage, type Stage } from '../support/stage.ts';

let stage: Stage;
afterEach(() => stage.dispose());

const talkOf = (parties: Party[], patch: Partial<CallView> = {}) =>
  deskState({}, { state: 'talking' }, [call({ parties, ...patch })]);
const consulting = (patch: Partial<Party> = {}) =>
  talkOf([party({ state: 'held', held: true }), self({ place: 'consult' }), asked(patch)]);
const together = (...more: Party[]) =>
  talkOf([party(), self(), asked({ state: 'talking', place: 'main' }), ...more]);

/** The open bar, with the controls of several parties. */
async function show(state: ReturnType<typeof deskState>, locale: 'en' | 'zh-CN' = 'en'): Promise<void> {
  stage = await onStage(html`<telebar-bar-content></telebar-bar-content>`, { state, locale });
  await eventually(() => find(stage.root, 'telebar-party-controls >> [role=group]'));
  await settled();
}
const cell = (name: string): HTMLElement => {
  const found = findAll(stage.root, 'telebar-party-cell').find((each) => words(each).includes(name));
  if (found === undefined) throw new Error(`There is no cell of ${name}.`);
  return found;
};
const looks = () => findAll(stage.root, 'telebar-party-cell >> .cell').map((each) => each.dataset['party']);

describe('a consult in the bar', () => {
  it('that rings can be taken back or passed on, and says why not swapped', async () => {
    await show(consulting());
    expect(looks()).to.deep.equal(['held', 'ringing', 'talking']);
    expect(words(find(stage.root, 'telebar-party-controls'))).to.contain('Calling 韩梅梅');
    for (const name of ['Swap', 'Conference']) {
      const button = control(stage.root, name);
      expect(button.getAttribute('aria-disabled')).to.equal('true');
      expect(button.getAttribute('aria-description')).to.equal('Only after 韩梅梅 answers');
      button.click();
    }
    control(stage.root, 'Retrieve').click();
    control(stage.root, 'Transfer').click();
    expect(stage.desk.sent).to.deep.equal([
      { command: 'retrieve', args: ['call-1'] },
      { command: 'transfer', args: ['call-1'] },
    ]);
    await expectAccessible(stage.root);
  });

  it('that talks can be swapped and made a conference, once for each click that is confirmed', async () => {
    await show(consulting({ state: 'talking' }));
    control(stage.root, 'Swap').click();
    control(stage.root, 'Conference').click();
    stage.desk.patch({ pending: new Set(['swap']) });
    await settled();
    expect(control(stage.root, 'Swap').getAttribute('aria-busy')).to.equal('true');
    control(stage.root, 'Swap').click();
    expect(stage.desk.sent.map(({ command }) => command)).to.deep.equal(['swap', 'conference']);
  });

  it('of a number outside is not passed on, and the reason is said in both languages', async () => {
    for (const [locale, name, reason] of [
      ['en', 'Transfer', 'Calls are passed on to agents only'],
      ['zh-CN', '转接', '通话只能转给坐席'],
    ] as const) {
      stage?.dispose();
      await show(consulting({ state: 'talking', agentId: null }), locale);
      expect(control(stage.root, name).getAttribute('aria-description')).to.equal(reason);
    }
  });

  it('of a group waits in its line: it can be taken back, or the group gets the call', async () => {
    const asking = { group: { id: 'sales', name: '售后支持' }, since: NOW };
    await show(talkOf([party({ state: 'held' }), self({ place: 'consult' })], { asking }));
    expect(words(find(stage.root, 'telebar-party-controls'))).to.contain('Waiting for somebody of 售后支持');
    expect(control(stage.root, 'Swap').getAttribute('aria-disabled')).to.equal('true');
    expect(words(find(stage.root, '[data-action=transfer]'))).to.equal('Add');
    control(stage.root, 'Retrieve').click();
    control(stage.root, 'Transfer').click();
    expect(stage.desk.sent.map(({ command }) => command)).to.deep.equal(['retrieve', 'transfer']);
  });

  it('of an agent whom this one has called in and who waits in a line is not to be steered here', async () => {
    const asking = { group: { id: 'sales', name: '售后支持' }, since: NOW };
    const waits = asked({ state: 'held', place: 'consult', asking });
    await show(talkOf([party(), self(), waits]));
    expect(words(find(stage.root, 'telebar-party-controls'))).not.to.contain('Swap');
    expect(control(stage.root, 'Leave').getAttribute('aria-disabled')).not.to.equal('true');
    // Who is rung for it is that agent's to steer as well.
    stage.desk.set(
      talkOf([party(), self(), waits, asked({ id: 'x', legId: 'x', name: '张磊', mayKick: false })]),
    );
    await settled();
    expect(words(find(stage.root, 'telebar-party-controls'))).not.to.contain('Swap');
  });

  it('of a group says in the docked bar too for whom the agent waits, and since when', async () => {
    const asking = { group: { id: 'sales', name: '售后支持' }, since: Date.now() - 65_000 };
    const state = talkOf([party({ state: 'held' }), self({ place: 'consult' })], { asking });
    stage = await onStage(html`<telebar-bar-content layout="strip"></telebar-bar-content>`, { state });
    const how = await eventually(() => find(stage.root, 'telebar-party-controls >> .how'));
    await settled();
    expect(words(how)).to.match(/^Waiting: 售后支持 0?1:0\d$/);
    expect(how.title).to.equal('Waiting for somebody of 售后支持; the caller hears music');
    expect(getComputedStyle(how).clipPath).to.equal('none');
    expect(how.getBoundingClientRect().width).to.be.above(100);
    // Who is rung has a cell that says it.
    stage.desk.set(consulting());
    await settled();
    expect(getComputedStyle(find(stage.root, 'telebar-party-controls >> .how')).clipPath).not.to.equal(
      'none',
    );
  });

  it('says who hears whom, also when swapped', async () => {
    await show(consulting({ state: 'talking' }));
    expect(words(find(stage.root, 'telebar-party-controls'))).to.contain('the caller hears music');
    stage.desk.set(talkOf([party(), self(), asked({ state: 'held' })]));
    await settled();
    expect(words(find(stage.root, 'telebar-party-controls'))).to.contain(
      'With the caller; 韩梅梅 hears music',
    );
  });

  it('says when its controls could not be fetched, and fetches them again', async () => {
    const { need } = localizer;
    localizer.need = (...areas) =>
      areas.includes('parties') ? Promise.reject(new Error('offline')) : need.apply(localizer, areas);
    try {
      stage = await onStage(html`<telebar-bar-content></telebar-bar-content>`, { state: consulting() });
      const alert = await eventually(() => find(stage.root, '[role=alert].parties'));
      expect(words(alert)).to.contain('This part could not be loaded');
      await expectAccessible(stage.root);
    } finally {
      localizer.need = need;
    }
    control(stage.root, 'Try again').click();
    await eventually(() => find(stage.root, 'telebar-party-controls >> [role=group]'));
    expect(findAll(stage.root, '[role=alert].parties')).to.deep.equal([]);
  });

  it('has its controls already when the panel that calls somebody in is open', async () => {
    const { need } = localizer;
    const fetched: string[] = [];
    localizer.need = (...areas) => {
      fetched.push(...areas);
      return need.apply(localizer, areas);
    };
    try {
      stage = await onStage(html`<telebar-bar-content callInOpen></telebar-bar-content>`, {
        state: talkOf([party(), self()]),
      });
      await eventually(() => fetched.includes('parties'));
    } finally {
      localizer.need = need;
    }
  });

  it('of an agent who was called in is no business of who has called that agent in', async () => {
    const other = party({ id: 'other', legId: 'other', role: 'consulted', place: 'consult', mayKick: false });
    await show(talkOf([party(), self(), asked({ state: 'talking' }), other]));
    expect(words(find(stage.root, 'telebar-party-controls'))).to.not.contain('Swap');
    control(stage.root, 'Leave').click();
    expect(stage.desk.sent.map(({ command }) => command)).to.deep.equal(['leave']);
  });

  it('is no business of who was asked: the bar is that of a call', async () => {
    const peer = party({
      ...{ id: 'peer', legId: 'peer', role: 'peer', agentId: 'agent-2' },
      place: 'consult',
      mayKick: false,
    });
    stage = await onStage(html`<telebar-bar-content></telebar-bar-content>`, {
      state: talkOf([party({ state: 'held' }), self({ role: 'consulted', place: 'consult' }), peer]),
    });
    await settled();
    expect(findAll(stage.root, 'telebar-party-controls')).to.deep.equal([]);
    expect(words(find(stage.root, '[data-action=hangup]'))).to.equal('Hang up');
  });

  it('says to who was asked that it is no conference, and calls nobody else into it', async () => {
    const from = { id: 'agent-2', number: '1002', name: '韩梅梅' };
    const peer = party({
      ...{ id: 'peer', legId: 'peer', role: 'peer', agentId: from.id },
      place: 'consult',
    });
    const parties = [party({ state: 'held' }), self({ role: 'consulted', place: 'consult' }), peer];
    stage = await onStage(html`<telebar-bar-content></telebar-bar-content>`, {
      state: talkOf(parties, { from }),
    });
    await settled();
    const shown = words(find(stage.root, 'telebar-call-stage >> .kind'));
    expect(shown).to.contain('韩梅梅 consults you').and.not.contain('Conference');
    const add = find(stage.root, '[data-action=transfer]');
    expect(add.getAttribute('aria-disabled')).to.equal('true');
    expect(add.getAttribute('aria-description')).to.equal('A consult is going on');
  });

  it('has nobody to hold and nobody to send digits to while it rings, or a line is waited in', async () => {
    const asking = { group: { id: 'sales', name: '售后支持' }, since: NOW };
    const waiting = talkOf([party({ state: 'held' }), self({ place: 'consult' })], { asking });
    for (const state of [consulting(), waiting]) {
      stage?.dispose();
      await show(state);
      for (const action of ['hold', 'keypad']) {
        const button = find(stage.root, `[data-action=${action}]`);
        expect(button.getAttribute('aria-disabled')).to.equal('true');
        expect(button.getAttribute('aria-description')).to.equal('Only after the call is answered');
      }
      expect(find(stage.root, '[data-action=mute]').getAttribute('aria-disabled')).to.equal('false');
    }
    stage.desk.set(consulting({ state: 'talking' }));
    await settled();
    expect(find(stage.root, '[data-action=hold]').getAttribute('aria-disabled')).to.equal('false');
  });
});

describe('a conference in the bar', () => {
  it('has a yellow cell for each, and can be left, ended for all, or lose one', async () => {
    await show(together());
    expect(looks()).to.deep.equal(['conference', 'conference', 'conference']);
    expect(words(find(stage.root, '[data-action=hangup]'))).to.equal('End for all');
    control(stage.root, 'Leave').click();
    control(cell('韩梅梅'), 'Hang up 韩梅梅').click();
    find(stage.root, '[data-action=hangup]').click();
    expect(stage.desk.sent).to.deep.equal([
      { command: 'leave', args: ['call-1'] },
      { command: 'kick', args: ['call-1', 'party-colleague'] },
      { command: 'hangup', args: ['call-1'] },
    ]);
    await expectAccessible(stage.root);
  });

  it('mutes one and ends that, by click and by keyboard, in both languages', async () => {
    await show(together());
    control(cell('韩梅梅'), 'Mute 韩梅梅').click();
    await expectAccessible(stage.root);
    stage.desk.set(talkOf([party({ muted: true }), self(), asked({ state: 'talking', place: 'main' })]));
    await settled();
    expect(words(cell('王小明'))).to.contain('muted');
    // A button like any other: it is reached and pressed by keyboard, and seen then.
    const unmute = control(cell('王小明'), 'Unmute 王小明');
    unmute.focus();
    expect(getComputedStyle(unmute).opacity).to.equal('1');
    unmute.click();
    expect(stage.desk.sent).to.deep.equal([
      { command: 'muteParty', args: ['call-1', 'party-colleague'] },
      { command: 'unmuteParty', args: ['call-1', 'leg-customer'] },
    ]);
    stage.desk.patch({ pending: new Set(['unmuteParty']) });
    await settled();
    expect(control(cell('王小明'), 'Unmute 王小明').getAttribute('aria-busy')).to.equal('true');
    expect(control(cell('韩梅梅'), 'Mute 韩梅梅').getAttribute('aria-busy')).to.equal('false');
    stage.dispose();
    await show(together(), 'zh-CN');
    control(cell('韩梅梅'), '将 韩梅梅 静音').click();
    expect(stage.desk.sent.map(({ command }) => command)).to.deep.equal(['muteParty']);
  });

  it('offers to mute who may be muted; in a call of two only to end it', async () => {
    await show(
      together(asked({ id: 'x', legId: 'x', name: '张磊', place: 'main', state: 'talking', mayMute: false })),
    );
    expect(findAll(cell('张磊'), 'button').map((each) => each.ariaLabel)).to.deep.equal(['Hang up 张磊']);
    stage.desk.set(talkOf([party(), self()]));
    await settled();
    expect(findAll(cell('王小明'), 'button').map((each) => each.ariaLabel)).to.deep.equal(['Hang up 王小明']);
    stage.desk.set(talkOf([party({ muted: true }), self()]));
    await settled();
    control(cell('王小明'), 'Unmute 王小明').click();
    expect(stage.desk.sent.map(({ command }) => command)).to.deep.equal(['unmuteParty']);
  });

  it('says who has muted whom', async () => {
    const mutedBy = { id: 'agent-2', number: '1002', name: '韩梅梅' };
    await show(talkOf([party({ muted: true, mutedBy }), self(), asked({ state: 'talking', place: 'main' })]));
    const word = find(cell('王小明'), '.word');
    expect([words(word), word.title]).to.deep.equal(['muted', 'Muted by 韩梅梅']);
    stage.desk.set(talkOf([party({ muted: true }), self(), asked({ state: 'talking', place: 'main' })]));
    await settled();
    expect(find(cell('王小明'), '.word').title).to.equal('');
  });

  it('lets nobody go whom another agent has called in', async () => {
    await show(
      together(
        asked({
          id: 'x',
          legId: 'x',
          name: '张磊',
          place: 'main',
          state: 'talking',
          mayKick: false,
          mayMute: false,
        }),
      ),
    );
    expect(findAll(cell('张磊'), 'button')).to.deep.equal([]);
  });

  it('shows who has left for a moment', async () => {
    await show(
      together(
        asked({ id: 'x', legId: 'x', name: '张磊', place: 'main', state: 'gone', since: NOW - 60_000 }),
      ),
    );
    expect(looks()).to.have.length(3);
    stage.desk.set(
      together(asked({ id: 'x', legId: 'x', name: '张磊', place: 'main', state: 'gone', since: Date.now() })),
    );
    await settled();
    expect(looks()).to.deep.equal(['conference', 'conference', 'gone', 'conference']);
    // It goes by itself.
    await eventually(() => looks().length === 3);
  });
});

describe('the cells of a conference on a touch screen', () => {
  /** Makes what is said for touch screens hold, in every element that has come. */
  const touch = (): (() => void) => {
    const rules = findAll(stage.root, 'telebar-call-stage, telebar-party-cell')
      .flatMap(({ shadowRoot }) => shadowRoot?.adoptedStyleSheets ?? [])
      .flatMap(({ cssRules }) => [...cssRules])
      .filter((rule) => rule instanceof CSSMediaRule)
      .filter(({ conditionText }) => conditionText === '(hover: none)');
    for (const { media } of rules) media.mediaText = 'all';
    return () => {
      for (const { media } of rules) media.mediaText = '(hover: none)';
    };
  };

  for (const layout of ['card', 'strip']) {
    it(`have room for the name beside both buttons (${layout})`, async () => {
      const colleague = asked({ state: 'talking', place: 'main' });
      const more = ['third', 'fourth'].map((id) => ({ ...colleague, id, legId: id, agentId: id }));
      stage = await onStage(
        html`<div style="width: 360px"><telebar-bar-content layout=${layout}></telebar-bar-content></div>`,
        { state: together(...more) },
      );
      await eventually(() => find(stage.root, 'telebar-party-controls >> [role=group]'));
      const back = touch();
      try {
        await settled();
        const cells = findAll(stage.root, 'telebar-party-cell').filter(
          (each) => findAll(each, '.button').length === 2,
        );
        expect(cells).to.have.length(4);
        for (const each of cells) {
          expect(getComputedStyle(find(each, '.button')).opacity).to.equal('1');
          expect(find(each, '.who').getBoundingClientRect().width).to.be.above(90);
        }
      } finally {
        back();
      }
    });
  }
});

describe('a tip in a narrow docked bar', () => {
  /** Where the nearest edge of a tip lies, whatever it is placed by. */
  const edgeOf = (tipped: HTMLElement, edge: 'top' | 'bottom', bar: DOMRect): number => {
    const placedBy = getComputedStyle(tipped).position === 'static' ? bar : tipped.getBoundingClientRect();
    const { bottom, top } = getComputedStyle(tipped, '::after');
    return edge === 'bottom' ? placedBy.bottom - parseFloat(bottom) : placedBy.top + parseFloat(top);
  };

  for (const edge of ['bottom', 'top'] as const) {
    it(`covers nothing of the bar at the ${edge}: not the number of the caller`, async () => {
      stage = await onStage(
        html`<div style="width: 380px; margin: 200px 0">
          <telebar-bar-content layout="strip" edge=${edge}></telebar-bar-content>
        </div>`,
        { state: consulting() },
      );
      await eventually(() => find(stage.root, 'telebar-party-controls >> [data-tip]'));
      await settled();
      const bar = find(stage.root, 'telebar-bar-content').getBoundingClientRect();
      const tipped = ['telebar-call-actions', 'telebar-party-controls']
        .flatMap((part) => findAll(stage.root, `${part} >> [data-tip]`))
        .filter((each) => each.getClientRects().length > 0);
      expect(tipped.length).to.be.greaterThan(6);
      for (const each of tipped) {
        if (edge === 'bottom') expect(edgeOf(each, edge, bar)).to.be.at.most(bar.top);
        else expect(edgeOf(each, edge, bar)).to.be.at.least(bar.bottom);
      }
    });
  }
});

describe('the next agent', () => {
  it('sees the caller and who passes the call on, or only asks', async () => {
    const from = { id: 'agent-2', number: '1002', name: '韩梅梅' };
    const earlier = party({
      ...{ id: 'peer', legId: 'peer', role: 'peer', agentId: 'agent-3' },
      name: '赵敏',
    });
    const rings = (own: Partial<Party>) =>
      deskState({}, { state: 'ringing' }, [
        offered({ from, parties: [party({ state: 'held' }), earlier, self({ state: 'ringing', ...own })] }),
      ]);
    stage = await onStage(html`<telebar-bar-content></telebar-bar-content>`, { state: rings({}) });
    await settled();
    const shown = () => words(find(stage.root, 'telebar-incoming-call'));
    expect(shown()).to.contain('王小明').and.contain('from 韩梅梅').and.contain('13800138000');
    stage.desk.set(rings({ role: 'consulted', place: 'consult' }));
    await settled();
    expect(shown()).to.contain('韩梅梅 consults you').and.contain('13800138000');
    // Nothing can be added to a call that rings.
    expect(words(find(stage.root, '[data-action=transfer]'))).to.equal('Transfer');
  });
});
