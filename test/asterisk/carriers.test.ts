import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { FaultBed } from '../support/asterisk/fault-bed.ts';
import type { SipPeer } from '../support/sip-peer.ts';

let bed: FaultBed;
beforeAll(async () => {
  bed = await FaultBed.open();
});
afterEach(() => bed.tidy());
afterAll(() => bed.close());

describe('a carrier', () => {
  it('that says nothing at all is given up when the ring time is over', async () => {
    const carrier = await bed.carrier();
    const one = await bed.started();
    carrier.alive = false;
    const legId = await bed.dial(one, '13900139000', 1_000);
    expect(await one.log.next('leg-ended')).toMatchObject({ legId, cause: 'no-answer', side: 'near' });
  });

  it.each([
    [403, 'forbidden'],
    [404, 'unknown-number'],
    [486, 'busy'],
    [503, 'congestion'],
    [603, 'rejected'],
  ])('that refuses with %i has its reason told: %s', async (status, cause) => {
    await bed.carrier(status);
    const one = await bed.started();
    const legId = await bed.dial(one);
    expect(await one.log.next('leg-ended')).toMatchObject({ legId, cause, side: 'far', sipStatus: status });
  });

  it('that has stopped to answer is known before anybody is called, and is told to the operator', async () => {
    const carrier = await bed.peer({ incoming: 'answer' });
    await bed.node.connectCarrier('127.0.0.1', carrier.localPort, {
      qualify_frequency: '1',
      qualify_timeout: '0.3',
    });
    const one = await bed.started();
    const legId = await bed.dial(one);
    await one.log.next('leg-answered');
    await one.telephone.hangup(legId);
    carrier.alive = false;
    await expect
      .poll(() => one.book.lines.join('\n'), { timeout: 5_000 })
      .toMatch(/error the carrier does not answer/);
    await expect(bed.dial(one)).rejects.toMatchObject({ code: 'no-route' });
    carrier.alive = true;
    await expect
      .poll(() => one.book.lines.join('\n'), { timeout: 5_000 })
      .toMatch(/info the carrier answers again/);
    const again = await bed.dial(one);
    await one.log.next('leg-answered', (event) => event.legId === again);
    await one.telephone.hangup(again);
    await one.log.next('leg-ended', (event) => event.legId === again);
  });
});

describe('a carrier on TCP', () => {
  it('is called over it, as the guide says', async () => {
    const own = await FaultBed.open({
      appended: {
        'pjsip.conf':
          '\n[transport-tcp]\ntype = transport\nprotocol = tcp\nbind = 127.0.0.1:0\n\n[trunk](+type=endpoint)\ntype = endpoint\ntransport = transport-tcp\n',
      },
    });
    const carrier = await own.peer({ tcp: true, incoming: 'answer', switchPort: 0 });
    await own.node.connectCarrier('127.0.0.1', carrier.localPort, {
      contact: `sip:127.0.0.1:${carrier.localPort};transport=tcp`,
    });
    const one = await own.started();
    const legId = await own.dial(one);
    await one.log.next('leg-answered');
    const call = await carrier.incoming();
    expect(call.invite?.headers.get('via')).toMatch(/^SIP\/2\.0\/TCP /);
    await one.telephone.hangup(legId);
    await call.waitForRequest('BYE');
    await own.tidy();
    await own.close();
  });
});

describe('a carrier that vanishes without a goodbye', () => {
  it('is noticed by its silence: the call of a number outside is lost, and so is one that it brought', async () => {
    const carrier = await bed.carrier('answer');
    const one = await bed.started();
    const outgoing = await bed.dial(one);
    const called = await carrier.incoming();
    await one.log.next('leg-answered', (event) => event.legId === outgoing);
    const incoming = await bed.caller(one);
    for (const { rtp } of [called, incoming.call]) rtp.pause();
    carrier.alive = false;
    for (const legId of [outgoing, incoming.legId]) {
      const lost = await one.log.next('leg-lost', (event) => event.legId === legId, 20_000);
      expect(lost).toMatchObject({ cause: 'media-lost' });
    }
    expect(await one.telephone.legs()).toEqual([]);
  });
});

describe('a carrier that redirects a call', () => {
  const NUMBER = '13900139000';
  const to = (port: number, number = NUMBER, host = '127.0.0.1'): [string, string][] => [
    ['Contact', `<sip:${number}@${host}:${port}>`],
  ];

  /** It sends calls on at once. Asterisk may miss that, and ask again. */
  async function sendsOn(peer: Promise<SipPeer>, refusal: [string, string][]): Promise<SipPeer> {
    const sender = await peer;
    sender.options.refusal = refusal;
    return sender;
  }

  it('to another of its hosts is followed, with the same number, and the ring time goes on', async () => {
    const gateway = await bed.peer({ incoming: 'wait' });
    await sendsOn(bed.carrier(302), to(gateway.localPort, `+${NUMBER}`));
    const one = await bed.started();
    const legId = await bed.dial(one);
    const call = await gateway.incoming();
    expect(call.invite?.uri).toContain(`sip:${NUMBER}@127.0.0.1:${gateway.localPort}`);
    call.ring();
    await one.log.next('leg-ringing');
    call.answer();
    await one.log.next('leg-answered', (event) => event.legId === legId);
    expect(await one.telephone.legs()).toMatchObject([{ legId, state: 'answered' }]);
    await one.telephone.hangup(legId);
    await call.waitForRequest('BYE');
    expect(await one.log.next('leg-ended')).toMatchObject({ legId, side: 'near' });
    expect(one.log.count('leg-ended')).toBe(1);

    const short = await bed.dial(one, NUMBER, 1_000);
    const unanswered = await gateway.incoming(1);
    expect(await one.log.next('leg-ended', (event) => event.legId === short)).toMatchObject({
      cause: 'no-answer',
    });
    await unanswered.waitForRequest('CANCEL');
  });

  it.each([
    ['to another number', (port: number) => to(port, '00882123456')],
    ['to a host that nobody has allowed', (port: number) => to(port, NUMBER, '127.0.0.2')],
    ['to a name', (port: number) => to(port, NUMBER, 'localhost')],
    ['to no address of SIP', (): [string, string][] => [['Contact', '<tel:00882123456>']]],
    ['to nowhere', (): [string, string][] => []],
  ])('%s is taken for a refusal', async (_where, contact) => {
    const gateway = await bed.peer({ incoming: 486 });
    await sendsOn(bed.carrier(302), contact(gateway.localPort));
    const one = await bed.started();
    const legId = await bed.dial(one);
    const ended = await one.log.next('leg-ended');
    expect(ended).toMatchObject({ legId, cause: 'rejected', side: 'far', sipStatus: 302 });
    expect(gateway.refused).toBe(0);
  });

  it('in a circle is given up', async () => {
    const carrier = await bed.carrier(302);
    const gateway = await sendsOn(bed.peer({ incoming: 302 }), to(carrier.localPort));
    carrier.options.refusal = to(gateway.localPort);
    const one = await bed.started();
    const legId = await bed.dial(one);
    expect(await one.log.next('leg-ended')).toMatchObject({ legId, cause: 'rejected', sipStatus: 302 });
  });

  it('is followed five times and no more', async () => {
    const hosts = [await bed.peer({ incoming: 486 })];
    for (let n = 0; n < 5; n++) {
      const next = hosts[0]?.localPort ?? 0;
      hosts.unshift(await sendsOn(bed.peer({ incoming: 302 }), to(next)));
    }
    await sendsOn(bed.carrier(302), to(hosts[0]?.localPort ?? 0));
    const one = await bed.started();
    const legId = await bed.dial(one);
    expect(await one.log.next('leg-ended')).toMatchObject({ legId, cause: 'rejected', sipStatus: 302 });
    expect(hosts.map(({ refused }) => refused > 0)).toEqual([true, true, true, true, true, false]);
  });

  it('is not followed for somebody who has hung up meanwhile', async () => {
    const gateway = await bed.peer({ incoming: 'ring' });
    await sendsOn(bed.carrier(302), to(gateway.localPort));
    const one = await bed.started();
    const legId = await bed.dial(one);
    await one.telephone.hangup(legId);
    expect(await one.log.next('leg-ended')).toMatchObject({ legId });
    // Whether it was called at all depends on who was first; it does not go on ringing.
    await expect.poll(() => gateway.calls.every(({ ended }) => ended)).toBe(true);
  });
});
