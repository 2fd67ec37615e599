import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { EmbeddedSwitchConfig } from '../../server/switch/embedded/embedded-config.ts';
import { FakeMediaEngine } from '../support/fake-media-engine.ts';
import { ManualClock, settle } from '../support/manual-clock.ts';
import { SipPeer } from '../support/sip-peer.ts';
import { legId, SwitchBed } from '../support/switch-bed.ts';
import { endpoint } from './signalling-bed.ts';

const LEG = legId('leg_out');
const closers: Array<() => Promise<void>> = [];

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function switchWith(
  config: Partial<EmbeddedSwitchConfig> = {},
  clock?: ManualClock,
): Promise<SwitchBed> {
  const bed = await SwitchBed.open({
    engine: new FakeMediaEngine(),
    config: { tcp: 'on', ...config },
    ...(clock ? { clock } : {}),
  });
  closers.push(() => bed.close());
  return bed;
}

/** A carrier, which is there before the switch is told where. */
async function carrierOver(transport: 'UDP' | 'TCP'): Promise<SipPeer> {
  const carrier = await SipPeer.open({ switchPort: 0, tcp: transport === 'TCP' });
  closers.push(() => carrier.close());
  return carrier;
}

const ringing = (bed: SwitchBed): Promise<unknown> =>
  bed.events.next('leg-ringing', (event) => event.legId === LEG);

const toNumber = {
  legId: LEG,
  target: { kind: 'number', number: '13800138000' },
  callerId: { number: '400100' },
  ringMs: 10_000,
} as const;

async function rawSocket(bed: SwitchBed): Promise<Socket> {
  const socket = connect(bed.sw.sipPort, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.resume();
  await once(socket, 'connect');
  closers.push(async () => void socket.destroy());
  return socket;
}

describe('a desk phone on TCP', () => {
  it('registers, is called and calls on its one connection, and is offline when that closes', async () => {
    const bed = await switchWith();
    const phone = await bed.phone('1001', { tcp: true });
    await bed.events.next('endpoint-online');
    await bed.sw.dial({ ...toNumber, target: { kind: 'endpoint', endpointId: endpoint('1001') } });
    const call = await phone.incoming();
    expect(call.invite?.headers.get('via')).toMatch(/^SIP\/2\.0\/TCP /);
    expect(call.invite?.headers.get('contact')).toContain(';transport=tcp');
    call.answer();
    await bed.events.next('leg-answered');
    await bed.sw.hangup(LEG);
    await call.waitForRequest('BYE');
    await phone.call('400100');
    expect(await bed.events.next('leg-offered')).toMatchObject({ from: { endpointId: endpoint('1001') } });
    await phone.drop();
    expect(await bed.events.next('endpoint-offline')).toMatchObject({ reason: 'lost' });
  });
});

describe('a carrier on TCP', () => {
  it('is called over a connection that we open, and further requests go over the same', async () => {
    const carrier = await carrierOver('TCP');
    const bed = await switchWith({
      trunk: {
        target: { host: '127.0.0.1', port: carrier.localPort },
        transport: 'TCP',
        allowedAddresses: ['127.0.0.1'],
      },
    });
    await bed.sw.dial(toNumber);
    const call = await carrier.incoming();
    expect(call.invite?.headers.get('via')).toMatch(/^SIP\/2\.0\/TCP /);
    call.answer();
    await bed.events.next('leg-answered');
    await bed.sw.hangup(LEG);
    await call.waitForRequest('BYE');
    expect(call.requests.map(({ method }) => method)).toEqual(['ACK', 'BYE']);
  });

  it('calls in by its address', async () => {
    const bed = await switchWith();
    const carrier = await bed.peer({ tcp: true });
    const call = await carrier.call('400100');
    const { legId: offered } = await bed.events.next('leg-offered');
    await bed.sw.answer(offered);
    await call.waitForStatus(200);
    expect(call.final?.headers.get('contact')).toContain(';transport=tcp');
  });

  it('that takes no connection is not reached, and the leg says so at once', async () => {
    const bed = await switchWith({
      trunk: { target: { host: '127.0.0.1', port: 1 }, transport: 'TCP', allowedAddresses: [] },
    });
    await bed.sw.dial(toNumber);
    expect(await bed.events.next('leg-ended')).toMatchObject({ legId: LEG, cause: 'unreachable' });
  });
});

describe('a request that is too large for a datagram', () => {
  const large = { ...toNumber, headers: { 'X-Data': 'x'.repeat(1_000) } };

  it('goes over TCP to a carrier on UDP that takes that too', async () => {
    const carrier = await carrierOver('TCP');
    const bed = await switchWith({
      trunk: { target: { host: '127.0.0.1', port: carrier.localPort }, allowedAddresses: ['127.0.0.1'] },
    });
    await bed.sw.dial(large);
    expect((await carrier.incoming()).invite?.headers.get('via')).toMatch(/^SIP\/2\.0\/TCP /);
    await ringing(bed);
  });

  it('goes over UDP all the same to one that does not', async () => {
    const carrier = await carrierOver('UDP');
    const bed = await switchWith({
      trunk: { target: { host: '127.0.0.1', port: carrier.localPort }, allowedAddresses: ['127.0.0.1'] },
    });
    await bed.sw.dial(large);
    expect((await carrier.incoming()).invite?.headers.get('via')).toMatch(/^SIP\/2\.0\/UDP /);
    await ringing(bed);
  });
});

describe('a stranger on TCP', () => {
  it('who says nothing is cut off', async () => {
    const clock = new ManualClock();
    const bed = await switchWith({ trunk: { allowedAddresses: [] } }, clock);
    const socket = await rawSocket(bed);
    const closed = once(socket, 'close');
    // The switch has taken the connection when another one after it is served.
    const other = await rawSocket(bed);
    other.write('\r\n\r\n');
    await once(other, 'data');
    await clock.advance(15_000);
    await closed;
  });

  it('who sends byte by byte is cut off, whoever it is', async () => {
    const clock = new ManualClock();
    const bed = await switchWith({}, clock);
    const socket = await rawSocket(bed);
    const closed = once(socket, 'close');
    // A whole message first, so that the switch has read what follows when the answer is there.
    socket.write('\r\n\r\nOPTIONS sip:');
    await once(socket, 'data');
    await settle();
    await clock.advance(9_000);
    expect(socket.destroyed).toBe(false);
    await clock.advance(1_000);
    await closed;
  });

  it('who sends what is no SIP is cut off at once', async () => {
    const bed = await switchWith();
    const socket = await rawSocket(bed);
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(socket, 'close');
  });
});

describe('the port of TCP', () => {
  it('may be taken by somebody else: the switch works without', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    closers.push(() => new Promise<void>((resolve) => other.close(() => resolve())));
    const { port } = other.address() as AddressInfo;
    const bed = await switchWith({ tcp: 'try', sipPort: port });
    expect(bed.log.lines.some((line) => line.includes('no SIP over TCP'))).toBe(true);
    expect((await (await bed.phone('1001')).register()).status).toBe(200);
    await expect(switchWith({ tcp: 'on', sipPort: 0, bindAddress: '203.0.113.1' })).rejects.toThrow();
  });

  it('is closed when TCP is switched off', async () => {
    const bed = await switchWith({ tcp: 'off' });
    const socket = connect(bed.sw.sipPort, '127.0.0.1');
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNREFUSED');
  });
});
