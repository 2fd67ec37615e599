import { expect } from '@open-wc/testing';
import { html } from 'lit';
import type { AgentView } from '../../../server/contract/desk.ts';
import { OpenIntent, SignInIntent } from '../../../widget/elements/phone-bar/intents.ts';
import '../../../widget/elements/phone-bar/state-button.ts';
import '../../../widget/elements/phone-bar/state-menu.ts';
import { call, deskState, membership } from '../support/desk-states.ts';
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

const open = async (who: Partial<AgentView>, locale: 'en' | 'zh-CN' = 'en'): Promise<void> => {
  const inCall = ['talking', 'holding'].includes(who.state ?? '');
  stage = await onStage(html`<telebar-state-menu></telebar-state-menu>`, {
    state: deskState({}, who, inCall ? [call()] : []),
    locale,
  });
  await settled();
};
const item = (name: string): HTMLElement => control(stage.root, name, '.item');

describe('the state menu', () => {
  it('pauses with a reason in the language of the agent', async () => {
    await open({ state: 'idle' }, 'zh-CN');
    item('午餐').click();
    expect(stage.desk.sent).to.deep.equal([{ command: 'pause', args: ['lunch'] }]);
  });

  it('shows reasons below their headings, which are passed over', async () => {
    await open({ state: 'idle', groups: [] });
    const reason = (id: string, en: string, level: number, heading: boolean) => ({
      ...{ id, label: { en, 'zh-CN': en }, level, heading, colour: 'blue' },
      limitMs: heading ? null : 900_000,
    });
    stage.desk.patch({
      snapshot: stage.desk.state.snapshot && {
        ...stage.desk.state.snapshot,
        team: {
          ...stage.desk.state.snapshot.team,
          pauseReasons: [
            reason('lunch', 'Lunch', 0, false),
            ...[reason('work', 'Other work', 0, true), reason('talks', 'Talks', 1, true)],
            ...[reason('one', 'One to one', 2, false), reason('training', 'Training', 1, false)],
          ],
        },
      },
    });
    await settled();
    expect(findAll(stage.root, '.heading').map((one) => words(one))).to.deep.equal(['Other work', 'Talks']);
    const names = findAll(stage.root, 'button.item')
      .slice(0, 3)
      .map((one) => one.getAttribute('aria-description'));
    expect(names).to.deep.equal([null, 'Other work › Talks', 'Other work']);
    find(stage.root, '.heading').click();
    expect(stage.desk.sent).to.deep.equal([]);
    findAll(stage.root, 'button.item')[0]?.focus();
    press(find(stage.root, '.menu'), 'ArrowDown');
    find(stage.root, 'button.item:focus').click();
    expect(stage.desk.sent).to.deep.equal([{ command: 'pause', args: ['one'] }]);
    await expectAccessible(stage.root);
  });

  it('resumes work from a pause', async () => {
    await open({ state: 'paused' });
    item('Resume work').click();
    expect(stage.desk.sent).to.deep.equal([{ command: 'resumeWork', args: [] }]);
  });

  it('offers Ready and the reasons in wrap-up', async () => {
    await open({ state: 'acw', acw: { callId: 'call-1', since: 0, endsAt: null } });
    item('Ready').click();
    item('Lunch').click();
    expect(stage.desk.sent.map(({ command }) => command)).to.deep.equal(['endAcw', 'pause']);
  });

  it('queues what follows the call, and shows the last choice', async () => {
    await open({ state: 'talking', next: { kind: 'pause', reasonId: 'lunch' } });
    expect(item('Lunch').getAttribute('aria-checked')).to.equal('true');
    item('Sign out').click();
    item('Stay idle').click();
    expect(stage.desk.sent.map(({ args }) => args)).to.deep.equal([[{ kind: 'sign-out' }], [null]]);
  });

  it('signs in to all groups with the chosen desk phone', async () => {
    await open({ state: 'signed-out', groups: [membership({ signedInSince: null })] });
    const requests: SignInIntent['request'][] = [];
    stage.root.addEventListener(SignInIntent.type, (event) => requests.push(event.request));
    (await eventually(() => item('201 · 前台'))).click();
    await settled();
    item('Sign in to all groups').click();
    expect(requests).to.deep.equal([{ device: { kind: 'phone', endpointId: 'phone-201' } }]);
  });

  it('signs in with the known outside number, or with another one where the team lets agents choose', async () => {
    const requests: SignInIntent['request'][] = [];
    const hear = (): void =>
      stage.root.addEventListener(SignInIntent.type, (event) => requests.push(event.request));
    const outsidePhone = { number: '13800138000', own: false };
    await open({ state: 'signed-out', outsidePhone });
    hear();
    item('Outside number 13800138000').click();
    await settled();
    expect(findAll(stage.root, 'input')).to.have.length(0);
    item('Sign in to all groups').click();
    stage.dispose();
    await open({ state: 'signed-out', outsidePhone: { ...outsidePhone, own: true } });
    hear();
    item('Outside number 13800138000').click();
    await settled();
    const field = find(stage.root, 'input') as HTMLInputElement;
    expect(field.value).to.equal('13800138000');
    await expectAccessible(stage.root);
    field.value = ' 139 0013 9000 ';
    field.dispatchEvent(new Event('input'));
    item('Sign in to all groups').click();
    expect(requests).to.deep.equal([
      { device: { kind: 'outside' } },
      { device: { kind: 'outside', number: '139 0013 9000' } },
    ]);
    stage.dispose();
    await open({ state: 'signed-out' });
    expect(words(find(stage.root, '.menu'))).not.to.contain('Outside');
  });

  it('has the field for an outside number in sight below a menu that scrolls, with the way on beside it', async () => {
    const requests: SignInIntent['request'][] = [];
    await open({ state: 'signed-out', outsidePhone: { number: null, own: true } });
    stage.root.addEventListener(SignInIntent.type, (event) => requests.push(event.request));
    const menu = find(stage.root, 'telebar-state-menu');
    menu.style.maxHeight = '160px';
    item('Outside number').click();
    await settled();
    expect(menu.scrollHeight).to.be.above(menu.clientHeight);
    const field = find(stage.root, 'input') as HTMLInputElement;
    expect(field.getBoundingClientRect().bottom).to.be.below(menu.getBoundingClientRect().bottom);
    field.value = '13900139000';
    field.dispatchEvent(new Event('input'));
    control(stage.root, 'Sign in').click();
    expect(requests).to.deep.equal([{ device: { kind: 'outside', number: '13900139000' } }]);
  });

  it('says who uses a desk phone and which one is not linked', async () => {
    await open({ state: 'signed-out' });
    await eventually(() =>
      expect(words(find(stage.root, '.menu')))
        .to.contain('in use by 1002 陈静')
        .and.contain('not linked'),
    );
  });

  it('signs out of one group, not of one that is fixed', async () => {
    await open({ state: 'idle' });
    item('客户服务 2 waiting').click();
    item('售后支持 Always signed in').click();
    expect(stage.desk.sent).to.deep.equal([{ command: 'signOut', args: [['service']] }]);
  });

  it('says so when there is no group and no reason', async () => {
    await open({ state: 'idle', groups: [] });
    stage.desk.patch({
      snapshot: stage.desk.state.snapshot && {
        ...stage.desk.state.snapshot,
        team: { ...stage.desk.state.snapshot.team, pauseReasons: [] },
      },
    });
    await settled();
    expect(words(find(stage.root, '.menu')))
      .to.contain('no pause reasons')
      .and.contain('belong to no group');
  });

  it('locks the screen and logs out', async () => {
    await open({ state: 'idle' });
    item('Lock screen').click();
    item('Log out').click();
    expect(stage.desk.sent.map(({ command }) => command)).to.deep.equal(['lock', 'logout']);
  });

  it('is walked through by arrow keys, round and round', async () => {
    await open({ state: 'idle' });
    const items = findAll(stage.root, '.item');
    const focused = (): Element | null | undefined =>
      find(stage.root, 'telebar-state-menu').shadowRoot?.activeElement;
    expect(focused()).to.equal(items[0]);
    press(items[0] as HTMLElement, 'ArrowUp');
    expect(focused()).to.equal(items.at(-1));
    press(items.at(-1) as HTMLElement, 'ArrowDown');
    expect(focused()).to.equal(items[0]);
  });

  it('breaks no rule of accessibility', async () => {
    await open({ state: 'talking' });
    await expectAccessible(stage.root);
  });
});

describe('the state button', () => {
  it('shows one word, the reason of a pause, and opens the menu', async () => {
    stage = await onStage(html`<telebar-state-button></telebar-state-button>`, {
      state: deskState(
        {},
        { state: 'paused', pause: { reasonId: 'lunch', since: 0 }, since: Date.now() - 61_000 },
      ),
      locale: 'zh-CN',
    });
    await settled();
    let opened = '';
    stage.root.addEventListener(OpenIntent.type, (event) => (opened = event.what));
    const button = find(stage.root, 'button');
    expect(words(button)).to.match(/置忙 01:0[12].* 午餐/);
    button.click();
    expect(opened).to.equal('menu');
  });
});
