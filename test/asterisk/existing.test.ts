import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { LegId } from '../../server/core/kernel/ids.ts';
import type { AsteriskConfig } from '../../server/switch/asterisk/asterisk-config.ts';
import { EventLog } from '../contract/switch-events-log.ts';
import { environmentFor } from '../support/asterisk/environment.ts';
import { EXISTING_PASSWORD, existingPbx } from '../support/asterisk/existing-pbx.ts';
import { AsteriskNode } from '../support/asterisk/node.ts';
import { expectEmpty, switchOn, UniqueIds } from '../support/asterisk/switch-on-node.ts';
import { CallCentre } from '../support/call-centre.ts';
import { freePort } from '../support/ports.ts';
import { hasTone } from '../support/goertzel.ts';
import type { PeerCall } from '../support/peer-call.ts';
import { SipPeer, type SipPeerOptions } from '../support/sip-peer.ts';
import { endpointSpec } from '../support/switch-bed.ts';
import { WebrtcPeer } from '../support/webrtc-peer.ts';

/** What thieves dial, and what a phone of the existing dialplan may: abroad, a service code, its neighbours. */
const FORBIDDEN = ['00442079460000', '*99', '100', '101'];

const ids = new UniqueIds();
const undo: Array<() => Promise<void> | void> = [];
let node: AsteriskNode;
let carrier: SipPeer;

beforeAll(async () => {
  const [sipPort, httpPort] = await Promise.all([freePort(), freePort()]);
  carrier = await SipPeer.open({ switchPort: sipPort, incoming: 'wait' });
  const password = 'of-telebar-alone';
  node = await AsteriskNode.start({
    sipPort,
    httpPort,
    password,
    files: existingPbx({ sipPort, httpPort, ariPassword: password, carrierPort: carrier.localPort }),
  });
});
afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step();
  carrier.calls.length = 0;
  await expectEmpty(node);
});
afterAll(async () => {
  await carrier.close();
  await node.stop();
});

async function peer(options: Omit<SipPeerOptions, 'switchPort'>): Promise<SipPeer> {
  const opened = await SipPeer.open({ switchPort: node.sipPort, ...options });
  undo.push(() => opened.close());
  return opened;
}

/** A phone of the existing Asterisk. */
async function existingPhone(username: string, incoming: SipPeerOptions['incoming']): Promise<SipPeer> {
  const phone = await peer({ username, password: EXISTING_PASSWORD, ...(incoming ? { incoming } : {}) });
  expect((await phone.register()).status).toBe(200);
  undo.push(async () => void (await phone.register(0)));
  return phone;
}

function telebar(): { telephone: ReturnType<typeof switchOn>['telephone']; log: EventLog } {
  const names: Partial<AsteriskConfig> = {
    trunk: 'carrier',
    trunkPrefix: '9',
    transports: { browser: '0.0.0.0-ws', phone: '0.0.0.0-udp' },
  };
  const { telephone } = switchOn(node, ids, names);
  const log = new EventLog(telephone);
  undo.push(async () => {
    for (const { endpointId } of await telephone.endpoints()) await telephone.retire(endpointId);
    await telephone.stop();
  });
  return { telephone, log };
}

async function hearEachOther(one: PeerCall, other: PeerCall): Promise<void> {
  one.rtp.say(1400);
  other.rtp.say(1900);
  await one.rtp.listen(300);
  expect(hasTone(await one.rtp.listen(400), 1900)).toBe(true);
  expect(hasTone(await other.rtp.listen(400), 1400)).toBe(true);
}

describe('an Asterisk that was there before Telebar', () => {
  it('goes on with its own phones, calls and numbers, and Telebar keeps its hands off these', async () => {
    const callee = await existingPhone('101', 'answer');
    const caller = await existingPhone('100', 'answer');
    // One call is there before Telebar, one comes while it runs.
    const before = await caller.call('101');
    await before.waitForStatus(200);
    const { telephone, log } = telebar();
    await telephone.start();
    const during = await carrier.call('400200', { from: '<sip:13800138000@127.0.0.1>' });
    await during.waitForStatus(200);
    expect(await telephone.legs()).toEqual([]);
    await telephone.stop();
    await hearEachOther(before, await callee.incoming(0));
    await hearEachOther(during, await callee.incoming(1));
    expect(log.count('leg-offered')).toBe(0);
    for (const call of [before, during]) call.bye();
  });

  it('lets its own phones call abroad as before', async () => {
    const caller = await existingPhone('100', 'answer');
    const call = await caller.call('00442079460000');
    const out = await carrier.incoming();
    expect(out.invite?.uri).toContain('00442079460000');
    out.answer();
    await call.waitForStatus(200);
    call.bye();
    await out.waitForRequest('BYE');
  });

  it('gives Telebar the numbers that an inbound route sends there, and dials for it over its trunk', async () => {
    const { telephone, log } = telebar();
    await telephone.start();
    const call = await carrier.call('400100', { from: '<sip:13800138000@127.0.0.1>' });
    const { legId, from, dialled } = await log.next('leg-offered');
    expect({ from, dialled }).toEqual({ from: { kind: 'trunk', number: '13800138000' }, dialled: '400100' });
    await telephone.answer(legId);
    await call.waitForStatus(200);
    call.bye();
    await log.next('leg-ended');

    const out = ids.next<LegId>('leg');
    await telephone.dial({
      legId: out,
      target: { kind: 'number', number: '13900139000' },
      callerId: { number: '400100' },
      ringMs: 5_000,
    });
    const far = await carrier.incoming();
    expect(far.invite?.uri).toContain('sip:913900139000@');
    far.answer();
    await log.next('leg-answered', (event) => event.legId === out);
    await telephone.hangup(out);
    await far.waitForRequest('BYE');
  });
});

describe("an agent's credential", () => {
  it('reaches neither the world nor the phones beside Telebar while its agent is not signed in', async () => {
    const neighbour = await existingPhone('101', 'answer');
    const centre = await CallCentre.start({
      ...environmentFor(node),
      TELEBAR_ASTERISK_TRUNK: 'carrier',
      TELEBAR_ASTERISK_WS_TRANSPORT: '0.0.0.0-ws',
      TELEBAR_ASTERISK_UDP_TRANSPORT: '0.0.0.0-udp',
    });
    undo.push(() => centre.stop());
    const rest = await centre.login('1001');
    const { body } = await rest.send('POST', '/devices/browser', { clientId: 'thief' });
    const { username, password } = body as { username: string; password: string };
    const thief = await peer({ username, password, webSocketUrl: node.webSocketUrl });
    expect((await thief.register()).status).toBe(200);
    const voice = new WebrtcPeer();
    undo.push(() => voice.kill());
    for (const number of FORBIDDEN) {
      const call = await thief.call(number, { sdp: await voice.offer() });
      expect((await call.waitForFinal()).status, number).toBeGreaterThanOrEqual(400);
    }
    expect(carrier.calls).toEqual([]);
    expect(neighbour.calls).toEqual([]);
  });

  it('reaches nobody while there is no Telebar', async () => {
    const { telephone } = telebar();
    await telephone.start();
    await telephone.provision(endpointSpec('agent', 'secret'));
    const phone = await peer({ username: 'agent', password: 'secret' });
    expect((await phone.register()).status).toBe(200);
    await telephone.stop();
    for (const number of FORBIDDEN) {
      const call = await phone.call(number);
      expect((await call.waitForFinal()).status, number).toBeGreaterThanOrEqual(500);
    }
    expect(carrier.calls).toEqual([]);
  });

  it('cannot send a call on: a REFER is told to us, and a redirection is its end', async () => {
    const { telephone, log } = telebar();
    await telephone.start();
    const spec = endpointSpec('agent', 'secret');
    await telephone.provision(spec);
    const phone = await peer({ username: 'agent', password: 'secret', incoming: 'wait' });
    await phone.register();
    await log.next('endpoint-online');
    const dial = async (): Promise<LegId> => {
      const legId = ids.next<LegId>('leg');
      const target = { kind: 'endpoint', endpointId: spec.endpointId } as const;
      await telephone.dial({ legId, target, callerId: { number: '400100' }, ringMs: 5_000 });
      return legId;
    };

    const legId = await dial();
    const call = await phone.incoming(0);
    call.answer();
    await log.next('leg-answered');
    const cseq = call.request('REFER', [['Refer-To', `<sip:00442079460000@127.0.0.1:${node.sipPort}>`]]);
    expect((await call.response('REFER', cseq)).status).toBe(202);
    await log.next('transfer-asked');
    await telephone.refuseTransfer(legId, 'forbidden');
    expect(await telephone.legs()).toMatchObject([{ legId, state: 'answered' }]);
    await telephone.hangup(legId);

    await dial();
    const redirected = await phone.incoming(1);
    redirected.reject(302, [['Contact', `<sip:00442079460000@127.0.0.1:${carrier.localPort}>`]]);
    await log.next('leg-ended', (event) => event.legId !== legId);
    expect(carrier.calls).toEqual([]);
    expect(log.count('leg-offered')).toBe(0);
  });
});

describe('the carrier', () => {
  it('cannot send a call on by REFER', async () => {
    const { telephone, log } = telebar();
    await telephone.start();
    const call = await carrier.call('400100', { from: '<sip:13800138000@127.0.0.1>' });
    const { legId } = await log.next('leg-offered');
    await telephone.answer(legId);
    await call.waitForStatus(200);
    const cseq = call.request('REFER', [['Refer-To', `<sip:00442079460000@127.0.0.1:${node.sipPort}>`]]);
    expect((await call.response('REFER', cseq)).status).toBeGreaterThanOrEqual(400);
    call.bye();
    await log.next('leg-ended');
  });
});
