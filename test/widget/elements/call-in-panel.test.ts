import { expect } from '@open-wc/testing';
import type { CallView, Party } from '../../../server/contract/desk.ts';
import { agent, asked, call, deskState, membership, party, self } from '../support/desk-states.ts';
import { barOnStage } from '../support/bar-on-stage.ts';
import { colleagues } from '../support/fake-topics.ts';
import {
  COMPOSING,
  control,
  eventually,
  expectAccessible,
  find,
  findAll,
  input,
  press,
  settled,
  type,
  words,
} from '../support/shadow.ts';
import type { Stage } from '../support/stage.ts';

let stage: Stage;
afterEach(() => stage.dispose());

const talkOf = (parties: Party[], patch: Partial<CallView> = {}) =>
  deskState({}, { state: 'talking' }, [call({ parties, ...patch })]);
const consulting = (patch: Partial<Party> = {}) =>
  talkOf([party({ state: 'held', held: true }), self({ place: 'consult' }), asked(patch)]);

describe('the panel that calls somebody in', () => {
  const open = async (state = talkOf([party(), self()]), locale: 'en' | 'zh-CN' = 'en'): Promise<void> => {
    stage = await barOnStage({ state, locale });
    find(stage.root, '[data-action=transfer]').click();
    await eventually(() => find(stage.root, 'telebar-call-in-panel >> [role=option]'));
    await settled();
  };
  const field = () => input(stage.root, 'telebar-call-in-panel >> input[name=search]');
  const options = () => findAll(stage.root, 'telebar-call-in-panel >> [role=option]');
  const button = (command: string) => find(stage.root, `telebar-call-in-panel >> [data-command=${command}]`);

  it('lists everybody else, who can be called first, the others with the reason why not', async () => {
    await open();
    expect(options().map((each) => words(each).replace(/ [\d:]+$/, ''))).to.deep.equal([
      '1002 韩梅梅 Idle',
      '1004 陈静 Paused',
      '1003 张磊 Talking',
      '1005 王芳 Signed out',
      '1006 刘洋 Wrap-up',
      '1007 Alexandra Konstantinopoulou Not linked',
    ]);
    expect(options().map((each) => each.getAttribute('aria-disabled'))).to.deep.equal([
      ...['false', 'false', 'true', 'true', 'true', 'true'],
    ]);
    expect(button('consult').getAttribute('aria-description')).to.equal('Choose somebody first');
    await expectAccessible(stage.root);
  });

  it('follows their states, and leaves the rows where they are', async () => {
    await open();
    const agents = colleagues.agents.map((each) =>
      each.number === '1005' ? { ...each, state: 'idle' as const, free: true as const } : each,
    );
    stage.topics.set('colleagues', { state: { ...colleagues, agents }, status: 'fresh' });
    await settled();
    expect(words(options()[3] ?? document.body)).to.contain('1005 王芳 Idle');
  });

  it('asks by keyboard alone: type, Enter; and closes when it is done', async () => {
    await open();
    type(field(), '1002');
    await settled();
    press(field(), 'Enter');
    await settled();
    expect(stage.desk.sent).to.deep.equal([{ command: 'consult', args: ['call-1', { agent: 'agent-2' }] }]);
    expect(findAll(stage.root, 'telebar-call-in-panel')).to.deep.equal([]);
  });

  it('takes no key of an input method for a command', async () => {
    await open();
    type(field(), '1002');
    await settled();
    for (const init of COMPOSING) for (const key of ['Enter', 'Escape']) press(field(), key, init);
    await settled();
    expect(stage.desk.sent).to.deep.equal([]);
    expect(findAll(stage.root, 'telebar-call-in-panel')).to.have.length(1);
  });

  it('moves by arrows, from the first to the last', async () => {
    await open();
    press(field(), 'ArrowDown');
    press(field(), 'ArrowDown');
    await settled();
    expect(options().findIndex((each) => each.getAttribute('aria-selected') === 'true')).to.equal(1);
    expect(field().getAttribute('aria-activedescendant')).to.equal(options()[1]?.id);
    press(field(), 'ArrowUp');
    press(field(), 'ArrowUp');
    await settled();
    expect(options().findIndex((each) => each.getAttribute('aria-selected') === 'true')).to.equal(5);
  });

  it('passes the call on unasked, or adds somebody, by a click', async () => {
    await open();
    options()[1]?.click();
    await settled();
    button('transfer').click();
    await settled();
    await open();
    options()[0]?.click();
    await settled();
    button('add').click();
    await settled();
    expect(stage.desk.sent).to.deep.equal([{ command: 'add', args: ['call-1', { agent: 'agent-2' }] }]);
  });

  it('asks nobody while another agent of the call asks; adds and passes on all the same', async () => {
    await open();
    const guest = asked({
      id: 'guest',
      agentId: 'agent-9',
      number: '1009',
      state: 'talking',
      mayKick: false,
    });
    const asker = party({ ...{ id: 'p', legId: 'p', role: 'peer', agentId: 'agent-8' }, place: 'consult' });
    stage.desk.set(talkOf([party(), self(), asker, guest]));
    await settled();
    options()[0]?.click();
    await settled();
    expect(button('consult').getAttribute('aria-description')).to.equal(
      'Somebody is being consulted already',
    );
    expect(button('add').getAttribute('aria-disabled')).to.equal('false');
  });

  it('takes a number outside for a consult, and does not pass the call on to it', async () => {
    await open();
    type(field(), '13900130013');
    await settled();
    expect(words(options()[0] ?? document.body)).to.contain('13900130013 Number outside');
    expect(button('transfer').getAttribute('aria-description')).to.equal(
      'Calls are passed on to agents only',
    );
    button('transfer').click();
    button('consult').click();
    expect(stage.desk.sent).to.deep.equal([
      { command: 'consult', args: ['call-1', { number: '13900130013' }] },
    ]);
  });

  it('narrows to a group, and to who is free', async () => {
    await open();
    const select = find(stage.root, 'telebar-call-in-panel >> select') as HTMLSelectElement;
    select.value = 'sales';
    select.dispatchEvent(new Event('change'));
    await settled();
    expect(options()).to.have.length(4);
    input(stage.root, 'telebar-call-in-panel >> input[type=checkbox]').click();
    await settled();
    expect(options().map((each) => words(each))[0]).to.contain('1004');
    expect(options()).to.have.length(1);
  });

  it('asks a group or gives it the call, and does not add one', async () => {
    await open();
    control(stage.root, 'Groups').click();
    await settled();
    expect(options().map((each) => words(each))).to.deep.equal(['800 客户服务', '801 售后支持']);
    type(field(), '售后');
    await settled();
    expect(button('add').getAttribute('aria-description')).to.equal('A group is asked, or given the call');
    button('add').click();
    button('transfer').click();
    await settled();
    expect(stage.desk.sent).to.deep.equal([
      { command: 'transfer', args: ['call-1', { to: { group: 'sales' }, type: 'blind' }] },
    ]);
  });

  it('finds people outside in the phone books, and says when there is none', async () => {
    await open();
    control(stage.root, 'Phone book').click();
    await eventually(() => options().length === 2);
    expect(options().map((each) => words(each))).to.deep.equal([
      '顺达物流 02062770141',
      '张律师 13900000009',
    ]);
    await expectAccessible(stage.root);
    type(field(), '张');
    await eventually(() => options().length === 1);
    expect(button('transfer').getAttribute('aria-description')).to.equal(
      'Calls are passed on to agents only',
    );
    button('add').click();
    await settled();
    expect(stage.desk.sent).to.deep.equal([{ command: 'add', args: ['call-1', { contact: 'contact-2' }] }]);
  });

  it('calls nobody of the phone book before the answer for what was typed is there', async () => {
    await open();
    control(stage.root, 'Phone book').click();
    await eventually(() => options().length === 2);
    stage.records.mode = 'hang';
    type(field(), '张');
    await settled();
    expect(options()).to.deep.equal([]);
    expect(words(find(stage.root, 'telebar-call-in-panel >> .note'))).to.equal('Fetching who is there…');
    press(field(), 'Enter');
    await settled();
    expect(stage.desk.sent).to.deep.equal([]);
  });

  it('passes a call on outside where the group has it so', async () => {
    const state = talkOf([party(), self()]);
    const groups = [membership({ transferOutside: true })];
    await open({ ...state, snapshot: state.snapshot && { ...state.snapshot, agent: agent({ groups }) } });
    type(field(), '13900130013');
    await settled();
    button('transfer').click();
    expect(stage.desk.sent).to.deep.equal([
      { command: 'transfer', args: ['call-1', { to: { number: '13900130013' }, type: 'blind' }] },
    ]);
  });

  it('does not ask who cannot be asked, and shows why the server refused', async () => {
    await open();
    options()[2]?.click();
    await settled();
    expect(button('consult').getAttribute('aria-description')).to.equal('Talking');
    button('consult').click();
    expect(stage.desk.sent).to.deep.equal([]);
    stage.desk.refuse('consult', 'target-busy');
    options()[0]?.click();
    await settled();
    button('consult').click();
    await settled();
    expect(words(find(stage.root, 'telebar-call-in-panel >> telebar-failure-note'))).to.have.length.above(5);
    // Said once.
    expect(words(find(stage.root, 'telebar-call-actions >> telebar-failure-note'))).to.equal('');
  });

  it('is not opened while somebody is asked', async () => {
    stage = await barOnStage({ state: consulting({ state: 'talking' }), locale: 'en' });
    const button = find(stage.root, '[data-action=transfer]');
    expect(button.getAttribute('aria-disabled')).to.equal('true');
    button.click();
    await settled();
    expect(findAll(stage.root, 'telebar-call-in-panel')).to.have.length(0);
  });

  it('closes with the call', async () => {
    await open();
    stage.desk.set(deskState());
    await settled();
    expect(findAll(stage.root, 'telebar-call-in-panel')).to.deep.equal([]);
  });
});
