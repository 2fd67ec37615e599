import { expect } from '@open-wc/testing';
import { views } from '../gallery/views.ts';
import { barOnStage } from '../support/bar-on-stage.ts';
import { agent, anonymous, call, deskState, membership, offered } from '../support/desk-states.ts';
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
import { FakeSetUp } from '../support/fake-set-up.ts';
import type { Stage } from '../support/stage.ts';

let stage: Stage;
afterEach(() => stage.dispose());

const show = async (options: Parameters<typeof barOnStage>[0]): Promise<void> => {
  stage = await barOnStage(options);
};
const sent = (): string[] => stage.desk.sent.map(({ command }) => command);

/** Those of the screen pop, an element of its own, show nothing else of the bar. */
const barViews = Object.keys(views).filter((name) => !name.startsWith('pop'));

describe('telebar-phone-bar', () => {
  for (const locale of ['en', 'zh-CN'] as const) {
    for (const theme of ['light', 'dark'] as const) {
      for (const name of barViews) {
        it(`breaks no rule of accessibility in ${theme} ${locale} in view ${name}`, async () => {
          const view = views[name] ?? { state: deskState() };
          await show({
            state: view.state,
            locale,
            preferences: { theme, collapsed: view.collapsed ?? false },
          });
          view.open?.(stage);
          for (const each of [view.press ?? []].flat()) {
            (await eventually(() => find(stage.root, each))).click();
            await settled();
          }
          await settled();
          await eventually(() => findAll(stage.root, '.view').length === 0);
          await expectAccessible(stage.root);
        });
      }
    }
  }

  it('shows the log-in form to nobody in particular, and the state to an agent', async () => {
    await show({ state: anonymous });
    await eventually(() => find(stage.root, 'input[name=team]'));
    stage.desk.set(deskState());
    await eventually(() => expect(words(find(stage.root, 'telebar-state-button'))).to.contain('Idle'));
    expect(findAll(stage.root, 'input[name=team]')).to.have.length(0);
  });

  it('speaks the language of the preferences and changes it at once', async () => {
    await show({ state: deskState() });
    stage.preferences.set({ locale: 'zh-CN' });
    await eventually(() => expect(words(find(stage.root, 'telebar-state-button'))).to.contain('空闲'));
    expect(find(stage.root, '.frame').lang).to.equal('zh-CN');
  });

  it('says that another tab has the phone and brings it here', async () => {
    await show({ state: deskState({ connection: 'taken-over' }) });
    control(stage.root, 'Use here').click();
    expect(sent()).to.deep.equal(['takeOver']);
  });

  it('keeps the last picture while reconnecting, and lets only what ends or silences be pressed', async () => {
    await show({ state: deskState({ connection: 'reconnecting' }, { state: 'talking' }, [call()]) });
    expect(words(stage.root)).to.contain('Reconnecting');
    control(stage.root, 'Keys').click();
    expect(sent()).to.deep.equal([]);
    control(stage.root, 'Hold').click();
    control(stage.root, 'Mute').click();
    control(stage.root, 'Hang up').click();
    expect(sent()).to.deep.equal(['hold', 'mute', 'hangup']);
  });

  it('takes nothing back while reconnecting: what is on hold or muted stays so', async () => {
    const held = call({ phase: 'held', muted: true });
    await show({ state: deskState({ connection: 'reconnecting' }, { state: 'holding' }, [held]) });
    control(stage.root, 'Resume').click();
    control(stage.root, 'Unmute').click();
    expect(sent()).to.deep.equal([]);
  });

  it('says what will be carried out when the connection is back', async () => {
    const owed = [{ command: 'hangup', callId: 'call-1' }] as const;
    await show({ state: deskState({ owed }, { state: 'talking' }, [call()]) });
    expect(words(stage.root)).to.contain('Hang up: will be carried out when the connection is back.');
    stage.desk.patch({ connection: 'reconnecting' });
    await settled();
    expect(words(stage.root)).to.contain('Hang up: will be carried out when the connection is back.');
  });

  it('warns about a lost link, refreshes it, and works on when it is ignored', async () => {
    await show({
      state: deskState({
        phone: { registration: 'lost', microphone: 'ready', absent: [], latencyMs: null, legs: [] },
      }),
    });
    expect(words(stage.root)).to.contain('Calls cannot reach you');
    expect(control(stage.root, 'Dial').getAttribute('aria-disabled')).to.equal('true');
    control(stage.root, 'Refresh').click();
    expect(sent()).to.deep.equal(['refreshPhone']);
    control(stage.root, 'Ignore').click();
    await settled();
    expect(control(stage.root, 'Dial').getAttribute('aria-disabled')).to.equal('false');
    expect(words(find(stage.root, 'telebar-link-state'))).to.contain('ignored');
  });

  it('says what to do about a microphone that is refused', async () => {
    await show({
      state: deskState({
        phone: { registration: 'registered', microphone: 'refused', absent: [], latencyMs: 1, legs: [] },
      }),
    });
    expect(words(stage.root)).to.contain('Allow it');
  });

  it('asks about a phone that is not connected and signs in all the same', async () => {
    await show({
      state: deskState({}, { state: 'signed-out', groups: [membership({ signedInSince: null })] }),
    });
    stage.desk.refuse('signIn', 'device-not-connected');
    control(stage.root, 'Sign in').click();
    await eventually(() => find(stage.root, '[role=alertdialog]'));
    control(stage.root, 'Ignore and sign in').click();
    expect(stage.desk.sent.at(-1)).to.deep.equal({
      command: 'signIn',
      args: [{ ignore: ['device-not-connected'] }],
    });
  });

  it('names who uses the phone and signs in with another', async () => {
    await show({
      state: deskState({}, { state: 'signed-out', groups: [membership({ signedInSince: null })] }),
    });
    stage.desk.refuse('signIn', 'device-in-use', { by: { number: '1002', name: '陈静' } });
    control(stage.root, 'Sign in').click();
    await eventually(() => expect(words(find(stage.root, '[role=alertdialog]'))).to.contain('1002 陈静'));
    const phone = await eventually(
      () => find(stage.root, 'option[value=phone-201]') && (find(stage.root, '#phone') as HTMLSelectElement),
    );
    phone.value = 'phone-201';
    control(find(stage.root, 'telebar-sign-in-conflict').shadowRoot ?? stage.root, 'Sign in').click();
    expect(stage.desk.sent.at(-1)?.args).to.deep.equal([
      { device: { kind: 'phone', endpointId: 'phone-201' } },
    ]);
  });

  it('gives up a conflict with Escape', async () => {
    await show({ state: views['conflict-address']?.state ?? deskState() });
    press(await eventually(() => find(stage.root, '[role=alertdialog]')), 'Escape');
    expect(stage.desk.dismissed).to.deep.equal(['signIn']);
  });

  it('closes a panel with Escape and gives the focus back', async () => {
    await show({ state: deskState() });
    const dial = control(stage.root, 'Dial');
    dial.focus();
    dial.click();
    const number = await eventually(() =>
      input(find(stage.root, 'telebar-dial-panel').shadowRoot ?? stage.root, 'input[name=number]'),
    );
    await eventually(
      () =>
        number.getRootNode() instanceof ShadowRoot &&
        (number.getRootNode() as ShadowRoot).activeElement === number,
    );
    press(number, 'Escape');
    await settled();
    expect(stage.shell.state.panel).to.equal(null);
    expect((dial.getRootNode() as ShadowRoot).activeElement).to.equal(dial);
  });

  it('gives the focus back to the control that was used last, and not to the first one', async () => {
    await show({ state: deskState() });
    find(stage.root, 'telebar-state-button >> button').focus();
    const settings = control(stage.root, 'Settings');
    settings.focus();
    settings.click();
    press(await eventually(() => find(stage.root, 'telebar-settings-panel')), 'Escape');
    await settled();
    expect((settings.getRootNode() as ShadowRoot).activeElement).to.equal(settings);
  });

  it('takes the focus back when the screen is unlocked, and when the phone comes to this page', async () => {
    await show({ state: deskState({}, { locked: true }) });
    const password = await eventually(() => input(stage.root, 'telebar-lock-screen >> #password'));
    await eventually(() => (password.getRootNode() as ShadowRoot).activeElement === password);
    press(password, 'Enter');
    stage.desk.set(deskState());
    const isFocused = (): boolean =>
      find(stage.root, 'telebar-state-button').shadowRoot?.activeElement?.tagName === 'BUTTON';
    await eventually(isFocused);

    stage.desk.set(deskState({ connection: 'taken-over' }));
    await settled();
    const here = control(stage.root, 'Use here');
    here.focus();
    here.click();
    stage.desk.set(deskState({ connection: 'connecting', snapshot: null }));
    await settled();
    stage.desk.set(deskState());
    await eventually(isFocused);
  });

  it('says why a conversation broke off, and nothing when somebody has hung up', async () => {
    await show({ state: deskState({}, { state: 'talking' }, [call()]) });
    const over = { phase: 'ended', endedAt: Date.now() } as const;
    stage.desk.set(
      deskState({}, { state: 'acw' }, [call({ ...over, cause: 'normal', endedBy: 'customer' })]),
    );
    await settled();
    expect(stage.shell.state.notices).to.deep.equal([]);
    stage.desk.set(deskState({}, { state: 'talking' }, [call({ id: 'call-2' })]));
    stage.desk.set(
      deskState({}, { state: 'acw' }, [
        call({ ...over, id: 'call-2', cause: 'media-lost', endedBy: 'system' }),
      ]),
    );
    await eventually(() => stage.shell.state.notices.length === 1);
    expect(stage.shell.state.notices[0]?.text).to.contain('voice connection broke');
  });

  it('lets an agent who comes back sign in at once, while the last call is still news', async () => {
    const over = call({ phase: 'ended', endedAt: Date.now(), cause: 'normal', endedBy: 'agent' });
    await show({ state: deskState({}, { state: 'signed-out' }, [over]) });
    control(stage.root, 'Sign in').click();
    await eventually(() => expect(sent()).to.deep.equal(['signIn']));
  });

  it('tells of a call that the server has lost over a restart', async () => {
    await show({ state: deskState({}, { state: 'talking' }, [call()]) });
    stage.desk.set(deskState({}, { state: 'idle' }, []));
    await eventually(() => stage.shell.state.notices.length === 1);
    expect(stage.shell.state.notices[0]?.text).to.contain('ended while the server was away');
  });

  it('does not lose the focus when the call that had it is over', async () => {
    await show({ state: deskState({}, { state: 'ringing' }, [offered()]) });
    control(stage.root, 'Answer').focus();
    stage.desk.set(deskState());
    await eventually(() => stage.root.contains(document.activeElement));
  });

  it('announces an incoming call at once and the state politely', async () => {
    await show({ state: deskState() });
    stage.desk.set(deskState({}, { state: 'ringing' }, [offered()]));
    await eventually(() =>
      expect(words(find(stage.root, '.frame > [role=alert]'))).to.equal(
        'Incoming call from 王小明, queue 客户服务',
      ),
    );
    stage.desk.set(deskState({}, { state: 'talking' }, [call()]));
    await eventually(() =>
      expect(words(find(stage.root, '.frame > [role=status]'))).to.equal('Talking with 王小明'),
    );
  });

  it('tells how dialling goes, and why it failed', async () => {
    const out = (patch: Parameters<typeof call>[0]) =>
      deskState({}, { state: 'dialling' }, [
        call({ direction: 'outbound', answeredAt: null, name: null, ...patch }),
      ]);
    await show({ state: deskState() });
    stage.desk.set(out({ phase: 'dialling' }));
    stage.desk.set(out({ phase: 'ringing' }));
    await settled();
    stage.desk.set(out({ phase: 'ended', cause: 'busy', endedBy: 'customer' }));
    await eventually(() =>
      stage.shell.state.notices.some((notice) => notice.text.includes('is busy') && notice.kind === 'error'),
    );
  });

  it('covers the page again when it was taken out and put back, or moved, or a dialog of the page lies above', async () => {
    await show({ state: deskState({}, { locked: true }) });
    const dialog = (await eventually(() =>
      find(stage.root, 'telebar-lock-screen >> dialog'),
    )) as HTMLDialogElement;
    await eventually(() => dialog.matches(':modal'));
    const field = input(dialog, 'input[type=password]');
    type(field, 'half a pass');
    const bar = find(stage.root, 'telebar-phone-bar');
    const page = document.body.appendChild(document.createElement('dialog'));
    const behind = page.appendChild(document.createElement('input'));
    const covers = (): boolean => {
      behind.focus();
      return dialog.matches(':modal') && document.activeElement !== behind;
    };
    bar.remove();
    stage.root.append(bar);
    expect(covers()).to.equal(true);
    page.showModal();
    page.append(bar);
    expect(covers()).to.equal(true);
    stage.root.append(bar);
    page.remove();
    await settled();
    let closed = 0;
    dialog.addEventListener('close', () => (closed += 1));
    await settled();
    expect(closed).to.equal(0);
    expect([dialog.matches(':modal'), field.value]).to.deep.equal([true, 'half a pass']);
  });

  it('covers the page when it is locked, stays there on Escape, and unlocks with the password', async () => {
    await show({ state: deskState({}, { locked: true }) });
    const dialog = (await eventually(() =>
      find(stage.root, 'telebar-lock-screen >> dialog'),
    )) as HTMLDialogElement;
    await eventually(() => dialog.open);
    press(dialog, 'Escape');
    dialog.dispatchEvent(new Event('cancel', { cancelable: true }));
    expect(dialog.open).to.equal(true);
    stage.desk.refuse('unlock', 'wrong-password');
    type(input(dialog, 'input[type=password]'), 'secret');
    control(dialog, 'Unlock').click();
    expect(stage.desk.sent.at(-1)).to.deep.equal({ command: 'unlock', args: [{ password: 'secret' }] });
    await eventually(() => expect(words(dialog)).to.contain('The password is wrong'));
  });

  it('leads from a password that somebody else has made to one of one’s own, and asks for the code then', async () => {
    await show({ state: deskState({}, { locked: true }) });
    const dialog = await eventually(() => find(stage.root, 'telebar-lock-screen >> dialog'));
    const answer = async (field: string, written: string, code?: Parameters<typeof stage.desk.refuse>[1]) => {
      if (code !== undefined) stage.desk.refuse('unlock', code);
      type(input(dialog, `[name=${field}]`), written);
      dialog.querySelector<HTMLElement>('button[type=submit]')?.click();
      await settled();
    };
    const last = () => stage.desk.sent.at(-1);
    const password = 'abcd-efgh-jkmn';
    await answer('password', password, 'wrong-password');
    expect(words(dialog)).not.to.contain('Log out');
    await answer('password', password, 'password-must-change');
    await eventually(() => expect(words(dialog)).to.contain('Choose one of your own'));
    await expectAccessible(stage.root);
    const before = stage.desk.sent.length;
    await answer('newPassword', 'short');
    expect(words(dialog)).to.contain('8 characters');
    expect(stage.desk.sent).to.have.length(before);
    await answer('newPassword', 'password1', 'invalid-request');
    expect(words(dialog)).to.contain('Too easy to guess');
    const newPassword = 'nine loud red kettles';
    await answer('newPassword', newPassword, 'code-required');
    expect(last()).to.deep.equal({ command: 'unlock', args: [{ password, newPassword }] });
    await eventually(() => expect(words(dialog)).to.contain('code that your app shows'));
    await answer('code', '492039', 'wrong-code');
    expect(last()).to.deep.equal({ command: 'unlock', args: [{ password, newPassword, code: '492039' }] });
    control(dialog, 'Log out').click();
    expect(sent().at(-1)).to.equal('logout');
  });

  it('keeps the settings open while they show recovery codes, whatever closes them', async () => {
    await show({ state: deskState(), http: new FakeSetUp() });
    control(stage.root, 'Settings').click();
    const sheet = await eventually(() => find(stage.root, 'telebar-settings-panel'));
    control(sheet, 'Password and sessions').click();
    const FACTOR = 'telebar-second-factor';
    const panel = () => words(find(stage.root, FACTOR));
    await eventually(() => panel().includes('authenticator app'));
    type(input(stage.root, `${FACTOR} >> [name=password]`), 'telebar-demo');
    control(stage.root, 'Set up an app').click();
    await eventually(() => panel().includes('JBSW Y3DP'));
    type(input(stage.root, `${FACTOR} >> [name=code]`), '492039');
    control(stage.root, 'Switch on').click();
    await eventually(() => panel().includes('k7mw-p3xa-9tqe'));
    const ways = [
      () => press(sheet, 'Escape'),
      () => stage.shell.openPanel(null),
      () => stage.shell.openPanel('dial'),
      () => stage.preferences.set({ collapsed: true }),
      () => stage.desk.set(anonymous),
    ];
    for (const leave of ways) {
      leave();
      await settled();
      expect(panel()).to.contain('k7mw-p3xa-9tqe').and.to.contain('would be lost');
    }
    control(stage.root, 'I have the codes').click();
    await settled();
    press(sheet, 'Escape');
    await eventually(() => findAll(stage.root, 'telebar-settings-panel').length === 0);
  });

  it('becomes a pill and remembers it', async () => {
    await show({ state: deskState({}, { state: 'talking' }, [call()]) });
    control(stage.root, 'Collapse').click();
    expect(stage.preferences.state.collapsed).to.equal(true);
    const pill = await eventually(() => find(stage.root, 'telebar-collapsed-pill >> button'));
    expect(words(find(stage.root, 'telebar-collapsed-pill'))).to.contain('王小明');
    pill.click();
    expect(stage.preferences.state.collapsed).to.equal(false);
  });

  it('moves by arrow keys on its grip and goes home with Home', async () => {
    await show({ state: deskState() });
    const grip = find(stage.root, '[data-grip]');
    press(grip, 'ArrowUp');
    await settled();
    expect(stage.preferences.state.offset?.y).to.be.greaterThan(16);
    press(find(stage.root, '[data-grip]'), 'Home');
    expect(stage.preferences.state.offset).to.equal(null);
  });

  it('is dragged by its head and snaps to the corner where it is left', async () => {
    await show({ state: deskState() });
    const head = find(stage.root, '.head');
    const box = head.getBoundingClientRect();
    const at = (typeName: string, x: number, y: number) =>
      new PointerEvent(typeName, { clientX: x, clientY: y, button: 0, bubbles: true, composed: true });
    head.dispatchEvent(at('pointerdown', box.left + 2, box.top + 2));
    window.dispatchEvent(at('pointermove', 300, 300));
    window.dispatchEvent(at('pointermove', 12, 12));
    window.dispatchEvent(at('pointerup', 12, 12));
    expect(stage.preferences.state).to.include({ position: 'top-left', offset: null });
  });

  it('leaves the focus to the page until somebody asks for the log-in form', async () => {
    const search = document.createElement('input');
    document.body.append(search);
    search.focus();
    await show({ state: anonymous });
    await eventually(() => find(stage.root, 'input[name=team]'));
    await settled();
    expect(document.activeElement).to.equal(search);
    search.remove();
  });

  it('tells the page what it covers while it is docked, and nothing otherwise', async () => {
    const before = document.documentElement.getAttribute('style');
    const room = (edge: 'top' | 'bottom'): string =>
      getComputedStyle(document.documentElement).getPropertyValue(`--telebar-room-${edge}`);
    await show({ state: deskState(), preferences: { position: 'bottom' } });
    await eventually(() => /^\d{2,3}px$/.test(room('bottom')));
    expect(room('bottom')).to.equal(`${find(stage.root, '.frame').offsetHeight}px`);
    stage.preferences.set({ position: 'top' });
    await eventually(() => room('top') !== '' && room('bottom') === '');
    stage.preferences.set({ position: 'bottom-right' });
    await eventually(() => room('top') === '');
    expect(document.documentElement.getAttribute('style')).to.equal(before);
  });

  it('shows nothing while the host hides it', async () => {
    await show({ state: deskState() });
    stage.shell.hide();
    await settled();
    expect(findAll(stage.root, '.frame')).to.have.length(0);
  });

  it('keeps the height when a call begins, so that no button moves', async () => {
    await show({ state: deskState() });
    const top = (): number => Math.round(control(stage.root, 'Hold').getBoundingClientRect().top);
    const before = top();
    const height = find(stage.root, '.frame').offsetHeight;
    for (const state of [
      deskState({}, { state: 'talking' }, [call()]),
      deskState({}, { state: 'signed-out', groups: [] }),
      deskState({}, { ...agent({ state: 'paused', pause: { reasonId: 'lunch', since: 0 } }) }),
    ]) {
      stage.desk.set(state);
      await settled();
      expect(top()).to.equal(before);
      expect(find(stage.root, '.frame').offsetHeight).to.equal(height);
    }
    // These grow, away from the edge that the bar hangs on.
    for (const state of [
      deskState({}, { state: 'ringing' }, [offered()]),
      deskState({}, { state: 'acw', acw: { callId: 'call-1', since: 0, endsAt: null } }),
    ]) {
      stage.desk.set(state);
      await settled();
      expect(top()).to.equal(before);
    }
  });
});
