import { expect } from '@open-wc/testing';
import { html } from 'lit';
import '../../../widget/elements/screen-pop/screen-pop.ts';
import { CommandError } from '../../../widget/live/command-error.ts';
import { NOW, call, deskState, offered, party, self } from '../support/desk-states.ts';
import { FakeRecords, customer } from '../support/fake-records.ts';
import { popOnStage, stranger } from '../support/pop-stage.ts';
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

let stage: Stage;
afterEach(() => {
  stage.dispose();
  sessionStorage.clear();
});

const pop = async (...given: Parameters<typeof popOnStage>): Promise<void> => {
  stage = await popOnStage(...given);
};
const fieldOf = (name: string): HTMLInputElement =>
  input(stage.root, `telebar-field-input[name=${name}] >> #input`);
const refusal = (
  code: 'offline' | 'timeout' | 'version-conflict' | 'duplicate-number',
  details = {},
): CommandError => new CommandError({ code, message: code, retryable: true, details });

describe('telebar-screen-pop', () => {
  it('shows a call that the server has lost over a restart as ended', async () => {
    await pop();
    expect(words(find(stage.root, 'telebar-call-head'))).to.contain('Talking');
    stage.desk.set(deskState({ connection: 'reconnecting' }, { state: 'talking' }, []));
    await settled();
    expect(words(find(stage.root, 'telebar-call-head'))).to.contain('Talking');
    stage.desk.set(deskState({}, { state: 'idle' }, []));
    await settled();
    expect(words(find(stage.root, 'telebar-call-head'))).to.contain('Ended');
  });

  for (const theme of ['light', 'dark'] as const) {
    for (const locale of ['en', 'zh-CN'] as const) {
      it(`breaks no rule of accessibility in ${theme} ${locale}`, async () => {
        await pop(call(), { theme, locale });
        await eventually(() => fieldOf('name'));
        await expectAccessible(stage.root);
      });
    }
  }

  it('shows the next agent who has passed the call on, its data, and what has been noted down so far', async () => {
    const from = { id: 'agent-2', number: '1002', name: '韩梅梅' };
    const label = { en: 'Complaint', 'zh-CN': '投诉' };
    await pop(
      offered({
        from,
        parties: [party({ state: 'held' }), self({ state: 'ringing' })],
        data: { order: 'A-20981' },
        wrapUp: { reasonId: 'complaint', label, notes: 'Wrong address.', agentNumber: '1002', at: NOW },
      }),
    );
    const head = words(find(stage.root, 'telebar-call-head'));
    expect(head).to.contain('王小明').and.contain('13800138000').and.contain('Passed on by 1002 韩梅梅');
    expect(head).to.contain('order A-20981').and.contain('Noted so far Complaint: Wrong address.');
    for (const [place, said] of [
      ['consult', 'Consulted by 1002'],
      ['main', 'Called in by 1002'],
    ] as const) {
      stage.dispose();
      await pop(offered({ from, parties: [party(), self({ state: 'ringing', role: 'consulted', place })] }));
      expect(words(find(stage.root, 'telebar-call-head'))).to.contain(said);
    }
  });

  it('opens what the team links, with the call filled in and nothing but web addresses', async () => {
    const links = [
      {
        id: 'a',
        label: { en: 'Orders', 'zh-CN': '订单' },
        url: 'https://crm.example/o?n={customer.number}&c={call.id}&x={data.order}&a={agent.number}#{customer.name}',
      },
      { id: 'b', label: { en: 'Bad', 'zh-CN': '坏' }, url: 'javascript:alert({call.id})' },
    ];
    stage = await onStage(html`<telebar-screen-pop></telebar-screen-pop>`, {
      state: deskState({}, { state: 'talking' }),
      http: { request: async ({ path }) => (path === '/work-links' ? links : undefined) as never },
    });
    stage.shell.pop(call({ number: '+86 138&', data: { order: 'A/1 #2' } }));
    const found = () => findAll(stage.root, 'telebar-work-links >> a') as HTMLAnchorElement[];
    await eventually(() => found().length === 1);
    const [link] = found();
    expect(link?.href).to.equal(
      `https://crm.example/o?n=%2B86%20138%26&c=call-1&x=A%2F1%20%232&a=1001#${encodeURIComponent('王小明')}`,
    );
    expect([link?.target, link?.rel]).to.deep.equal(['_blank', 'noopener noreferrer']);
    await expectAccessible(stage.root);
  });

  it('is not there without a call, and in a place of its own says what it is for', async () => {
    stage = await onStage(
      html`<telebar-screen-pop></telebar-screen-pop><telebar-screen-pop inline></telebar-screen-pop>`,
    );
    await settled();
    expect(findAll(stage.root, '.sheet')).to.have.length(1);
    expect(words(find(stage.root, '.sheet'))).to.contain('next call appears here');
  });

  it('shows the call and the customer with the fields of the team', async () => {
    await pop();
    await eventually(() => expect(fieldOf('name').value).to.equal('王小明'));
    expect(words(find(stage.root, 'telebar-call-head')))
      .to.contain('客户服务')
      .and.contain('00:24')
      .and.contain('400100');
    expect(fieldOf('birthday').value).to.equal('1988-06-01');
    expect(fieldOf('contract').readOnly).to.equal(true);
    expect(fieldOf('vip').checked).to.equal(true);
  });

  it('saves one field when it is left, with the version that was read', async () => {
    await pop();
    type(await eventually(() => fieldOf('company')), 'New Ltd');
    await eventually(() => stage.records.saved.length === 1);
    expect(stage.records.saved[0]).to.deep.equal({
      id: 'customer-1',
      body: { company: 'New Ltd', version: 3 },
    });
    await eventually(() => expect(words(find(stage.root, '.status'))).to.match(/Saved at \d\d:\d\d/));
    type(fieldOf('email'), 'new@example.com');
    await eventually(() => stage.records.saved.length === 2);
    expect(stage.records.saved[1]?.body).to.deep.equal({ email: 'new@example.com', version: 4 });
  });

  it('keeps a customer with a number and no name, whom the number then names', async () => {
    await pop();
    type(await eventually(() => fieldOf('name')), '');
    await eventually(() => stage.records.saved.length === 1);
    expect(stage.records.saved[0]?.body).to.deep.equal({ name: '', version: 3 });
    await settled();
    expect(words(find(stage.root, 'telebar-call-head'))).to.contain(call().name ?? call().number);
  });

  it('does not save a card with neither name nor number', async () => {
    await pop();
    const numbers =
      (await eventually(() => fieldOf('number-0'))) && findAll(stage.root, '[name^=number-]').length - 1;
    for (let n = numbers - 1; n >= 0; n--) {
      type(fieldOf(`number-${n}`), '');
      await eventually(() => stage.records.saved.length === numbers - n);
    }
    type(fieldOf('name'), '  ');
    await settled();
    expect(stage.records.saved).to.have.length(numbers);
    expect(words(find(stage.root, 'telebar-field-input[name=name]'))).to.contain('Name is required');
  });

  it('keeps the draft when saving fails, and saves again', async () => {
    await pop();
    await eventually(() => fieldOf('company'));
    stage.records.refusal = refusal('timeout');
    type(fieldOf('company'), 'New Ltd');
    const again = await eventually(() => control(stage.root, 'Save again'));
    expect(fieldOf('company').value).to.equal('New Ltd');
    expect(words(find(stage.root, '.problem'))).to.contain('did not answer in time');
    again.click();
    await eventually(() => stage.records.saved.length === 2);
    await eventually(() => expect(words(find(stage.root, '.status'))).to.contain('Saved at'));
  });

  it('saves by itself when the connection is back', async () => {
    await pop();
    await eventually(() => fieldOf('company'));
    stage.records.refusal = refusal('offline');
    type(fieldOf('company'), 'New Ltd');
    await eventually(() => expect(words(find(stage.root, '.problem'))).to.contain('No connection'));
    stage.desk.patch({ connection: 'reconnecting' });
    await settled();
    expect(stage.records.saved).to.have.length(1);
    stage.desk.patch({ connection: 'online' });
    await eventually(() => stage.records.saved.length === 2);
    await eventually(() => expect(words(find(stage.root, '.status'))).to.contain('Saved at'));
  });

  it('sends a field that was left while another was being saved', async () => {
    await pop();
    await eventually(() => fieldOf('company'));
    type(fieldOf('company'), 'New Ltd');
    type(fieldOf('email'), 'new@ltd.example');
    await eventually(() => stage.records.saved.length === 2);
    expect(JSON.stringify(stage.records.saved[1])).to.contain('new@ltd.example');
    await eventually(() => expect(words(find(stage.root, '.status'))).to.contain('Saved at'));
  });

  it('lets the agent keep the own version when somebody else saved first', async () => {
    await pop();
    await eventually(() => fieldOf('company'));
    stage.records.refusal = refusal('version-conflict', {
      current: customer({ company: 'Theirs', version: 9 }),
    });
    type(fieldOf('company'), 'Mine');
    (await eventually(() => control(stage.root, 'Keep mine'))).click();
    await eventually(() => stage.records.saved.length === 2);
    expect(stage.records.saved[1]?.body).to.deep.equal({ company: 'Mine', version: 9 });
  });

  it('shows the version of somebody else and forgets the own one', async () => {
    await pop();
    await eventually(() => fieldOf('company'));
    const theirs = customer({ company: 'Theirs', version: 9 });
    stage.records.refusal = refusal('version-conflict', { current: theirs });
    type(fieldOf('company'), 'Mine');
    const button = await eventually(() => control(stage.root, 'Show theirs'));
    stage.records.customers = [theirs];
    button.click();
    await eventually(() => expect(fieldOf('company').value).to.equal('Theirs'));
  });

  it('gives an unknown number an empty card and links what is created', async () => {
    await pop(stranger);
    await eventually(() => expect(fieldOf('number-0').value).to.equal('13912345678'));
    control(stage.root, 'Save customer').click();
    await settled();
    expect(words(find(stage.root, 'telebar-customer-card')))
      .to.contain('Level is required')
      .and.not.contain('Name is required');
    type(fieldOf('name'), 'Ann');
    type(fieldOf('level'), 'Gold');
    await settled();
    expect(words(find(stage.root, '.status'))).to.contain('Draft kept');
    control(stage.root, 'Save customer').click();
    await eventually(() => stage.records.saved.length === 1);
    expect(stage.records.saved[0]).to.deep.equal({
      id: null,
      body: { name: 'Ann', numbers: ['13912345678'], fields: { level: 'Gold' } },
    });
    await eventually(() => stage.desk.sent.length === 1);
    expect(stage.desk.sent).to.deep.equal([{ command: 'linkCustomer', args: ['call-1', 'customer-new'] }]);
  });

  it('finds the draft again after the page was reloaded', async () => {
    await pop(stranger);
    type(await eventually(() => fieldOf('name')), 'Half a na');
    stage.dispose();
    await pop(stranger);
    await eventually(() => expect(fieldOf('name').value).to.equal('Half a na'));
  });

  it('lets the agent choose among several, or create another', async () => {
    const records = new FakeRecords();
    records.customers = [customer(), customer({ id: 'customer-2', name: '王芳' })];
    await pop(call({ customerId: null }), { records });
    const matches = await eventually(() =>
      findAll(stage.root, '.match').length === 2 ? findAll(stage.root, '.match') : null,
    );
    matches[1]?.click();
    expect(stage.desk.sent).to.deep.equal([{ command: 'linkCustomer', args: ['call-1', 'customer-2'] }]);
    await eventually(() => expect(fieldOf('name').value).to.equal('王芳'));
  });

  it('stays when the call is over, until it is closed', async () => {
    await pop();
    stage.desk.set(deskState());
    await settled();
    expect(words(find(stage.root, 'telebar-call-head'))).to.contain('王小明');
    press(find(stage.root, '.sheet'), 'Escape');
    await settled();
    expect(findAll(stage.root, '.sheet')).to.have.length(0);
  });

  it('is moved and sized by keys, remembered, kept in the window, and put back', async () => {
    await pop();
    const sheet = (): DOMRect => {
      const { left, top, width, height } = find(stage.root, '.sheet').style;
      return new DOMRect(parseFloat(left), parseFloat(top), parseFloat(width), parseFloat(height));
    };
    const key = async (name: string, shiftKey = false): Promise<void> => {
      const grip = find(stage.root, '.grip');
      grip.dispatchEvent(
        new KeyboardEvent('keydown', { key: name, shiftKey, bubbles: true, composed: true }),
      );
      await settled();
    };
    const before = sheet();
    await key('ArrowLeft');
    await key('ArrowUp');
    expect([sheet().left, sheet().top]).to.deep.equal([before.left - 16, Math.max(8, before.top - 16)]);
    await key('ArrowLeft', true);
    expect(sheet().width).to.equal(before.width - 16);
    expect(stage.preferences.state.pop).not.to.equal(null);
    for (let step = 0; step < 30; step += 1) await key('ArrowLeft');
    expect(sheet().left).to.equal(8);
    await key('Home');
    expect(sheet().left).to.equal(before.left);
    expect(stage.preferences.state.pop).to.equal(null);
  });

  it('is moved by its head and sized by a corner, and its controls stay controls', async () => {
    await pop();
    const sheet = (): DOMRect => {
      const { left, top, width, height } = find(stage.root, '.sheet').style;
      return new DOMRect(parseFloat(left), parseFloat(top), parseFloat(width), parseFloat(height));
    };
    const drag = async (selector: string, dx: number, dy: number): Promise<void> => {
      const at = (type: string, x: number, y: number): PointerEvent =>
        new PointerEvent(type, { clientX: x, clientY: y, bubbles: true, composed: true, button: 0 });
      find(stage.root, selector).dispatchEvent(at('pointerdown', 300, 300));
      window.dispatchEvent(at('pointermove', 300 + dx, 300 + dy));
      window.dispatchEvent(at('pointerup', 300 + dx, 300 + dy));
      await settled();
    };
    const before = sheet();
    await drag('.head', -40, 0);
    expect(sheet().left).to.equal(before.left - 40);
    await drag('.corner.left', 30, -20);
    expect([sheet().left, sheet().right, sheet().bottom]).to.deep.equal([
      before.left - 10,
      before.right - 40,
      before.bottom - 20,
    ]);
    const moved = sheet().left;
    await drag('.close', -40, 0);
    expect(sheet().left).to.equal(moved);
  });

  it('says that the customer is coming, or could not be loaded', async () => {
    const records = new FakeRecords();
    records.mode = 'hang';
    await pop(call(), { records });
    expect(find(stage.root, '.bones').getAttribute('aria-label')).to.equal('Loading…');
    stage.dispose();
    const broken = new FakeRecords();
    broken.mode = 'fail';
    await pop(call(), { records: broken });
    const retry = await eventually(() => control(stage.root, 'Try again'));
    broken.mode = 'answer';
    retry.click();
    await eventually(() => expect(fieldOf('name').value).to.equal('王小明'));
  });
});
