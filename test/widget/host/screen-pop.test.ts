import { expect } from '@open-wc/testing';
import type { Customer } from '../../../server/contract/customer.ts';
import type { ScreenPopEvent } from '../../../widget/events/screen-pop.ts';
import { popUrl } from '../../../widget/host/pop-url.ts';
import { ScreenPop, type ScreenPopOptions } from '../../../widget/host/screen-pop.ts';
import { createStamp } from '../../../widget/host/stamp.ts';
import { createShell } from '../../../widget/live/shell.ts';
import { call, deskState, offered } from '../support/desk-states.ts';
import { FakeDesk } from '../support/fake-desk.ts';
import { MemoryStorage, blockedStorage } from '../support/memory-storage.ts';
import { until } from '../support/scripted-server.ts';

const wang = { id: 'customer-1', name: 'Wang & Co' } as Customer;

function openPage(options: Partial<ScreenPopOptions> = {}, calls = [offered()]) {
  const desk = new FakeDesk(deskState());
  const shell = createShell(desk);
  const heard: ScreenPopEvent[] = [];
  const pop = new ScreenPop(desk, shell, createStamp(desk), {
    mode: 'panel',
    urlTemplate: '',
    storage: new MemoryStorage(),
    findCustomers: () => Promise.resolve([wang]),
    onContactMatch: undefined,
    dispatch: (event) => {
      heard.push(event as ScreenPopEvent);
      return true;
    },
    ...options,
  });
  desk.set(deskState({}, {}, calls));
  return { desk, shell, heard, pop };
}

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

describe('the screen pop', () => {
  it('opens with the customer of an offered call, once', async () => {
    const { desk, shell, heard } = openPage();
    await until(() => shell.state.pop !== null);
    expect(shell.state.pop?.call.id).to.equal('call-1');
    expect(heard[0]?.detail.customers).to.deep.equal([wang]);
    desk.set(deskState({}, {}, [call()]));
    await settle();
    expect(heard).to.have.length(1);
    expect(shell.state.pop?.call.phase).to.equal('talking');
  });

  it('stays with the call that has ended', async () => {
    const { desk, shell } = openPage();
    await until(() => shell.state.pop !== null);
    desk.set(deskState({}, {}, [call({ phase: 'ended' })]));
    desk.set(deskState());
    expect(shell.state.pop?.call.phase).to.equal('ended');
  });

  it('tells the host once over a reload, but shows its panel again', async () => {
    const storage = new MemoryStorage();
    const first = openPage({ storage });
    await until(() => first.shell.state.pop !== null);
    first.pop.dispose();
    const second = openPage({ storage });
    await settle();
    expect(second.heard).to.have.length(0);
    expect(second.shell.state.pop?.call.id).to.equal('call-1');
  });

  it('stays closed after a reload when the agent has closed it', async () => {
    const storage = new MemoryStorage();
    const first = openPage({ storage });
    await until(() => first.shell.state.pop !== null);
    first.shell.closePop();
    first.pop.dispose();
    const second = openPage({ storage });
    await settle();
    expect(second.shell.state.pop).to.equal(null);
  });

  it('stays closed when the host prevents it or only wants the event', async () => {
    const prevented = openPage({ dispatch: () => false });
    const eventOnly = openPage({ mode: 'event' });
    await until(() => eventOnly.heard.length === 1);
    await settle();
    expect(prevented.shell.state.pop).to.equal(null);
    expect(eventOnly.shell.state.pop).to.equal(null);
  });

  it('does what the team says of the call, over what the page says', async () => {
    const opened: string[] = [];
    const openWindow = (url: string) => opened.push(url) > 0;
    const bound = { mode: 'url', urlTemplate: 'https://crm.example/c?n={number}', onAnswer: true } as const;
    const late = openPage({ openWindow }, [offered({ pop: bound, answeredAt: null })]);
    const headless = openPage({ openWindow, mode: 'event', headless: true }, [
      offered({ pop: { ...bound, onAnswer: false } }),
    ]);
    await until(() => headless.heard.length === 1);
    await settle();
    expect([late.heard, opened]).to.deep.equal([[], []]);
    late.desk.set(deskState({}, {}, [call({ pop: bound, answeredAt: 5 })]));
    await until(() => opened.length === 1);
    expect(opened[0]).to.contain('https://crm.example/c?n=');
    expect(late.shell.state.pop).to.equal(null);
    const panel = openPage({ mode: 'event' }, [
      offered({ pop: { mode: 'panel', urlTemplate: '', onAnswer: false } }),
    ]);
    await until(() => panel.shell.state.pop !== null);
  });

  it('does not pop for a colleague or a call that is over', async () => {
    const { heard } = openPage({}, [
      offered({ direction: 'internal' }),
      call({ id: 'call-2', phase: 'ended' }),
    ]);
    await settle();
    expect(heard).to.have.length(0);
  });

  it('pops an unknown caller, a withheld number and without a storage', async () => {
    const failing = openPage({
      storage: blockedStorage,
      findCustomers: () => Promise.reject(new Error('down')),
    });
    await until(() => failing.heard.length === 1);
    expect(failing.heard[0]?.detail.customers).to.deep.equal([]);
    const withheld = openPage({ findCustomers: () => Promise.reject(new Error('not asked')) }, [
      offered({ number: '' }),
    ]);
    await until(() => withheld.shell.state.pop !== null);
  });

  it('opens the URL of the host, and its own panel when the browser blocks that', async () => {
    const opened: string[] = [];
    let blocked = false;
    const options: Partial<ScreenPopOptions> = {
      mode: 'url',
      urlTemplate: 'https://crm.test/c?p={number}&n={name}',
      openWindow: (url) => {
        opened.push(url);
        return !blocked;
      },
    };
    const page = openPage(options);
    await until(() => opened.length === 1);
    expect(opened[0]).to.equal('https://crm.test/c?p=13800138000&n=Wang%20%26%20Co');
    expect(page.shell.state.pop).to.equal(null);
    blocked = true;
    const other = openPage(options);
    await until(() => other.shell.state.pop !== null);
  });

  it("shows the name that the host page knows, and lives without the host's answer", async () => {
    const known = openPage({ onContactMatch: () => Promise.resolve({ name: 'From the CRM' }) });
    await until(() => known.shell.state.contacts['13800138000']?.name === 'From the CRM');
    const broken = openPage({ onContactMatch: () => Promise.reject(new Error('bug')) });
    await until(() => broken.shell.state.pop !== null);
    expect(broken.shell.state.contacts).to.deep.equal({});
  });
});

describe('the URL of the screen pop', () => {
  const odd = call({ number: '+86 10&x=1', name: null, did: null, group: { id: 'g', name: '售后/支持' } });

  it('has each value percent-encoded and unknown ones empty', () => {
    const url = popUrl('https://crm.test/{group}?p={number}&d={did}&n={name}&k={unknown}', odd, null);
    const group = encodeURIComponent('售后/支持');
    expect(url).to.equal(`https://crm.test/${group}?p=%2B86%2010%26x%3D1&d=&n=&k={unknown}`);
  });

  it('is relative to the page', () => {
    expect(popUrl('/c/{callId}', odd, null)).to.equal(`${location.origin}/c/call-1`);
  });

  it('is refused when it is not a web address', () => {
    expect(popUrl('javascript:alert({number})', odd, null)).to.equal(null);
    expect(popUrl('{number}://x', call({ number: 'data' }), null)).to.equal(null);
  });
});
