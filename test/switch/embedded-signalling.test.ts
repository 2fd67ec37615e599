import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { MediaError } from '../../server/switch/embedded/media/media-engine.ts';
import { BROWSER_SDP, FakeMediaEngine } from '../support/fake-media-engine.ts';
import { endpointSpec, realClock, roomId, SwitchBed } from '../support/switch-bed.ts';
import { LEG, bed, browser, dialTo, endpoint, engine, useSignallingBed } from './signalling-bed.ts';
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
