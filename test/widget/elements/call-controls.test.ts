import { expect } from '@open-wc/testing';
import { html } from 'lit';
import '../../../widget/elements/phone-bar/bar-content.ts';
import { anonymous, call, deskState, offered, party, self } from '../support/desk-states.ts';
import { control, eventually, find, findAll, input, press, settled, type, words } from '../support/shadow.ts';
import { onStage, type Stage } from '../support/stage.ts';

let stage: Stage;
afterEach(() => stage.dispose());

const show = async (state: ReturnType<typeof deskState>, locale: 'en' | 'zh-CN' = 'en'): Promise<void> => {
  stage = await onStage(html`<telebar-bar-content></telebar-bar-content>`, { state, locale });
  await settled();
};
const talking = (patch: Parameters<typeof call>[0] = {}): ReturnType<typeof deskState> =>
  deskState({}, { state: 'talking' }, [call(patch)]);

describe('the controls of a call', () => {
  it('answers and rejects the call that rings', async () => {
    await show(deskState({}, { state: 'ringing' }, [offered()]));
    expect(words(find(stage.root, 'telebar-incoming-call')))
      .to.contain('王小明')
      .and.contain('waited 00:24');
    control(stage.root, 'Answer').click();
    control(stage.root, 'Reject').click();
    expect(stage.desk.sent).to.deep.equal([
      { command: 'answer', args: ['call-1'] },
      { command: 'reject', args: ['call-1'] },
    ]);
  });

  it('says in words why a call could not be answered', async () => {
    await show(deskState({}, { state: 'ringing' }, [offered()]));
    stage.desk.refuse('answer', 'microphone-unavailable');
    control(stage.root, 'Answer').click();
    await settled();
    expect(words(find(stage.root, 'telebar-incoming-call'))).to.contain('The microphone cannot be used');
  });

  it('names a caller who withholds the number', async () => {
    await show(deskState({}, { state: 'ringing' }, [offered({ name: null, number: '' })]), 'zh-CN');
    expect(words(find(stage.root, 'telebar-incoming-call'))).to.contain('未显示号码');
  });

  it('prefers the name that the host page knows', async () => {
    await show(talking());
    stage.shell.setContact('13800138000', { name: 'Mr Wang of the CRM' });
    await settled();
    expect(words(find(stage.root, 'telebar-call-stage'))).to.contain('Mr Wang of the CRM');
  });

  for (const [locale, reason] of [
    ['en', 'Resume the call on your desk phone'],
    ['zh-CN', '请在话机上恢复通话'],
  ] as const) {
    it(`says that what the desk phone holds is resumed there, in ${locale}`, async () => {
      const parties = [party({ state: 'held' }), self({ state: 'held' })];
      await show(deskState({}, { state: 'holding' }, [call({ phase: 'held', parties })]), locale);
      const button = find(stage.root, '[data-action=hold]');
      expect(button.getAttribute('aria-disabled')).to.equal('true');
      expect(button.getAttribute('data-tip')).to.equal(reason);
    });
  }

  it('holds and resumes by the confirmed state, and not by the click', async () => {
    await show(talking());
    control(stage.root, 'Hold').click();
    await settled();
    expect(words(find(stage.root, '[data-action=hold]'))).to.equal('Hold');
    stage.desk.set(
      deskState({}, { state: 'holding' }, [
        call({ phase: 'held', parties: [party({ state: 'held' }), self()] }),
      ]),
    );
    await settled();
    control(stage.root, 'Resume').click();
    expect(stage.desk.sent.map(({ command }) => command)).to.deep.equal(['hold', 'resumeCall']);
  });

  it('shows at once that a command was taken, and takes it only once', async () => {
    await show(talking());
    stage.desk.patch({ pending: new Set(['hold']) });
    await settled();
    const hold = find(stage.root, '[data-action=hold]');
    expect(hold.getAttribute('aria-busy')).to.equal('true');
    hold.click();
    expect(stage.desk.sent).to.deep.equal([]);
  });

  it('mutes and unmutes', async () => {
    await show(talking());
    control(stage.root, 'Mute').click();
    stage.desk.set(talking({ muted: true }));
    await settled();
    expect(find(stage.root, '[data-action=mute]').getAttribute('aria-pressed')).to.equal('true');
    control(stage.root, 'Unmute').click();
    expect(stage.desk.sent.map(({ command }) => command)).to.deep.equal(['mute', 'unmute']);
  });

  it('hangs up the call, or one party of it', async () => {
    await show(talking());
    control(stage.root, 'Hang up').click();
    control(stage.root, 'Hang up 王小明').click();
    expect(stage.desk.sent).to.deep.equal([
      { command: 'hangup', args: ['call-1'] },
      { command: 'hangupLeg', args: ['call-1', 'leg-customer'] },
    ]);
  });

  it('colours the parties as agents know them', async () => {
    const looks = async (...parties: ReturnType<typeof party>[]): Promise<(string | undefined)[]> => {
      stage.desk.set(talking({ parties }));
      await settled();
      return findAll(stage.root, '.cell').map((cell) => cell.dataset['party']);
    };
    await show(talking());
    expect(await looks(party({ state: 'ringing' }), self())).to.deep.equal(['ringing', 'talking']);
    expect(await looks(party({ state: 'gone', since: Date.now() }), self())).to.deep.equal([
      'gone',
      'talking',
    ]);
    expect(await looks(party(), party({ legId: 'third', role: 'peer' }), self())).to.deep.equal([
      'conference',
      'conference',
      'conference',
    ]);
  });

  it('greys what is not possible and says why', async () => {
    await show(deskState());
    const hold = control(stage.root, 'Hold');
    expect(hold.getAttribute('aria-disabled')).to.equal('true');
    expect(hold.dataset['tip']).to.equal('No call in progress');
    expect(hold.getAttribute('aria-description')).to.equal('No call in progress');
    hold.click();
    expect(stage.desk.sent).to.deep.equal([]);
  });

  for (const [locale, sentence] of [
    ['en', 'Hold: will be carried out when the connection is back.'],
    ['zh-CN', '保持：将在连接恢复后执行。'],
  ] as const) {
    it(`shows on its button that an order counts and what is still to come, in ${locale}`, async () => {
      const owed = [{ command: 'hold', callId: 'call-1' }] as const;
      await show({ ...talking(), owed }, locale);
      const button = find(stage.root, '[data-action=hold]');
      expect(button.getAttribute('aria-pressed')).to.equal('true');
      expect(button.getAttribute('aria-description')).to.equal(sentence);
      expect(getComputedStyle(button).borderStyle).to.equal('dashed');
      expect(find(stage.root, '[data-action=mute]').getAttribute('aria-pressed')).to.equal('false');
      button.click();
      expect(stage.desk.sent).to.deep.equal([{ command: 'resumeCall', args: ['call-1'] }]);
    });
  }

  for (const command of ['mute', 'hangup', 'pause'] as const) {
    it(`shows an owed ${command} on its button, and none of another call`, async () => {
      const callId = command === 'pause' ? null : 'call-1';
      await show({ ...talking(), owed: [{ command, callId }] });
      const button = find(stage.root, `[data-action=${command}]`);
      expect(button.getAttribute('aria-description')).to.contain('when the connection is back');
      stage.desk.set({ ...talking(), owed: [{ command, callId: 'call-0' }] });
      await settled();
      expect(button.getAttribute('aria-description') ?? '').not.to.contain('when the connection is back');
    });
  }

  it('takes back what is owed by the same button, also while the server is silent', async () => {
    await show({ ...talking(), owed: [{ command: 'mute', callId: 'call-1' }], pending: new Set(['mute']) });
    control(stage.root, 'Mute').click();
    expect(stage.desk.sent).to.deep.equal([{ command: 'unmute', args: ['call-1'] }]);
  });

  it('marks the own cell as muted as soon as the order counts', async () => {
    await show({ ...talking(), owed: [{ command: 'mute', callId: 'call-1' }] });
    const [, own] = findAll(stage.root, 'telebar-party-cell').map((cell) => words(cell));
    expect(own).to.contain('muted');
  });

  it('lets a call be hung up that came back before the server has shown it', async () => {
    await show(deskState({ connection: 'connecting', snapshot: null }));
    expect(words(stage.root)).not.to.contain('Hang up');
    const { phone } = deskState();
    const leg = {
      legId: 'leg-1',
      direction: 'incoming',
      muted: false,
      remoteNumber: '1',
      autoAnswer: true,
    } as const;
    stage.desk.patch({ phone: { ...phone, legs: [{ ...leg, callId: 'call-1', phase: 'established' }] } });
    await settled();
    control(stage.root, 'Hang up').click();
    expect(stage.desk.sent).to.deep.equal([{ command: 'hangup', args: ['call-1'] }]);
  });

  it('says that an order was given up', async () => {
    await show(talking());
    stage.desk.refuse('pause', 'given-up');
    await stage.desk.commands.pause('x').catch(() => {});
    await settled();
    expect(words(find(stage.root, 'telebar-call-actions'))).to.contain('was given up');
  });

  it('says on the bar without an agent that the server does not know of the logout', async () => {
    await show({ ...anonymous, owed: [{ command: 'logout', callId: null }] });
    expect(words(stage.root)).to.contain('Log out: will be carried out when the connection is back');
  });

  it('shows a refusal beside the buttons until it is read', async () => {
    await show(talking());
    stage.desk.refuse('hold', 'timeout');
    control(stage.root, 'Hold').click();
    await settled();
    expect(words(find(stage.root, 'telebar-call-actions'))).to.contain('did not answer in time');
    control(stage.root, 'Dismiss').click();
    await settled();
    expect(words(find(stage.root, 'telebar-call-actions'))).not.to.contain('did not answer in time');
  });

  for (const command of ['pause', 'setNextState', 'lock', 'signOut', 'logout', 'dial'] as const) {
    it(`shows why ${command} was refused when its menu is closed already or a call goes on`, async () => {
      await show(talking());
      stage.desk.refuse(command, 'not-allowed-now');
      await (stage.desk.commands[command] as (argument: string) => Promise<void>)('x').catch(() => {});
      await settled();
      expect(words(find(stage.root, 'telebar-call-actions'))).to.contain(
        'Not possible in your present state',
      );
    });
  }

  it('shows the clock of each party, and its tips only where they say more than the button', async () => {
    await show(talking());
    const cells = findAll(stage.root, 'telebar-party-cell').map((cell) => words(cell));
    expect(cells).to.have.length(2);
    for (const cell of cells) expect(cell).to.match(/01:(1[4-9]|2\d)/);
    const tip = (name: string): string => getComputedStyle(control(stage.root, name), '::after').content;
    expect(tip('Hold')).to.equal('none');
    expect(tip('Dial')).to.contain('End the call first');
  });

  it('ends wrap-up by the largest button', async () => {
    await show(
      deskState(
        {},
        { state: 'acw', acw: { callId: 'call-1', since: Date.now(), endsAt: Date.now() + 20_000 } },
      ),
    );
    await eventually(() => find(stage.root, 'telebar-after-call >> .ready'));
    expect(words(find(stage.root, 'telebar-call-stage'))).to.match(/00:(20|1\d) left/);
    find(stage.root, 'telebar-call-stage >> .ready').click();
    expect(stage.desk.sent.map(({ command }) => command)).to.deep.equal(['endAcw']);
  });

  it('dials from the bar, and says why it failed', async () => {
    await show(deskState());
    type(input(stage.root, 'input[name=number]'), ' 138 0013 8000 ');
    find(stage.root, 'telebar-call-stage >> button[type=submit]').click();
    await eventually(() => stage.desk.sent.length === 1);
    expect(stage.desk.sent).to.deep.equal([{ command: 'dial', args: [{ number: '138 0013 8000' }] }]);
    stage.desk.refuse('dial', 'call-failed', { cause: 'busy' });
    type(input(stage.root, 'input[name=number]'), '13900000000');
    find(stage.root, 'telebar-call-stage >> button[type=submit]').click();
    await settled();
    expect(words(find(stage.root, 'telebar-call-actions'))).to.contain('The number is busy');
  });

  it('does not dial what is no number', async () => {
    await show(deskState());
    type(input(stage.root, 'input[name=number]'), '<script>');
    find(stage.root, 'telebar-call-stage >> button[type=submit]').click();
    await settled();
    expect(stage.desk.sent).to.deep.equal([]);
  });

  it('says who ended the call, or why', async () => {
    await show(
      deskState({}, {}, [
        call({ phase: 'ended', endedAt: Date.now(), endedBy: 'customer', cause: 'normal' }),
      ]),
    );
    expect(words(find(stage.root, 'telebar-call-stage'))).to.contain('The customer ended the call');
    stage.desk.set(
      deskState({}, {}, [
        call({ phase: 'ended', endedAt: Date.now(), endedBy: 'system', cause: 'media-lost' }),
      ]),
    );
    await settled();
    expect(words(find(stage.root, 'telebar-call-stage'))).to.contain('The voice connection broke');
  });

  it('gives the party the room of the own cell when a docked bar says why a call has ended', async () => {
    await show(deskState({}, {}, [call({ phase: 'ended', endedAt: Date.now(), cause: 'unreachable' })]));
    find(stage.root, 'telebar-bar-content').setAttribute('layout', 'strip');
    stage.root.style.width = '1200px';
    await settled();
    const cells = findAll(stage.root, 'telebar-call-stage >> li').map((cell) => cell.offsetWidth);
    expect(cells[0]).to.be.greaterThan(80);
    expect(cells[1]).to.equal(0);
  });

  it('says of a call that rang here and was not answered what the agent did, not what the other side did', async () => {
    const rang = { phase: 'ended', endedAt: Date.now(), answeredAt: null } as const;
    await show(deskState({}, {}, [call({ ...rang, endedBy: 'agent', cause: 'rejected' })]));
    expect(words(find(stage.root, 'telebar-call-stage'))).to.contain('You rejected the call');
    stage.desk.set(deskState({}, {}, [call({ ...rang, endedBy: 'system', cause: 'no-answer' })]));
    await settled();
    expect(words(find(stage.root, 'telebar-call-stage'))).to.contain('You did not answer');
    const placed = { ...rang, direction: 'outbound', endedBy: 'customer' } as const;
    stage.desk.set(deskState({}, {}, [call({ ...placed, cause: 'rejected' })]));
    await settled();
    expect(words(find(stage.root, 'telebar-call-stage'))).to.contain('rejected by the other side');
    stage.desk.set(deskState({}, {}, [call({ ...placed, cause: 'no-answer' })]));
    await settled();
    expect(words(find(stage.root, 'telebar-call-stage'))).to.contain('Nobody answered');
  });

  it('shows the quality of the line in words', async () => {
    await show(
      deskState(
        { quality: { mos: 3.1, roundTripMs: 480, jitterMs: 30, lossIn: 0.04 } },
        { state: 'talking' },
        [call()],
      ),
    );
    const mark = find(stage.root, 'telebar-quality-mark >> [role=img]');
    expect(mark.getAttribute('aria-label')).to.equal('Poor line');
    expect(mark.title).to.contain('4%');
  });

  it('sends a pasted row in parts, shows what is left, stops on demand, and says what is no digit', async () => {
    await import('../../../widget/elements/phone-bar/keypad-panel.ts');
    stage = await onStage(html`<telebar-keypad-panel></telebar-keypad-panel>`, { state: talking() });
    await settled();
    const paste = async (text: string): Promise<void> => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text', text);
      const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, composed: true });
      find(stage.root, '.body').dispatchEvent(event);
      await settled();
    };
    await paste('hello');
    expect(words(stage.root)).to.contain('Only digits');
    await paste('6222 0212 3456 7890 123');
    expect(words(stage.root)).to.contain('11 digits to go');
    expect(words(stage.root)).not.to.contain('Only digits');
    control(stage.root, 'Stop').click();
    await settled();
    expect(words(stage.root)).not.to.contain('to go');
    expect(stage.desk.sent.map(({ args }) => args[1])).to.deep.equal(['62220212']);
  });

  it('goes on with a pasted row when it is taken out and put back, and stops when it is closed', async () => {
    await import('../../../widget/elements/phone-bar/keypad-panel.ts');
    stage = await onStage(html`<telebar-keypad-panel></telebar-keypad-panel>`, { state: talking() });
    await settled();
    const clipboardData = new DataTransfer();
    clipboardData.setData('text', '6222 0212 3456 7890 1,23');
    find(stage.root, '.body').dispatchEvent(new ClipboardEvent('paste', { clipboardData }));
    const panel = find(stage.root, 'telebar-keypad-panel');
    const sent = (): string => stage.desk.sent.map(({ args }) => args[1]).join(' ');
    await eventually(() => sent() === '62220212');
    const home = panel.parentElement!;
    panel.remove();
    home.append(panel);
    await eventually(() => sent().startsWith('62220212 34567890 1'));
    panel.remove();
    await eventually(() => !words(panel).includes('to go'));
    expect(sent()).to.equal('62220212 34567890 1');
  });

  it('sends digits of the keypad and of the keyboard', async () => {
    await import('../../../widget/elements/phone-bar/keypad-panel.ts');
    stage = await onStage(html`<telebar-keypad-panel></telebar-keypad-panel>`, { state: talking() });
    await settled();
    control(stage.root, '5').click();
    press(find(stage.root, '.body'), '#');
    press(find(stage.root, '.body'), 'x');
    expect(stage.desk.sent.map(({ args }) => args)).to.deep.equal([
      ['call-1', '5'],
      ['call-1', '#'],
    ]);
  });

  it('shows what was sent last of a long row, which loses its beginning', async () => {
    await import('../../../widget/elements/phone-bar/keypad-panel.ts');
    stage = await onStage(
      html`<telebar-keypad-panel style="display:block;width:200px"></telebar-keypad-panel>`,
      { state: talking() },
    );
    await settled();
    for (const key of '1'.repeat(60)) press(find(stage.root, '.body'), key);
    await settled();
    const output = find(stage.root, 'output');
    const end = document.createRange();
    end.selectNodeContents(output);
    const [row, sent] = [output.getBoundingClientRect(), end.getBoundingClientRect()];
    expect(sent.width).to.be.greaterThan(row.width);
    expect(Math.round(sent.right)).to.be.at.most(Math.round(row.right));
  });

  it('writes the state with all of its letters: nothing cuts their tails off', async () => {
    await show(deskState({}, { state: 'ringing' }, [offered()]));
    const word = find(stage.root, '.words .ellipsis');
    const { overflowX, overflowY } = getComputedStyle(word);
    expect([overflowX, overflowY]).to.deep.equal(['clip', 'visible']);
  });
});
