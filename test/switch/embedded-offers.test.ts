import { describe, expect, it } from 'vitest';
import { BROWSER_SDP } from '../support/fake-media-engine.ts';
import { bed, browser, useSignallingBed } from './signalling-bed.ts';

useSignallingBed();

/** A description of a phone, with these media sections. */
function phone(...media: string[]): string {
  const head = ['v=0', 'o=- 1 1 IN IP4 192.0.2.1', 's=-', 'c=IN IP4 192.0.2.1', 't=0 0'];
  return [...head, ...media, ''].join('\r\n');
}

const G711 = 'm=audio 4000 RTP/AVP 0 8';

describe('an offer that cannot work is refused before anybody rings', () => {
  it.each([
    ['SRTP with its keys in it', phone('m=audio 4000 RTP/SAVP 0'), 488, 302],
    ['a transport that is none', phone('m=audio 4000 TCP/MRCP 0'), 488, 302],
    ['an address of IPv6', phone(G711, 'c=IN IP6 2001:db8::1'), 488, 301],
    ['a host name for an address', phone(G711, 'c=IN IP4 phone.example'), 488, 301],
    ['an address that is none', phone(G711, 'c=IN IP4 300.1.1.1'), 488, 301],
    ['an address of a group of hosts', phone(G711, 'c=IN IP4 239.1.2.3'), 488, 330],
    ['an address of a whole network', phone(G711, 'c=IN IP4 255.255.255.255'), 488, 330],
    ['no codec of ours', phone('m=audio 4000 RTP/AVP 18', 'a=rtpmap:18 G729/8000'), 488, 305],
    ['a codec of ours at another rate', phone('m=audio 4000 RTP/AVP 0', 'a=rtpmap:0 PCMU/16000'), 488, 305],
    ['its only stream switched off', phone('m=audio 0 RTP/AVP 0'), 488, 304],
    ['a port that does not exist', phone('m=audio 70000 RTP/AVP 0'), 488, 399],
    ['video only', phone('m=video 4000 RTP/AVP 99', 'a=rtpmap:99 H264/90000'), 488, 304],
    ['no stream at all', phone(), 488, 304],
    ['rubbish', 'what is this?', 400, 399],
  ])('%s', async (_what, sdp, status, warning) => {
    const call = await (await bed.peer()).call('400100', { sdp });
    const final = await call.waitForFinal();
    expect(final.status).toBe(status);
    expect(final.headers.get('warning')).toMatch(new RegExp(`^${warning} telebar "[^"]+"$`));
    expect(call.statuses).toEqual([status]);
    expect(bed.events.of('leg-offered')).toEqual([]);
  });

  it('a body of another kind (415), which is no call without an offer', async () => {
    const call = await (
      await bed.peer()
    ).call('400100', {
      sdp: 'hello',
      headers: [['Content-Type', 'text/plain']],
    });
    const final = await call.waitForFinal();
    expect(final.status).toBe(415);
    expect(final.headers.get('accept')).toBe('application/sdp');
    expect(bed.events.of('leg-offered')).toEqual([]);
  });

  it.each([
    ['no audio', BROWSER_SDP.replace('m=audio', 'm=video'), 304],
    ['no fingerprint', BROWSER_SDP.replace(/a=fingerprint.*\r\n/, ''), 399],
    ['no ICE', BROWSER_SDP.replace(/a=ice-ufrag.*\r\n/, ''), 399],
    ['ICE credentials that are none', BROWSER_SDP.replace(/a=ice-pwd.*/, 'a=ice-pwd:short'), 399],
    ['RTCP on a port of its own', BROWSER_SDP.replace('a=rtcp-mux\r\n', ''), 399],
    ['plain RTP', BROWSER_SDP.replace('UDP/TLS/RTP/SAVPF', 'RTP/AVP'), 302],
    [
      'no codec',
      BROWSER_SDP.replace('SAVPF 0 101', 'SAVPF 111').replace('0 PCMU/8000', '111 opus/48000'),
      305,
    ],
  ])('of a page: %s', async (_what, sdp, warning) => {
    const peer = await browser('1001');
    const call = await peer.call('400100', { sdp });
    const final = await call.waitForFinal();
    expect(final.status).toBe(488);
    expect(final.headers.get('warning')).toMatch(new RegExp(`^${warning} telebar `));
    expect(bed.events.of('leg-offered')).toEqual([]);
  });
});

describe('an offer that can work in some part', () => {
  it.each([
    ['one stream of several, whichever it is', phone('m=audio 4000 RTP/SAVP 0', 'm=audio 4002 RTP/AVP 8')],
    ['audio beside video', phone('m=video 4004 RTP/AVP 99', G711)],
    ['no offer yet: the caller wants ours', null],
    ['the address of a caller who is held from the start', phone(G711, 'c=IN IP4 0.0.0.0')],
  ])('is offered: %s', async (_what, sdp) => {
    await (await bed.peer()).call('400100', { sdp });
    expect(await bed.events.next('leg-offered')).toMatchObject({ dialled: '400100' });
  });
});

describe('a far side that holds by itself', () => {
  /** A call of the trunk that has been answered. */
  async function answered(sdp?: string): ReturnType<Awaited<ReturnType<typeof bed.peer>>['call']> {
    const call = await (await bed.peer()).call('400100', sdp === undefined ? {} : { sdp });
    await bed.sw.answer((await bed.events.next('leg-offered')).legId);
    await call.waitForStatus(200);
    return call;
  }

  it.each([
    ['sendonly', phone(G711, 'a=sendonly')],
    ['inactive', phone(G711, 'a=inactive')],
    ['inactive for the whole session', phone(G711).replace('t=0 0', 't=0 0\r\na=inactive')],
    ['the address of RFC 2543', phone(G711, 'c=IN IP4 0.0.0.0')],
    ['its stream switched off', phone('m=audio 0 RTP/AVP 0')],
  ])('is told once: %s, by INVITE or UPDATE', async (_how, held) => {
    const call = await answered();
    for (const method of ['INVITE', 'UPDATE'] as const) {
      await call.reinvite(held, method);
      await call.reinvite(held, method);
      await call.reinvite(phone(G711), method);
    }
    const told = bed.events.all.filter(({ type }) => type === 'leg-held' || type === 'leg-resumed');
    expect(told.map(({ type }) => type)).toEqual(['leg-held', 'leg-resumed', 'leg-held', 'leg-resumed']);
    expect(call.ended).toBe(false);
  });

  it('is not told of one that only says nothing, nor of a description that is refused', async () => {
    const call = await answered();
    await call.reinvite(phone(G711, 'a=recvonly'));
    await expect(call.reinvite(phone('m=audio 4000 RTP/AVP 18', 'a=inactive'))).rejects.toThrow('488');
    expect(bed.events.of('leg-held')).toEqual([]);
  });

  it('is told of one who calls held, when the call is answered', async () => {
    await answered(phone(G711, 'a=inactive'));
    expect(bed.events.all.map(({ type }) => type)).toEqual(['leg-offered', 'leg-answered', 'leg-held']);
  });

  it('may say it in the answer to an offer that it asked for', async () => {
    const call = await answered();
    call.lateAnswer = phone(G711, 'a=inactive');
    const cseq = call.request('INVITE');
    expect((await call.response('INVITE', cseq)).body).toContain('m=audio');
    await bed.events.next('leg-held');
    expect(call.ended).toBe(false);
  });

  it('is answered with a switched off stream when it switches its own off', async () => {
    const call = await answered();
    const answer = await call.reinvite(phone('m=audio 0 RTP/AVP 0 8'));
    expect(answer).toContain('m=audio 0 RTP/AVP 0 8');
  });

  it('and wants to transfer, is refused at once: this switch does not transfer by REFER', async () => {
    const call = await answered();
    const cseq = call.request('REFER', [['Refer-To', '<sip:900123@example.org>']]);
    const response = await call.response('REFER', cseq);
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).not.toContain('REFER');
    await call.reinvite(phone(G711));
    expect(bed.events.of('leg-ended')).toEqual([]);
  });
});
