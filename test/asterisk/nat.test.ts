import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AgentDesk } from '../e2e/agent-desk.ts';
import { CustomerPhone } from '../e2e/customer-phone.ts';
import { callHotline } from '../e2e/hotline-call.ts';
import { AGENT_HZ, CUSTOMER_HZ } from '../e2e/voices.ts';
import { EventLog } from '../contract/switch-events-log.ts';
import type { RoomId } from '../../server/core/kernel/ids.ts';
import { canRunAround } from '../support/asterisk/around.ts';
import { environmentFor } from '../support/asterisk/environment.ts';
import { AsteriskNode } from '../support/asterisk/node.ts';
import { expectEmpty, switchOn, UniqueIds } from '../support/asterisk/switch-on-node.ts';
import { ToneBrowser } from '../support/browsers.ts';
import { CallCentre } from '../support/call-centre.ts';
import { freePort } from '../support/ports.ts';
import { hasTone } from '../support/goertzel.ts';
import { NetworkBed } from '../support/network-bed.ts';
import type { PeerCall } from '../support/peer-call.ts';
import { SipPeer } from '../support/sip-peer.ts';
import { endpointSpec } from '../support/switch-bed.ts';

const RTP_PORTS = [12_000, 12_199] as const;
const SIP_PORT = 5060;
const HTTP_PORT = 8088;

const possible = await canRunAround();
const refusal = possible ? await NetworkBed.refusal() : 'the programs around Asterisk are missing';
if (refusal !== null) console.warn(`skipped: ${refusal}`);

/**
 * This machine is the outside; Asterisk has a private address behind a router, which lets in what is forwarded to it and
 * out only what belongs to something that came in: an Asterisk that announces the wrong address gets no voice.
 */
describe.skipIf(refusal !== null)('an Asterisk behind NAT', () => {
  const bed = new NetworkBed();
  const outside = bed.address(18, 1);
  const announced = bed.address(18, 2);
  const hidden = bed.address(19, 2);
  let node: AsteriskNode;

  beforeAll(async () => {
    const [router, inside] = [await bed.host('r'), await bed.host('a')];
    const [, wan] = await bed.cable([null, outside], [router, announced]);
    await bed.cable([router, bed.address(19, 1)], [inside, hidden]);
    await bed.defaultRoute(inside, bed.address(19, 1));
    await bed.forward(router);
    await bed.rules(
      router,
      `table ip nat {
         chain in {
           type nat hook prerouting priority dstnat
           iifname ${wan} udp dport { ${SIP_PORT}, ${RTP_PORTS[0]}-${RTP_PORTS[1]} } dnat to ${hidden}
           iifname ${wan} tcp dport ${HTTP_PORT} dnat to ${hidden}
         }
         chain out {
           type nat hook postrouting priority srcnat
           oifname ${wan} masquerade
         }
       }
       table ip filter {
         chain forward {
           type filter hook forward priority filter
           policy drop
           ct state established,related accept
           ct status dnat accept
           meta l4proto tcp accept
         }
       }
      `,
    );
    const nat = {
      external_signaling_address: announced,
      external_media_address: announced,
      local_net: bed.network(19),
    };
    node = await AsteriskNode.start({
      sipPort: SIP_PORT,
      httpPort: HTTP_PORT,
      network: { namespace: inside, address: hidden, reachedAt: announced },
      yours: {
        'pjsip.conf': Object.fromEntries(
          Object.entries(nat).map(([option, value]) => [`transport-udp:transport/${option}`, value]),
        ),
        'rtp.conf': {
          'general/rtpstart': String(RTP_PORTS[0]),
          'general/rtpend': String(RTP_PORTS[1]),
          'ice_host_candidates/10.0.0.5': `${hidden} => ${announced},include_local_address`,
        },
      },
    });
  });
  afterAll(async () => {
    await node?.stop();
    await bed.remove();
  });

  it('tells phones outside the address that they can reach, and both hear each other', async () => {
    const { telephone } = switchOn(node, new UniqueIds());
    const log = new EventLog(telephone);
    await telephone.start();
    const where = { switchHost: announced, switchPort: SIP_PORT, address: outside };
    const phones = await Promise.all(
      ['near', 'far'].map(async (username) => {
        await telephone.provision(endpointSpec(username, 'secret'));
        const phone = await SipPeer.open({ ...where, username, password: 'secret' });
        expect((await phone.register()).status).toBe(200);
        return phone;
      }),
    );
    const room = 'room_nat' as RoomId;
    await telephone.openRoom(room);
    const calls: PeerCall[] = [];
    for (const phone of phones) {
      const endpointId = endpointSpec(phone.options.username ?? '', '').endpointId;
      calls.push(await phone.call('400100'));
      const { legId } = await log.next(
        'leg-offered',
        ({ from }) => from.kind === 'endpoint' && from.endpointId === endpointId,
      );
      await telephone.answer(legId);
      await telephone.place(legId, room, { kind: 'all' });
    }
    const tones = [1400, 1900];
    for (const [at, call] of calls.entries()) {
      expect((await call.waitForFinal()).body).toContain(`c=IN IP4 ${announced}`);
      call.rtp.say(tones[at] ?? 0);
    }
    await calls[0]?.rtp.listen(300);
    for (const [at, call] of calls.entries()) {
      expect(hasTone(await call.rtp.listen(400), tones[1 - at] ?? 0)).toBe(true);
    }
    for (const call of calls) call.bye();
    await telephone.closeRoom(room);
    for (const { endpointId } of await telephone.endpoints()) await telephone.retire(endpointId);
    await telephone.stop();
    for (const phone of phones) await phone.close();
    await expectEmpty(node);
  });

  it('offers browsers outside a candidate that they can reach, and they hear each other', async () => {
    const [centre, agents, customers] = await Promise.all([
      freePort().then((port) =>
        CallCentre.start({
          ...environmentFor(node),
          TELEBAR_ASTERISK_AUDIO: `${outside}:${port}`,
        }),
      ),
      ToneBrowser.launch(AGENT_HZ),
      ToneBrowser.launch(CUSTOMER_HZ),
    ]);
    try {
      const agent = await AgentDesk.ready(agents, centre, '1001');
      const customer = await CustomerPhone.open(customers, centre, '13800138001');
      await callHotline(customer, agent);
    } finally {
      await Promise.all([agents.close(), customers.close()]);
      await centre.stop();
    }
  });
});
