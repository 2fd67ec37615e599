import { describe, expect, it } from 'vitest';
import { AppBed } from '../support/app-bed.ts';
import { HOTLINE } from '../support/builders.ts';
import { settle } from '../support/manual-clock.ts';

async function callThatEnds(trouble: (bed: AppBed) => void): Promise<void> {
  const bed = await AppBed.start();
  bed.store.tables.subscriptions['hook'] = ['call-ended'];
  const caller = bed.telephone.trunk.callIn('13900000001', HOTLINE);
  await settle();
  expect(bed.store.tables.outbox).toEqual([]);
  trouble(bed);
  caller.hangup();
  await bed.clock.advance(10_000);
  expect(bed.store.tables.calls[0]?.call.endedAt).not.toBeNull();
  const told = bed.store.tables.outbox.map(({ event }) => `${event.topic} ${event.subject}`);
  expect(told).toEqual([`call-ended ${bed.store.tables.calls[0]?.call.id}`]);
}

describe('the end of a call is in the outbox once', () => {
  it('in the commit in which it ends', () => callThatEnds(() => undefined));

  it('when the store was away meanwhile', () => callThatEnds((bed) => (bed.store.failures = 3)));

  it('when it is not known whether the commit was kept', () =>
    callThatEnds((bed) => (bed.store.brokenCommits = 2)));
});
