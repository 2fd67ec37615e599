import { expect } from '@open-wc/testing';
import { html } from 'lit';
import { adminOnStage } from '../support/admin-stage.ts';
import { anonymous } from '../support/desk-states.ts';
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
import { onStage, type Stage } from '../support/stage.ts';

let stage: Stage;
let setUp: FakeSetUp;
beforeEach(() => {
  setUp = new FakeSetUp();
  localStorage.clear();
});
afterEach(() => stage.dispose());

describe('the login of the administration', () => {
  const WAYS = 'telebar-login-ways';
  const login = async () => {
    stage = await onStage(html`<telebar-admin></telebar-admin>`, { state: anonymous, http: setUp });
    await eventually(() => findAll(stage.root, WAYS).length > 0);
  };
  afterEach(() => sessionStorage.clear());

  it('offers the provider of the team that is typed, and goes there with a secret of this window', async () => {
    setUp.takesPasskeys = false;
    await login();
    const button = () => findAll(stage.root, `${WAYS} >> .ways button`)[0];
    expect(button() === undefined).to.equal(true);
    type(input(stage.root, 'telebar-login-form >> [name=team]'), 'staff');
    await eventually(() => words(button() as HTMLElement) === 'Log in with Staff');
    await expectAccessible(stage.root);
    button()?.click();
    await eventually(() => sessionStorage.getItem('telebar.signOn') === 'of-this-window');
    expect(location.hash).to.equal('#staff');
    expect(stage.preferences.state.lastTeam).to.equal('staff');
  });

  it('logs in with what the provider has answered, once, and asks for a code where one is needed', async () => {
    const { href, pathname } = location;
    try {
      sessionStorage.setItem('telebar.signOn', 'of-this-window');
      history.replaceState(null, '', `${pathname}?code=abc&state=xyz`);
      await login();
      const singleSignOn = { secret: 'of-this-window', response: 'code=abc&state=xyz' };
      await eventually(() => stage.desk.sent.length === 1);
      expect(stage.desk.sent).to.deep.equal([{ command: 'login', args: [{ singleSignOn }] }]);
      expect([location.search, sessionStorage.getItem('telebar.signOn')]).to.deep.equal(['', null]);
      stage.desk.refuse('login', 'code-required');
      await stage.desk.commands.login({ singleSignOn }).catch(() => {});
      const field = await eventually(() => input(stage.root, `${WAYS} >> [name=code]`));
      await expectAccessible(stage.root);
      type(field, '492039');
      control(stage.root, 'Log in', `${WAYS} >> button`).click();
      await settled();
      const args = [{ singleSignOn: { ...singleSignOn, code: '492039' } }];
      expect(stage.desk.sent.at(-1)).to.deep.equal({ command: 'login', args });
      stage.desk.refuse('login', 'sso-refused', { reason: 'unknown-user' });
      await stage.desk.commands.login({ singleSignOn }).catch(() => {});
      await eventually(() => words(find(stage.root, 'telebar-login-form')).includes('does not know you yet'));
    } finally {
      history.replaceState(null, '', href);
    }
  });

  it('leads who logs out to the logout of the provider, and nobody whose session has ended', async () => {
    setUp.providerLogout = '#at-the-provider';
    const leave = async (pending: readonly 'logout'[]) => {
      history.replaceState(null, '', location.pathname + location.search);
      stage = await adminOnStage(setUp);
      await eventually(() => setUp.asked.includes('GET /sessions/current/provider-logout'));
      await settled();
      stage.desk.patch({ pending: new Set(pending) });
      await settled();
      stage.desk.set(anonymous);
      await settled();
      return location.hash;
    };
    expect(await leave([])).to.equal('');
    stage.dispose();
    expect(await leave(['logout'])).to.equal('#at-the-provider');
    history.replaceState(null, '', location.pathname + location.search);
  });

  it('offers a passkey where there may be one, and in place of the code for who has typed the password', async () => {
    await login();
    const offered = () => findAll(stage.root, `${WAYS} >> .ways button`).map((each) => words(each));
    await eventually(() => offered()[0] === 'Log in with a passkey');
    const typed = { team: 'staff', username: 'admin', password: 'telebar-demo' };
    for (const [name, value] of Object.entries(typed))
      type(input(stage.root, `telebar-login-form >> [name=${name}]`), value);
    stage.desk.refuse('login', 'code-required');
    control(stage.root, 'Log in', 'telebar-login-form >> button').click();
    await eventually(() => offered()[0] === 'Use a passkey instead');
    await expectAccessible(stage.root);
    stage.dispose();
    setUp.takesPasskeys = false;
    await login();
    await settled();
    expect(offered()).to.deep.equal([]);
  });

  it('lists one’s own passkeys, and asks for the password before one is made or removed', async () => {
    setUp.passkeys = [{ id: 'passkey-1', name: 'Laptop', createdAt: Date.now(), lastUsedAt: null }];
    stage = await adminOnStage(setUp, { role: 'leader' });
    const OWN = 'telebar-own-passkeys';
    await eventually(() => words(find(stage.root, OWN)).includes('never used'));
    await expectAccessible(stage.root);
    control(stage.root, 'Remove: Laptop', `${OWN} >> button`).click();
    await eventually(() => words(find(stage.root, OWN)).includes('logs you in no more'));
    await expectAccessible(stage.root);
    type(input(stage.root, `${OWN} >> [name=password]`), 'telebar-demo');
    control(stage.root, 'Remove', `${OWN} >> form button`).click();
    await eventually(() => setUp.asked.includes('POST /sessions/current/passkeys/passkey-1/remove'));
  });
});
