import { describe, expect, it } from 'vitest';
import { asId } from '../../server/core/kernel/ids.ts';
import type { CallId } from '../../server/core/kernel/ids.ts';
import { DeskSnapshot } from '../../server/contract/desk.ts';
import { AppBed, Desk } from '../support/app-bed.ts';
import { HOTLINE } from '../support/builders.ts';
import { settle } from '../support/manual-clock.ts';
import { Change } from '../../server/contract/realtime/desk.ts';

describe('the feed of a desk', () => {
  it('tells each change in order, as the contract has it, and ends where the snapshot is', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    const caller = bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await settle();
    const id = asId<CallId>((await desk.call()).id);
    await bed.centre.calls.answer(desk.who, id);
    await bed.centre.calls.hold(desk.who, id);
    await bed.centre.calls.resume(desk.who, id);
    caller.hangup();
    await settle();
    const changes = desk.events.flatMap((event) => (event.type === 'changes' ? event.changes : []));
    for (const change of changes) Change.parse(change);
    const phases = changes.flatMap((change) => (change.entity === 'call' ? [change.value.phase] : []));
    expect(phases.filter((phase, index) => phase !== phases[index - 1])).toEqual([
      'offered',
      'talking',
      'held',
      'talking',
      'ended',
    ]);
    const snapshot = DeskSnapshot.parse(await bed.centre.desks.snapshot(desk.who));
    expect(changes.findLast((change) => change.entity === 'agent')?.value).toEqual(snapshot.agent);
    expect(changes.findLast((change) => change.entity === 'call')?.value).toEqual(snapshot.calls[0]);
    expect(snapshot.team.pauseReasons).toMatchObject([{ id: 'lunch' }]);
  });

  it("tells nobody of another's calls", async () => {
    const bed = await AppBed.start();
    const first = await bed.agent('1001');
    const second = new Desk(bed, '1002');
    await second.open();
    second.events.length = 0;
    bed.telephone.trunk.callIn('13900000001', HOTLINE);
    bed.telephone.trunk.callIn('13900000002', HOTLINE);
    await settle();
    expect(second.events).toEqual([]);
    expect(await first.state()).toBe('ringing');
  });

  it('says nothing when nothing is different', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    desk.events.length = 0;
    await bed.clock.advance(20_000);
    expect(desk.events).toEqual([]);
  });
});

describe("the agent's browser phone", () => {
  it('keeps its endpoint when the same page renews it, and is displaced by another page', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    const first = await bed.centre.agents.browserDevice(desk.who, desk.clientId);
    expect(first.endpointId).toBe(desk.phone.endpointId);
    expect(bed.telephone.phone(desk.phone.endpointId).online).toBe(true);
    expect(first.expiresAt).toBe(bed.clock.now() + 600_000);
    const second = await bed.centre.agents.browserDevice(desk.who, 'another-page');
    expect(second.endpointId).not.toBe(first.endpointId);
    expect(desk.events.at(-1)).toEqual({ type: 'taken-over' });
    expect(desk.phone.online).toBe(false);
    expect((await desk.view()).device).toMatchObject({ endpointId: second.endpointId, online: false });
  });

  it('counts the heartbeats only of the page that carries the voice', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    desk.freeze();
    await bed.clock.advance(11_000);
    bed.centre.desks.heartbeat(desk.who, 'another-tab', { registered: true, microphone: 'ready' });
    bed.centre.desks.heartbeat(desk.who, desk.clientId, null);
    await bed.clock.advance(1_000);
    bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await settle();
    expect(await desk.state()).toBe('idle');
  });
});
