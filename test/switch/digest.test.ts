import { describe, expect, it } from 'vitest';
import { answerChallenge } from '../../server/switch/embedded/sip/digest-client.ts';
import { digestHash, digestResponse, parseAuthHeader } from '../../server/switch/embedded/sip/digest.ts';
import { DigestServer } from '../../server/switch/embedded/sip/digest-server.ts';
import { SipHeaders } from '../../server/switch/embedded/sip/sip-headers.ts';
import type { SipRequest } from '../../server/switch/embedded/sip/sip-message.ts';
import { SourceBudget } from '../../server/switch/embedded/sip/source-budget.ts';
import { sourceNetwork } from '../../server/switch/embedded/sip/source-network.ts';
import { ManualClock } from '../support/manual-clock.ts';

const HERE = '192.0.2.7';
const HA1 = digestHash('MD5', '1001:telebar:secret');
const HA1_SHA256 = digestHash('SHA-256', '1001:telebar:secret');

function register(headers: Array<[string, string]>): SipRequest {
  return {
    kind: 'request',
    method: 'REGISTER',
    uri: 'sip:telebar',
    headers: new SipHeaders(headers),
    body: '',
  };
}

/** Answers a challenge as a phone would. */
function answered(challenge: string, password = 'secret', uri = 'sip:telebar'): SipRequest {
  const response = { status: 401, headers: new SipHeaders([['WWW-Authenticate', challenge]]) };
  const header = answerChallenge(response, { method: 'REGISTER', uri }, { username: '1001', password });
  if (!header) throw new Error('the challenge cannot be answered');
  return register([[...header]]);
}

describe('digest', () => {
  it('gives the response of the example in RFC 2617 §3.5', () => {
    expect(
      digestResponse({
        algorithm: 'MD5',
        ha1: digestHash('MD5', 'Mufasa:testrealm@host.com:Circle Of Life'),
        method: 'GET',
        uri: '/dir/index.html',
        nonce: 'dcd98b7102dd2f0e8b11d0f600bfb0c093',
        qop: { nc: '00000001', cnonce: '0a4f113b' },
      }),
    ).toBe('6629fae49393a05397450978507c4ef1');
  });

  it.each([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ] as const)('gives the response of the %s example in RFC 7616 §3.9.1', (algorithm, expected) => {
    expect(
      digestResponse({
        algorithm,
        ha1: digestHash(algorithm, 'Mufasa:http-auth@example.org:Circle of Life'),
        method: 'GET',
        uri: '/dir/index.html',
        nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
        qop: { nc: '00000001', cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ' },
      }),
    ).toBe(expected);
  });

  it('reads quoted commas and escapes, and refuses doubled parameters', () => {
    expect(parseAuthHeader('Digest realm="a, \\"b\\"", qop="auth"')?.params.get('realm')).toBe('a, "b"');
    expect(parseAuthHeader('Digest nonce="1", nonce="2"')).toBeNull();
    expect(parseAuthHeader('junk')).toBeNull();
  });
});

describe('digest as the server', () => {
  const clock = new ManualClock();
  const server = new DigestServer('telebar', clock);
  const secretOf = (username: string) => (username === '1001' ? { ha1: HA1, ha1Sha256: HA1_SHA256 } : null);
  const challenge = (algorithm: 'MD5' | 'SHA-256' = 'MD5'): string =>
    server.challenges([algorithm], false, HERE)[0] ?? '';

  it.each(['MD5', 'SHA-256'] as const)('takes the right password with %s', (algorithm) => {
    expect(server.verify(answered(challenge(algorithm)), HERE, secretOf)).toEqual({
      kind: 'ok',
      username: '1001',
    });
  });

  it('refuses a wrong password and an unknown user alike', () => {
    expect(server.verify(answered(challenge(), 'guess'), HERE, secretOf).kind).toBe('wrong');
    expect(server.verify(answered(challenge()), HERE, () => null).kind).toBe('wrong');
  });

  it('names the user whose credential it judges, whatever stands beside it', () => {
    const request = answered(challenge(), 'guess');
    request.headers.prepend('Authorization', 'Digest username="decoy", realm="elsewhere", response="0"');
    expect(server.verify(request, HERE, secretOf)).toEqual({ kind: 'wrong', username: '1001' });
    expect(server.verify(register([]), HERE, secretOf)).toEqual({ kind: 'missing' });
  });

  it('refuses to take the same credential twice', () => {
    const request = answered(challenge());
    expect(server.verify(request, HERE, secretOf).kind).toBe('ok');
    expect(server.verify(request, HERE, secretOf).kind).toBe('stale');
  });

  it('calls an old nonce, or one of another server, stale', () => {
    const request = answered(challenge());
    clock.advanceNow(300_001);
    expect(server.verify(request, HERE, secretOf).kind).toBe('stale');
    const other = new DigestServer('telebar', clock).challenges(['MD5'], false, HERE)[0] ?? '';
    expect(server.verify(answered(other), HERE, secretOf).kind).toBe('stale');
  });

  it('takes an answer only from where it asked, and asks again elsewhere', () => {
    const request = answered(challenge());
    expect(server.wasChallenged(request, HERE)).toBe(true);
    expect(server.wasChallenged(request, '192.0.2.8')).toBe(false);
    expect(server.wasChallenged(register([]), HERE)).toBe(false);
    expect(server.verify(request, '192.0.2.8', secretOf).kind).toBe('stale');
    expect(server.verify(request, HERE, secretOf).kind).toBe('ok');
  });

  it.each([
    ['sip:telebar', 'ok'],
    ['sip:TELEBAR:5060', 'ok'],
    ['sip:telebar;transport=udp', 'ok'],
    ['sip:telebar:5070', 'misdirected'],
    ['sips:telebar', 'misdirected'],
    ['sip:1002@telebar', 'misdirected'],
    ['sip:elsewhere', 'misdirected'],
    ['tel:1002', 'misdirected'],
  ])('judges a right answer that was made for %s as %s', (uri, verdict) => {
    const request = answered(challenge(), 'secret', uri);
    expect(server.verify(request, HERE, secretOf).kind).toBe(verdict);
  });

  it('does not tell a wrong password for another URI from one for this', () => {
    expect(server.verify(answered(challenge(), 'guess', 'sip:x'), HERE, secretOf).kind).toBe('wrong');
  });

  it('refuses a used answer also when so many came since that its counter is forgotten', () => {
    const request = answered(challenge());
    expect(server.verify(request, HERE, secretOf).kind).toBe('ok');
    clock.advanceNow(1);
    for (let count = 0; count < 20_000; count++) server.verify(answered(challenge()), HERE, secretOf);
    expect(server.verify(request, HERE, secretOf).kind).toBe('stale');
    expect(server.verify(answered(challenge()), HERE, secretOf).kind).toBe('ok');
  });

  it('asks again when the scheme or the realm is not ours', () => {
    expect(server.verify(register([['Authorization', 'Beer price="1"']]), HERE, secretOf).kind).toBe(
      'missing',
    );
    expect(server.verify(register([['Authorization', 'Digest realm="x"']]), HERE, secretOf).kind).toBe(
      'missing',
    );
  });
});

describe('digest as the client', () => {
  it('answers the topmost challenge that it understands, for a proxy under its own name', () => {
    const headers = new SipHeaders([
      ['Proxy-Authenticate', 'Digest realm="c", nonce="n", algorithm=SHA-512-256'],
      [
        'Proxy-Authenticate',
        'Digest realm="c", nonce="n", algorithm=SHA-256, qop="auth,auth-int", opaque="o"',
      ],
    ]);
    const request = { method: 'INVITE', uri: 'sip:1@c' };
    const header = answerChallenge({ status: 407, headers }, request, { username: 'u"x', password: 'p' });
    expect(header?.[0]).toBe('Proxy-Authorization');
    const params = parseAuthHeader(header?.[1] ?? '')?.params;
    expect(params?.get('username')).toBe('u"x');
    expect(params?.get('opaque')).toBe('o');
    expect(params?.get('response')).toHaveLength(64);
  });

  it('gives up where there is nothing that it understands', () => {
    const headers = new SipHeaders([['WWW-Authenticate', 'Digest realm="c", nonce="n", qop="auth-int"']]);
    const request = { method: 'INVITE', uri: 'sip:1@c' };
    expect(answerChallenge({ status: 401, headers }, request, { username: 'u', password: 'p' })).toBeNull();
  });
});

describe('the budget of a source', () => {
  it('ends after its burst, comes back with time, and leaves others alone', () => {
    const clock = new ManualClock();
    const budget = new SourceBudget(clock, 3, 6_000);
    for (let count = 0; count < 3; count++) expect(budget.take('a')).toBe(true);
    expect(budget.take('a')).toBe(false);
    expect(budget.wait('a')).toBe(6_000);
    expect(budget.wait('b')).toBe(0);
    clock.advanceNow(6_000);
    expect(budget.take('a')).toBe(true);
    expect(budget.wait('a')).toBe(6_000);
  });

  it('forgets sources that were quiet when forged ones fill it, and none that goes on', () => {
    const budget = new SourceBudget(new ManualClock(), 1, 6_000);
    budget.take('quiet');
    for (let count = 0; count < 12_000; count++) {
      budget.take(`forged ${count}`);
      budget.take('busy');
    }
    expect(budget.wait('quiet')).toBe(0);
    expect(budget.wait('busy')).toBe(6_000);
  });

  it('counts an address of IPv4 as one source, of IPv6 the network of 64 bits', () => {
    expect(sourceNetwork('192.0.2.7')).toBe('192.0.2.7');
    expect(sourceNetwork('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64');
    expect(sourceNetwork('2001:DB8::1')).toBe(sourceNetwork('2001:db8::2'));
  });
});
