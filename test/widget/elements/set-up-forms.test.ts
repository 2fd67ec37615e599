import { expect } from '@open-wc/testing';
import { adminOnStage } from '../support/admin-stage.ts';
import { FakeSetUp } from '../support/fake-set-up.ts';
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
import type { Stage } from '../support/stage.ts';

let stage: Stage;
let setUp: FakeSetUp;
beforeEach(() => {
  setUp = new FakeSetUp();
  localStorage.clear();
});
afterEach(() => stage.dispose());

const FORM = 'telebar-set-up-form';
const LIST = 'telebar-set-up-list';
const written = (key: string) => input(stage.root, `${FORM} >> [data-key=${key}]`);

/** One section, as an administrator sees it. */
async function section(name: string): Promise<void> {
  stage = await adminOnStage(setUp);
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

describe('what is shown of a section', () => {
  it('is its own, whichever was open before', async () => {
    await section('Team');
    await eventually(() => written('name').value === '示例');
    control(stage.root, 'Embedding', 'nav button').click();
    await eventually(() => findAll(stage.root, `${FORM} >> [data-key=origins]`).length > 0);
    expect(written('origins').value).to.equal('https://crm.example');
    control(stage.root, 'Team', 'nav button').click();
    await eventually(() => findAll(stage.root, `${FORM} >> [data-key=name]`).length > 0);
    expect(written('name').value).to.equal('示例');

    control(stage.root, 'Agents', 'nav button').click();
    for (const name of ['李雷', '韩梅梅', '李雷']) {
      await eventually(() => findAll(stage.root, `${LIST} >> .row`).some((row) => words(row) === name));
      control(stage.root, name, `${LIST} >> .row`).click();
      await settled();
      await eventually(() => findAll(stage.root, `${FORM} >> [data-key=name]`).length > 0);
      expect(written('name').value).to.equal(name);
    }
  });
});

describe('what a team makes for its desks', () => {
  const names = () => findAll(stage.root, `${LIST} >> .row`).map((row) => words(row));
  const choose = (selector: string, value: string) => {
    const select = find(stage.root, selector) as HTMLSelectElement;
    select.value = value;
    select.dispatchEvent(new Event('change'));
  };
  const fresh = async (name: string) => {
    await section(name);
    await eventually(() => findAll(stage.root, `${LIST} >> .button.primary`).length > 0);
    find(stage.root, `${LIST} >> .button.primary`).click();
    await eventually(() => findAll(stage.root, `${FORM} >> [data-key=en]`).length > 0);
  };
  const named = (zh: string, en: string) => {
    type(written('zh'), zh);
    type(written('en'), en);
  };

  it('a choice has options, which keep what they are kept by', async () => {
    await fresh('Customer fields');
    named('等级', 'Level');
    choose(`${FORM} >> select[data-key=type]`, 'choice');
    const options = `${FORM} >> telebar-set-up-options`;
    await eventually(() => findAll(stage.root, options).length > 0);
    control(stage.root, 'Save').click();
    await eventually(() => words(find(stage.root, FORM)).includes('Fill this in.'));
    control(stage.root, 'Add an option', `${options} >> button`).click();
    await settled();
    const option = () => findAll(stage.root, `${options} >> input`) as HTMLInputElement[];
    type(option()[0]!, '金卡');
    type(option()[1]!, 'Gold');
    await expectAccessible(stage.root);
    control(stage.root, 'Save').click();
    await eventually(() => setUp.plain['customer-fields']?.length === 1);
    const [made] = setUp.plain['customer-fields'] ?? [];
    expect(made).to.deep.include({ type: 'choice', options: [{ en: 'Gold', 'zh-CN': '金卡' }] });
    setUp.plain['customer-fields'] = [
      { ...made!, options: [{ value: 'Gold', en: 'Gold', 'zh-CN': '金卡' }] },
    ];
    await eventually(() => names().includes('Level'));
    control(stage.root, 'Level', `${LIST} >> .row`).click();
    await eventually(() => option()[1]?.value === 'Gold');
    type(option()[1]!, 'Golden');
    control(stage.root, 'Save').click();
    await eventually(() => setUp.plain['customer-fields']?.[0]?.version === 2);
    expect(setUp.plain['customer-fields']?.[0]?.['options']).to.deep.equal([
      { value: 'Gold', en: 'Golden', 'zh-CN': '金卡' },
    ]);
  });

  it('a reason stands below another of its kind', async () => {
    const label = { en: 'Breaks', 'zh-CN': '休息' };
    const breaks = { id: 'breaks', version: 1, kind: 'pause', label, position: 0, parentId: null };
    setUp.plain['reasons'] = [{ ...breaks, above: [], colour: null, paid: false, limitMs: null, marks: [] }];
    await fresh('Reasons and results');
    named('茶歇', 'Tea');
    const above = `${FORM} >> telebar-set-up-reason >> select`;
    await eventually(() => findAll(stage.root, `${above} option`).length === 2);
    choose(above, 'breaks');
    choose(`${FORM} >> select[data-key=colour]`, 'green');
    type(written('limitMs'), '600');
    written('limitMs').dispatchEvent(new Event('change'));
    control(stage.root, 'Save').click();
    await eventually(() => setUp.plain['reasons']?.length === 2);
    expect(setUp.plain['reasons']?.[1]).to.deep.include({
      ...{ kind: 'pause', parentId: 'breaks', colour: 'green', paid: false, limitMs: 600_000 },
    });
  });
});

describe('the rules of a group', () => {
  const part = (name: string): HTMLElement => {
    const found = findAll(stage.root, `${FORM} >> summary`).find((one) => words(one).startsWith(name));
    if (found === undefined) throw new Error(`There is no part ${name}.`);
    return found;
  };
  const choose = (key: string, value: string) => {
    const select = find(stage.root, `${FORM} >> select[data-key=${key}]`) as HTMLSelectElement;
    select.value = value;
    select.dispatchEvent(new Event('change'));
  };
  const tick = (label: string) =>
    find(stage.root, FORM)
      .shadowRoot?.querySelectorAll<HTMLLabelElement>('label.check')
      .forEach((each) => {
        if (words(each).startsWith(label)) each.querySelector('input')?.click();
      });

  async function open(): Promise<void> {
    await section('Groups');
    await eventually(() => findAll(stage.root, `${LIST} >> .row`).some((row) => words(row) === '客户服务'));
    control(stage.root, '客户服务', `${LIST} >> .row`).click();
    await eventually(() => written('name').value === '客户服务');
  }

  it('fold, and say in a line what they hold', async () => {
    await open();
    await expectAccessible(stage.root);
    const sums = findAll(stage.root, `${FORM} >> .sum`).map((sum) => words(sum));
    expect(sums).to.include.members(['Longest idle · 20 s each', 'No overflow', '80 % in 20 s']);
    expect(findAll(stage.root, `${FORM} >> details[open]`)).to.have.length(0);
  });

  it('ask for less skill the longer a caller waits, prefer the last agent, and tell who waits how long', async () => {
    await open();
    part('Who gets a call').click();
    choose('strategy', 'skill-level');
    await eventually(() => findAll(stage.root, `${FORM} >> telebar-skill-steps`).length > 0);
    control(stage.root, 'Add a step', `${FORM} >> telebar-skill-steps >> button`).click();
    await settled();
    // Somebody has chosen in that row before: it shows what it holds all the same.
    const level = findAll(stage.root, `${FORM} >> telebar-skill-steps >> select`)[1] as HTMLSelectElement;
    for (const chosen of ['3', '1']) {
      level.value = chosen;
      level.dispatchEvent(new Event('change'));
      await settled();
    }
    control(stage.root, 'Add a step', `${FORM} >> telebar-skill-steps >> button`).click();
    await settled();
    expect(level.value).to.equal('3');
    tick('Prefer the last agent');
    part('Waiting line').click();
    tick('Announcements while waiting');
    await eventually(() => findAll(stage.root, `${FORM} >> [data-key=sounds]`).length > 0);
    type(written('sounds'), 'service_zh');
    await expectAccessible(stage.root);
    control(stage.root, 'Save').click();
    await eventually(() => setUp.bodies.length > 0);
    expect(setUp.bodies).to.deep.equal([
      {
        strategy: 'skill-level',
        skillSteps: [
          { afterMs: 0, level: 5 },
          { afterMs: 30_000, level: 3 },
          { afterMs: 60_000, level: 1 },
        ],
        sticky: { days: 30, waitMs: 20_000 },
        announcements: { everyMs: 30_000, position: true, estimatedWait: true },
        sounds: 'service_zh',
      },
    ]);
  });

  it('are unfolded where something is wrong', async () => {
    await open();
    part('Who gets a call').click();
    choose('strategy', 'skill-level');
    await eventually(() => findAll(stage.root, `${FORM} >> telebar-skill-steps`).length > 0);
    control(stage.root, 'Add a step', `${FORM} >> telebar-skill-steps >> button`).click();
    await settled();
    type(input(stage.root, `${FORM} >> telebar-skill-steps >> input`), '0');
    part('Who gets a call').click();
    await eventually(() => findAll(stage.root, `${FORM} >> details[open]`).length === 0);
    control(stage.root, 'Save').click();
    await eventually(() => findAll(stage.root, `${FORM} >> details[open]`).length === 1);
    expect(setUp.bodies).to.deep.equal([]);
    expect(findAll(stage.root, `${FORM} >> .error-text`)).to.have.length(1);
    // Where no skill is asked for the steps are out of sight, and are not sent.
    choose('strategy', 'round-robin');
    await settled();
    control(stage.root, 'Save').click();
    await eventually(() => setUp.bodies.length > 0);
    expect(setUp.bodies).to.deep.equal([{ strategy: 'round-robin' }]);
  });

  it('give members their level, and keep those of the others', async () => {
    await open();
    part('Members and leaders').click();
    const BELONGING = `${FORM} >> telebar-set-up-belonging`;
    input(stage.root, `${BELONGING} >> telebar-set-up-pick >> input`).focus();
    await eventually(
      () => findAll(stage.root, `${BELONGING} >> telebar-set-up-pick >> [id=found-0]`).length > 0,
    );
    // Who belongs to it already is not found again.
    const found = find(stage.root, `${BELONGING} >> telebar-set-up-pick >> [id=found-0]`);
    expect(words(found)).to.contain('韩梅梅');
    found.dispatchEvent(new Event('pointerdown'));
    await eventually(() => findAll(stage.root, `${BELONGING} >> select`).length === 2);
    const level = findAll(stage.root, `${BELONGING} >> select`)[1] as HTMLSelectElement;
    level.value = '7';
    level.dispatchEvent(new Event('change'));
    control(stage.root, 'Save').click();
    await eventually(() => setUp.bodies.length > 0);
    expect(setUp.bodies).to.deep.equal([
      {
        members: [
          { agentId: 'agent-1', level: 3, static: true },
          { agentId: 'agent-2', level: 7, static: false },
        ],
      },
    ]);
  });

  it('show where callers get to from the group that they overflow to', async () => {
    const [first, second] = setUp.groups;
    if (first === undefined || second === undefined) throw new Error('there are two groups');
    setUp.groups = [
      { ...first, overflow: { afterMs: 60_000, to: { kind: 'group', groupId: second.id } } },
      second,
    ];
    await open();
    part('When nobody can answer').click();
    await eventually(() => findAll(stage.root, `${FORM} >> telebar-overflow-chain >> li`).length === 1);
    expect(words(find(stage.root, `${FORM} >> telebar-overflow-chain >> li`))).to.equal(
      '后备 · after 90 s to the end of the call',
    );
  });
});

describe('the embedding', () => {
  it('saves its origins, and ends the old secret before its time, over which nothing that was typed is lost', async () => {
    await section('Embedding');
    await eventually(() => written('origins').value === 'https://crm.example');
    await expectAccessible(stage.root);
    expect(words(find(stage.root, `${FORM} >> telebar-script-tag`))).to.contain('Copy this line');
    expect(findAll(stage.root, `${FORM} >> telebar-previous-secret`)).to.have.length(0);

    control(stage.root, 'New embedding secret').click();
    await eventually(() => words(find(stage.root, FORM)).includes('counts for another day'));
    control(stage.root, 'New embedding secret').click();
    const secret = () => findAll(stage.root, `${FORM} >> telebar-copy-text >> textarea`)[0];
    await eventually(() => (secret() as HTMLTextAreaElement | undefined)?.value === 'the-new-secret');
    control(stage.root, 'I have kept it').click();
    const OLD = 'telebar-previous-secret';
    await eventually(() => findAll(stage.root, `${FORM} >> ${OLD}`).length === 1);
    expect(words(find(stage.root, OLD))).to.contain('The secret of before counts until');
    await expectAccessible(stage.root);

    type(written('origins'), 'https://crm.example\nhttps://new.example');
    control(stage.root, 'End the old secret now').click();
    await eventually(() => words(find(stage.root, OLD)).includes('is refused from this moment on'));
    expect(setUp.embedding.previousSecretUntil).not.to.equal(null);
    control(stage.root, 'End it now').click();
    await eventually(() => findAll(stage.root, `${FORM} >> ${OLD}`).length === 0);
    expect(setUp.embedding.previousSecretUntil).to.equal(null);
    expect(written('origins').value).to.contain('https://new.example');
    control(stage.root, 'Save').click();
    await eventually(() => setUp.embedding.origins.length === 2);
  });
});

describe('single sign-on', () => {
  it('shows what the provider has to know, and keeps a secret that was not typed again', async () => {
    await section('Single sign-on');
    await eventually(() => written('redirectUri').value === 'https://phone.example/admin/');
    await expectAccessible(stage.root);
    type(written('label'), 'Staff');
    type(written('issuer'), 'https://login.example.com');
    type(written('clientId'), 'telebar');
    type(written('clientSecret'), 'of the client');
    control(stage.root, 'Save').click();
    await eventually(() => setUp.signOnPatches.length === 1);
    expect(setUp.signOnPatches[0]).to.include({ label: 'Staff', clientSecret: 'of the client' });
    await eventually(() => written('clientSecret').value === '');
    type(written('label'), 'House');
    control(stage.root, 'Save').click();
    await eventually(() => setUp.signOnPatches.length === 2);
    expect(setUp.signOnPatches[1]).to.deep.equal({ label: 'House' });
  });
});

describe('a webhook', () => {
  it('is made with a secret that is told once, tested, and changes over to another secret', async () => {
    await section('Webhooks');
    await eventually(() => words(find(stage.root, 'telebar-set-up-list')).includes('New webhook'));
    control(stage.root, 'New webhook').click();
    await eventually(() => findAll(stage.root, `${FORM} >> [data-key=url]`).length > 0);
    control(stage.root, 'Save').click();
    await eventually(() => findAll(stage.root, `${FORM} >> .error-text`).length >= 2);
    await expectAccessible(stage.root);
    type(written('name'), 'CRM');
    type(written('url'), 'https://crm.example/telebar');
    input(stage.root, `${FORM} >> [value="call.ended"]`).click();
    control(stage.root, 'Save').click();
    await eventually(() => setUp.webhook?.name === 'CRM');
    expect(setUp.bodies.at(-1)).to.deep.include({
      url: 'https://crm.example/telebar',
      events: ['call.ended'],
    });
    await eventually(() => findAll(stage.root, `${FORM} >> telebar-copy-text`).length === 1);
    control(stage.root, 'I have kept it').click();

    await eventually(() => findAll(stage.root, 'telebar-set-up-list >> .row').length === 1);
    control(stage.root, 'CRM', 'telebar-set-up-list >> .row').click();
    const log = () => words(find(stage.root, `${FORM} >> telebar-webhook-log`));
    await eventually(() => findAll(stage.root, `${FORM} >> telebar-webhook-log`).length === 1);
    await eventually(() => log().includes('Failed') && log().includes('500'));
    control(stage.root, 'Send a test event').click();
    await eventually(() => log().includes('Waits'));
    await expectAccessible(stage.root);

    control(stage.root, 'New secret').click();
    await eventually(() => words(find(stage.root, FORM)).includes('change the receiver over'));
    control(stage.root, 'New secret').click();
    await eventually(() => findAll(stage.root, `${FORM} >> telebar-copy-text`).length === 1);
    expect(setUp.webhook?.previousSecretUntil).to.be.a('number');
  });
});

describe('a role', () => {
  const row = async (name: string): Promise<void> => {
    await section('Roles');
    await eventually(() => findAll(stage.root, `${LIST} >> .row`).some((one) => words(one) === name));
    control(stage.root, name, `${LIST} >> .row`).click();
    await eventually(() => findAll(stage.root, `${FORM} >> [value=watch-queues]`).length > 0);
  };
  const right = (value: string) => input(stage.root, `${FORM} >> [value=${value}]`);

  it('of every team is explained, and not changed', async () => {
    await row('Agent');
    await expectAccessible(stage.root);
    expect(right('use-desk').checked).to.equal(true);
    expect(right('use-desk').disabled).to.equal(true);
    expect(findAll(stage.root, `${FORM} >> telebar-set-up-removal`)).to.have.length(0);
    await eventually(() => words(find(stage.root, `${FORM} >> telebar-role-holders`)).includes('李雷'));
    expect(setUp.asked).to.include('GET /set-up/agents?role=agent&limit=100');
  });

  it('of the team is made of single rights; the set-up is changed by who reaches all of it', async () => {
    await section('Roles');
    await eventually(() => findAll(stage.root, `${LIST} >> .row`).some((one) => words(one) === '排班'));
    control(stage.root, 'New role').click();
    await eventually(() => findAll(stage.root, `${FORM} >> [value=watch-queues]`).length > 0);
    type(written('name'), '值班');
    right('change-set-up').click();
    await settled();
    control(stage.root, 'Save').click();
    await eventually(() => findAll(stage.root, `${FORM} >> .error-text`).length === 1);
    right('team').click();
    await settled();
    await expectAccessible(stage.root);
    control(stage.root, 'Save').click();
    await eventually(() => setUp.roles.length === 3);
    expect(setUp.bodies).to.deep.equal([
      {
        name: '值班',
        reach: 'team',
        rights: ['use-desk', 'control-calls', 'use-contacts', 'change-set-up'],
      },
    ]);
  });

  it('that somebody has is taken away when they get another one', async () => {
    setUp.effects = {
      ...setUp.effects,
      uses: [{ kind: 'role', id: 'agent-2', name: '韩梅梅' }],
    };
    await row('排班');
    control(stage.root, 'Remove role').click();
    await eventually(() => findAll(stage.root, 'telebar-set-up-removal >> li').length === 1);
    expect(words(find(stage.root, 'telebar-set-up-removal >> li'))).to.contain('韩梅梅');
    // The role itself is no choice.
    const choices = findAll(stage.root, 'telebar-set-up-removal >> telebar-set-up-role >> option');
    expect(choices.map((choice) => words(choice))).to.deep.equal(['Agent']);
    control(stage.root, 'Remove role').click();
    await eventually(() => setUp.roles.length === 1);
    expect(setUp.asked).to.include('DELETE /set-up/roles/role-1?moveTo=agent');
  });
});

describe('a desk phone', () => {
  const CREDENTIAL = `${FORM} >> telebar-phone-credential`;
  const told = () =>
    (find(stage.root, `${CREDENTIAL} >> telebar-copy-text >> textarea`) as HTMLTextAreaElement).value;

  it('is made, says once what it registers with, in the words of its maker too, and gets another password', async () => {
    await section('Desk phones');
    await eventually(() => words(find(stage.root, LIST)).includes('There is no desk phone yet'));
    control(stage.root, 'New desk phone').click();
    await eventually(() => findAll(stage.root, `${FORM} >> [data-key=name]`).length > 0);
    type(written('name'), '前台 <1>');
    control(stage.root, 'Save').click();
    await eventually(() => findAll(stage.root, CREDENTIAL).length === 1);
    await expectAccessible(stage.root);
    expect(told()).to.contain('Password: first-password').and.to.contain(`:5070`);

    type(input(stage.root, `${CREDENTIAL} >> [name=port]`), '70000');
    await settled();
    expect(words(find(stage.root, `${CREDENTIAL} >> .error-text`))).to.contain('65,535');
    expect(findAll(stage.root, `${CREDENTIAL} >> telebar-copy-text`)).to.have.length(0);
    type(input(stage.root, `${CREDENTIAL} >> [name=port]`), '5070');
    type(input(stage.root, `${CREDENTIAL} >> [name=host]`), 'pbx.example');
    const maker = find(stage.root, `${CREDENTIAL} >> [name=maker]`) as HTMLSelectElement;
    for (const [name, line] of [
      ['Yealink', 'account.1.sip_server.1.address = pbx.example'],
      ['Fanvil', 'SIP1 Register Addr :pbx.example'],
      ['Grandstream', '<P270>前台 &lt;1&gt;</P270>'],
    ] as const) {
      maker.value = name;
      maker.dispatchEvent(new Event('change'));
      await eventually(() => told().includes(line));
      expect(told()).to.contain('first-password').and.to.contain('d4207719358').and.to.contain('5070');
    }
    await expectAccessible(stage.root);
    control(stage.root, 'I have kept it').click();

    await eventually(() => findAll(stage.root, `${LIST} >> .row`).length === 1);
    control(stage.root, '前台 <1>', `${LIST} >> .row`).click();
    await eventually(() => written('username').value === 'd4207719358');
    expect(written('username').readOnly).to.equal(true);
    control(stage.root, 'New password').click();
    await settled();
    expect(words(find(stage.root, FORM))).to.contain('worth nothing from this moment on');
    control(stage.root, 'New password').click();
    await eventually(() => told().includes('second-password'));
  });
});
