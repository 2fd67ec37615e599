import { expect } from '@open-wc/testing';
import { html } from 'lit';
import '../../../widget/elements/account/reset-password.ts';
import '../../../widget/elements/phone-bar/dial-panel.ts';
import '../../../widget/elements/phone-bar/login-form.ts';
import '../../../widget/elements/phone-bar/settings-panel.ts';
import { CommandError } from '../../../widget/live/command-error.ts';
import { anonymous, deskState, membership } from '../support/desk-states.ts';
import { FakeRecords, record } from '../support/fake-records.ts';
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
import { onStage, type Stage } from '../support/stage.ts';

const ENTRY = 'telebar-recent-calls >> .entry';
let stage: Stage;
afterEach(() => stage.dispose());

describe('the log-in form', () => {
  const show = async (locale: 'en' | 'zh-CN' = 'en'): Promise<void> => {
    stage = await onStage(html`<telebar-login-form></telebar-login-form>`, { state: anonymous, locale });
    await settled();
  };
  const fill = (): void => {
    type(input(stage.root, '#team'), ' demo ');
    type(input(stage.root, '#username'), '1001');
    type(input(stage.root, '#password'), ' telebar-demo');
  };

  it('logs in with team, user name and password, and remembers the first two', async () => {
    await show();
    fill();
    control(stage.root, 'Log in').click();
    expect(stage.desk.sent).to.deep.equal([
      { command: 'login', args: [{ team: 'demo', username: '1001', password: ' telebar-demo' }] },
    ]);
    expect(stage.preferences.state).to.include({ lastTeam: 'demo', lastUsername: '1001' });
  });

  it('asks for what is missing and puts the focus there', async () => {
    await show();
    control(stage.root, 'Log in').click();
    await settled();
    expect(stage.desk.sent).to.deep.equal([]);
    expect(words(find(stage.root, 'form'))).to.contain('Fill in team');
    expect(find(stage.root, 'telebar-login-form').shadowRoot?.activeElement?.id).to.equal('team');
  });

  it('says in both languages that the password is wrong', async () => {
    await show();
    stage.desk.refuse('login', 'wrong-credentials');
    fill();
    control(stage.root, 'Log in').click();
    await settled();
    expect(words(find(stage.root, 'form'))).to.contain('user name or password is wrong');
    const language = find(stage.root, 'select') as HTMLSelectElement;
    language.value = 'zh-CN';
    language.dispatchEvent(new Event('change'));
    expect(stage.preferences.state.locale).to.equal('zh-CN');
  });

  it('tells how long to wait after too many attempts', async () => {
    await show('zh-CN');
    stage.desk.refuse('login', 'rate-limited', { retryAfterMs: 29_100 });
    fill();
    control(stage.root, '登录').click();
    await settled();
    expect(words(find(stage.root, 'form'))).to.contain('30 秒后再试');
  });

  it('asks for a password of one’s own in place of one that somebody else has made', async () => {
    await show();
    stage.desk.refuse('login', 'password-must-change');
    fill();
    control(stage.root, 'Log in').click();
    await settled();
    expect(words(find(stage.root, 'form'))).to.contain('Somebody else has made the password of 1001');
    expect(find(stage.root, 'telebar-login-form').shadowRoot?.activeElement?.id).to.equal('newPassword');
    await expectAccessible(stage.root);
    type(input(stage.root, '#newPassword'), 'short');
    control(stage.root, 'Change password and log in').click();
    await settled();
    expect(words(find(stage.root, 'form'))).to.contain('8 characters at least');
    stage.desk.refuse('login', 'invalid-request');
    type(input(stage.root, '#newPassword'), 'password1');
    control(stage.root, 'Change password and log in').click();
    await settled();
    expect(words(find(stage.root, 'form'))).to.contain('Too easy to guess');
    type(input(stage.root, '#newPassword'), 'nine loud red kettles');
    control(stage.root, 'Change password and log in').click();
    expect(stage.desk.sent.at(-1)?.args).to.deep.equal([
      {
        team: 'demo',
        username: '1001',
        password: ' telebar-demo',
        newPassword: 'nine loud red kettles',
      },
    ]);
    stage.desk.refuse('login', 'wrong-credentials');
    control(stage.root, 'Change password and log in').click();
    await settled();
    expect(input(stage.root, '#team').value).to.equal('demo');
  });

  it('asks for the code of an app after the password', async () => {
    await show();
    stage.desk.refuse('login', 'code-required');
    fill();
    control(stage.root, 'Log in').click();
    await settled();
    expect(words(find(stage.root, 'form'))).to.contain('the code that your app shows');
    await expectAccessible(stage.root);
    control(stage.root, 'Log in').click();
    await settled();
    expect(words(find(stage.root, 'form'))).to.contain('has 6 digits');
    stage.desk.refuse('login', 'wrong-code');
    type(input(stage.root, '[name=code]'), '123456');
    control(stage.root, 'Log in').click();
    await settled();
    expect(words(find(stage.root, 'form'))).to.contain('was used already');
    expect(stage.desk.sent.at(-1)?.args).to.deep.equal([
      { team: 'demo', username: '1001', password: ' telebar-demo', code: '123456' },
    ]);
  });

  it('has a link sent to who has forgotten the password', async () => {
    const asked: unknown[] = [];
    let isRefused = true;
    stage = await onStage(html`<telebar-login-form></telebar-login-form>`, {
      state: anonymous,
      http: {
        request: async ({ path, body }) => {
          asked.push([path, body]);
          if (isRefused)
            throw new CommandError({ code: 'no-mail', message: '', retryable: false, details: {} });
          return undefined as never;
        },
      },
    });
    await settled();
    control(stage.root, 'Forgot your password?').click();
    await eventually(() => findAll(stage.root, 'telebar-forgot-password >> [name=email]').length > 0);
    await expectAccessible(stage.root);
    const panel = () => words(find(stage.root, 'telebar-forgot-password'));
    control(stage.root, 'Send the link').click();
    await settled();
    expect(panel()).to.contain('Fill in the team');
    type(input(stage.root, 'telebar-forgot-password >> [name=team]'), 'demo');
    type(input(stage.root, 'telebar-forgot-password >> [name=email]'), 'li.lei@example.com');
    control(stage.root, 'Send the link').click();
    await eventually(() => panel().includes('sends no mail'));
    isRefused = false;
    control(stage.root, 'Send the link').click();
    await eventually(() => panel().includes('a mail with a link is under way'));
    expect(asked.at(-1)).to.deep.equal([
      '/password-resets',
      { team: 'demo', email: 'li.lei@example.com', locale: 'en' },
    ]);
    control(stage.root, 'Back').click();
    await settled();
    expect(input(stage.root, '#password').value).to.equal('');
  });

  it('chooses another password by the link of a mail', async () => {
    const answers: unknown[] = ['invalid-request', null];
    stage = await onStage(html`<telebar-reset-password token="abc"></telebar-reset-password>`, {
      state: anonymous,
      http: {
        request: async () => {
          const code = answers.shift();
          if (code === 'invalid-request')
            throw new CommandError({ code, message: '', retryable: false, details: {} });
          return undefined as never;
        },
      },
    });
    const panel = () => words(find(stage.root, 'telebar-reset-password'));
    await eventually(() => panel().includes('At least 8 characters'));
    await expectAccessible(stage.root);
    const field = () => input(stage.root, 'telebar-reset-password >> [name=newPassword]');
    control(stage.root, 'Choose this password').click();
    await settled();
    expect(panel()).to.contain('8 characters at least');
    type(field(), 'password1');
    control(stage.root, 'Choose this password').click();
    await eventually(() => panel().includes('Too easy to guess'));
    type(field(), 'nine loud red kettles');
    control(stage.root, 'Choose this password').click();
    await eventually(() => panel().includes('The password is set'));
  });

  it('shows and hides the password', async () => {
    await show();
    control(stage.root, 'Show the password').click();
    await settled();
    expect(input(stage.root, '#password').type).to.equal('text');
  });
});

describe('the dial panel', () => {
  const show = async (state = deskState(), records = new FakeRecords()): Promise<void> => {
    stage = await onStage(html`<telebar-dial-panel></telebar-dial-panel>`, { state, records });
    await settled();
  };
  const number = (): HTMLInputElement => input(stage.root, 'input[name=number]');

  it('dials what the pad and the field say, as the chosen group', async () => {
    await show();
    for (const digit of ['1', '0', '9', '*']) control(find(stage.root, 'telebar-number-pad'), digit).click();
    control(stage.root, 'Delete the last digit').click();
    expect(number().value).to.equal('109');
    const group = find(stage.root, '#group') as HTMLSelectElement;
    group.value = 'sales';
    group.dispatchEvent(new Event('change'));
    await settled();
    number().form?.requestSubmit();
    await eventually(() => stage.desk.sent.length > 0);
    expect(stage.desk.sent).to.deep.equal([{ command: 'dial', args: [{ number: '109', groupId: 'sales' }] }]);
  });

  it('says what may stand in a number', async () => {
    await show();
    type(number(), 'call me');
    number().form?.requestSubmit();
    await settled();
    expect(words(find(stage.root, '#invalid'))).to.contain('Digits');
    expect(stage.desk.sent).to.deep.equal([]);
  });

  it('dials an entry of the history by double-click and by Enter, not by a click', async () => {
    await show();
    const first = await eventually(() => find(stage.root, ENTRY));
    first.click();
    expect(stage.desk.sent).to.deep.equal([]);
    first.dispatchEvent(new MouseEvent('dblclick', { bubbles: true }));
    press(first, 'Enter');
    await eventually(() => stage.desk.sent.length === 2);
    expect(stage.desk.sent[0]?.args).to.deep.equal([{ number: '13900138000', groupId: 'service' }]);
  });

  it('lets a restricted group dial from the history only', async () => {
    await show(deskState({}, { groups: [membership({ dialling: 'history' })] }));
    expect(number().disabled).to.equal(true);
    expect(words(find(stage.root, 'form'))).to.contain('choose a number from the list');
    const first = await eventually(() => find(stage.root, ENTRY));
    press(first, 'Enter');
    await eventually(() => stage.desk.sent.length === 1);
  });

  it('lets a group without the right to dial do neither', async () => {
    await show(deskState({}, { groups: [membership({ dialling: 'off' })] }));
    const first = await eventually(() => find(stage.root, ENTRY));
    press(first, 'Enter');
    await settled();
    expect(stage.desk.sent).to.deep.equal([]);
  });

  it('keeps a number of the history as a contact in one step, and says that it is kept', async () => {
    const records = new FakeRecords();
    records.history = [{ ...record(1), number: '13900000011', name: '周医生' }, record(2)];
    const desk = deskState();
    const mayKeep = {
      ...desk,
      session: desk.session && { ...desk.session, rights: ['use-contacts' as const] },
    };
    await show(mayKeep, records);
    const keep = () => control(stage.root, 'Keep 13900000011 as a contact');
    (await eventually(keep)).focus();
    keep().click();
    const save = await eventually(() => find(stage.root, 'telebar-contact-form >> button[type=submit]'));
    await settled();
    expect(words(find(stage.root, '#title'))).to.equal('New contact');
    await expectAccessible(stage.root);
    save.click();
    await eventually(() => findAll(stage.root, 'telebar-contact-form').length === 0);
    expect(records.kept).to.deep.equal([
      { what: 'create', body: { name: '周医生', number: '13900000011', note: '' } },
    ]);
    const kept = await eventually(() => control(stage.root, '13900000011 is kept in the phone book'));
    await settled();
    expect(kept.matches(':focus')).to.equal(true);
    kept.click();
    await settled();
    expect(findAll(stage.root, 'telebar-contact-form')).to.deep.equal([]);
  });

  it('offers to keep no number where there is no phone book, none that is withheld, none of a colleague', async () => {
    const records = new FakeRecords();
    records.history = [record(1)];
    await show(deskState(), records);
    await eventually(() => find(stage.root, ENTRY));
    expect(findAll(stage.root, 'telebar-recent-calls >> .keep')).to.deep.equal([]);
    stage.dispose();
    records.history = [
      { ...record(1), number: '' },
      { ...record(2), direction: 'internal', number: '1002' },
    ];
    const desk = deskState();
    await show({ ...desk, session: desk.session && { ...desk.session, rights: ['use-contacts'] } }, records);
    await eventually(() => find(stage.root, ENTRY));
    expect(findAll(stage.root, 'telebar-recent-calls >> .keep')).to.deep.equal([]);
  });

  it('shows more pages on demand', async () => {
    await show();
    const more = await eventually(() => control(stage.root, 'Show more'));
    expect(findAll(stage.root, ENTRY)).to.have.length(8);
    more.click();
    await eventually(() => findAll(stage.root, ENTRY).length === 12);
  });

  it('says that the list is empty, is coming, or could not be loaded', async () => {
    const records = new FakeRecords();
    records.mode = 'fail';
    await show(deskState(), records);
    const retry = await eventually(() => control(stage.root, 'Try again'));
    records.mode = 'answer';
    records.history = [];
    retry.click();
    await eventually(() =>
      expect(words(find(stage.root, 'telebar-recent-calls'))).to.contain('No outbound calls yet'),
    );
    records.mode = 'hang';
    control(stage.root, 'Inbound').click();
    await settled();
    expect(find(stage.root, '[aria-busy=true]').getAttribute('aria-label')).to.equal('Loading…');
  });

  it('marks calls that were missed', async () => {
    const records = new FakeRecords();
    records.history = [record(1)];
    await show(deskState(), records);
    control(stage.root, 'Inbound').click();
    await eventually(() => expect(words(find(stage.root, ENTRY))).to.contain('Missed'));
  });

  it('breaks no rule of accessibility', async () => {
    await show();
    await eventually(() => find(stage.root, ENTRY));
    await expectAccessible(stage.root);
  });
});

describe('the settings', () => {
  const show = async (): Promise<void> => {
    stage = await onStage(html`<telebar-settings-panel></telebar-settings-panel>`, { state: deskState() });
    await settled();
  };

  it('changes language, appearance and place', async () => {
    await show();
    findAll(stage.root, 'input[name=language]')[0]?.click();
    findAll(stage.root, 'input[name=theme]')[2]?.click();
    const place = find(stage.root, '#position') as HTMLSelectElement;
    place.value = 'top';
    place.dispatchEvent(new Event('change'));
    expect(stage.preferences.state).to.include({
      locale: 'zh-CN',
      theme: 'dark',
      position: 'top',
      offset: null,
    });
  });

  it('keeps the volume of the ring tone', async () => {
    await show();
    const volume = input(stage.root, '#volume');
    volume.value = '0.25';
    volume.dispatchEvent(new Event('change'));
    await settled();
    expect(stage.preferences.state.ringVolume).to.equal(0.25);
    expect(words(find(stage.root, 'output'))).to.equal('25%');
  });

  it('measures the microphone until it is stopped', async () => {
    await show();
    control(stage.root, 'Test the microphone').click();
    await eventually(() => find(stage.root, 'meter'));
    control(stage.root, 'Stop the test').click();
    await settled();
    expect(findAll(stage.root, 'meter')).to.have.length(0);
  });

  it('breaks no rule of accessibility', async () => {
    await show();
    await expectAccessible(stage.root);
  });
});
