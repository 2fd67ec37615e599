import { beforeEach, describe, expect, it } from 'vitest';
import { asId } from '../../server/core/kernel/ids.ts';
import type { EndpointId, LegId, RoomId } from '../../server/core/kernel/ids.ts';
import { RING_MS, refusal } from './suite-bed.ts';
import type { SuiteBed } from './suite-bed.ts';

/** The part of the contract that is signalling: endpoints, legs and their ends. */
export function describeCalls(bedOf: () => SuiteBed): void {
  let bed: SuiteBed;
  beforeEach(() => {
    bed = bedOf();
  });

  describe('an answer', () => {
    it('to a leg that is answered changes nothing', async () => {
      const { legId } = await bed.answeredCaller();
      await bed.telephone.answer(legId);
      expect((await bed.live(legId))?.state).toBe('answered');
      expect(bed.log.count('leg-answered')).toBe(1);
    });
  });

  describe('endpoints', () => {
    it('tells when one comes online and when it goes', async () => {
      const device = await bed.phone('anna');
      expect(await bed.telephone.endpoints()).toContainEqual(
        expect.objectContaining({ endpointId: device.endpointId, online: true }),
      );
      await device.unregister();
      const offline = await bed.log.next('endpoint-offline');
      expect(offline).toMatchObject({ endpointId: device.endpointId, reason: 'unregistered' });
      expect(await bed.telephone.endpoints()).toContainEqual(
        expect.objectContaining({ endpointId: device.endpointId, online: false }),
      );
    });

    it('keeps a registration when the credential is replaced', async () => {
      const device = await bed.phone('anna');
      await bed.telephone.provision({
        endpointId: device.endpointId,
        kind: 'agent',
        device: 'phone',
        username: 'anna',
        ha1: bed.harness.ha1('anna', 'another'),
        expiresAt: null,
        displayName: 'anna',
      });
      const { legId, far } = await bed.talkTo(device);
      expect((await bed.live(legId))?.state).toBe('answered');
      await far.hangup();
    });

    it('gives one that is dead without a goodbye up within seconds, and has it back when it registers', async () => {
      const device = await bed.phone('anna');
      device.die();
      const started = Date.now();
      const { legId, dialled } = bed.dialPhone(device.endpointId);
      await dialled;
      const ended = await bed.log.next('leg-ended', (event) => event.legId === legId, 7_000);
      expect(ended.cause).toBe('unreachable');
      expect(Date.now() - started).toBeGreaterThan(3_500);
      expect(await bed.log.next('endpoint-offline')).toMatchObject({ reason: 'lost' });
      expect(await refusal(bed.dialPhone(device.endpointId).dialled)).toBe('endpoint-offline');
      const before = bed.log.count('endpoint-online');
      expect(await device.register()).toBe(200);
      await expect.poll(() => bed.log.count('endpoint-online'), { timeout: 30_000 }).toBe(before + 1);
      expect(await bed.telephone.endpoints()).toContainEqual(
        expect.objectContaining({ endpointId: device.endpointId, online: true }),
      );
    }, 45_000);

    it('forgets one that is retired, while its call goes on', async () => {
      const device = await bed.phone('anna');
      const { legId } = await bed.talkTo(device);
      await bed.telephone.retire(device.endpointId);
      await bed.log.next('endpoint-offline', (event) => event.endpointId === device.endpointId);
      expect((await bed.live(legId))?.state).toBe('answered');
      expect(await refusal(bed.dialPhone(device.endpointId).dialled)).toBe('no-such-endpoint');
    });

    it('refuses to call one that is not there', async () => {
      expect(await refusal(bed.dialPhone(asId<EndpointId>('ep-nobody')).dialled)).toBe('no-such-endpoint');
      const device = await bed.phone('anna');
      await device.unregister();
      await bed.log.next('endpoint-offline');
      expect(await refusal(bed.dialPhone(device.endpointId).dialled)).toBe('endpoint-offline');
    });
  });

  describe('a call from outside', () => {
    it('is offered with the dialled number and the caller, rings, and is answered', async () => {
      const far = await bed.harness.trunk.call('13800138000', '400100');
      const offered = await bed.log.next('leg-offered');
      expect(offered).toMatchObject({
        dialled: '400100',
        from: { kind: 'trunk', number: '13800138000' },
      });
      expect((await bed.live(offered.legId))?.state).toBe('offered');
      await bed.telephone.ring(offered.legId);
      await far.until('ringing');
      await bed.telephone.answer(offered.legId);
      await far.until('up');
      expect((await bed.live(offered.legId))?.state).toBe('answered');
    });

    it.each([
      ['busy', 486],
      ['unknown-number', 404],
      ['unreachable', 480],
    ] as const)('is refused as %s with %i', async (cause, status) => {
      const far = await bed.harness.trunk.call('13800138000', '400100');
      const { legId } = await bed.log.next('leg-offered');
      await bed.telephone.reject(legId, cause);
      await far.until('over');
      const told = far.refusedWith();
      if (told !== null) expect(told).toBe(status);
      await bed.log.next('leg-ended', (event) => event.legId === legId && event.side === 'near');
      expect(await bed.live(legId)).toBeUndefined();
    });

    it('ends as cancelled when the caller gives up', async () => {
      const far = await bed.harness.trunk.call('13800138000', '400100');
      const { legId } = await bed.log.next('leg-offered');
      await bed.telephone.ring(legId);
      await far.hangup();
      const ended = await bed.log.next('leg-ended');
      expect(ended).toMatchObject({ legId, cause: 'cancelled', side: 'far' });
      expect(await refusal(bed.telephone.answer(legId))).toBe('no-such-leg');
    });

    it('ends normally with a goodbye of either side', async () => {
      const one = await bed.answeredCaller('13800000001');
      await one.far.hangup();
      const far = await bed.log.next('leg-ended', (event) => event.legId === one.legId);
      expect(far).toMatchObject({ cause: 'normal', side: 'far' });
      const two = await bed.answeredCaller('13800000002');
      await bed.telephone.hangup(two.legId);
      await two.far.until('over');
      const near = await bed.log.next('leg-ended', (event) => event.legId === two.legId);
      expect(near).toMatchObject({ cause: 'normal', side: 'near' });
    });
  });

  describe('a call to a number outside', () => {
    async function dialOut(number: string): Promise<{ legId: LegId; dialled: Promise<void> }> {
      const legId = bed.newLeg();
      const dialled = bed.telephone.dial({
        legId,
        target: { kind: 'number', number },
        callerId: { number: '02088886666' },
        ringMs: RING_MS,
      });
      return { legId, dialled };
    }

    it('goes over the trunk with the caller id and is answered', async () => {
      const { legId, dialled } = await dialOut('13800138000');
      await dialled;
      const far = await bed.harness.trunk.nextCall();
      expect(far.caller).toBe('02088886666');
      await far.ring();
      expect(await bed.log.next('leg-ringing')).toMatchObject({ legId, earlyMedia: false });
      await far.answer();
      await bed.log.next('leg-answered', (event) => event.legId === legId);
    });

    it('tells that early media carries the tones of the network', async () => {
      const { legId, dialled } = await dialOut('13800138000');
      await dialled;
      const far = await bed.harness.trunk.nextCall();
      await far.ring({ earlyMedia: true });
      expect(await bed.log.next('leg-ringing')).toMatchObject({ legId, earlyMedia: true });
    });

    it('ends as unknown when the network has no such number', async () => {
      const { legId, dialled } = await dialOut('13800138000');
      await dialled;
      await (await bed.harness.trunk.nextCall()).refuse(404);
      expect(await bed.log.next('leg-ended')).toMatchObject({ legId, cause: 'unknown-number' });
    });
  });

  describe('legs', () => {
    it('that are gone are refused to every intent but the hang-up', async () => {
      const { legId, far } = await bed.answeredCaller();
      await far.hangup();
      await bed.log.next('leg-ended', (event) => event.legId === legId);
      const room = bed.harness.ids.next<RoomId>('room');
      await bed.telephone.openRoom(room);
      expect(await refusal(bed.telephone.place(legId, room, { kind: 'all' }))).toBe('no-such-leg');
      expect(await refusal(bed.telephone.music(legId, true))).toBe('no-such-leg');
      expect(await refusal(bed.telephone.sendDigits(legId, '1'))).toBe('no-such-leg');
      await bed.telephone.hangup(legId);
      await bed.telephone.hangup(legId);
      expect(bed.log.count('leg-ended', (event) => 'legId' in event && event.legId === legId)).toBe(1);
    });

    it('are told with state, room and device while they are there', async () => {
      const device = await bed.phone('anna');
      const { legId: dialled, dialled: left } = bed.dialPhone(device.endpointId);
      await left;
      const far = await device.nextCall();
      expect(await bed.live(dialled)).toMatchObject({
        state: 'dialling',
        roomId: null,
        endpointId: device.endpointId,
      });
      await far.ring();
      await bed.log.next('leg-ringing');
      expect((await bed.live(dialled))?.state).toBe('ringing');
      await bed.harness.trunk.call('13800138000', '400100');
      const { legId: offered } = await bed.log.next('leg-offered');
      expect(await bed.live(offered)).toMatchObject({ state: 'offered', roomId: null, endpointId: null });
      await bed.telephone.answer(offered);
      const room = await bed.room();
      await bed.telephone.place(offered, room, { kind: 'listen' });
      expect(await bed.live(offered)).toMatchObject({ state: 'answered', roomId: room });
      await bed.telephone.remove(offered);
      expect(await bed.live(offered)).toMatchObject({ state: 'answered', roomId: null });
      expect(await bed.telephone.legs()).toHaveLength(2);
    });

    it('leave nothing alive behind', async () => {
      const agent = await bed.talkTo(await bed.phone('anna'));
      const customer = await bed.answeredCaller();
      expect((await bed.telephone.legs()).map((leg) => leg.legId).toSorted()).toEqual(
        [agent.legId, customer.legId].toSorted(),
      );
      await bed.telephone.hangup(agent.legId);
      await bed.telephone.hangup(customer.legId);
      await bed.log.next('leg-ended', (event) => event.legId === customer.legId);
      expect(await bed.telephone.legs()).toEqual([]);
    });
  });
}
