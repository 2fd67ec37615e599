import { describe, expect, it } from 'vitest';
import { refusal } from '../support/app-bed.ts';
import { LUNCH, SALES, agentId, member } from '../support/builders.ts';
import { settle } from '../support/manual-clock.ts';
import { PLAN, talk } from './supervision-bed.ts';

describe('a leader who changes the state of an agent', () => {
  it('pauses and ends the pause, and the agent is told by whom', async () => {
    const { bed, ben, leader } = await talk();
    const { supervision } = bed.centre;
    const paused = await supervision.pause(leader.who, '1002', LUNCH, { basedOn: 'idle' });
    expect(paused).toMatchObject({ number: '1002', state: 'paused', pause: LUNCH });
    expect(await ben.view()).toMatchObject({
      state: 'paused',
      forced: { action: 'pause', by: { id: agentId('1008'), number: '1008' }, at: bed.clock.now() },
    });
    expect(await supervision.force(leader.who, agentId('1002'), 'idle', {})).toMatchObject({ state: 'idle' });
    expect((await ben.view()).forced).toMatchObject({ action: 'idle' });
  });

  it('does not pull the agent out of a call: it is what follows', async () => {
    const { bed, anna, customer, leader } = await talk();
    await bed.centre.supervision.pause(leader.who, '1001', LUNCH, { basedOn: 'talking' });
    expect(await anna.view()).toMatchObject({ state: 'talking', next: { kind: 'pause', reasonId: LUNCH } });
    customer.hangup();
    await settle();
    await bed.centre.agents.endAcw(anna.who);
    expect(await anna.state()).toBe('paused');
  });

  it('is refused when the agent is in another state than the leader has seen', async () => {
    const { bed, leader, anna } = await talk();
    const { supervision } = bed.centre;
    for (const attempt of [
      supervision.pause(leader.who, '1001', LUNCH, { basedOn: 'idle' }),
      supervision.force(leader.who, '1001', 'hangup', { basedOn: 'acw' }),
      supervision.force(leader.who, '1001', 'sign-out', { basedOn: 'idle' }),
      supervision.takeOver(leader.who, '1001', { basedOn: 'holding' }),
    ]) {
      expect(await refusal(attempt)).toBe('state-changed');
    }
    expect(await anna.view()).toMatchObject({ state: 'talking', next: null, forced: null });
  });

  it('cuts after-call work short only when it has been seen', async () => {
    const { bed, anna, customer, leader } = await talk();
    customer.hangup();
    await settle();
    expect(await refusal(bed.centre.supervision.force(leader.who, '1001', 'idle', {}))).toBe(
      'not-allowed-now',
    );
    expect(await anna.state()).toBe('acw');
    await bed.centre.supervision.force(leader.who, '1001', 'idle', { basedOn: 'acw' });
    expect(await anna.state()).toBe('idle');
  });

  it('signs out, and never a static member', async () => {
    const { bed, ben, leader } = await talk();
    await bed.centre.supervision.force(leader.who, '1002', 'sign-out', { basedOn: 'idle' });
    expect(await ben.view()).toMatchObject({ state: 'signed-out', forced: { action: 'sign-out' } });
    const fixed = await talk({ ...PLAN, members: [member('1001', SALES), member('1002', SALES, true)] });
    expect(await refusal(fixed.bed.centre.supervision.force(fixed.leader.who, '1002', 'sign-out', {}))).toBe(
      'static-member',
    );
  });

  it('hangs up as the agent would, and the record has the agent as the one whose call it was', async () => {
    const { bed, anna, leader, customer } = await talk();
    await bed.centre.supervision.force(leader.who, '1001', 'hangup', { basedOn: 'talking' });
    await settle();
    expect(customer.state).toBe('over');
    expect(await anna.view()).toMatchObject({ state: 'acw', forced: { action: 'hangup' } });
    expect(await anna.call()).toMatchObject({ phase: 'ended', endedBy: 'peer' });
    // What is so already is not refused, and no news.
    const { forced } = await anna.view();
    await bed.clock.advance(1_000);
    await bed.centre.supervision.force(leader.who, '1001', 'hangup', {});
    expect((await anna.view()).forced).toEqual(forced);
  });

  it('reaches a desk that is locked', async () => {
    const { bed, ben, leader } = await talk();
    await bed.centre.agents.lock(ben.who);
    await bed.centre.supervision.pause(leader.who, '1002', LUNCH, {});
    expect(await ben.view()).toMatchObject({ state: 'paused', locked: true });
  });

  it('stands in the audit with what was done', async () => {
    const { bed, leader } = await talk();
    await bed.centre.supervision.pause(leader.who, '1002', LUNCH, {});
    const told = bed.store.tables.outbox.filter(({ consumer }) => consumer === 'audit');
    const events = told.map(({ event }) => event);
    expect(events.filter(({ id }) => id.startsWith('forced.'))).toMatchObject([
      {
        topic: 'record-changed',
        subject: agentId('1002'),
        content: {
          actor: { kind: 'agent', id: agentId('1008') },
          record: 'agent-state',
          fields: { action: { before: null, after: 'pause' } },
        },
      },
    ]);
  });
});
