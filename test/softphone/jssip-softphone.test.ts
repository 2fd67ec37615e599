import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { EndpointId } from '../../server/core/kernel/ids.ts';
import { SIP_REALM } from '../../server/switch/embedded/sip-realm.ts';
import type { SoftphoneAccount } from '../../widget/softphone/softphone.ts';
import { FakeMediaEngine } from '../support/fake-media-engine.ts';
import { endpointSpec, legId, SwitchBed } from '../support/switch-bed.ts';

/** In a browser a connection that is refused only closes. */
class BrowserSocket extends WebSocket {
  constructor(url: string, protocol: string) {
    super(url, protocol);
    this.on('error', () => {});
  }
}

/** The page's softphone on the embedded switch, without a browser: its calls ring and have no media. */
describe('the softphone', () => {
  const browser: Record<string, unknown> = {
    WebSocket: BrowserSocket,
    RTCPeerConnection: class {},
    Audio: class {
      srcObject = null;
      pause(): void {}
    },
    document: new EventTarget(),
    addEventListener: () => {},
    removeEventListener: () => {},
    MutationObserver: class {
      observe(): void {}
    },
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

  it('tells of a chosen device that is missing: the ring’s apart from the speaker’s, once where both are one', async () => {
    const devices = { enumerateDevices: async () => [{ kind: 'audiooutput', deviceId: 'headset' }] };
    vi.stubGlobal('navigator', { mediaDevices: { ...devices, addEventListener: () => {} } });
    await softphone.selectOutputs('headset', 'desk');
    expect(softphone.state.absent).toEqual(['ring']);
    await softphone.selectOutputs('gone', 'gone');
    expect(softphone.state.absent).toEqual(['speaker']);
    await softphone.selectOutputs(null, null);
    expect(softphone.state.absent).toEqual([]);
  });

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

  it('opens another socket when nobody answers its REGISTER, and is registered over that one', async () => {
    await bed.sw.provision(endpointSpec('1001', 'pw', { device: 'browser' }));
    await using door = await OneDeafSocket.open(bed.webSocketUrl);
    await softphone.start(account({ server: door.url }));
    expect(softphone.state.registration).toBe('registered');
    expect(door.sockets).toBe(2);
  });

  it('opens another socket when nobody answers the REGISTER that is to renew its registration', async () => {
    await bed.sw.provision(endpointSpec('1001', 'pw', { device: 'browser' }));
    await using door = await OneDeafSocket.open(bed.webSocketUrl, 'after the first registration');
    await softphone.start(account({ server: door.url }));
    await bed.events.next('endpoint-online');
    const states: string[] = [];
    const again = new Promise<void>((resolve) => {
      softphone.subscribe(() => {
        const { registration } = softphone.state;
        if (registration === states.at(-1)) return;
        states.push(registration);
        if (registration === 'registered' && states.length > 1) resolve();
      });
    });
    await softphone.start(account({ server: door.url, iceServers: [{ urls: ['turn:turn.example'] }] }));
    await again;
    expect(states).toContain('lost');
    expect(door.sockets).toBe(2);
  });
});

/** Passes SIP on to the switch; the first socket that comes is heard by nobody, as while a switch is starting. */
class OneDeafSocket {
  sockets = 0;
  readonly #server: WebSocketServer;

  private constructor(server: WebSocketServer) {
    this.#server = server;
  }

  static async open(
    target: string,
    deaf: 'at once' | 'after the first registration' = 'at once',
  ): Promise<OneDeafSocket> {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'sip' });
    await once(server, 'listening');
    const door = new OneDeafSocket(server);
    server.on('connection', (near) => {
      door.sockets += 1;
      let hears = door.sockets > 1 || deaf !== 'at once';
      const far = new WebSocket(target, 'sip');
      const early: string[] = [];
      far.on('open', () => early.splice(0).forEach((message) => far.send(message)));
      near.on('message', (data) => {
        const message = (data as Buffer).toString();
        if (!hears) return;
        if (far.readyState === WebSocket.OPEN) far.send(message);
        else early.push(message);
      });
      far.on('message', (data) => {
        const message = (data as Buffer).toString();
        near.send(message);
        if (door.sockets === 1 && /^SIP\/2\.0 200 [^]*CSeq: \d+ REGISTER/.test(message)) hears = false;
      });
      near.on('close', () => far.close());
      far.on('close', () => near.close());
    });
    return door;
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}/sip`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#server.clients) socket.terminate();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
