import { expect } from '@open-wc/testing';
import { html } from 'lit';
import '../../../widget/elements/admin/admin.ts';
import { deskState } from '../support/desk-states.ts';
import { FakeSetUp } from '../support/fake-set-up.ts';
import {
  control,
  eventually,
  expectAccessible,
  find,
  findAll,
  input,
  type,
  words,
} from '../support/shadow.ts';
import { onStage, type Stage } from '../support/stage.ts';

let stage: Stage;
let setUp: FakeSetUp;
beforeEach(() => {
  setUp = new FakeSetUp();
  localStorage.clear();
});
afterEach(() => stage.dispose());

const FORM = 'telebar-set-up-form';
const written = (key: string) => input(stage.root, `${FORM} >> [data-key=${key}]`);

/** One section, as an administrator sees it. */
async function section(name: string): Promise<void> {
  const state = deskState();
  const { session } = state;
  if (session === null) throw new Error('somebody is logged in');
  stage = await onStage(html`<div style="height:640px"><telebar-admin></telebar-admin></div>`, {
    state: {
      ...state,
      session: {
        ...session,
        agent: { ...session.agent, role: 'admin' },
        rights: ['change-set-up'],
      },
    },
    locale: 'en',
    http: setUp,
  });
  await eventually(() => findAll(stage.root, 'telebar-admin-view >> nav button').length > 0);
  control(stage.root, name, 'nav button').click();
}

describe('what holds for the whole team', () => {
  it('says whom a change meets, saves what was changed, and stays open', async () => {
    await section('Team');
    await eventually(() => written('name').value === '示例');
    expect(written('slug').readOnly).to.equal(true);
    await expectAccessible(stage.root);

    setUp.effects = { signedIn: [], signedInCount: 12, waitingCalls: 3, openCalls: 7, uses: [] };
    input(stage.root, `${FORM} >> [name=outsidePhones][value=off]`).click();
    type(written('name'), '北方');
    await eventually(() => findAll(stage.root, `${FORM} >> telebar-set-up-effects >> p`).length > 0);
    expect(words(find(stage.root, `${FORM} >> telebar-set-up-effects`))).to.contain('Signed in: 12');
    // Nobody is left who could key 1.
    expect(findAll(stage.root, `${FORM} >> [name=outsideConfirm]`)).to.have.length(0);
    control(stage.root, 'Save').click();
    await eventually(() => findAll(stage.root, `${FORM} >> .saved`).length > 0);
    expect(setUp.bodies).to.deep.equal([{ outsidePhones: 'off', name: '北方' }]);
    await eventually(() => words(find(stage.root, 'telebar-admin-view >> .team')) === '北方');
  });

  it('asks whose change it shall be when somebody else was faster', async () => {
    await section('Team');
    await eventually(() => written('name').value === '示例');
    setUp.team = { ...setUp.team, timeZone: 'Europe/Berlin', version: 6 };
    type(written('name'), '北方');
    control(stage.root, 'Save').click();
    await eventually(() => findAll(stage.root, `${FORM} >> .conflict`).length > 0);
    expect(words(find(stage.root, `${FORM} >> .conflict`))).to.contain('Time zone');
    control(stage.root, 'Save mine over it').click();
    await eventually(() => setUp.team.name === '北方');
    expect(setUp.team.timeZone).to.equal('Europe/Berlin');
  });
});
