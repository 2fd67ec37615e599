import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeMediaEngine } from '../support/fake-media-engine.ts';
import { SipPeer } from '../support/sip-peer.ts';
import { legId, SwitchBed } from '../support/switch-bed.ts';

const LEG = legId('leg_out');
const NUMBER = '13800138000';
let bed: SwitchBed;
let carrier: SipPeer;
let gateway: SipPeer;

beforeEach(async () => {
  carrier = await SipPeer.open({ switchPort: 0, incoming: 'wait' });
  gateway = await SipPeer.open({ switchPort: 0 });
  bed = await SwitchBed.open({
    engine: new FakeMediaEngine(),
    config: {
      trunk: { target: { host: '127.0.0.1', port: carrier.localPort }, allowedAddresses: ['127.0.0.1'] },
    },
  });
  await bed.sw.dial({
    legId: LEG,
    target: { kind: 'number', number: NUMBER },
    callerId: { number: '400100' },
    ringMs: 10_000,
  });
});

afterEach(async () => {
  await bed.close();
  await carrier.close();
  await gateway.close();
});

describe('a carrier that redirects a call', () => {
  it.each([301, 302, 305])(
    'by %i to another of its hosts is followed, with the same number',
    async (status) => {
      (await carrier.incoming()).reject(status, [
        ['Contact', `<sip:+${NUMBER}@127.0.0.1:${gateway.localPort}>`],
      ]);
      const call = await gateway.incoming();
      expect(call.invite?.uri).toContain(`sip:${NUMBER}@127.0.0.1:${gateway.localPort}`);
      expect(call.invite?.callId).toBe((await carrier.incoming()).callId);
      call.answer();
      await bed.events.next('leg-answered');
      await bed.sw.hangup(LEG);
      await call.waitForRequest('BYE');
    },
  );

  it('takes the contact that is preferred among those that may be followed', async () => {
    const there = `127.0.0.1:${gateway.localPort}`;
    (await carrier.incoming()).reject(302, [
      ['Contact', `<sip:${NUMBER}@127.0.0.1:9>;q=0.1, <sip:${NUMBER}@${there}>;q=0.9`],
    ]);
    await gateway.incoming();
  });

  it.each([
    ['to another number', (port: number) => `<sip:00882123456@127.0.0.1:${port}>`],
    ['to a host that nobody has allowed', (port: number) => `<sip:${NUMBER}@203.0.113.7:${port}>`],
    ['to a name', (port: number) => `<sip:${NUMBER}@gateway.example:${port}>`],
    ['to no address of SIP', () => '<tel:00882123456>'],
    ['back to itself', () => `<sip:${NUMBER}@127.0.0.1:${carrier.localPort}>`],
  ])('%s is taken for a refusal', async (_where, contact) => {
    (await carrier.incoming()).reject(302, [['Contact', contact(gateway.localPort)]]);
    expect(await bed.events.next('leg-ended')).toMatchObject({
      legId: LEG,
      cause: 'rejected',
      sipStatus: 302,
    });
    expect(gateway.calls).toEqual([]);
  });

  it('is followed five times and no more', async () => {
    const hosts: SipPeer[] = [];
    for (let n = 0; n < 6; n++) hosts.push(await SipPeer.open({ switchPort: 0, incoming: 'wait' }));
    let from = carrier;
    for (const host of hosts) {
      (await from.incoming()).reject(302, [['Contact', `<sip:${NUMBER}@127.0.0.1:${host.localPort}>`]]);
      from = host;
    }
    expect(await bed.events.next('leg-ended')).toMatchObject({ cause: 'rejected', sipStatus: 302 });
    expect(hosts.map(({ calls }) => calls.length)).toEqual([1, 1, 1, 1, 1, 0]);
    for (const host of hosts) await host.close();
  });

  it('in a circle is given up at once', async () => {
    const to = (port: number): [string, string][] => [['Contact', `<sip:${NUMBER}@127.0.0.1:${port}>`]];
    (await carrier.incoming()).reject(302, to(gateway.localPort));
    (await gateway.incoming()).reject(302, to(carrier.localPort));
    expect(await bed.events.next('leg-ended')).toMatchObject({ cause: 'rejected', sipStatus: 302 });
    expect([carrier.calls.length, gateway.calls.length]).toEqual([1, 1]);
  });
});
