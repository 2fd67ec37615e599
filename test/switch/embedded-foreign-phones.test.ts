import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EndpointId } from '../../server/core/kernel/ids.ts';
import { Baresip } from '../support/baresip.ts';
import { findExecutable } from '../support/executables.ts';
import { hasTone } from '../support/goertzel.ts';
import { Linphone } from '../support/linphone.ts';
import type { PeerCall } from '../support/peer-call.ts';
import { endpointSpec, legId, roomId, SwitchBed } from '../support/switch-bed.ts';

const OUT = legId('leg_out');
const ROOM = roomId('room_1');
/** No note of the music on hold. */
const PHONE_HZ = 1400;
const FAR_HZ = 1000;
const FAR = endpointSpec('1002', 'secret-1002').endpointId;

/** Phones that others wrote. What is not installed is not tried: the others prove the same. */
const PHONES = [
  { name: 'baresip', userAgent: 'baresip', phone: Baresip, isThere: true },
  { name: 'linphonec', userAgent: 'Linphone', phone: Linphone, isThere: Linphone.isInstalled },
];

describe.each(PHONES.filter(({ isThere }) => isThere))(
  '$name as a desk phone',
  ({ userAgent, phone: Phone }) => {
    let bed: SwitchBed;
    let phone: Baresip | Linphone;
    let endpointId: EndpointId;

    beforeEach(async () => {
      bed = await SwitchBed.open();
      const spec = endpointSpec('1001', 'secret');
      ({ endpointId } = spec);
      await bed.sw.provision(spec);
      phone = await Phone.start({
        switchPort: bed.sw.sipPort,
        username: '1001',
        password: 'secret',
        hz: PHONE_HZ,
      });
      const online = await bed.events.next('endpoint-online');
      expect(online).toMatchObject({ endpointId, userAgent: expect.stringContaining(userAgent) });
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

    it('registers, is called, each side hears the other, and it holds, comes back and hangs up', async () => {
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
      phone.hold();
      await bed.events.next('leg-held', (event) => event.legId === OUT);
      // Linphone plays music of its own while it holds; who waits hears that of the switch, and nothing of the phone.
      await bed.sw.music(offered, true);
      await expect
        .poll(async () => hasTone(await caller.rtp.listen(300), PHONE_HZ), { timeout: 8_000 })
        .toBe(false);
      phone.resume();
      await bed.events.next('leg-resumed', (event) => event.legId === OUT);
      await bed.sw.music(offered, false);
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
  },
);

const sipsak = findExecutable('sipsak', 'SIPSAK_PATH');

describe.skipIf(sipsak === null)('sipsak, which is not installed everywhere', () => {
  it.each(['udp', 'tcp'])('asks whether the switch is there, and registers, over %s', async (transport) => {
    const bed = await SwitchBed.open({ config: { tcp: 'on' } });
    const spec = endpointSpec('1001', 'secret');
    await bed.sw.provision(spec);
    const run = async (...args: string[]): Promise<void> => {
      const uri = `sip:1001@127.0.0.1:${bed.sw.sipPort}`;
      // It exits with 0 for a 200 only.
      await promisify(execFile)(sipsak ?? '', [...args, '-s', uri, '-E', transport]);
    };
    await run();
    // Without -u it sends the user name with an @ at its end; by itself it asks for 15 s, which is too short here.
    await run('-U', '-i', '-u', '1001', '-a', 'secret', '-x', '60');
    expect(await bed.events.next('endpoint-online')).toMatchObject({
      endpointId: spec.endpointId,
      userAgent: expect.stringContaining('sipsak'),
    });
    await bed.close();
  });
});
