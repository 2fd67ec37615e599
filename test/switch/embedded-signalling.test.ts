import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { MediaError } from '../../server/switch/embedded/media/media-engine.ts';
import { BROWSER_SDP, FakeMediaEngine } from '../support/fake-media-engine.ts';
import { endpointSpec, legId, realClock, roomId, SwitchBed } from '../support/switch-bed.ts';
import {
  LEG,
  answeredBrowser,
  bed,
  browser,
  dialTo,
  endpoint,
  engine,
  useSignallingBed,
} from './signalling-bed.ts';
import { requestText, SDP } from './sip-messages.ts';

useSignallingBed();

describe('who may register', () => {
  it('takes the right password and tells who is online, from where and how fast', async () => {
    const phone = await bed.phone('1001');
    expect(await bed.events.next('endpoint-online')).toMatchObject({
      endpointId: endpoint('1001'),
      address: '127.0.0.1',
      userAgent: 'scripted peer',
    });
    const { latencyMs } = await bed.events.next('endpoint-latency');
    expect(latencyMs).toBeLessThan(1_000);
    expect(await bed.sw.endpoints()).toEqual([
      {
        endpointId: endpoint('1001'),
        online: true,
        address: '127.0.0.1',
        userAgent: 'scripted peer',
        latencyMs,
      },
    ]);
    await phone.register(0);
    expect(await bed.events.next('endpoint-offline')).toMatchObject({ reason: 'unregistered' });
  });

  it('refuses a wrong password and an unknown user with 403, and floods of them with 503', async () => {
    await bed.sw.provision(endpointSpec('1001', 'right'));
    for (const username of ['1001', 'nobody']) {
      const guesser = await bed.peer({ username, password: 'wrong' });
      for (let attempt = 0; attempt < 10; attempt++) expect((await guesser.register()).status).toBe(403);
      const blocked = await guesser.register();
      expect(blocked.status).toBe(503);
      expect(Number(blocked.headers.get('retry-after'))).toBeGreaterThan(0);
    }
  });

  it('never refuses a right password, however many wrong ones came from its address', async () => {
    await bed.sw.provision(endpointSpec('1001', 'right'));
    await bed.sw.provision(endpointSpec('1002', 'right', { device: 'browser' }));
    const there = await bed.peer({ username: '1002', password: 'right', webSocketUrl: bed.webSocketUrl });
    expect((await there.register()).status).toBe(200);
    for (let user = 0; user < 11; user++) {
      const guesser = await bed.peer({ username: user === 0 ? '1001' : `no-${user}`, password: 'wrong' });
      for (let attempt = 0; attempt < 11; attempt++) await guesser.register();
      expect((await guesser.register()).status).toBe(503);
    }
    const right = await bed.peer({ username: '1001', password: 'right' });
    expect((await right.register()).status).toBe(200);
    expect((await there.register()).status).toBe(200);
    expect(await bed.phone('1003')).toBeDefined();
  });

  it('refuses an expired credential and a browser user on UDP', async () => {
    await bed.sw.provision(endpointSpec('1001', 'pw', { expiresAt: Date.now() - 1 }));
    await bed.sw.provision(endpointSpec('1002', 'pw', { device: 'browser' }));
    for (const username of ['1001', '1002']) {
      const peer = await bed.peer({ username, password: 'pw' });
      expect((await peer.register()).status).toBe(403);
    }
  });

  it('keeps a registration over a new credential and drops it when retired', async () => {
    await bed.phone('1001');
    await bed.sw.provision(endpointSpec('1001', 'another'));
    expect(await bed.sw.endpoints()).toMatchObject([{ online: true }]);
    await bed.sw.retire(endpoint('1001'));
    expect(await bed.events.next('endpoint-offline')).toMatchObject({ reason: 'unregistered' });
    expect(await bed.sw.endpoints()).toEqual([]);
  });

  it('opens SIP over WebSocket to allowed origins and to clients that are no browsers', async () => {
    const status = (origin?: string, protocol = 'sip'): Promise<number> =>
      new Promise((resolve) => {
        const socket = new WebSocket(bed.webSocketUrl, protocol, origin === undefined ? {} : { origin });
        socket.on('open', () => {
          socket.terminate();
          resolve(101);
        });
        socket.on('unexpected-response', (_request, response) => {
          resolve(response.statusCode ?? 0);
          response.destroy();
        });
        socket.on('error', () => undefined);
      });
    expect(await status('https://crm.example')).toBe(101);
    expect(await status('https://evil.example')).toBe(403);
    expect(await status()).toBe(101);
    expect(await status(undefined, 'other')).toBe(400);
  });

  it('closes a socket that sends too long a message and serves the others', async () => {
    const peer = await browser('1001');
    const big = new WebSocket(bed.webSocketUrl, 'sip');
    await new Promise((resolve) => big.once('open', resolve));
    big.send('x'.repeat(70_000));
    expect(await new Promise((resolve) => big.once('close', resolve))).toBe(1009);
    expect((await peer.register()).status).toBe(200);
  });
});

describe('who may call', () => {
  it('takes a registered browser at its word on its own socket, and nobody else on it', async () => {
    const peer = await browser('1001');
    await peer.call('1002', { sdp: BROWSER_SDP, headers: [['X-Ticket', '42']] });
    expect(await bed.events.next('leg-offered')).toMatchObject({
      from: { kind: 'endpoint', endpointId: endpoint('1001') },
      dialled: '1002',
      headers: { 'X-Ticket': '42' },
    });
    const forged = await peer.call('1003', { sdp: BROWSER_SDP, from: '<sip:1005@127.0.0.1>' });
    // Challenged, and the credential that comes is that of 1001: its calls are its own.
    await forged.waitForStatus(401);
    const second = await bed.events.next('leg-offered', (event) => event.dialled === '1003');
    expect(second.from).toEqual({ kind: 'endpoint', endpointId: endpoint('1001') });
  });

  it('challenges a desk phone although its address belongs to the trunk', async () => {
    const phone = await bed.phone('1001');
    const call = await phone.call('400100');
    await call.waitForStatus(401);
    expect(await bed.events.next('leg-offered')).toMatchObject({
      from: { kind: 'endpoint', endpointId: endpoint('1001') },
    });
  });

  it('takes no stranger for the trunk, and challenges everybody alike, phone or not', async () => {
    const closed = await SwitchBed.open({
      engine: new FakeMediaEngine(),
      config: { trunk: { allowedAddresses: ['192.0.2.1'] } },
    });
    await closed.sw.provision(endpointSpec('1001', 'pw'));
    const stranger = await closed.peer();
    expect((await (await stranger.call('400100')).waitForFinal()).status).toBe(401);
    const phone = await stranger.call('400100', { from: '<sip:1001@127.0.0.1>' });
    expect((await phone.waitForFinal()).status).toBe(401);
    expect(closed.events.all).toEqual([]);
    await closed.close();
  });

  it('offers calls of the outside world with their number and name', async () => {
    const carrier = await bed.peer();
    await carrier.call('400100', { from: '"Wang" <sip:13800138000@127.0.0.1>' });
    expect(await bed.events.next('leg-offered')).toMatchObject({
      dialled: '400100',
      from: { kind: 'trunk', number: '13800138000', name: 'Wang' },
    });
    await carrier.call('400103', { from: `"A" <sip:%22%0d%0a%00138${'9'.repeat(200)}@carrier.example>` });
    const odd = await bed.events.next('leg-offered', (event) => event.dialled === '400103');
    expect(odd.from).toEqual({ kind: 'trunk', number: `" 138${'9'.repeat(59)}`, name: 'A' });
    await carrier.call('400101', { from: '<sip:anonymous@anonymous.invalid>' });
    const withheld = await bed.events.next('leg-offered', (event) => event.dialled === '400101');
    expect(withheld.from).toEqual({ kind: 'trunk', number: '' });
    await bed.sw.provision(
      endpointSpec('outside-1', 'pw', { kind: 'outside', device: 'browser', number: '13900139000' }),
    );
    const page = await bed.peer({ username: 'outside-1', password: 'pw', webSocketUrl: bed.webSocketUrl });
    await page.register();
    await page.call('400102', { sdp: BROWSER_SDP });
    const outside = await bed.events.next('leg-offered', (event) => event.dialled === '400102');
    expect(outside.from).toMatchObject({ kind: 'trunk', number: '13900139000' });
  });

  it('refuses by 488 what the media engine cannot take when the call is answered', async () => {
    const call = await (await bed.peer()).call('400100');
    const offered = await bed.events.next('leg-offered');
    engine.refuse = new MediaError('not-acceptable', 'no');
    await expect(bed.sw.answer(offered.legId)).rejects.toMatchObject({ code: 'unsupported' });
    expect((await call.waitForFinal()).status).toBe(488);
    expect(await bed.events.next('leg-ended')).toMatchObject({ cause: 'not-acceptable' });
  });
});

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

describe('peers that send rubbish', () => {
  it("are nobody else's trouble", async () => {
    const phone = await bed.phone('1001');
    const attacker = await bed.peer();
    const seeds = [
      requestText({ body: SDP }),
      requestText({
        method: 'REGISTER',
        headers: [['Authorization', 'Digest username="1001", realm="telebar", nc=1']],
      }),
      requestText({ method: 'OPTIONS' }),
      requestText({ headers: [['Authorization', 'junk']] }),
      requestText({ method: 'PRACK' }),
      'INVITE sip:400100@127.0.0.1 SIP/2.0\r\n\r\n',
    ];
    const rubbish = fc.sample(
      fc.tuple(
        fc.constantFrom(...seeds),
        fc.nat(900),
        fc.nat(30),
        fc.string({ unit: 'binary', maxLength: 12 }),
      ),
      { numRuns: 300, seed: 4475 },
    );
    for (const [index, [seed, at, remove, insert]] of rubbish.entries()) {
      const start = at % seed.length;
      const text = seed.replace('z9hG4bKone', `z9hG4bK${index}`).replace('call-1@', `call-${index}@`);
      attacker.sendRaw(text.slice(0, start) + insert + text.slice(start + remove));
    }
    expect((await phone.register()).status).toBe(200);
    await dialTo({ kind: 'endpoint', endpointId: endpoint('1001') });
    (await phone.incoming()).answer();
    await bed.events.next('leg-answered', (event) => event.legId === LEG);
  });
});

describe('stopping', () => {
  it('says goodbye to every leg and leaves no timer', async () => {
    let pending = 0;
    const counted = await SwitchBed.open({
      engine: new FakeMediaEngine(),
      clock: {
        now: () => realClock.now(),
        after: (ms, fn) => {
          pending++;
          let open = true;
          const done = (): void => {
            if (open) pending--;
            open = false;
          };
          const cancel = realClock.after(ms, () => {
            done();
            fn();
          });
          return () => {
            done();
            cancel();
          };
        },
      },
    });
    const phone = await counted.phone('1001', { incoming: 'answer' });
    await counted.sw.openRoom(roomId('r'));
    await counted.sw.dial({
      legId: LEG,
      target: { kind: 'endpoint', endpointId: endpoint('1001') },
      callerId: { number: '1' },
      ringMs: 5_000,
    });
    await counted.events.next('leg-answered');
    await counted.sw.stop();
    await (await phone.incoming()).waitForRequest('BYE');
    expect(pending).toBe(0);
    await counted.close();
  });
});
