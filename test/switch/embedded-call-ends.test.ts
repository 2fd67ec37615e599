import { describe, expect, it } from 'vitest';
import { FakeMediaEngine } from '../support/fake-media-engine.ts';
import { endpointSpec, legId, SwitchBed } from '../support/switch-bed.ts';
import { LEG, answeredBrowser, bed, dialTo, endpoint, engine, useSignallingBed } from './signalling-bed.ts';

useSignallingBed();

describe('how calls end', () => {
  it.each([
    ['busy', 486],
    ['rejected', 603],
    ['unknown-number', 404],
    ['congestion', 503],
  ] as const)('refuses an offered leg as %s with %i', async (cause, status) => {
    const call = await (await bed.peer()).call('400100');
    const { legId: offered } = await bed.events.next('leg-offered');
    await bed.sw.reject(offered, cause);
    expect((await call.waitForFinal()).status).toBe(status);
    expect(await bed.events.next('leg-ended')).toEqual({
      type: 'leg-ended',
      legId: offered,
      cause,
      side: 'near',
    });
  });

  it('tells a caller who gave up as cancelled, also while it is being answered', async () => {
    const call = await (await bed.peer()).call('400100');
    const { legId: offered } = await bed.events.next('leg-offered');
    await bed.sw.ring(offered);
    await call.waitForStatus(180);
    call.cancel();
    expect(await bed.events.next('leg-ended')).toMatchObject({
      legId: offered,
      cause: 'cancelled',
      side: 'far',
    });
    expect((await call.waitForFinal()).status).toBe(487);
    await expect(bed.sw.answer(offered)).rejects.toMatchObject({ code: 'no-such-leg' });
    expect(engine.legIds.size).toBe(0);
  });

  it.each([
    [486, 'busy'],
    [404, 'unknown-number'],
    [480, 'unreachable'],
    [603, 'rejected'],
    [503, 'congestion'],
  ] as const)('tells a refusal with %i as %s', async (status, cause) => {
    await bed.phone('1001', { incoming: status });
    await dialTo({ kind: 'endpoint', endpointId: endpoint('1001') });
    expect(await bed.events.next('leg-ended')).toEqual({
      type: 'leg-ended',
      legId: LEG,
      cause,
      side: 'far',
      sipStatus: status,
    });
    expect(engine.legIds.size).toBe(0);
  });

  it('cancels a phone that nobody answers', async () => {
    const phone = await bed.phone('1001');
    await dialTo({ kind: 'endpoint', endpointId: endpoint('1001') }, { ringMs: 300 });
    const call = await phone.incoming();
    expect(await bed.events.next('leg-ended')).toMatchObject({ cause: 'no-answer', side: 'near' });
    expect((await call.waitForRequest('CANCEL')).headers.get('reason')).toBe('Q.850;cause=19');
  });

  it('says where it cannot dial', async () => {
    await expect(dialTo({ kind: 'endpoint', endpointId: endpoint('no') })).rejects.toMatchObject({
      code: 'no-such-endpoint',
    });
    await bed.sw.provision(endpointSpec('1001', 'pw'));
    await expect(dialTo({ kind: 'endpoint', endpointId: endpoint('1001') })).rejects.toMatchObject({
      code: 'endpoint-offline',
    });
    await expect(dialTo({ kind: 'number', number: '10086' })).rejects.toMatchObject({ code: 'no-route' });
    await expect(
      dialTo({ kind: 'number', number: '10086' }, { headers: { 'X-A': 'a\r\nEvil: 1' } }),
    ).rejects.toMatchObject({ code: 'unsupported' });
    expect(await bed.sw.legs()).toEqual([]);
  });

  it('tells the media as lost, and the switch as down and up', async () => {
    await answeredBrowser();
    engine.tell({ type: 'down', reason: 'killed' });
    expect(bed.events.all.slice(-2)).toEqual([
      { type: 'switch-down', reason: 'killed' },
      { type: 'leg-lost', legId: LEG, cause: 'switch-failure' },
    ]);
    await expect(dialTo({ kind: 'number', number: '1' })).rejects.toMatchObject({ code: 'switch-down' });
    const refused = await (await bed.peer()).call('400100');
    expect((await refused.waitForFinal()).status).toBe(503);
    expect(await bed.sw.endpoints()).toMatchObject([{ online: true }]);
    engine.tell({ type: 'up' });
    await bed.events.next('switch-up');
  });
});

describe('what an INVITE says', () => {
  it('names the leg, the caller and the headers, and asks to be answered by itself', async () => {
    const phone = await bed.phone('1001');
    await dialTo(
      { kind: 'endpoint', endpointId: endpoint('1001') },
      { autoAnswer: 'tok', headers: { 'X-Call': 'c1' }, callerId: { number: '138', name: 'Ms "Q"' } },
    );
    const { invite } = await phone.incoming();
    const get = (name: string): string | undefined => invite?.headers.get(name);
    expect(get('X-Telebar-Leg')).toBe(LEG);
    expect(get('X-Telebar-Auto-Answer')).toBe('tok');
    expect(get('X-Call')).toBe('c1');
    expect(get('Call-Info')).toContain('answer-after=0');
    expect(get('Alert-Info')).toContain('info=alert-autoanswer');
    expect(invite?.from).toMatchObject({ displayName: 'Ms "Q"', uri: { user: '138' } });
  });

  it('calls out over the trunk and answers its challenge', async () => {
    const carrier = await bed.peer({ username: 'telebar', password: 'carrier' });
    const trunked = await SwitchBed.open({
      engine: new FakeMediaEngine(),
      config: {
        trunk: {
          allowedAddresses: [],
          target: { host: '127.0.0.1', port: carrier.localPort },
          credential: { username: 'us', password: 'pw' },
        },
      },
    });
    await trunked.sw.dial({
      legId: LEG,
      target: { kind: 'number', number: '10086' },
      callerId: { number: '' },
      ringMs: 10_000,
    });
    const first = await carrier.incoming();
    expect(first.invite?.uri).toBe(`sip:10086@127.0.0.1:${carrier.localPort}`);
    expect(first.invite?.from.displayName).toBe('Anonymous');
    first.reject(407, [['Proxy-Authenticate', 'Digest realm="c", nonce="n", qop="auth"']]);
    const authorized = await carrier.waiters.until('a second INVITE', () =>
      first.requests.find((request) => request.headers.has('proxy-authorization')),
    );
    expect(authorized.headers.get('proxy-authorization')).toContain('username="us"');
    await trunked.close();
  });

  it('gives the trunk its digit before a number, and not before a plus', async () => {
    const carrier = await bed.peer({ incoming: 'wait' });
    const target = { host: '127.0.0.1', port: carrier.localPort };
    const trunked = await SwitchBed.open({
      engine: new FakeMediaEngine(),
      config: { trunk: { allowedAddresses: [], target, prefix: '9' } },
    });
    for (const [n, number] of ['01062627410', '+33142685300'].entries()) {
      await trunked.sw.dial({
        legId: legId(`leg_${n}`),
        target: { kind: 'number', number },
        callerId: { number: '400100' },
        ringMs: 10_000,
      });
    }
    const users = [await carrier.incoming(0), await carrier.incoming(1)].map(
      ({ invite }) => invite?.uri.split('@')[0],
    );
    expect(users).toEqual(['sip:901062627410', 'sip:+33142685300']);
    await trunked.close();
  });

  it('reaches a number of the outside world at the page that has it', async () => {
    await bed.sw.provision(
      endpointSpec('outside-1', 'pw', { kind: 'outside', device: 'browser', number: '13900139000' }),
    );
    const page = await bed.peer({ username: 'outside-1', password: 'pw', webSocketUrl: bed.webSocketUrl });
    await page.register();
    await dialTo({ kind: 'number', number: '13900139000' });
    expect((await page.incoming()).invite?.headers.get('X-Telebar-Leg')).toBe(LEG);
  });

  it('sends digits by INFO to who takes no events', async () => {
    const peer = await answeredBrowser();
    engine.telephoneEvent = false;
    await bed.sw.sendDigits(LEG, '1#');
    const call = await peer.incoming();
    const infos = call.requests.filter((request) => request.method === 'INFO');
    expect(infos.map((info) => /Signal=(.)/.exec(info.body)?.[1])).toEqual(['1', '#']);
  });
});
