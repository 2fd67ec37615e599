import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adapt, guideFile } from '../support/asterisk/guide-file.ts';
import { AsteriskNode } from '../support/asterisk/node.ts';
import { requireExecutable } from '../support/executables.ts';
import { SipPeer } from '../support/sip-peer.ts';

/** What an Asterisk says that was given nothing but the guide's files: each of these has defaults that are meant. */
const OPTIONAL = /(ccss|features|acl|manager|udptl|pjproject|websocket_client|http_media_cache)/;
/** Keys for encryption between Asterisks, which nobody uses here. */
const KEYS = /\/keys/;

describe('the files of the guide', () => {
  let node: AsteriskNode;
  beforeAll(async () => {
    // The carrier is elsewhere, so that a phone from this machine is a stranger.
    node = await AsteriskNode.start({
      carrier: { host: '192.0.2.10', port: 5060 },
      yours: { 'pjsip.conf': { 'trunk:identify/match': '192.0.2.10' } },
    });
  });
  afterAll(() => node.stop());

  it('are read by Asterisk without a complaint', async () => {
    const complaints = (await node.log(100_000))
      .split('\n')
      .filter((line) => /\] (WARNING|ERROR)\[/.test(line) && !OPTIONAL.test(line) && !KEYS.test(line));
    expect(complaints).toEqual([]);
  });

  it('make a carrier that reaches the application alone, moves no calls, and is noticed when it falls silent', async () => {
    const fields = await node.ari<{ attribute: string; value: string }[]>(
      'GET',
      '/asterisk/config/dynamic/res_pjsip/endpoint/trunk',
    );
    const trunk = Object.fromEntries(fields.map(({ attribute, value }) => [attribute, value]));
    expect(trunk).toMatchObject({
      context: 'telebar',
      allow: '(ulaw|alaw)',
      allow_transfer: 'false',
      direct_media: 'false',
      allow_subscribe: 'false',
      trust_id_inbound: 'true',
      rtp_timeout: '10',
      rtp_timeout_hold: '300',
    });
  });

  it('write down who guesses passwords, and from where', async () => {
    const guess = await SipPeer.open({ switchPort: node.sipPort, username: 'nobody', password: 'guess' });
    await guess.register();
    await guess.close();
    await expect.poll(() => node.securityLog()).toMatch(/InvalidAccountID.*nobody.*127\.0\.0\.1/);
  });

  it('let nobody without the password of Telebar at ARI, and tell no foreign page anything', async () => {
    const url = `${node.ariUrl}/ari/channels`;
    expect((await fetch(url)).status).toBe(401);
    expect((await fetch(`${url}?api_key=telebar:guess`)).status).toBe(401);
    const right = await fetch(`${url}?api_key=telebar:${node.password}`, {
      headers: { origin: 'https://elsewhere.example' },
    });
    expect(right.status).toBe(200);
    expect(right.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('listen for ARI on the loopback interface when nobody changes them', () => {
    for (const line of guideFile('http.conf').split('\n')) {
      if (/bindaddr/.test(line)) expect(line).toContain('= 127.0.0.1');
    }
  });
});

it('the password of the ARI user may stand there as a hash', async () => {
  const openssl = requireExecutable('openssl', 'OPENSSL_PATH');
  const { stdout } = await promisify(execFile)(openssl, ['passwd', '-6', 'from-the-keyring']);
  const hash = stdout.trim();
  const node = await AsteriskNode.start({
    password: 'from-the-keyring',
    yours: { 'ari.conf': { 'telebar:user/password': hash, 'telebar:user/password_format': 'crypt' } },
  });
  const withHash = await fetch(`${node.ariUrl}/ari/channels?api_key=telebar:${encodeURIComponent(hash)}`);
  await node.stop();
  expect(withHash.status).toBe(401);
});

describe("lines marked '; yours'", () => {
  const text = '[a]\none = 1\ntwo = 2 ; yours\n;three = 3 ; yours\n[a]\ntype = b\ntwo = 4 ; yours\n';

  it('are the only ones that are filled in, and switched on or taken out', () => {
    expect(adapt(text, { 'a/two': '20', 'a/three': '30', 'a:b/two': null })).toBe(
      '[a]\none = 1\ntwo = 20\nthree = 30\n[a]\ntype = b\n',
    );
  });

  it('cannot be meant where there is none: tests need nothing that integrators are not told of', () => {
    expect(() => adapt(text, { 'a/one': '10' })).toThrow('a/one');
  });
});
