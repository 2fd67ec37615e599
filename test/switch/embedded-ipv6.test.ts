import { networkInterfaces } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EndpointId } from '../../server/core/kernel/ids.ts';
import { LocalMediaEngine } from '../../server/switch/embedded/media/engine.ts';
import { hasTone } from '../support/goertzel.ts';
import { RtpEndpoint } from '../support/rtp-endpoint.ts';
import type { PeerCall } from '../support/peer-call.ts';
import type { SipPeer } from '../support/sip-peer.ts';
import { legId, roomId, rtpRange, SwitchBed } from '../support/switch-bed.ts';

const OUT = legId('leg_out');
const ROOM = roomId('room_1');
const ON_IPV6 = { switchHost: '::1', address: '::1' };
const hasIpv6 = Object.values(networkInterfaces()).some((entries) =>
  entries?.some(({ address }) => address === '::1'),
);

async function bedOn(ipv6: boolean, target?: { host: string; port: number }): Promise<SwitchBed> {
  const address = ipv6 ? { ipv6Address: '::1' } : {};
  return SwitchBed.open({
    engine: new LocalMediaEngine({
      bindAddress: '127.0.0.1',
      webrtcPort: 0,
      iceServers: [],
      silenceMs: 1_500,
      rtpPorts: rtpRange(),
      ...address,
    }),
    config: {
      ...address,
      trunk: { allowedAddresses: ['127.0.0.1', '::1'], ...(target === undefined ? {} : { target }) },
    },
  });
}

// Only a machine without the IPv6 loopback skips these.
describe.skipIf(!hasIpv6)('a switch that speaks IPv6 as well', () => {
  let bed: SwitchBed;

  beforeEach(async () => {
    bed = await bedOn(true);
  });

  afterEach(() => bed.close());

  async function expectTalk(a: PeerCall, b: PeerCall): Promise<void> {
    a.rtp.say(440);
    b.rtp.say(1000);
    await a.rtp.listen(300);
    const [atA, atB] = await Promise.all([a.rtp.listen(500), b.rtp.listen(500)]);
    expect(hasTone(atA, 1000)).toBe(true);
    expect(hasTone(atB, 440)).toBe(true);
  }

  async function calledPhone(peer: SipPeer): Promise<PeerCall> {
    await bed.sw.dial({
      legId: OUT,
      target: { kind: 'endpoint', endpointId: `ep_${peer.options.username}` as EndpointId },
      callerId: { number: '13800138000' },
      ringMs: 20_000,
    });
    const call = await peer.incoming();
    call.answer();
    await bed.events.next('leg-answered', (event) => event.legId === OUT);
    return call;
  }

  it('joins a caller on IPv6 with a phone on IPv4, and each side is spoken to in its own way', async () => {
    const phone = await calledPhone(await bed.phone('1001'));
    const carrier = await bed.peer(ON_IPV6);
    const caller = await carrier.call('400100');
    const { legId: offered } = await bed.events.next('leg-offered');
    await bed.sw.answer(offered);
    const { body, headers } = await caller.waitForFinal();
    expect(body).toMatch(/^o=\S+ \d+ \d+ IN IP6 ::1\r$/m);
    expect(body).toMatch(/^c=IN IP6 ::1\r$/m);
    expect(headers.get('contact')).toBe(`<sip:telebar@[::1]:${bed.sw.sipPort}>`);
    expect(phone.invite?.body).toMatch(/^c=IN IP4 127\.0\.0\.1\r$/m);
    await bed.sw.openRoom(ROOM);
    await bed.sw.place(offered, ROOM, { kind: 'all' });
    await bed.sw.place(OUT, ROOM, { kind: 'all' });
    await expectTalk(caller, phone);
    await bed.sw.hangup(offered);
    await caller.waitForRequest('BYE');
  });

  it('registers a phone on IPv6, calls it there and offers it IPv6', async () => {
    const peer = await bed.phone('1002', ON_IPV6);
    const phone = await calledPhone(peer);
    expect(phone.invite?.uri).toBe(`sip:1002@[::1]:${peer.localPort}`);
    expect(phone.invite?.headers.get('via')).toContain(`SIP/2.0/UDP [::1]:${bed.sw.sipPort}`);
    expect(phone.invite?.headers.get('contact')).toContain(`@[::1]:${bed.sw.sipPort}`);
    expect(phone.invite?.body).toMatch(/^c=IN IP6 ::1\r$/m);
    phone.bye();
    expect(await bed.events.next('leg-ended')).toMatchObject({ legId: OUT, side: 'far' });
  });

  it('finds a carrier on IPv6', async () => {
    // It answers to where it was called from, whoever that is.
    const peer = await bed.peer({ ...ON_IPV6, incoming: 'answer' });
    const other = await bedOn(true, { host: '::1', port: peer.localPort });
    await other.sw.dial({
      legId: OUT,
      target: { kind: 'number', number: '13900139000' },
      callerId: { number: '400100' },
      ringMs: 20_000,
    });
    expect((await peer.incoming()).invite?.uri).toBe(`sip:13900139000@[::1]:${peer.localPort}`);
    await other.events.next('leg-answered');
    await other.close();
  });

  it('refuses a new offer of the other family, and the call goes on', async () => {
    const carrier = await bed.peer(ON_IPV6);
    const caller = await carrier.call('400100');
    const { legId: offered } = await bed.events.next('leg-offered');
    await bed.sw.answer(offered);
    await caller.waitForFinal();
    const sequence = caller.request(
      'INVITE',
      [],
      caller.rtp.description().replaceAll('IP6 ::1', 'IP4 127.0.0.1'),
    );
    expect((await caller.response('INVITE', sequence)).status).toBe(488);
    expect((await bed.sw.legs()).map((leg) => leg.legId)).toContain(offered);
  });

  it('lets a far side on IPv6 hold and come back', async () => {
    const carrier = await bed.peer(ON_IPV6);
    const caller = await carrier.call('400100');
    const { legId: offered } = await bed.events.next('leg-offered');
    await bed.sw.answer(offered);
    await caller.waitForFinal();
    for (const direction of ['inactive', 'sendrecv'] as const) {
      const sequence = caller.request('INVITE', [], caller.rtp.description(direction));
      const { status, body } = await caller.response('INVITE', sequence);
      expect(status).toBe(200);
      expect(body).toContain(`a=${direction}`);
    }
    const off = caller.request('INVITE', [], caller.rtp.description().replace(/^m=audio \d+/m, 'm=audio 0'));
    expect((await caller.response('INVITE', off)).status).toBe(200);
  });

  it('drops what strangers on IPv6 send to a call', async () => {
    const carrier = await bed.peer();
    const caller = await carrier.call('400100');
    const { legId: offered } = await bed.events.next('leg-offered');
    await bed.sw.answer(offered);
    const { body } = await caller.waitForFinal();
    const stranger = await RtpEndpoint.open({ address: '::1' });
    stranger.connect(body.replaceAll('IP4 127.0.0.1', 'IP6 ::1'));
    await stranger.listen(400);
    expect(stranger.received).toEqual([]);
    stranger.close();
  });
});

describe('a switch without IPv6', () => {
  it('refuses an offer of IPv6 before anybody rings', async () => {
    const bed = await bedOn(false);
    const carrier = await bed.peer();
    const caller = await carrier.call('400100');
    const sdp = caller.rtp.description().replaceAll('IP4 127.0.0.1', 'IP6 2001:db8::1');
    const refused = await carrier.call('400100', { sdp });
    const final = await refused.waitForFinal();
    expect(final.status).toBe(488);
    expect(final.headers.get('warning')).toMatch(/^301 .*2001:db8::1 is not IPv4/);
    expect(bed.events.of('leg-offered')).toHaveLength(1);
    await bed.close();
  });
});
