import { expect } from '@open-wc/testing';
import { html } from 'lit';
import { CommandError } from '../../../widget/live/command-error.ts';
import { adminOnStage } from '../support/admin-stage.ts';
import { anonymous, deskState } from '../support/desk-states.ts';
import { agentSetUp, FakeSetUp } from '../support/fake-set-up.ts';
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

let stage: Stage;
let setUp: FakeSetUp;
beforeEach(() => {
  setUp = new FakeSetUp();
  localStorage.clear();
});
afterEach(() => stage.dispose());

const LIST = 'telebar-set-up-list';
const FORM = 'telebar-set-up-form';
const rows = () => findAll(stage.root, `${LIST} >> tbody tr`).map((row) => words(row));
const written = (key: string) => input(stage.root, `${FORM} >> [data-key=${key}]`);
const isOpen = () => findAll(stage.root, FORM).length > 0;

async function admin(locale: 'en' | 'zh-CN' = 'en', role: 'admin' | 'leader' = 'admin'): Promise<void> {
  stage = await adminOnStage(setUp, { locale, role });
}

async function open(name: string): Promise<void> {
  await eventually(() => rows().length > 0);
  control(stage.root, name, `${LIST} >> .row`).click();
  await eventually(() => written('name').value !== '');
}

async function save(): Promise<void> {
  control(stage.root, 'Save').click();
  await settled();
}

/** What is handed to the browser to be saved, and is not saved. */
function savedFiles() {
  const { click } = HTMLAnchorElement.prototype;
  const { createObjectURL } = URL;
  const blobs: Blob[] = [];
  const names: string[] = [];
  URL.createObjectURL = (blob: Blob) => {
    blobs.push(blob);
    return 'blob:none';
  };
  HTMLAnchorElement.prototype.click = function (this: HTMLAnchorElement) {
    names.push(this.download);
  };
  return {
    names,
    // Not by text(), which takes the byte order mark away.
    text: async () => new TextDecoder('utf-8', { ignoreBOM: true }).decode(await blobs.at(-1)?.arrayBuffer()),
    restore: () => {
      URL.createObjectURL = createObjectURL;
      HTMLAnchorElement.prototype.click = click;
    },
  };
}

describe('the administration', () => {
  it('lists who works in the team, finds, sorts, and shows the columns that somebody chooses', async () => {
    await admin();
    await eventually(() => rows().length === 2);
    expect(rows()[0]).to.contain('李雷').and.to.contain('1001').and.to.contain('Agent');
    await expectAccessible(stage.root);

    control(stage.root, 'Name').click();
    await eventually(() => setUp.asked.some((asked) => asked.includes('sort=name')));
    control(stage.root, 'Name').click();
    await eventually(() => setUp.asked.some((asked) => asked.includes('sort=-name')));

    type(input(stage.root, `${LIST} >> [type=search]`), '韩');
    await eventually(() => rows().length === 1);
    type(input(stage.root, `${LIST} >> [type=search]`), 'nobody');
    await eventually(() =>
      findAll(stage.root, `${LIST} >> .view`).some((view) => words(view) === 'Nothing matches.'),
    );
    type(input(stage.root, `${LIST} >> [type=search]`), '');
    await eventually(() => rows().length === 2);

    control(stage.root, 'Columns').click();
    await settled();
    const email = findAll(stage.root, `${LIST} >> .choice label`).find((label) => words(label) === 'E-mail');
    email?.querySelector('input')?.click();
    await settled();
    expect(findAll(stage.root, `${LIST} >> th`).map((head) => words(head))).to.contain('E-mail');
  });

  it('changes what was typed and nothing else, over the version that was read', async () => {
    await admin();
    await open('李雷');
    await expectAccessible(stage.root);
    type(written('email'), 'li.lei@example.com');
    await save();
    await eventually(() => !isOpen());
    expect(setUp.bodies).to.deep.equal([{ email: 'li.lei@example.com' }]);
    expect(setUp.agents[0]).to.include({ email: 'li.lei@example.com', version: 4 });
    expect(setUp.agents[0]?.groups).to.deep.equal([{ groupId: 'group-1', static: true, level: 3 }]);
  });

  it('says whom a change would meet before it is saved', async () => {
    await admin();
    await open('李雷');
    expect(findAll(stage.root, `${FORM} >> telebar-set-up-effects`)).to.have.length(0);
    setUp.effects = {
      ...setUp.effects,
      ...{ signedIn: [{ id: 'agent-1', number: '1001', name: '李雷' }], signedInCount: 1, openCalls: 2 },
    };
    type(written('email'), 'li.lei@example.com');
    const effects = await eventually(() => findAll(stage.root, `${FORM} >> telebar-set-up-effects >> p`)[0]);
    expect(words(effects)).to.contain('Signed in: 1').and.to.contain('Calls under way: 2');
    await expectAccessible(stage.root);
    type(written('email'), '');
    await eventually(() => findAll(stage.root, `${FORM} >> telebar-set-up-effects`).length === 0);
  });

  it('hands over what leads to an agent who is deleted', async () => {
    setUp.effects = { ...setUp.effects, uses: [{ kind: 'number', id: '4008', name: '4008' }] };
    await admin();
    await open('李雷');
    const remove = () => control(stage.root, 'Delete agent');
    remove().click();
    await eventually(() => findAll(stage.root, `${FORM} >> telebar-set-up-removal >> li`).length > 0);
    expect(words(find(stage.root, `${FORM} >> telebar-set-up-removal >> ul`))).to.equal('Number 4008');
    await expectAccessible(stage.root);
    const heir = input(stage.root, `${FORM} >> telebar-set-up-removal >> telebar-set-up-pick >> input`);
    type(heir, '1002');
    await eventually(
      () =>
        findAll(stage.root, `${FORM} >> telebar-set-up-removal >> telebar-set-up-pick >> [role=option]`)
          .length === 1,
    );
    heir.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, composed: true }));
    await settled();
    remove().click();
    await eventually(() => rows().length === 1);
    expect(setUp.asked).to.include('DELETE /set-up/agents/agent-1?moveTo=agent-2');
  });

  it('makes a temporary password, shows it once, and goes on with what was typed', async () => {
    await admin();
    await open('李雷');
    type(written('email'), 'li.lei@example.com');
    control(stage.root, 'Reset password').click();
    await settled();
    expect(words(find(stage.root, 'telebar-agent-access'))).to.contain('李雷 is logged out everywhere');
    setUp.agents[0] = agentSetUp({ version: 4, passwordMustChange: true });
    control(stage.root, 'Make a temporary password').click();
    await eventually(() => words(find(stage.root, 'telebar-agent-access')).includes('k7mw-p3xa-9tqe'));
    await expectAccessible(stage.root);
    await eventually(() => setUp.asked.filter((asked) => asked === 'GET /set-up/agents/agent-1').length > 1);
    await settled();
    await save();
    await eventually(() => !isOpen());
    expect(setUp.agents[0]).to.include({ email: 'li.lei@example.com', version: 5 });
  });

  it('shows where one is logged in, ends that, and changes one’s own password', async () => {
    await admin();
    control(stage.root, 'My account').click();
    const panel = () => words(find(stage.root, 'telebar-account-panel'));
    await eventually(() => panel().includes('Chrome · Windows, 192.0.2.17'));
    expect(panel()).to.contain('This page');
    await expectAccessible(stage.root);
    control(stage.root, 'Log out: Chrome · Windows, 192.0.2.17').click();
    await eventually(() => setUp.sessions.length === 1);
    await eventually(() => !panel().includes('Log out'));
    const field = (id: string) => input(stage.root, `telebar-change-password >> #${id}`);
    control(stage.root, 'Change password', 'telebar-change-password >> button').click();
    await settled();
    expect(panel()).to.contain('Fill in both passwords');
    type(field('password'), 'telebar-demo');
    type(field('newPassword'), 'nine loud red kettles');
    control(stage.root, 'Change password', 'telebar-change-password >> button').click();
    await eventually(() => panel().includes('The password is changed'));
    expect(setUp.bodies.at(-1)).to.deep.equal({
      password: 'telebar-demo',
      newPassword: 'nine loud red kettles',
    });
    setUp.refusal = new CommandError({ code: 'wrong-password', message: '', retryable: false, details: {} });
    type(field('password'), 'wrong');
    type(field('newPassword'), 'nine loud red kettles');
    control(stage.root, 'Change password', 'telebar-change-password >> button').click();
    await eventually(() => panel().includes('This password is wrong'));
  });

  it('sets up a second factor with an app, and removes that of another agent', async () => {
    await admin();
    control(stage.root, 'My account').click();
    const FACTOR = 'telebar-second-factor';
    const panel = () => words(find(stage.root, FACTOR));
    await eventually(() => panel().includes('authenticator app'));
    type(input(stage.root, `${FACTOR} >> [name=password]`), 'telebar-demo');
    control(stage.root, 'Set up an app').click();
    await eventually(() => panel().includes('JBSW Y3DP'));
    await expectAccessible(stage.root);
    type(input(stage.root, `${FACTOR} >> [name=code]`), '492039');
    control(stage.root, 'Switch on').click();
    await eventually(() => panel().includes('k7mw-p3xa-9tqe'));
    // They are told this once.
    control(stage.root, 'Groups', 'nav button').click();
    await eventually(() => panel().includes('would be lost'));
    await expectAccessible(stage.root);
    control(stage.root, 'I have the codes').click();
    await eventually(() => panel().includes('10 recovery codes are left'));
    expect(panel()).not.to.contain('k7mw-p3xa-9tqe');
    type(input(stage.root, `${FACTOR} >> [name=password]`), 'telebar-demo');
    type(input(stage.root, `${FACTOR} >> [name=code]`), 'k7mw-p3xa-9tqe');
    control(stage.root, 'Switch off').click();
    await eventually(() => panel().includes('authenticator app'));
    await open('李雷');
    control(stage.root, 'Remove code of an app').click();
    await settled();
    control(stage.root, 'Remove code of an app').click();
    await eventually(() => setUp.asked.includes('DELETE /set-up/agents/agent-1/second-factor'));
  });

  it('takes a table of people as a whole, after it has been looked at, and saves new passwords once', async () => {
    await admin();
    await eventually(() => rows().length === 2);
    control(stage.root, 'Import agents').click();
    await eventually(() => findAll(stage.root, 'telebar-people-import >> textarea').length > 0);
    const panel = () => words(find(stage.root, 'telebar-people-import'));
    control(stage.root, 'Check').click();
    await settled();
    expect(panel()).to.contain('Choose a file, or paste rows');
    const right = setUp.report;
    const fault = { code: 'number' as const, column: 'number' as const, value: '7', message: '' };
    setUp.report = {
      ...right,
      created: 0,
      refused: 1,
      rows: [{ line: 2, number: '7', name: '王芳', change: 'refuse', faults: [fault] }],
    };
    type(input(stage.root, 'telebar-people-import >> textarea'), 'number,name\n7,王芳');
    control(stage.root, 'Check').click();
    await eventually(() => panel().includes('Line 2: 7 王芳'));
    expect(panel()).to.contain('cut its zeros off').and.to.contain('血型');
    expect(panel()).not.to.contain('Import 1 agent');
    await expectAccessible(stage.root);

    setUp.report = right;
    const file = new File([Uint8Array.of(0xb9, 0xa4)], 'people.csv');
    const transfer = new DataTransfer();
    transfer.items.add(file);
    const chosen = input(stage.root, 'telebar-people-import >> [type=file]');
    chosen.files = transfer.files;
    chosen.dispatchEvent(new Event('change'));
    control(stage.root, 'Check').click();
    await eventually(() => panel().includes('Import 1 agent'));
    expect(setUp.bodies.at(-1)).to.deep.equal({ file: 'uaQ=', existing: 'update', apply: false });
    control(stage.root, 'Import 1 agent').click();
    await eventually(() => panel().includes('Done: 1 new, 0 changed.'));
    expect(setUp.bodies.at(-1)).to.deep.include({ apply: true });
    await expectAccessible(stage.root);
    // They are told this once: nothing takes them away before somebody says so.
    const passwords = () => findAll(stage.root, 'telebar-people-import >> telebar-copy-text >> textarea');
    expect((passwords()[0] as HTMLTextAreaElement).value).to.equal('1009\t=王芳\twangfang\tk7mw-p3xa-9tqe');
    for (const way of ['Close', 'Groups', 'My account']) {
      control(stage.root, way).click();
      await eventually(() => panel().includes('would be lost'));
      expect(passwords()).to.have.length(1);
    }
    const unload = new Event('beforeunload', { cancelable: true });
    window.dispatchEvent(unload);
    expect(unload.defaultPrevented).to.equal(true);
    const saved = savedFiles();
    control(stage.root, 'Save as CSV').click();
    expect(await saved.text()).to.equal(`\uFEFF"1009","'=王芳","wangfang","k7mw-p3xa-9tqe"\r\n`);
    control(stage.root, 'I have the passwords').click();
    await eventually(() => passwords().length === 0);
    control(stage.root, 'Export agents').click();
    await eventually(() => saved.names.includes('people.csv'));
    saved.restore();
    control(stage.root, 'Close', 'telebar-people-import >> button').click();
    await eventually(() => findAll(stage.root, 'telebar-people-import').length === 0);
  });

  it('makes an agent, after every field that is needed has been filled in', async () => {
    await admin();
    await eventually(() => rows().length === 2);
    control(stage.root, 'New agent').click();
    await settled();
    await save();
    expect(findAll(stage.root, `${FORM} >> .error-text`)).to.have.length(4);
    type(written('name'), '周杰');
    type(written('number'), '１００３');
    type(written('username'), 'zhoujie');
    type(written('password'), 'a long password');
    const pick = input(stage.root, `${FORM} >> telebar-set-up-pick >> input`);
    pick.focus();
    await eventually(() => findAll(stage.root, `${FORM} >> [role=option]`).length > 0);
    pick.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, composed: true }));
    await save();
    await eventually(() => !isOpen());
    expect(setUp.bodies[0]).to.deep.include({
      name: '周杰',
      number: '1003',
      username: 'zhoujie',
      password: 'a long password',
      role: 'agent',
      groups: [{ groupId: 'group-1', static: false, level: 1 }],
    });
    await eventually(() => rows().length === 3);
  });

  it('says what somebody else has changed meanwhile, and overwrites it only when it is told to', async () => {
    await admin();
    await open('李雷');
    type(written('email'), 'mine@example.com');
    setUp.agents[0] = agentSetUp({ number: '1009', version: 4 });
    await save();
    await eventually(() => findAll(stage.root, `${FORM} >> .conflict`).length > 0);
    expect(words(find(stage.root, `${FORM} >> .conflict`))).to.contain('changed: Number.');
    expect(setUp.agents[0].email).to.equal('');
    control(stage.root, 'Save mine over it').click();
    await eventually(() => !isOpen());
    expect(setUp.agents[0]).to.include({ email: 'mine@example.com', number: '1009', version: 5 });
  });

  it('makes another secret over what somebody else has changed, and never loses for it what was typed', async () => {
    await admin();
    control(stage.root, 'Embedding', 'nav button').click();
    await eventually(() => isOpen() && findAll(stage.root, `${FORM} >> [data-key=origins]`).length > 0);
    const renew = () => control(stage.root, 'New embedding secret');
    const before = written('origins').value;
    type(written('origins'), `${before}\nhttps://new.example`);
    await settled();
    expect((renew() as HTMLButtonElement).disabled).to.equal(true);
    expect(words(find(stage.root, FORM))).to.contain('Save or discard what you have changed first.');
    type(written('origins'), before);
    await settled();

    setUp.embedding = { ...setUp.embedding, version: 7 };
    renew().click();
    await settled();
    renew().click();
    await eventually(() => findAll(stage.root, `${FORM} >> .conflict`).length > 0);
    expect(setUp.embedding.version).to.equal(7);
    control(stage.root, 'Save mine over it').click();
    await eventually(() => setUp.embedding.version === 8);
    await eventually(() => findAll(stage.root, `${FORM} >> telebar-copy-text`).length === 1);
    expect(setUp.asked.filter((asked) => /^(PATCH|DELETE)/.test(asked))).to.deep.equal([]);
  });

  it('keeps what was typed until somebody says that it is not needed', async () => {
    await admin();
    await open('李雷');
    type(written('email'), 'x@example.com');
    control(stage.root, 'Groups', 'nav button').click();
    await settled();
    expect(written('email').value).to.equal('x@example.com');
    control(stage.root, 'Discard changes').click();
    await eventually(() => !isOpen());
    expect(setUp.bodies).to.deep.equal([]);
  });

  it('keeps what was typed over a session that ends', async () => {
    await admin();
    await open('李雷');
    type(written('email'), 'kept@example.com');
    const { session } = stage.desk.state;
    stage.desk.set(anonymous);
    await eventually(() => findAll(stage.root, 'telebar-login-form').length > 0);
    expect(written('email').value).to.equal('kept@example.com');
    stage.desk.set({ ...deskState(), session });
    await eventually(() => findAll(stage.root, 'telebar-login-form').length === 0);
    await save();
    await eventually(() => !isOpen());
    expect(setUp.agents[0]?.email).to.equal('kept@example.com');
  });

  it('marks the field that the server refuses', async () => {
    await admin();
    await open('李雷');
    type(written('email'), 'nonsense');
    setUp.refusal = new CommandError({
      code: 'invalid-request',
      message: '',
      retryable: false,
      details: { errors: [{ path: 'email', message: 'Must be an address' }] },
    });
    await save();
    await eventually(() => written('email').getAttribute('aria-invalid') === 'true');
    expect(isOpen()).to.equal(true);
  });

  it('makes a key of chosen rights and shows it until somebody has taken it along', async () => {
    await admin();
    control(stage.root, 'API keys', 'nav button').click();
    await eventually(() => findAll(stage.root, `${LIST} >> .view`).length > 0);
    control(stage.root, 'New key').click();
    await settled();
    await save();
    expect(findAll(stage.root, `${FORM} >> .error-text`)).to.have.length(2);
    type(written('name'), 'CRM');
    for (const right of ['read-customers', 'write-customers', 'read-customers']) {
      input(stage.root, `${FORM} >> [value=${right}]`).click();
      await settled();
    }
    type(written('expiresAt'), '2030-01-31');
    await expectAccessible(stage.root);
    await save();
    const secret = () => findAll(stage.root, `${FORM} >> telebar-copy-text >> textarea`);
    await eventually(() => secret().length > 0);
    expect((secret()[0] as HTMLTextAreaElement).value).to.equal('tbk_7fq2x9ak_secret');
    expect(setUp.bodies).to.deep.equal([
      { name: 'CRM', rights: ['write-customers'], expiresAt: new Date('2030-01-31T23:59:59.999').getTime() },
    ]);
    await expectAccessible(stage.root);
    control(stage.root, 'Groups', 'nav button').click();
    await settled();
    expect(secret()).to.have.length(1);
    control(stage.root, 'I have kept it').click();
    await eventually(() => !isOpen() && rows().length === 1);
    expect(rows()[0]).to.contain('tbk_7fq2x9ak…').and.to.contain('Change customers');
  });

  it('leads a new team to its first call: what is done is ticked, the rest is opened where it belongs', async () => {
    await admin();
    control(stage.root, 'Get started', 'nav button').click();
    const guide = 'telebar-get-started';
    const steps = () => findAll(stage.root, `${guide} >> li`);
    await eventually(() => steps().length === 5);
    const marks = () => findAll(stage.root, `${guide} >> [role=img]`).map((mark) => mark.ariaLabel);
    expect(marks()).to.deep.equal(['Done', 'Done', 'To do', 'Done']);
    expect(steps()[2]?.className).to.equal('next');
    expect(words(steps()[4]!)).to.contain('Your own number: 1001');
    await expectAccessible(stage.root);
    control(stage.root, 'New number', `${guide} >> button`).click();
    await eventually(isOpen);
    expect(written('number').value).to.equal('');

    setUp.agents = [agentSetUp()];
    control(stage.root, 'Get started', 'nav button').click();
    await eventually(() => marks()[0] === 'To do');
    expect(steps()[0]?.className).to.equal('next');
    control(stage.root, 'Bring in a table', `${guide} >> button`).click();
    await eventually(() => findAll(stage.root, 'telebar-people-import').length > 0);
  });

  it('asks who it is, and shows whoever may not their own account and the way out, in both languages', async () => {
    stage = await onStage(html`<telebar-admin></telebar-admin>`, { state: anonymous, http: setUp });
    await eventually(() => findAll(stage.root, 'telebar-login-form').length > 0);
    stage.dispose();
    await admin('zh-CN', 'leader');
    await eventually(() => findAll(stage.root, 'telebar-own-account >> [role=status]').length > 0);
    expect(words(find(stage.root, 'telebar-own-account')))
      .to.contain('仅管理员可用')
      .and.to.contain('1001');
    await eventually(
      () => findAll(stage.root, 'telebar-account-panel >> telebar-change-password').length > 0,
    );
    await expectAccessible(stage.root);
    expect(setUp.asked.filter((asked) => asked.includes('/set-up/'))).to.deep.equal([]);
    control(stage.root, '退出登录', 'telebar-own-account >> button').click();
    await eventually(() => stage.desk.sent.some(({ command }) => command === 'logout'));
  });

  it('takes the link of a mail whoever is logged in, and says afterwards where to log in', async () => {
    await admin('en', 'leader');
    await eventually(() => findAll(stage.root, 'telebar-own-account').length > 0);
    location.hash = '#reset=abc';
    await eventually(() => findAll(stage.root, 'telebar-reset-password >> [name=newPassword]').length > 0);
    type(input(stage.root, 'telebar-reset-password >> [name=newPassword]'), 'nine loud red kettles');
    control(stage.root, 'Choose this password').click();
    await eventually(() => words(find(stage.root, 'telebar-reset-password')).includes('where you work'));
    await expectAccessible(stage.root);
    control(stage.root, 'Log in here').click();
    await eventually(() => findAll(stage.root, 'telebar-own-account').length > 0);
    expect(location.hash).to.equal('');
  });
});
