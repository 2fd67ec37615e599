import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from '../../server/start/config/config.ts';
import { openSettings } from '../../server/start/config/reach.ts';
import { iceServersFor } from '../../server/start/relay-credentials.ts';

const secret = 'a-secret-of-more-than-thirty-two-characters';

function problems(environment: Record<string, string>): readonly string[] {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('configuration', () => {
  it('is a demo on this machine only when nothing is set', () => {
    const config = readConfig({});
    expect(config).toMatchObject({
      demo: true,
      http: { host: '127.0.0.1', port: 8080 },
      sip: { host: '127.0.0.1', port: 5060, tcp: 'try', digests: ['MD5'] },
      media: { host: '127.0.0.1' },
      trunk: { target: null, allow: ['127.0.0.1'] },
      databaseUrl: null,
      dataFolder: resolve('data'),
    });
    // No default secret that everybody would know: the demo makes one of its own.
    expect(config.secret).toBeNull();
  });

  it('is no demo once there is a secret, and nobody may call in from the trunk unless named', () => {
    expect(readConfig({ TELEBAR_SECRET: secret })).toMatchObject({
      demo: false,
      secret,
      http: { host: '0.0.0.0' },
      trunk: { allow: [] },
      bootstrap: { team: 'main', password: null, origins: null, timeZone: null },
    });
  });

  it('refuses to run outside demo mode without a secret, and says what to set', () => {
    const [sentence = ''] = problems({ TELEBAR_DEMO: '0' });
    expect(sentence).toContain('TELEBAR_SECRET');
    expect(sentence).toContain('TELEBAR_DEMO=1');
  });

  it('speaks IPv6 with phones and carriers only when it is told an address for it', () => {
    expect(readConfig({}).ipv6Host).toBeNull();
    expect(readConfig({ TELEBAR_IPV6_HOST: '::' }).ipv6Host).toBe('::');
    for (const wrong of ['1', '0.0.0.0', 'pbx.example', '[::1]']) {
      expect(problems({ TELEBAR_IPV6_HOST: wrong })[0]).toContain(
        'TELEBAR_IPV6_HOST must be an IPv6 address',
      );
    }
  });

  it('has SIP over TCP where its port is free, and insists on it where it is asked for', () => {
    expect(readConfig({ TELEBAR_SIP_TCP: '0' }).sip.tcp).toBe('off');
    expect(readConfig({ TELEBAR_SIP_TCP: '1' }).sip.tcp).toBe('on');
    const trunk = readConfig({ TELEBAR_TRUNK: 'carrier.example:5060', TELEBAR_TRUNK_TRANSPORT: 'tcp' });
    expect(trunk).toMatchObject({ sip: { tcp: 'on' }, trunk: { transport: 'TCP' } });
    const [sentence = ''] = problems({ TELEBAR_SIP_TCP: '0', TELEBAR_TRUNK_TRANSPORT: 'tcp' });
    expect(sentence).toContain('TELEBAR_SIP_TCP');
    expect(problems({ TELEBAR_TRUNK_TRANSPORT: 'tls' })).toEqual([
      'TELEBAR_TRUNK_TRANSPORT must be udp or tcp.',
    ]);
  });

  it('counts an empty variable as not set', () => {
    expect(readConfig({ TELEBAR_SECRET: '', PORT: '' }).demo).toBe(true);
  });

  it('makes a first team only outside the demo', () => {
    const password = 'long-enough-password';
    expect(readConfig({ TELEBAR_ADMIN_PASSWORD: password }).bootstrap).toBeNull();
    const config = readConfig({
      TELEBAR_SECRET: secret,
      TELEBAR_ADMIN_PASSWORD: password,
      TELEBAR_TEAM: 'north',
      TELEBAR_ORIGINS: 'https://crm.example, http://localhost:*',
      TELEBAR_TIME_ZONE: 'Europe/Berlin',
    });
    expect(config.bootstrap).toEqual({
      team: 'north',
      password,
      origins: ['https://crm.example', 'http://localhost:*'],
      timeZone: 'Europe/Berlin',
    });
  });

  it('reads addresses, ranges and lists', () => {
    const config = readConfig({
      PORT: '0',
      TELEBAR_SIP_PORT: '0',
      TELEBAR_TRUNK: '[2001:db8::1]:5080',
      TELEBAR_TRUNK_USER: 'u',
      TELEBAR_TRUNK_PASSWORD: 'p',
      TELEBAR_TRUNK_ALLOW: '192.0.2.1, 2001:db8::1',
      TELEBAR_TRUNK_PREFIX: '9',
      TELEBAR_COUNTRY: 'gb',
      TELEBAR_OUTSIDE_DIGIT: '0',
      TELEBAR_RTP_PORTS: '30000-30009',
      TELEBAR_ICE_SERVERS:
        '[{"urls":"stun:s.example"},{"urls":["turn:t.example"],"username":"a","credential":"b"}]',
    });
    expect(config.http.port).toBe(0);
    expect(config.trunk).toEqual({
      target: { host: '2001:db8::1', port: 5080 },
      transport: 'UDP',
      user: 'u',
      password: 'p',
      allow: ['192.0.2.1', '2001:db8::1'],
      prefix: '9',
    });
    expect(config.numbers).toEqual({ country: 'GB', outsideDigit: '0' });
    expect(readConfig({}).numbers).toEqual({ country: 'CN', outsideDigit: '' });
    expect(config.media.rtpPorts).toEqual({ from: 30_000, to: 30_009 });
    expect(config.media.iceServers).toEqual([
      { urls: ['stun:s.example'] },
      { urls: ['turn:t.example'], username: 'a', credential: 'b' },
    ]);
  });

  it('gives browsers credentials for relays that share a secret, as coturn checks them, and leaves other servers alone', () => {
    const { media } = readConfig({
      TELEBAR_DEMO: '1',
      TELEBAR_TURN_SECRET: 'shared-with-coturn',
      TELEBAR_ICE_SERVERS:
        '[{"urls":"stun:s.example"},{"urls":"turns:t.example"},{"urls":"turn:u.example","username":"a","credential":"b"}]',
    });
    const [stun, relay, fixed] = iceServersFor(media, 'web_7', 1_700_000_000_000);
    expect(stun).toEqual({ urls: ['stun:s.example'] });
    expect(fixed).toEqual({ urls: ['turn:u.example'], username: 'a', credential: 'b' });
    expect(relay).toEqual({
      urls: ['turns:t.example'],
      username: '1700043200:web_7',
      // printf 1700043200:web_7 | openssl dgst -sha1 -hmac shared-with-coturn -binary | base64
      credential: 'wR+QZZCMrKFzsUzFc8dzMdW8L80=',
    });
  });

  it('refuses a secret of relays without a relay that it is for', () => {
    const secret = { TELEBAR_DEMO: '1', TELEBAR_TURN_SECRET: 'shared-with-coturn' };
    expect(() => readConfig(secret)).toThrow('TELEBAR_ICE_SERVERS');
    expect(() => readConfig({ ...secret, TELEBAR_ICE_SERVERS: '[{"urls":"stun:s.example"}]' })).toThrow(
      'TELEBAR_ICE_SERVERS',
    );
  });

  it.each([
    ['PORT', 'eighty'],
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['TELEBAR_SIP_PORT', '5060x'],
    ['TELEBAR_MEDIA_PORT', '70000'],
    ['TELEBAR_DEMO', 'maybe'],
    ['TELEBAR_SECRET', 'short'],
    ['TELEBAR_DATABASE_URL', 'mysql://localhost/x'],
    ['TELEBAR_TRUNK', 'carrier.example'],
    ['TELEBAR_TRUNK', 'carrier.example:0'],
    ['TELEBAR_TRUNK_ALLOW', 'carrier.example'],
    ['TELEBAR_TRUNK_ALLOW', '192.0.2'],
    ['TELEBAR_ORIGINS', 'crm.example'],
    ['TELEBAR_ORIGINS', 'https://crm.example/page'],
    ['TELEBAR_ORIGINS', 'https://*.example'],
    ['TELEBAR_RTP_PORTS', '20000'],
    ['TELEBAR_RTP_PORTS', '30000-20000'],
    ['TELEBAR_RTP_PORTS', '80-90'],
    ['TELEBAR_ICE_SERVERS', 'stun:x'],
    ['TELEBAR_ICE_SERVERS', '{"urls":"stun:x"}'],
    ['TELEBAR_ANNOUNCED_ADDRESS', 'my.host'],
    ['TELEBAR_TRUST_PROXY', 'yes'],
    ['TELEBAR_SIP_DIGEST', 'MD5,SHA-1'],
    ['TELEBAR_SIP_DIGEST', ','],
    ['TELEBAR_HOSTS', 'https://telebar.test'],
    ['TELEBAR_LOG_LEVEL', 'loud'],
    ['TELEBAR_METRICS_TOKEN', 'short'],
    ['TELEBAR_SERVER_URL', '10.0.0.5:8080'],
    ['TELEBAR_TEAMS', 'sales,Not A Name'],
    ['TELEBAR_LEASE_SECONDS', '1'],
    ['TELEBAR_TAKE_OVER', 'perhaps'],
    ['TELEBAR_ADMIN_PASSWORD', 'admin'],
    ['TELEBAR_TEAM', 'Two Words'],
    ['TELEBAR_TRUNK_USER', 'alone'],
  ])('refuses %s=%s with a sentence that names it', (name, value) => {
    const [sentence, ...more] = problems({ [name]: value });
    expect(sentence).toMatch(new RegExp(`^${name} .+\\.$`));
    expect(more).toEqual([]);
  });

  it('names every variable that is wrong at once', () => {
    expect(problems({ PORT: 'x', TELEBAR_LOG_LEVEL: 'y' })).toHaveLength(2);
  });
});

describe('who can reach a demo', () => {
  const open = (environment: Record<string, string>) =>
    openSettings(readConfig({ TELEBAR_DEMO: '1', ...environment }));

  it.each([
    [{}],
    [{ TELEBAR_HOST: 'localhost', TELEBAR_SIP_HOST: '127.0.0.2', TELEBAR_IPV6_HOST: '::1' }],
    [{ TELEBAR_HOST: '0:0:0:0:0:0:0:1', TELEBAR_MEDIA_HOST: '127.1.2.3' }],
  ])('is nobody else with %j', (environment) => {
    expect(open(environment)).toEqual([]);
  });

  it.each([
    ['TELEBAR_HOST', '0.0.0.0'],
    ['TELEBAR_HOST', '::'],
    ['TELEBAR_SIP_HOST', '0.0.0.0'],
    ['TELEBAR_SIP_HOST', '192.0.2.7'],
    ['TELEBAR_MEDIA_HOST', '0.0.0.0'],
    ['TELEBAR_IPV6_HOST', '::'],
    ['TELEBAR_IPV6_HOST', '2001:db8::1'],
  ])('is the network with %s=%s', (name, host) => {
    expect(open({ [name]: host })).toEqual([`${name}=${host}`]);
  });

  it('is told of all that is open', () => {
    expect(open({ TELEBAR_HOST: '0.0.0.0', TELEBAR_SIP_HOST: '0.0.0.0' })).toEqual([
      'TELEBAR_HOST=0.0.0.0',
      'TELEBAR_SIP_HOST=0.0.0.0',
    ]);
  });
});
