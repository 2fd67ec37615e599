import { describe, expect, it } from 'vitest';
import { TeamCallRecords } from '../../server/features/call-records/call-records.ts';
import { chineseNumbers } from '../../server/core/kernel/number/numbers.ts';
import { asId } from '../../server/core/kernel/ids.ts';
import type { CallId } from '../../server/core/kernel/ids.ts';
import { AppBed, Desk, refusal } from '../support/app-bed.ts';
import { COMPLAINT, HOTLINE, LUNCH, ORDER, SALES, group } from '../support/builders.ts';
import { settle } from '../support/manual-clock.ts';
import type { Change } from '../../server/contract/realtime/desk.ts';

interface Talk {
  bed: AppBed;
  desk: Desk;
  id: CallId;
  hangUp: () => Promise<void>;
}

async function talk(acwLimitMs: number | null = null): Promise<Talk> {
  const bed = await AppBed.start({ groups: [group(SALES, { acwMode: 'after-answer', acwLimitMs })] });
  const desk = await bed.agent('1001');
  const caller = bed.telephone.trunk.callIn('13900000001', HOTLINE);
  await settle();
  const id = asId<CallId>((await desk.call()).id);
  await bed.centre.calls.answer(desk.who, id);
  const hangUp = async (): Promise<void> => {
    caller.hangup();
    await settle();
  };
  return { bed, desk, id, hangUp };
}

const record = async ({ bed, desk, id }: Talk) =>
  (await new TeamCallRecords(bed.store, chineseNumbers).get(desk.who, id)).wrapUp;

describe('wrapping up a call', () => {
  it('notes the reason with its label, the notes, who and when, and leaves the after-call work going', async () => {
    const one = await talk();
    await one.hangUp();
    await one.bed.clock.advance(3_000);
    const { call, agent } = await one.bed.centre.calls.wrapUp(one.desk.who, one.id, {
      reasonId: ORDER,
      notes: '20 more',
    });
    const noted = {
      reasonId: ORDER,
      label: { en: 'Order', 'zh-CN': '订购' },
      notes: '20 more',
      result: null,
      agentNumber: '1001',
      at: one.bed.clock.now(),
    };
    expect(call.wrapUp).toEqual(noted);
    expect(agent).toMatchObject({ state: 'acw', wrapUp: { callId: one.id, ...noted } });
    expect(await record(one)).toEqual(noted);
  });

  it('saves and finishes in one step: the page hears both at once', async () => {
    const { bed, desk, id, hangUp } = await talk();
    await hangUp();
    desk.events.length = 0;
    const { agent } = await bed.centre.calls.wrapUp(desk.who, id, { reasonId: ORDER, finish: true });
    expect(agent).toMatchObject({ state: 'idle', acw: null, wrapUp: { callId: id, reasonId: ORDER } });
    const told = desk.events.flatMap((event): Change[] => (event.type === 'changes' ? event.changes : []));
    expect(told).toMatchObject([
      { entity: 'agent', value: { acw: null, wrapUp: { reasonId: ORDER } } },
      { entity: 'call', value: { id, wrapUp: { reasonId: ORDER } } },
    ]);
  });

  it('does what was to follow the after-call work when it is finished so', async () => {
    const { bed, desk, id, hangUp } = await talk();
    await bed.centre.agents.setNextState(desk.who, { kind: 'pause', reasonId: LUNCH });
    await hangUp();
    const { agent } = await bed.centre.calls.wrapUp(desk.who, id, { notes: 'done', finish: true });
    expect(agent).toMatchObject({ state: 'paused', acw: null });
  });

  it('may begin during the call, is still there in after-call work, and is gone from the desk with the next talk', async () => {
    const { bed, desk, id, hangUp } = await talk();
    await bed.centre.calls.wrapUp(desk.who, id, { reasonId: COMPLAINT, finish: true });
    expect(await desk.view()).toMatchObject({ state: 'talking', wrapUp: { reasonId: COMPLAINT } });
    await hangUp();
    expect(await desk.view()).toMatchObject({ state: 'acw', wrapUp: { callId: id } });
    await bed.centre.agents.endAcw(desk.who);
    bed.telephone.trunk.callIn('13900000002', HOTLINE);
    await settle();
    await bed.centre.calls.answer(desk.who, asId<CallId>((await desk.call()).id));
    expect(await desk.view()).toMatchObject({ state: 'talking', wrapUp: null });
  });

  it('is still told with the end of the work when the next caller rings in the same moment', async () => {
    const { bed, desk, id, hangUp } = await talk();
    await hangUp();
    bed.telephone.trunk.callIn('13900000002', HOTLINE);
    await settle();
    const { agent } = await bed.centre.calls.wrapUp(desk.who, id, { reasonId: ORDER, finish: true });
    expect(agent).toMatchObject({ state: 'ringing', acw: null, wrapUp: { callId: id, reasonId: ORDER } });
    await bed.centre.calls.answer(desk.who, asId<CallId>((await desk.call()).id));
    expect(await desk.view()).toMatchObject({ state: 'talking', wrapUp: null });
  });

  it('keeps what is not named, lets the last one win, and takes back what is emptied', async () => {
    const one = await talk();
    const { bed, desk, id } = one;
    await bed.centre.calls.wrapUp(desk.who, id, { reasonId: ORDER, notes: 'first' });
    await bed.centre.calls.wrapUp(desk.who, id, { reasonId: COMPLAINT });
    expect(await record(one)).toMatchObject({ reasonId: COMPLAINT, notes: 'first' });
    await bed.centre.calls.wrapUp(desk.who, id, { notes: 'second' });
    expect(await record(one)).toMatchObject({ reasonId: COMPLAINT, notes: 'second' });
    await bed.centre.calls.wrapUp(desk.who, id, { reasonId: null });
    expect(await record(one)).toMatchObject({ reasonId: null, label: null, notes: 'second' });
    await bed.centre.calls.wrapUp(desk.who, id, { notes: '' });
    expect(await record(one)).toBeNull();
  });

  it('goes on when the call has left the live state, and ends the after-call work then too', async () => {
    const one = await talk();
    const { bed, desk, id, hangUp } = one;
    await hangUp();
    await bed.clock.advance(60_000);
    expect(await desk.calls()).toEqual([]);
    const { call, agent } = await bed.centre.calls.wrapUp(desk.who, id, { reasonId: ORDER, finish: true });
    expect(call).toMatchObject({ phase: 'ended', wrapUp: { reasonId: ORDER } });
    expect(agent).toMatchObject({ state: 'idle', wrapUp: { callId: id, reasonId: ORDER } });
    expect(await record(one)).toMatchObject({ reasonId: ORDER });
  });

  it('of an older call changes its record and nothing of the call at hand', async () => {
    const one = await talk();
    const { bed, desk, id, hangUp } = one;
    await hangUp();
    await bed.centre.agents.endAcw(desk.who);
    await bed.clock.advance(60_000);
    bed.telephone.trunk.callIn('13900000002', HOTLINE);
    await settle();
    const { agent } = await bed.centre.calls.wrapUp(desk.who, id, { notes: 'late', finish: true });
    expect(agent).toMatchObject({ state: 'ringing', wrapUp: null });
    expect(await record(one)).toMatchObject({ notes: 'late' });
  });

  it('survives a restart of the server', async () => {
    const { bed, desk, id, hangUp } = await talk();
    await bed.centre.calls.wrapUp(desk.who, id, { reasonId: ORDER, notes: 'kept' });
    await hangUp();
    const after = await bed.restart();
    expect(await new Desk(after, '1001').view()).toMatchObject({ state: 'acw', wrapUp: { notes: 'kept' } });
    const changed = await after.centre.calls.wrapUp(desk.who, id, { reasonId: COMPLAINT, finish: true });
    expect(changed).toMatchObject({
      call: { wrapUp: { reasonId: COMPLAINT, notes: 'kept' } },
      agent: { acw: null },
    });
  });

  it('keeps the label of a call in progress over a restart that cuts it', async () => {
    const one = await talk();
    await one.bed.centre.calls.wrapUp(one.desk.who, one.id, { reasonId: ORDER });
    await one.bed.restart();
    const kept = await new TeamCallRecords(one.bed.store, chineseNumbers).get(one.desk.who, one.id);
    expect(kept).toMatchObject({ cause: 'server-restart', wrapUp: { label: { en: 'Order' } } });
  });

  it("takes none but the team's own reasons of this kind, and changes nothing then", async () => {
    const one = await talk();
    const { bed, desk, id, hangUp } = one;
    await hangUp();
    const { calls } = bed.centre;
    const request = { reasonId: LUNCH, finish: true };
    expect(await refusal(calls.wrapUp(desk.who, id, request))).toBe('unknown-reason');
    await bed.clock.advance(60_000);
    expect(await refusal(calls.wrapUp(desk.who, id, request))).toBe('unknown-reason');
    expect(await desk.state()).toBe('acw');
    expect(await record(one)).toBeNull();
  });

  it("is for the call's own agents, and not for a locked desk", async () => {
    const { bed, desk, id, hangUp } = await talk();
    const stranger = await bed.agent('1002');
    const { calls, agents } = bed.centre;
    await hangUp();
    for (const wait of [0, 60_000]) {
      await bed.clock.advance(wait);
      expect(await refusal(calls.wrapUp(stranger.who, id, { notes: 'x' }))).toBe('no-such-call');
      await agents.lock(desk.who);
      expect(await refusal(calls.wrapUp(desk.who, id, { notes: 'x' }))).toBe('locked');
      await agents.unlock(desk.who, 'right');
    }
  });

  it('is that of the agent who talked: one who only missed the call neither adds to it nor writes over it', async () => {
    const bed = await AppBed.start({ groups: [group(SALES, { acwMode: 'after-ring' })] });
    const missed = await bed.agent('1001');
    const caller = bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await settle();
    const id = asId<CallId>((await missed.call()).id);
    const { calls } = bed.centre;
    await calls.reject(missed.who, id);
    await calls.wrapUp(missed.who, id, { notes: 'away from my desk' });
    const desk = await bed.agent('1002');
    await calls.answer(desk.who, id);
    await calls.wrapUp(desk.who, id, { reasonId: ORDER });
    caller.hangup();
    await settle();
    const one = { bed, desk, id, hangUp: async () => undefined };
    for (const wait of [0, 60_000]) {
      await bed.clock.advance(wait);
      expect(await refusal(calls.wrapUp(missed.who, id, { notes: 'mine' }))).toBe('no-such-call');
      expect(await record(one)).toMatchObject({ reasonId: ORDER, notes: '', agentNumber: '1002' });
    }
  });
});
