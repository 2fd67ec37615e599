import { UA, WebSocketInterface } from 'jssip';
import type { IncomingRequest } from 'jssip/lib/SIPMessage';
import type { RTCSession } from 'jssip/lib/RTCSession';
import type { IncomingRTCSessionEvent } from 'jssip/lib/UA';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { EndpointId } from '../../server/core/kernel/ids.ts';
import { SIP_REALM } from '../../server/switch/embedded/sip-realm.ts';
import { FakeMediaEngine } from '../support/fake-media-engine.ts';
import { endpointSpec, legId, SwitchBed } from '../support/switch-bed.ts';

/** JsSIP itself, the user agent of the phone bar, here without a browser and so without media. */
describe('JsSIP on the embedded switch', () => {
  const sockets: WebSocket[] = [];
  let bed: SwitchBed;
  let ua: UA | null = null;

  beforeEach(async () => {
    // JsSIP looks for the browser's globals; media is only made when a call is answered, which no test here does.
    class CountedWebSocket extends WebSocket {
      constructor(url: string, protocol: string) {
        super(url, protocol);
        sockets.push(this);
      }
    }
    const RTCPeerConnection = class {};
    Object.assign(globalThis, {
      WebSocket: CountedWebSocket,
      RTCPeerConnection,
      window: { RTCPeerConnection },
    });
    bed = await SwitchBed.open({ engine: new FakeMediaEngine() });
    await bed.sw.provision(endpointSpec('1001', 'pw', { device: 'browser' }));
  });

  afterEach(async () => {
    ua?.stop();
    ua = null;
    await bed.close();
    for (const name of ['WebSocket', 'RTCPeerConnection', 'window']) Reflect.deleteProperty(globalThis, name);
    sockets.length = 0;
  });

  it('takes a renewed password with its next registration, and keeps its contact', async () => {
    const phone = new UA({
      sockets: [new WebSocketInterface(bed.webSocketUrl)],
      uri: `sip:1001@${SIP_REALM}`,
      password: 'pw',
      realm: SIP_REALM,
      register_expires: 120,
    });
    ua = phone;
    phone.start();
    await bed.events.next('endpoint-online');
    await bed.sw.provision(endpointSpec('1001', 'another', { device: 'browser' }));

    const again = new Promise<boolean>((resolve) => {
      phone.on('registered', () => resolve(true));
      phone.on('registrationFailed', () => resolve(false));
    });
    phone.set('password', 'another');
    phone.register();
    expect(await again).toBe(true);
    expect(sockets).toHaveLength(1);
    expect((await bed.sw.endpoints()).map(({ online }) => online)).toEqual([true]);
  });

  function start(password = 'pw'): UA {
    ua = new UA({
      sockets: [new WebSocketInterface(bed.webSocketUrl)],
      uri: `sip:1001@${SIP_REALM}`,
      ha1: endpointSpec('1001', password).ha1,
      realm: SIP_REALM,
      register_expires: 120,
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 1,
    });
    ua.start();
    return ua;
  }

  it('registers with its password, and is back on a new socket by itself', async () => {
    start();
    await bed.events.next('endpoint-online');
    sockets[0]?.terminate();
    await bed.events.next('endpoint-offline', (event) => event.reason === 'lost');
    const count = bed.events.all.length;
    await bed.events.next('endpoint-online', (event) => bed.events.all.indexOf(event) >= count);
    expect(sockets).toHaveLength(2);
  });

  it('is told when its password is wrong', async () => {
    const failed = new Promise<number | undefined>((resolve) => {
      start('guess').on('registrationFailed', ({ response }) => resolve(response?.status_code));
    });
    expect(await failed).toBe(403);
    expect(bed.events.of('endpoint-online')).toEqual([]);
  });

  it('rings, with the leg that it is, and refuses as busy', async () => {
    const rung = new Promise<{ leg: string | undefined; session: RTCSession; name: string }>((resolve) => {
      start().on('newRTCSession', (event: IncomingRTCSessionEvent) => {
        const { session, request }: { session: RTCSession; request: IncomingRequest } = event;
        const { display_name: name } = session.remote_identity;
        resolve({ leg: request.getHeader('X-Telebar-Leg'), session, name });
      });
    });
    await bed.events.next('endpoint-online');
    const started = performance.now();
    await bed.sw.dial({
      legId: legId('leg_a'),
      target: { kind: 'endpoint', endpointId: 'ep_1001' as EndpointId },
      callerId: { number: '13800138000', name: '王女士' },
      ringMs: 5_000,
    });
    const { leg, session, name } = await rung;
    await bed.events.next('leg-ringing');
    expect(performance.now() - started).toBeLessThan(1_000);
    expect(leg).toBe('leg_a');
    expect(name).toBe('王女士');
    session.terminate({ status_code: 486 });
    expect(await bed.events.next('leg-ended')).toMatchObject({ cause: 'busy', side: 'far' });
  });
});
