import { expect } from '@open-wc/testing';
import type { CallRecord } from '../../../server/contract/call-record.ts';
import { NOW, call } from '../support/desk-states.ts';
import { FakeRecords, record } from '../support/fake-records.ts';
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
  words,
} from '../support/shadow.ts';
import type { Stage } from '../support/stage.ts';

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

describe("telebar-screen-pop with the customer's earlier calls", () => {
  const noted = {
    reasonId: 'complaint',
    label: { en: 'Complaint', 'zh-CN': '投诉' },
    notes: 'Late again.\nCall back on Friday.',
    agentNumber: '1002',
    at: NOW,
  };
  const records = (...calls: CallRecord[]): FakeRecords => {
    const fake = new FakeRecords();
    fake.callsWith = (id) => (id === 'customer-1' ? calls : []);
    return fake;
  };
  const openCalls = async (): Promise<void> => {
    (await eventually(() => control(stage.root, 'Earlier calls'))).click();
    await settled();
  };
  const entries = (): string[] =>
    findAll(stage.root, 'telebar-customer-calls >> .entry').map((one) => words(one));

  it('says when, with whom, how long and what it was about', async () => {
    const fake = records(
      record(0, {
        direction: 'queue',
        agentNumber: '1002',
        agentName: '韩梅梅',
        wrapUp: noted,
        startedAt: NOW,
      }),
      record(1, { answeredAt: null }),
      record(2, { direction: 'queue', answeredAt: null, agentNumber: null, agentName: null }),
      record(3, { endedAt: null }),
      record(4, { id: 'call-1' }),
    );
    await pop(call(), { records: fake });
    await openCalls();
    expect(entries()).to.have.length(4);
    expect(entries()[0]).to.match(
      /^\d\d:\d\d 01:32 Queue · 客户服务 · 1002 韩梅梅 Complaint : Late again. Call back on Friday. Who was in it$/,
    );
    expect(entries()[1]).to.contain('Not reached').and.contain('Outbound');
    expect(entries()[2]).to.match(/Missed Queue · 客户服务 Who was in it$/);
    expect(entries()[3]).to.contain('In progress');
  });

  it('opens the ladder of one: who was in it, called in by whom, for how long, and how each has left', async () => {
    const fake = records(record(0), record(1));
    await pop(call(), { records: fake });
    await openCalls();
    const [first, second] = await eventually(() => {
      const all = findAll(stage.root, 'telebar-customer-calls >> .parts button');
      return all.length === 2 ? all : null;
    });
    first?.click();
    const rungs = await eventually(() => {
      const all = findAll(stage.root, 'telebar-call-ladder >> li');
      return all.length === 4 ? all : null;
    });
    expect(words(rungs[0] ?? document.body)).to.contain('王小明 Customer');
    expect(words(rungs[1] ?? document.body)).to.contain('1001 李伟 Agent Passed the call on');
    expect(words(rungs[1] ?? document.body)).to.contain('rang 00:05 · talked 01:30 · wrap-up 00:20');
    expect(words(rungs[2] ?? document.body))
      .to.contain('1000 赵敏 Leader')
      .and.not.contain('talked');
    expect(words(rungs[3] ?? document.body)).to.contain(
      'called in by 1001 李伟 · rang 00:06 · talked 02:00 · on hold',
    );
    const lines = (rungs[3] ?? document.body).querySelectorAll('rect');
    expect([...lines].map((line) => [line.getAttribute('x'), line.getAttribute('width')])).to.deep.equal([
      ['350', '30'],
      ['380', '620'],
    ]);
    await expectAccessible(stage.root);
    fake.parts = null;
    second?.click();
    await eventually(() =>
      words(find(stage.root, 'telebar-call-ladder')).includes('Only those who had a part'),
    );
    expect(findAll(stage.root, 'telebar-call-ladder')).to.have.length(1);
    second?.click();
    await settled();
    expect(findAll(stage.root, 'telebar-call-ladder')).to.have.length(0);
    fake.mode = 'fail';
    second?.click();
    await eventually(() => words(find(stage.root, 'telebar-call-ladder')).includes('could not be loaded'));
  });

  it('comes page by page, and goes on when a page has failed', async () => {
    const fake = records(...Array.from({ length: 12 }, (_, index) => record(index)));
    await pop(call(), { records: fake });
    await openCalls();
    expect(entries()).to.have.length(8);
    fake.mode = 'fail';
    control(stage.root, 'Show more').click();
    const retry = await eventually(() => control(stage.root, 'Try again'));
    expect(entries()).to.have.length(8);
    fake.mode = 'answer';
    retry.click();
    await eventually(() => entries().length === 12);
    expect(findAll(stage.root, '.more')).to.have.length(0);
  });

  it('says that they are coming, that there are none, or that they could not be loaded', async () => {
    const fake = records();
    await pop(call(), { records: fake });
    await eventually(() => control(stage.root, 'Earlier calls'));
    fake.mode = 'hang';
    await openCalls();
    expect(find(stage.root, 'telebar-customer-calls >> [aria-busy]').getAttribute('aria-label')).to.equal(
      'Loading…',
    );
    stage.dispose();
    const broken = records();
    await pop(call(), { records: broken });
    await eventually(() => control(stage.root, 'Earlier calls'));
    broken.mode = 'fail';
    await openCalls();
    const retry = await eventually(() => control(stage.root, 'Try again'));
    broken.mode = 'answer';
    retry.click();
    await eventually(() => {
      expect(words(find(stage.root, 'telebar-customer-calls'))).to.equal(
        'No earlier calls with this customer.',
      );
      return true;
    });
  });

  it('goes by keyboard, keeps the card, and begins at the card with the next call', async () => {
    await pop();
    const company = await eventually(() => fieldOf('company'));
    const tab = control(stage.root, 'Customer');
    tab.focus();
    press(tab, 'ArrowRight');
    await settled();
    expect(control(stage.root, 'Earlier calls').matches(':focus')).to.equal(true);
    expect(company.isConnected).to.equal(true);
    expect(company.checkVisibility()).to.equal(false);
    stage.shell.pop(call({ id: 'call-2' }));
    await settled();
    expect(control(stage.root, 'Customer').getAttribute('aria-selected')).to.equal('true');
    expect(fieldOf('company').checkVisibility()).to.equal(true);
  });

  it('has nothing to list for a stranger', async () => {
    await pop(stranger);
    await eventually(() => fieldOf('name'));
    expect(findAll(stage.root, '[role=tab]')).to.have.length(0);
  });

  for (const locale of ['en', 'zh-CN'] as const) {
    it(`breaks no rule of accessibility in ${locale}`, async () => {
      await pop(call(), { locale, records: records(record(0, { wrapUp: noted }), record(1)) });
      const tab = await eventually(() => findAll(stage.root, '[role=tab]')[1]);
      tab.click();
      await eventually(() => entries().length === 2);
      await expectAccessible(stage.root);
    });
  }
});
