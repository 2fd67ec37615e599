import { describe, expect, it } from 'vitest';
import { asId } from '../../server/core/kernel/ids.ts';
import type { CallId, GroupId } from '../../server/core/kernel/ids.ts';
import { AppBed, refusal } from '../support/app-bed.ts';
import { SALES, customer, group } from '../support/builders.ts';
import { settle } from '../support/manual-clock.ts';

const NUMBER = '13800138000';

describe('an outbound call', () => {
  it("calls the agent's device first, then the customer, and joins them when the customer answers", async () => {
    const bed = await AppBed.start({ customers: [customer('Li Wei', ['+86 138 0013 8000'])] });
    const desk = await bed.agent('1001');
    const view = await bed.centre.calls.dial(desk.who, { number: '138-0013-8000', data: { ticket: '7' } });
    expect(view).toMatchObject({
      direction: 'outbound',
      phase: 'dialling',
      number: NUMBER,
      name: 'Li Wei',
      data: { ticket: '7' },
    });
    expect(desk.phone.call).toMatchObject({ state: 'up' });
    expect(desk.phone.call.request?.autoAnswer).toBeDefined();
    const far = bed.telephone.trunk.call;
    expect(far.request?.callerId.number).toBe('02088886666');
    expect(far.request?.near).toBe(desk.phone.call.legId);

    far.ring();
    await settle();
    expect((await desk.call()).phase).toBe('ringing');
    // Without early media the agent hears our own ringback.
    expect(bed.telephone.heard(desk.phone.call.legId).frequencies).toEqual([450]);

    far.answer();
    await settle();
    expect((await desk.call()).phase).toBe('talking');
    expect(await desk.state()).toBe('talking');
    far.send(1200);
    desk.phone.call.send(800);
    expect(bed.telephone.heard(desk.phone.call.legId).frequencies).toEqual([1200]);
    expect(bed.telephone.heard(far.legId).frequencies).toEqual([800]);
  });

  it("lets the agent hear the network's own tones when there is early media", async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    await bed.centre.calls.dial(desk.who, { number: NUMBER });
    const far = bed.telephone.trunk.call;
    far.ring();
    await settle();
    far.ring(true);
    await settle();
    far.send(440);
    expect(bed.telephone.heard(desk.phone.call.legId).frequencies).toEqual([440]);
  });

  it.each([
    ['busy', 486],
    ['unreachable', 480],
    ['unknown-number', 404],
  ] as const)(
    'ends as %s for the agent when the customer is, without after-call work',
    async (cause, status) => {
      const bed = await AppBed.start({
        groups: [group(SALES, { acwMode: 'after-ring', acwLimitMs: 30_000 })],
      });
      const desk = await bed.agent('1001');
      await bed.centre.calls.dial(desk.who, { number: NUMBER });
      bed.telephone.trunk.call.refuse(status);
      await settle();
      expect(await desk.call()).toMatchObject({ phase: 'ended', cause });
      expect(await desk.state()).toBe('idle');
      expect(desk.phone.call.state).toBe('over');
      expect(bed.telephone.legsById.size).toBe(0);
    },
  );

  it('is rejected with no-route when no line leads there, and the agent is free again', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    bed.telephone.hasTrunk = false;
    const refused: unknown = await bed.centre.calls
      .dial(desk.who, { number: NUMBER })
      .catch((error) => error);
    await settle();
    // The page shows the call that came of it, too.
    expect(refused).toMatchObject({ code: 'no-route', details: { callId: (await desk.call())?.id } });
    expect(await desk.state()).toBe('idle');
    expect(bed.telephone.legsById.size).toBe(0);
  });

  it('tells how far it got when the own phone has to be picked up', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    desk.phone.answersItself = false;
    const dialled = bed.centre.calls.dial(desk.who, { number: NUMBER });
    await bed.clock.advance(4_000);
    expect((await dialled).phase).toBe('dialling');
    await bed.clock.advance(16_000);
    expect(await desk.call()).toMatchObject({ phase: 'ended', cause: 'no-answer' });
    expect(await desk.state()).toBe('idle');
  });

  it('is given up by the agent while it rings', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    const { id } = await bed.centre.calls.dial(desk.who, { number: NUMBER });
    const view = await bed.centre.calls.hangup(desk.who, asId<CallId>(id));
    expect(view).toMatchObject({ phase: 'ended', endedBy: 'agent', cause: 'cancelled' });
    expect(bed.telephone.trunk.call.state).toBe('over');
  });

  it('needs to be signed in, a number, a connected phone, and no other call', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    const dial = (number: string): Promise<string> => refusal(bed.centre.calls.dial(desk.who, { number }));
    expect(await dial('+++')).toBe('unknown-number');
    expect(await dial('1001')).toBe('unknown-number');
    await bed.centre.calls.dial(desk.who, { number: NUMBER });
    expect(await dial(NUMBER)).toBe('agent-busy');
    bed.telephone.trunk.call.refuse(486);
    await settle();
    desk.phone.goOffline('lost');
    await settle();
    expect(await dial(NUMBER)).toBe('device-not-connected');
    desk.phone.register();
    await bed.centre.agents.signOut(desk.who, undefined);
    expect(await dial(NUMBER)).toBe('not-signed-in');
  });

  it('is allowed in a pause, and the pause goes on afterwards', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    await bed.centre.agents.pause(desk.who, 'lunch');
    await bed.centre.calls.dial(desk.who, { number: NUMBER });
    expect(await desk.state()).toBe('dialling');
    bed.telephone.trunk.call.refuse(486);
    await settle();
    expect(await desk.state()).toBe('paused');
  });

  it('obeys the rule of the group: only numbers of the history, or none', async () => {
    const history = await AppBed.start({ groups: [group(SALES, { dialling: 'history' })] });
    const desk = await history.agent('1001');
    const attempt = (): Promise<unknown> => history.centre.calls.dial(desk.who, { number: NUMBER });
    expect(await refusal(attempt())).toBe('dialling-restricted');
    const caller = history.telephone.trunk.callIn('+8613800138000', '400100');
    await settle();
    caller.hangup();
    await settle();
    await expect(attempt()).resolves.toMatchObject({ number: NUMBER });

    const off = await AppBed.start({ groups: [group(SALES, { dialling: 'off' })] });
    const other = await off.agent('1001');
    expect(await refusal(off.centre.calls.dial(other.who, { number: NUMBER }))).toBe('dialling-restricted');
  });

  it('shows only caller ids that the team may show', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    expect(await refusal(bed.centre.calls.dial(desk.who, { number: NUMBER, callerId: '110' }))).toBe(
      'forbidden',
    );
    await bed.centre.calls.dial(desk.who, { number: NUMBER, callerId: '4008001000' });
    expect(bed.telephone.trunk.call.request?.callerId.number).toBe('4008001000');
  });

  it('refuses a group in which the agent is not signed in', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    const groupId = asId<GroupId>('nobody');
    expect(await refusal(bed.centre.calls.dial(desk.who, { number: NUMBER, groupId }))).toBe('unknown-group');
  });
});
