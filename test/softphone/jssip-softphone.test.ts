import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { EndpointId } from '../../server/core/ids.ts';
import { SIP_REALM } from '../../server/switch/embedded/sip-realm.ts';
import type { SoftphoneAccount } from '../../widget/softphone/softphone.ts';
import { FakeMediaEngine } from '../support/fake-media-engine.ts';
import { endpointSpec, legId, SwitchBed } from '../support/switch-bed.ts';

/** The page's softphone on the embedded switch, without a browser: its calls ring and have no media. */
describe('the softphone', () => {
  const browser: Record<string, unknown> = {
    WebSocket,
    RTCPeerConnection: class {},
    Audio: class {
      srcObject = null;
      pause(): void {}
    },
    document: new EventTarget(),
    addEventListener: () => {},
    navigator: {},
  };
  let bed: SwitchBed;
  let softphone: Awaited<ReturnType<typeof open>>;

  beforeEach(async () => {
    for (const [name, value] of Object.entries(browser)) vi.stubGlobal(name, value);
    vi.stubGlobal('window', browser);
    bed = await SwitchBed.open({ engine: new FakeMediaEngine() });
    softphone = await open();
  });

  afterEach(async () => {
    await softphone.stop();
    await bed.close();
    vi.unstubAllGlobals();
  });

  async function open() {
    // JsSIP looks for the browser's globals when it is loaded.
    const { JsSipSoftphone } = await import('../../widget/softphone/jssip-softphone.ts');
    return new JsSipSoftphone();
  }

  function account(patch: Partial<SoftphoneAccount> = {}): SoftphoneAccount {
    return {
      uri: `sip:1001@${SIP_REALM}`,
      username: '1001',
      password: 'pw',
      realm: SIP_REALM,
      server: bed.webSocketUrl,
      iceServers: [],
      ...patch,
    };
  }

  async function ring(): Promise<void> {
    await bed.sw.provision(endpointSpec('1001', 'pw', { device: 'browser' }));
    await softphone.start(account());
    await bed.events.next('endpoint-online');
    await bed.sw.dial({
      legId: legId('leg_a'),
      target: { kind: 'endpoint', endpointId: 'ep_1001' as EndpointId },
      callerId: { number: '13800138000' },
      ringMs: 30_000,
    });
    await bed.events.next('leg-ringing');
  }

  /** Whatever the phone still had to say of its call has arrived by the answer to this. */
  async function isAlive(): Promise<boolean> {
    const legs = await bed.sw.legs();
    return legs.some((leg) => leg.legId === 'leg_a') && softphone.state.legs.length === 1;
  }

  it('takes another password and other relays without losing its registration or its call', async () => {
    await ring();
    await bed.sw.provision(endpointSpec('1001', 'another', { device: 'browser' }));
    const iceServers = [{ urls: ['turn:turn.example'], username: '1763600000:web', credential: 'x' }];
    await softphone.start(account({ password: 'another', iceServers }));
    expect(softphone.state.registration).toBe('registered');
    expect(bed.events.of('endpoint-offline')).toEqual([]);
    expect(await isAlive()).toBe(true);
  });

  it('keeps its call when its credential is refused, and when it registers with another one after that', async () => {
    await ring();
    const refused = new Promise<void>((resolve) => {
      softphone.subscribe(() => {
        if (softphone.state.registration === 'refused') resolve();
      });
    });
    await softphone.start(account({ password: 'worn out' }));
    await refused;
    expect(await isAlive()).toBe(true);
    await softphone.start(account());
    expect(softphone.state.registration).toBe('registered');
    expect(await isAlive()).toBe(true);
  });
});
