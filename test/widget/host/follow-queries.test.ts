import { expect } from '@open-wc/testing';
import { QueryClient } from '@tanstack/query-core';
import { followQueries } from '../../../widget/host/active.ts';
import { agent, call, deskState } from '../support/desk-states.ts';
import { FakeDesk } from '../support/fake-desk.ts';

describe('the history that was read', () => {
  const key = ['history', 'customer', 'customer-1'];
  const ended = call({ phase: 'ended', endedAt: Date.now(), cause: 'normal', endedBy: 'customer' });
  const noted = {
    callId: 'call-1',
    reasonId: 'order',
    label: { en: 'Order', 'zh-CN': '订单' },
    notes: 'More.',
    agentNumber: '1001',
  };
  let desk: FakeDesk;
  let client: QueryClient;
  let unfollow: () => void;

  const isOld = (): boolean | undefined => client.getQueryState(key)?.isInvalidated;
  const read = (): void => void client.setQueryData(key, []);

  beforeEach(() => {
    desk = new FakeDesk(deskState({}, { state: 'talking' }, [call()]));
    client = new QueryClient();
    unfollow = followQueries(desk, client);
    read();
  });
  afterEach(() => unfollow());

  it('is read again after a call', () => {
    desk.set(deskState({}, { state: 'acw' }, [ended]));
    expect(isOld()).to.equal(true);
  });

  it('is read again when something has been noted down about a call, and when that is changed', () => {
    desk.set(deskState({}, { state: 'acw' }, [ended]));
    for (const at of [1000, 2000]) {
      read();
      desk.set(deskState({}, { ...agent({ state: 'acw' }), wrapUp: { ...noted, at } }, [ended]));
      expect(isOld()).to.equal(true);
    }
  });

  it('stays otherwise', () => {
    desk.set(deskState({}, { state: 'holding' }, [call({ phase: 'held' })]));
    expect(isOld()).to.equal(false);
  });
});
