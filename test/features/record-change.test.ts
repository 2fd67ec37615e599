import { expect, it } from 'vitest';
import { asId, type TeamId } from '../../server/core/kernel/ids.ts';
import { recordChange } from '../../server/features/audit/record-change.ts';
import { SequenceIds } from '../support/sequence-ids.ts';

const teamId = asId<TeamId>('team_1');
const change = (before: object | null, after: object | null) => {
  const record = (of: object | null) => of && { id: 'agent_1', teamId, version: 1, ...of };
  const both = { before: record(before), after: record(after) };
  return recordChange({ kind: 'system', teamId }, 'agent', both, { ids: new SequenceIds(), now: 7 });
};

it('tells what is different and nothing else', () => {
  expect(
    change({ name: 'Li', number: '1001', groups: ['a'] }, { name: 'Li', number: '1002', groups: ['a'] }),
  ).toEqual({
    id: 'event_1',
    teamId,
    topic: 'record-changed',
    subject: 'agent_1',
    time: 7,
    content: {
      actor: { kind: 'system' },
      record: 'agent',
      change: 'updated',
      fields: { number: { before: '1001', after: '1002' } },
    },
  });
  expect(change({ name: 'Li', version: 1 }, { name: 'Li', version: 2 })).toBeNull();
  expect(change(null, { name: 'Li' })?.content).toMatchObject({ change: 'created' });
  expect(change({ name: 'Li' }, null)?.content).toMatchObject({ change: 'deleted' });
});

it('hides secrets, wherever they lie', () => {
  const before = { passwordHash: 'a', embedSecret: 's', pinHash: null, phones: [{ name: 'desk', ha1: 'x' }] };
  const after = { passwordHash: 'b', embedSecret: 't', pinHash: 'p', phones: [{ name: 'desk', ha1: 'y' }] };
  const hidden = { before: '[hidden]', after: '[hidden]' };
  const phones = [{ name: 'desk', ha1: '[hidden]' }];
  expect(change(before, after)?.content).toMatchObject({
    fields: {
      passwordHash: hidden,
      embedSecret: hidden,
      pinHash: { before: null, after: '[hidden]' },
      phones: { before: phones, after: phones },
    },
  });
});
