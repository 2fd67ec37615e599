import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EndpointId } from '../../server/core/kernel/ids.ts';
import { SwitchError } from '../../server/core/ports/switch.ts';
import { hasTone } from '../support/goertzel.ts';
import type { PeerCall } from '../support/peer-call.ts';
import type { SipPeer } from '../support/sip-peer.ts';
import { legId, roomId, SwitchBed } from '../support/switch-bed.ts';

const OUT = legId('leg_out');
const ROOM = roomId('room_1');
const endpoint = (username: string): EndpointId => `ep_${username}` as EndpointId;

describe('calls through the embedded switch', () => {
  let bed: SwitchBed;

  beforeEach(async () => {
    bed = await SwitchBed.open();
  });

  afterEach(async () => {
    await bed.close();
  });

  /** A caller from outside in the room with a phone; both answered. */
  async function connected(): Promise<{
    caller: PeerCall;
    phone: PeerCall;
    desk: SipPeer;
    offered: ReturnType<typeof legId>;
  }> {
    const desk = await bed.phone('1001');
    const carrier = await bed.peer();
    const caller = await carrier.call('400100');
    const { legId: offered } = await bed.events.next('leg-offered');
    await bed.sw.openRoom(ROOM);
    await bed.sw.ring(offered);
    await bed.sw.dial({
      legId: OUT,
      target: { kind: 'endpoint', endpointId: endpoint('1001') },
      callerId: { number: '13800138000', name: 'Ms "Q" Wang' },
      ringMs: 20_000,
    });
    const phone = await desk.incoming();
    await bed.events.next('leg-ringing');
    phone.answer();
    await bed.events.next('leg-answered', (event) => event.legId === OUT);
    await bed.sw.answer(offered);
    await caller.waitForStatus(200);
    await bed.sw.place(offered, ROOM, { kind: 'all' });
    await bed.sw.place(OUT, ROOM, { kind: 'all' });
    return { caller, phone, desk, offered };
  }

  it("carries each side's voice to the other", async () => {
    const { caller, phone } = await connected();
    caller.rtp.say(440);
    phone.rtp.say(1000);
    await caller.rtp.listen(300);
    const [atCaller, atPhone] = await Promise.all([caller.rtp.listen(500), phone.rtp.listen(500)]);
    expect(hasTone(atCaller, 1000)).toBe(true);
    expect(hasTone(atCaller, 440)).toBe(false);
    expect(hasTone(atPhone, 440)).toBe(true);
    expect(hasTone(atPhone, 1000)).toBe(false);
  });

  it('lets the held caller hear music and not the phone, and the phone again after resume', async () => {
    const { caller, phone, offered } = await connected();
    phone.rtp.say(1000);
    await bed.sw.music(offered, true);
    await caller.rtp.listen(300);
    const held = await caller.rtp.listen(800);
    expect(hasTone(held, 1000, 500)).toBe(false);
    expect(held.some((sample) => Math.abs(sample) > 500)).toBe(true);
    await bed.sw.music(offered, false);
    await caller.rtp.listen(300);
    expect(hasTone(await caller.rtp.listen(400), 1000)).toBe(true);
  });

  it('ends the leg of a side that hangs up and leaves the other up', async () => {
    const { caller, phone, offered } = await connected();
    caller.bye([['Reason', 'Q.850;cause=16']]);
    const ended = await bed.events.next('leg-ended');
    expect(ended).toEqual({ type: 'leg-ended', legId: offered, cause: 'normal', side: 'far' });
    expect(await bed.sw.legs()).toEqual([
      { legId: OUT, state: 'answered', roomId: ROOM, endpointId: endpoint('1001') },
    ]);
    await bed.sw.hangup(OUT);
    await phone.waitForRequest('BYE');
    expect(await bed.sw.legs()).toEqual([]);
    await expect(bed.sw.place(OUT, ROOM, { kind: 'all' })).rejects.toThrowError(SwitchError);
    await bed.sw.hangup(OUT);
  });

  it('tells digits of RFC 4733 and of INFO, and sends them as the far side takes them', async () => {
    const { caller, phone, offered } = await connected();
    await caller.rtp.sendDigit('7');
    await bed.events.next('digit', (event) => event.legId === offered && event.digit === '7');
    phone.request('INFO', [['Content-Type', 'application/dtmf-relay']], 'Signal=*\r\nDuration=250\r\n');
    const star = await bed.events.next('digit', (event) => event.legId === OUT && event.digit === '*');
    expect(star.durationMs).toBe(250);
    await bed.sw.sendDigits(OUT, '42');
    await phone.rtp.listen(900);
    // The caller's own digit went through to the phone as well.
    expect(phone.rtp.digits()).toBe('742');
  });

  it('says goodbye to a leg that it gives up: the peer may be alive after all', async () => {
    const { phone, desk } = await connected();
    phone.rtp.say(500);
    await phone.rtp.listen(200);
    phone.rtp.pause();
    desk.forget(phone);
    const lost = await bed.events.next('leg-lost');
    expect(lost).toEqual({ type: 'leg-lost', legId: OUT, cause: 'signalling-lost' });
    expect(await desk.stray('BYE')).toMatchObject({ callId: phone.callId });
  });

  it('lets a caller hear the network before the answer (183), on the way in and out', async () => {
    const carrier = await bed.peer();
    const caller = await carrier.call('400100');
    const { legId: offered } = await bed.events.next('leg-offered');
    await bed.sw.play({
      playbackId: 'pb_1' as never,
      target: { leg: offered },
      source: { kind: 'frequency', hz: 700, ms: 2_000 },
    });
    await caller.waitForStatus(183);
    await caller.rtp.listen(200);
    expect(hasTone(await caller.rtp.listen(400), 700)).toBe(true);
    await bed.sw.answer(offered);
    await caller.waitForStatus(200);
    expect(caller.final?.body).toContain('m=audio');
  });

  it('answers a re-INVITE that holds and one that resumes', async () => {
    const { phone } = await connected();
    const hold = phone.request('INVITE', [], phone.rtp.description('sendonly'));
    expect((await phone.response('INVITE', hold)).body).toContain('a=recvonly');
    const resume = phone.request('INVITE', [], phone.rtp.description('sendrecv'));
    expect((await phone.response('INVITE', resume)).body).toContain('a=sendrecv');
    // No audio: refused, and the call goes on as it was (RFC 3261 §14.2).
    const bad = phone.request('INVITE', [], 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n');
    expect((await phone.response('INVITE', bad)).status).toBe(488);
    expect(await bed.sw.legs()).toHaveLength(2);
  });

  it('answers a caller who makes no offer with its own', async () => {
    const carrier = await bed.peer();
    const caller = await carrier.call('400100', { sdp: null });
    const { legId: offered } = await bed.events.next('leg-offered');
    await bed.sw.answer(offered);
    const final = await caller.waitForFinal();
    expect(final.body).toContain('m=audio');
  });

  it('takes a call of sipp', async () => {
    expect(existsSync('/usr/bin/sipp'), 'sipp is missing: apt-get install sip-tester').toBe(true);
    const sipp = spawn(
      '/usr/bin/sipp',
      ['-sn', 'uac', '-s', '400100', '-m', '1', '-d', '300', '-i', '127.0.0.1', '-nostdin'].concat([
        '-timeout',
        '10',
        `127.0.0.1:${bed.sw.sipPort}`,
      ]),
      { stdio: 'ignore' },
    );
    const exit = new Promise<number | null>((resolve) => sipp.on('exit', resolve));
    const offered = await bed.events.next('leg-offered');
    expect(offered).toMatchObject({ dialled: '400100', from: { kind: 'trunk', number: 'sipp' } });
    await bed.sw.ring(offered.legId);
    await bed.sw.answer(offered.legId);
    const ended = await bed.events.next('leg-ended');
    expect(ended).toMatchObject({ cause: 'normal', side: 'far' });
    expect(await exit).toBe(0);
  });
});
