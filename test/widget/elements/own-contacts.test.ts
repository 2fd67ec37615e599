import { expect } from '@open-wc/testing';
import '../../../widget/elements/phone-bar/bar-content.ts';
import type { Right } from '../../../server/vocabulary/rights.ts';
import { CommandError } from '../../../widget/live/command-error.ts';
import { call, deskState, party, self } from '../support/desk-states.ts';
import { barOnStage } from '../support/bar-on-stage.ts';
import {
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

const PANEL = 'telebar-call-in-panel';
const FORM = `${PANEL} >> telebar-contact-form`;
const options = () => findAll(stage.root, `${PANEL} >> [role=option]`);
const names = () => options().map((each) => words(each));
const named = (name: string) => input(stage.root, `${FORM} >> [name=${name}]`);
const isWriting = () => findAll(stage.root, FORM).length > 0;

/** The phone book of the panel that calls somebody in. */
async function book(locale: 'en' | 'zh-CN' = 'en', rights: readonly Right[] = []): Promise<void> {
  const desk = deskState({}, { state: 'talking' }, [call({ parties: [party(), self()] })]);
  const state = { ...desk, session: desk.session && { ...desk.session, rights: [...rights] } };
  stage = await barOnStage({ state, locale });
  find(stage.root, '[data-action=transfer]').click();
  await eventually(() => find(stage.root, `${PANEL} >> [role=option]`));
  control(stage.root, locale === 'en' ? 'Phone book' : '通讯录').click();
  await eventually(() => options().length === 2);
}

async function choose(name: string): Promise<void> {
  options()
    .find((each) => words(each).includes(name))
    ?.click();
  await settled();
}

const refused = (code: 'version-conflict' | 'not-found' | 'unavailable', details = {}) =>
  new CommandError({ code, message: '', retryable: false, details });

describe("an agent's own contacts", () => {
  it('are kept from the panel, and can be called in at once', async () => {
    await book();
    control(stage.root, 'New contact').click();
    await eventually(isWriting);
    expect(words(find(stage.root, `${PANEL} >> h2`))).to.equal('New contact');
    await expectAccessible(stage.root);
    type(named('name'), ' 周医生 ');
    type(named('number'), '139 0000 0011');
    find(stage.root, `${FORM} >> button[type=submit]`).click();
    await eventually(() => !isWriting() && options().length === 3);
    expect(stage.records.kept).to.deep.equal([
      { what: 'create', body: { name: '周医生', number: '139 0000 0011', note: '' } },
    ]);
    await settled();
    find(stage.root, `${PANEL} >> [data-command=consult]`).click();
    await settled();
    expect(stage.desk.sent).to.deep.equal([
      { command: 'consult', args: ['call-1', { contact: 'contact-new' }] },
    ]);
  });

  it('are begun with the number that was typed', async () => {
    await book();
    type(input(stage.root, `${PANEL} >> input[name=search]`), '13900130013');
    await settled();
    control(stage.root, 'New contact').click();
    await eventually(isWriting);
    await settled();
    expect(named('number').value).to.equal('13900130013');
  });

  it('are changed, over what was changed elsewhere when it is saved again', async () => {
    await book();
    await choose('张律师');
    control(stage.root, 'Change contact').click();
    await eventually(isWriting);
    await settled();
    expect(named('name').value).to.equal('张律师');
    type(named('number'), '13900000010');
    stage.records.refusal = refused('version-conflict', {
      current: { ...stage.records.contactList[1], version: 4 },
    });
    find(stage.root, `${FORM} >> button[type=submit]`).click();
    await eventually(() => words(find(stage.root, `${FORM} >> [role=alert]`)).includes('changed elsewhere'));
    expect(named('number').value).to.equal('13900000010');
    find(stage.root, `${FORM} >> button[type=submit]`).click();
    await eventually(() => !isWriting() && names().includes('张律师 13900000010'));
    expect(
      stage.records.kept.map(({ what, body }) => [what, (body as { version: number }).version]),
    ).to.deep.equal([
      ['contact-2', 1],
      ['contact-2', 4],
    ]);
  });

  it('are removed by a second press; one that is gone already is removed', async () => {
    for (const gone of [false, true]) {
      stage?.dispose();
      await book('zh-CN');
      await choose('张律师');
      control(stage.root, '修改联系人').click();
      await eventually(isWriting);
      control(stage.root, '删除').click();
      await settled();
      expect(stage.records.kept).to.deep.equal([]);
      if (gone) stage.records.refusal = refused('not-found');
      control(stage.root, '确认删除').click();
      await eventually(() => !isWriting());
      expect(stage.records.kept).to.deep.equal([{ what: 'contact-2', body: { version: 1 } }]);
      if (!gone) await eventually(() => names().join() === '顺达物流 02062770141');
    }
  });

  it("are apart from the team's, which an agent does not change", async () => {
    await book();
    await choose('顺达物流');
    expect(findAll(stage.root, `${PANEL} >> .narrow button`).map((each) => words(each))).to.deep.equal([
      'New contact',
    ]);
  });

  it("are the team's when a leader says so, who changes those of the team as well", async () => {
    await book('en', ['supervise']);
    control(stage.root, 'New contact').click();
    await eventually(isWriting);
    type(named('name'), '周医生');
    type(named('number'), '13900000011');
    named('shared').click();
    await expectAccessible(stage.root);
    find(stage.root, `${FORM} >> button[type=submit]`).click();
    await eventually(() => !isWriting());
    expect(stage.records.kept.map(({ body }) => body)).to.deep.equal([
      { name: '周医生', number: '13900000011', note: '', shared: true },
    ]);
    await choose('顺达物流');
    control(stage.root, 'Change contact').click();
    await eventually(isWriting);
    expect(words(find(stage.root, `${FORM} >> .hint`))).to.contain('everybody sees the change');
  });

  it('need a name and a number, are left by Escape, and a refusal keeps what was typed', async () => {
    await book();
    control(stage.root, 'New contact').click();
    await eventually(isWriting);
    await settled();
    find(stage.root, `${FORM} >> button[type=submit]`).click();
    await settled();
    expect(findAll(stage.root, `${FORM} >> [role=alert]`).map((each) => words(each))).to.deep.equal([
      'Enter a name.',
      'Enter a number that can be dialled.',
    ]);
    await expectAccessible(stage.root);
    type(named('name'), '周医生');
    type(named('number'), '13900000011');
    stage.records.refusal = refused('unavailable');
    find(stage.root, `${FORM} >> button[type=submit]`).click();
    await eventually(() => words(find(stage.root, `${FORM} >> telebar-failure-note`)).length > 5);
    expect(named('name').value).to.equal('周医生');
    press(named('name'), 'Escape');
    await eventually(() => !isWriting());
    // The panel is still there.
    expect(options()).to.have.length(2);
  });
});
