import { describe, expect, it } from 'vitest';
import { upcastCall } from '../../server/core/model/call-upcast.ts';
import { planOf } from '../../server/core/model/plan.ts';
import { holderIn, partyOf, standing } from '../../server/core/model/parties.ts';
import { agentId } from '../support/builders.ts';

const ANNA = agentId('1001');
const BEN = agentId('1002');

const leg = {
  since: 5,
  muted: false,
  heldSince: null,
  startedAt: 1,
  answeredAt: 5,
  endedAt: null,
  cause: null,
};

/** As it lay in the database: Ben has missed the offer, Anna has answered. */
function stored(phase: object): Parameters<typeof upcastCall>[0] {
  return {
    id: 'call',
    teamId: 'team',
    direction: 'queue',
    createdAt: 1,
    number: '13900000001',
    name: null,
    did: '400100',
    groupId: 'sales',
    customerId: null,
    data: {},
    agentId: ANNA,
    agentIds: [BEN, ANNA],
    roomId: 'room',
    version: 12,
    roomOpen: true,
    answeredAt: 5,
    waitedMs: 4,
    wrapUp: null,
    legs: [
      {
        ...leg,
        id: 'leg-1',
        role: 'customer',
        agentId: null,
        endpointId: null,
        number: '13900000001',
        name: null,
        state: 'up',
      },
      {
        ...leg,
        id: 'leg-2',
        role: 'agent',
        agentId: BEN,
        endpointId: 'ep-2',
        number: '1002',
        name: 'Ben',
        state: 'gone',
        cause: 'no-answer',
      },
      {
        ...leg,
        id: 'leg-3',
        role: 'agent',
        agentId: ANNA,
        endpointId: 'ep-1',
        number: '1001',
        name: 'Anna',
        state: 'up',
      },
    ],
    phase,
  } as unknown as Parameters<typeof upcastCall>[0];
}

describe('a call that was stored when calls had no parties', () => {
  it('is the talk of its two parties, without whom the offer has only reached', () => {
    const call = upcastCall(stored({ kind: 'talking', since: 5 }));
    expect(call.phase).toEqual({ kind: 'conversation', since: 5 });
    expect(call.parties.map(({ id, role }) => [id, role])).toEqual([
      ['leg-1', 'customer'],
      ['leg-3', 'agent'],
    ]);
    expect([...planOf(call).legs].map(([id, { roomId, music }]) => [id, roomId, music])).toEqual([
      ['leg-1', 'room', false],
      ['leg-3', 'room', false],
    ]);
  });

  it('is held by who held it', () => {
    const call = upcastCall(stored({ kind: 'held', since: 7, by: ANNA }));
    expect(standing(call)).toBe('held');
    expect(holderIn(call, 'main')).toMatchObject({ agentId: ANNA, heldSince: 7 });
    expect(planOf(call).legs.get(call.legs[0]!.id)?.music).toBe(true);
  });

  it('waits for the device that it waited for', () => {
    const phase = {
      kind: 'recovering',
      since: 7,
      agentId: ANNA,
      legId: null,
      until: 99,
      nextTryAt: 8,
      heldBy: null,
      muted: true,
    };
    const call = upcastCall(stored(phase));
    expect(standing(call)).toBe('recovering');
    expect(partyOf(call, ANNA)?.away).toMatchObject({ legId: null, until: 99, nextTryAt: 8, muted: true });
  });

  it('stays as it is when it has them', () => {
    const call = upcastCall(stored({ kind: 'talking', since: 5 }));
    expect(upcastCall(call)).toBe(call);
  });
});
