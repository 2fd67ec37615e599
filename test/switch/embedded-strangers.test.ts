import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hasTone } from '../support/goertzel.ts';
import { RtpEndpoint } from '../support/rtp-endpoint.ts';
import type { SipPeer } from '../support/sip-peer.ts';
import { roomId, SwitchBed } from '../support/switch-bed.ts';

const ROOM = roomId('room_1');
const STRANGER_HZ = 1100;
const PHONE_HZ = 440;
const COLLEAGUE_HZ = 1900;

describe('a stranger who sends to the port of a call whose phone has a private address in its SDP', () => {
  let bed: SwitchBed;
  let phone: RtpEndpoint;
  let stranger: RtpEndpoint;
  let colleague: RtpEndpoint;
  let carrier: SipPeer;

  beforeEach(async () => {
    bed = await SwitchBed.open();
    [phone, stranger] = await Promise.all([RtpEndpoint.open(), RtpEndpoint.open({ address: '127.0.0.2' })]);
    phone.say(PHONE_HZ);
    stranger.say(STRANGER_HZ);
    carrier = await bed.peer();
    await bed.sw.openRoom(ROOM);
    const other = await carrier.call('400100');
    const { legId: first } = await bed.events.next('leg-offered');
    await bed.sw.answer(first);
    await other.waitForFinal();
    colleague = other.rtp;
    colleague.say(COLLEAGUE_HZ);

    // The stranger begins in the moment in which the port is known; the phone only later.
    const call = await carrier.call('400100', {
      rtp: stranger,
      sdp: phone.description().replaceAll('127.0.0.1', '10.9.8.7'),
    });
    const { legId: second } = await bed.events.next('leg-offered', ({ legId }) => legId !== first);
    await bed.sw.answer(second);
    const { body } = await call.waitForFinal();
    await bed.sw.place(first, ROOM, { kind: 'all' });
    await bed.sw.place(second, ROOM, { kind: 'all' });
    expect(hasTone(await colleague.listen(500), STRANGER_HZ)).toBe(false);
    phone.connect(body);
  });

  afterEach(async () => {
    phone.close();
    await bed.close();
  });

  it('hears nothing and is not heard, and the phone is and does', async () => {
    await phone.listen(200);
    const [atPhone, atColleague] = await Promise.all([phone.listen(500), colleague.listen(500)]);
    expect(hasTone(atPhone, COLLEAGUE_HZ)).toBe(true);
    expect(hasTone(atColleague, PHONE_HZ)).toBe(true);
    expect(hasTone(atColleague, STRANGER_HZ)).toBe(false);
    expect(stranger.received).toEqual([]);
    expect(stranger.receivedRtcp).toEqual([]);
  });

  it('cannot dial digits into the call', async () => {
    await phone.listen(200);
    await stranger.sendDigit('5');
    await phone.sendDigit('7');
    const heard = await bed.events.next('digit');
    expect(heard).toMatchObject({ digit: '7' });
    expect(bed.events.all.filter(({ type }) => type === 'digit')).toHaveLength(1);
  });

  it('does not keep a call alive whose phone has died', async () => {
    await phone.listen(200);
    phone.pause();
    carrier.alive = false;
    expect(await bed.events.next('leg-lost', () => true, 20_000)).toMatchObject({ cause: 'signalling-lost' });
  });
});
