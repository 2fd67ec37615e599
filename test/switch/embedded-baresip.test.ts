import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EndpointId } from '../../server/core/ids.ts';
import { Baresip } from '../support/baresip.ts';
import { hasTone } from '../support/goertzel.ts';
import type { PeerCall } from '../support/sip-peer.ts';
import { endpointSpec, legId, roomId, SwitchBed } from '../support/switch-bed.ts';

const OUT = legId('leg_out');
const ROOM = roomId('room_1');
const PHONE_HZ = 440;
const FAR_HZ = 1000;
const FAR = endpointSpec('1002', 'secret-1002').endpointId;

describe('baresip as a desk phone', () => {
  let bed: SwitchBed;
  let phone: Baresip;
  let endpointId: EndpointId;

  beforeEach(async () => {
    bed = await SwitchBed.open();
    const spec = endpointSpec('1001', 'secret');
    ({ endpointId } = spec);
    await bed.sw.provision(spec);
    phone = await Baresip.start({
      switchPort: bed.sw.sipPort,
      username: '1001',
      password: 'secret',
      hz: PHONE_HZ,
    });
    const online = await bed.events.next('endpoint-online');
    expect(online).toMatchObject({ endpointId, userAgent: expect.stringContaining('baresip') });
  });

  afterEach(async () => {
    await phone.stop();
    await bed.close();
  });

  /** Each hears the other's tone and not its own. */
  async function talk(far: PeerCall): Promise<void> {
    far.rtp.say(FAR_HZ);
    await expect
      .poll(async () => hasTone(await far.rtp.listen(300), PHONE_HZ), { timeout: 8_000 })
      .toBe(true);
    expect(hasTone(await far.rtp.listen(300), FAR_HZ)).toBe(false);
    // The newest second of what it wrote down.
    const newest = async (): Promise<Int16Array> => (await phone.heard()).slice(-8_000);
    await expect.poll(async () => hasTone(await newest(), FAR_HZ), { timeout: 8_000 }).toBe(true);
    expect(hasTone(await newest(), PHONE_HZ)).toBe(false);
  }

  it('registers, is called, and each side hears the other', async () => {
    const caller = await (await bed.peer()).call('400100');
    const { legId: offered } = await bed.events.next('leg-offered');
    await bed.sw.openRoom(ROOM);
    await bed.sw.dial({
      legId: OUT,
      target: { kind: 'endpoint', endpointId },
      callerId: { number: '13800138000', name: 'Wang' },
      ringMs: 20_000,
    });
    await bed.events.next('leg-answered', (event) => event.legId === OUT);
    await bed.sw.answer(offered);
    await caller.waitForStatus(200);
    for (const leg of [offered, OUT]) await bed.sw.place(leg, ROOM, { kind: 'all' });
    await talk(caller);
    phone.hangUp();
    expect(await bed.events.next('leg-ended')).toMatchObject({ legId: OUT, side: 'far' });
  });

  it('calls, answers the challenge, and each side hears the other', async () => {
    const colleague = await bed.phone('1002');
    phone.dial('1002');
    const { legId: offered, from, dialled } = await bed.events.next('leg-offered');
    expect({ from, dialled }).toEqual({ from: { kind: 'endpoint', endpointId }, dialled: '1002' });
    await bed.sw.openRoom(ROOM);
    await bed.sw.ring(offered);
    await bed.sw.dial({
      legId: OUT,
      target: { kind: 'endpoint', endpointId: FAR },
      callerId: { number: '1001' },
      ringMs: 20_000,
    });
    const called = await colleague.incoming();
    called.answer();
    await bed.events.next('leg-answered', (event) => event.legId === OUT);
    await bed.sw.answer(offered);
    for (const leg of [offered, OUT]) await bed.sw.place(leg, ROOM, { kind: 'all' });
    await talk(called);
    called.bye();
    expect(await bed.events.next('leg-ended')).toMatchObject({ legId: OUT, side: 'far' });
  });
});
