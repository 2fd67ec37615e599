import { beforeEach, describe, expect, it } from 'vitest';
import { asId } from '../../server/core/kernel/ids.ts';
import type { EndpointId } from '../../server/core/kernel/ids.ts';
import { HIGH, LOW, THIRD } from './suite-bed.ts';
import type { SuiteBed } from './suite-bed.ts';

/** The part of the contract that is devices: desk phones and browsers, how calls reach them, and how they come and go. */
export function describeDevices(bedOf: () => SuiteBed): void {
  let bed: SuiteBed;
  beforeEach(() => {
    bed = bedOf();
  });

  describe.each(['phone', 'browser'] as const)('a call to a %s', (kind) => {
    it('reaches it with caller and headers, rings and is answered', async () => {
      const device = await bed.device(kind, 'anna');
      const { legId, dialled } = bed.dialPhone(device.endpointId);
      await dialled;
      const far = await device.nextCall();
      expect(far.caller).toBe('400100');
      expect(far.header('X-Telebar-Leg')).toBe(legId);
      expect(far.autoAnswer).toBeNull();
      await far.ring();
      await bed.log.next('leg-ringing', (event) => event.legId === legId);
      expect((await bed.live(legId))?.state).toBe('ringing');
      await far.answer();
      await bed.log.next('leg-answered', (event) => event.legId === legId);
      expect(await bed.live(legId)).toMatchObject({ state: 'answered', endpointId: device.endpointId });
    });

    it('asks it to answer by itself, with the token given', async () => {
      const device = await bed.device(kind, 'anna');
      await bed.dialPhone(device.endpointId, { autoAnswer: 'token' }).dialled;
      expect((await device.nextCall()).autoAnswer).toBe('token');
    });

    it.each([
      ['busy', 486],
      ['rejected', 603],
      ['unreachable', 480],
    ] as const)('ends as %s when it is refused with %i', async (cause, status) => {
      const device = await bed.device(kind, 'anna');
      const { legId, dialled } = bed.dialPhone(device.endpointId);
      await dialled;
      await (await device.nextCall()).refuse(status);
      expect(await bed.log.next('leg-ended')).toMatchObject({ legId, cause, side: 'far' });
    });

    it('ends as not answered when the ring time is over', async () => {
      const device = await bed.device(kind, 'anna');
      const { legId, dialled } = bed.dialPhone(device.endpointId, { ringMs: 300 });
      await dialled;
      const far = await device.nextCall();
      await far.ring();
      expect(await bed.log.next('leg-ended')).toMatchObject({ legId, cause: 'no-answer' });
      await far.until('over');
    });

    it('stops ringing when it is hung up', async () => {
      const device = await bed.device(kind, 'anna');
      const { legId, dialled } = bed.dialPhone(device.endpointId);
      await dialled;
      const far = await device.nextCall();
      await far.ring();
      await bed.log.next('leg-ringing');
      await bed.telephone.hangup(legId, 'cancelled');
      await far.until('over');
      expect(await bed.log.next('leg-ended')).toMatchObject({ legId, side: 'near' });
      expect(await bed.live(legId)).toBeUndefined();
    });

    it('tells that the leg is lost when the device dies without a goodbye', async () => {
      const { legId, far } = await bed.talkTo(await bed.device(kind, 'anna'));
      await far.vanish();
      const lost = await bed.log.next('leg-lost', (event) => event.legId === legId, 10_000);
      expect(['media-lost', 'signalling-lost']).toContain(lost.cause);
      expect(await bed.live(legId)).toBeUndefined();
    });
  });

  describe.each(['phone', 'browser'] as const)('a call from a %s', (kind) => {
    it('is offered, answered and talked in', async () => {
      const device = await bed.device(kind, 'anna');
      const far = await device.dial('1002');
      const offered = await bed.log.next('leg-offered');
      expect(offered).toMatchObject({
        dialled: '1002',
        from: { kind: 'endpoint', endpointId: device.endpointId },
      });
      await bed.telephone.answer(offered.legId);
      await far.until('up');
      const customer = await bed.answeredCaller();
      await bed.room({ legId: offered.legId, far }, customer);
      await bed.expectTalk(far, customer.far);
    });

    it('is refused, and the device is told why', async () => {
      const device = await bed.device(kind, 'anna');
      const far = await device.dial('1002');
      const { legId } = await bed.log.next('leg-offered');
      await bed.telephone.reject(legId, 'busy');
      await far.until('over');
      expect(far.refusedWith()).toBe(486);
    });
  });

  describe('a browser', () => {
    it('talks with a number outside and hears music on hold', async () => {
      const agent = await bed.talkTo(await bed.browser('anna'));
      const customer = await bed.answeredCaller();
      await bed.room(agent, customer);
      await bed.expectTalk(agent.far, customer.far);
      await bed.telephone.music(agent.legId, true);
      const held = await agent.far.listen([HIGH]);
      expect(held).toMatchObject({ tones: [], silent: false });
      expect((await customer.far.listen([LOW])).tones).toEqual([]);
      await bed.telephone.music(agent.legId, false);
      await bed.expectTalk(agent.far, customer.far);
    });

    it('talks with a desk phone', async () => {
      const page = await bed.talkTo(await bed.browser('anna'));
      const phone = await bed.talkTo(await bed.phone('clara'));
      await bed.room(page, phone);
      await bed.expectTalk(page.far, phone.far);
    });

    it('talks with another browser', async () => {
      const one = await bed.talkTo(await bed.browser('anna'));
      const two = await bed.talkTo(await bed.browser('clara'));
      await bed.room(one, two);
      await bed.expectTalk(one.far, two.far);
    });

    it('sends digits, and is sent some', async () => {
      const { legId, far } = await bed.talkTo(await bed.browser('anna'));
      await far.sendDigits('12#');
      await bed.log.next('digit', (event) => event.digit === '#');
      const digits = bed.log.events.flatMap((event) => (event.type === 'digit' ? [event] : []));
      expect(digits.map((event) => event.digit).join('')).toBe('12#');
      expect(digits.every((event) => event.legId === legId)).toBe(true);
      await bed.telephone.sendDigits(legId, '90*');
      await expect.poll(() => far.digits(), { timeout: 4_000 }).toBe('90*');
    });

    it('is in one room with a desk phone and a number outside: each hears both others and not itself', async () => {
      const page = await bed.talkTo(await bed.browser('anna'));
      const phone = await bed.talkTo(await bed.phone('clara'));
      const outside = await bed.answeredCaller();
      await bed.room(page, phone, outside);
      page.far.say(LOW);
      phone.far.say(HIGH);
      outside.far.say(THIRD);
      const all = [LOW, HIGH, THIRD];
      expect((await page.far.listen(all)).tones).toEqual([HIGH, THIRD]);
      expect((await phone.far.listen(all)).tones).toEqual([LOW, THIRD]);
      expect((await outside.far.listen(all)).tones).toEqual([LOW, HIGH]);
    });

    it('that is loaded anew has lost its leg, and is called back into the room', async () => {
      const page = await bed.browser('anna');
      const before = await bed.talkTo(page);
      const customer = await bed.answeredCaller();
      const room = await bed.room(before, customer);
      const told = bed.log.events.length;
      const later = <Event>(event: Event): boolean => bed.log.events.indexOf(event as never) >= told;
      await page.reload();
      expect(await bed.log.next('leg-lost')).toMatchObject({
        legId: before.legId,
        cause: 'signalling-lost',
      });
      const offline = await bed.log.next('endpoint-offline', later);
      // Asterisk cannot tell a page that went from one that another took the place of.
      expect(['lost', 'displaced']).toContain(offline.reason);
      await bed.log.next('endpoint-online', later);
      expect((await bed.live(customer.legId))?.roomId).toBe(room);
      const { legId, dialled } = bed.dialPhone(page.endpointId, { autoAnswer: 'again' });
      await dialled;
      const far = await page.nextCall();
      expect(far.autoAnswer).toBe('again');
      await far.answer();
      await bed.log.next('leg-answered', (event) => event.legId === legId);
      await bed.telephone.place(legId, room, { kind: 'all' });
      await bed.expectTalk(far, customer.far);
    });

    it('is displaced by another page of the same user, and what follows reaches that one', async () => {
      await bed.browser('anna');
      const told = bed.log.events.length;
      const second = await bed.harness.browser(await bed.account('anna', 'browser'));
      expect(await second.register()).toBe(200);
      await bed.log.next('endpoint-online', (event) => bed.log.events.indexOf(event) >= told);
      const { legId, dialled } = bed.dialPhone(asId<EndpointId>('ep-anna'));
      await dialled;
      await (await second.nextCall()).answer();
      await bed.log.next('leg-answered', (event) => event.legId === legId);
    });
  });
}
