import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { createGrammar, type SipClasses } from '../../widget/softphone/sip-grammar.ts';

const require = createRequire(import.meta.url);
const generated = require('jssip/lib/Grammar.js') as { parse(text: string, rule: string): unknown };
const classes: SipClasses = {
  URI: require('jssip/lib/URI.js') as SipClasses['URI'],
  NameAddrHeader: require('jssip/lib/NameAddrHeader.js') as SipClasses['NameAddrHeader'],
};
const grammar = createGrammar(() => classes);

/** Two results are the same when JsSIP cannot tell them apart: same kind of object, same values by name. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shape);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Boolean) return 'a boolean';
  const entries = Object.entries(value)
    // The generated parser takes a port for a password before it knows better; nobody reads it.
    .filter(([key, item]) => item !== undefined && key !== 'password')
    .map(([key, item]) => [key, shape(item)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const kind =
    value instanceof classes.URI ? 'uri' : value instanceof classes.NameAddrHeader ? 'name-addr' : 'plain';
  return { kind, ...Object.fromEntries(entries) };
}

/** Texts by rule, as switches send them, and some that are wrong. */
const CORPUS: Readonly<Record<string, readonly string[]>> = {
  Request_Response: [
    'SIP/2.0 200 OK',
    'SIP/2.0 486 Busy Here  now',
    'SIP/2.0 100 ',
    'SIP/2.0 200',
    'INVITE sip:abc@df7jal23ls0d.invalid;transport=ws SIP/2.0',
    'ACK sip:127.0.0.1:8080;transport=ws;lr SIP/2.0',
    'BYE sip:x@[::1]:5060 SIP/2.0',
    'INVITE sip:a b@c SIP/2.0',
    'nonsense',
    '',
  ],
  Via: [
    'SIP/2.0/WS df7jal23ls0d.invalid;branch=z9hG4bK56sdasks',
    'SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bK1;rport=5062;received=192.0.2.4',
    'SIP / 2.0 / WSS host ;branch=a',
    'SIP/2.0/TCP pbx.example:5061;branch=z9;ttl=3;foo=bar',
    'SIP/2.0/WS',
    'garbage',
  ],
  From: [
    '"Bob \\"x\\"" <sip:bob@b.com:5080;lr>;tag=88sja8x;q=0.5',
    'sip:bob@b.com;tag=8',
    '<sip:+861012345678@telebar>;tag=abc',
    'Anonymous <sip:anonymous@anonymous.invalid>;tag=aa',
    '"王小明" <sip:10086@telebar>;tag=1',
    '<sip:b@b>;tag=x;foo="a b";bar',
    '<tel:+123>;tag=1',
    '<sip:a@b',
    '"x <sip:a@b>',
  ],
  To: ['Bob Smith <sip:b@b>', '<sip:b@b>', 'sip:b@b', 'sips:b@b:5061;tag=z', '"" <sip:b@b>', '<>', ''],
  Contact: [
    '<sip:a@b;ob>;expires=60;+sip.instance="<urn:uuid:aa>";reg-id=1',
    '<sip:a@b>;expires=60, "x" <sip:c@d>;q=0.7',
    'sip:a@b;expires=3',
    '<sip:df@df7jal23ls0d.invalid;transport=ws;ob>',
    '<sip:a@b',
  ],
  Record_Route: ['<sip:a@b;lr>', '<sip:a@b;lr>, <sip:c@d;lr>;x=1', 'sip:a@b'],
  Refer_To: ['<sip:a@b>;x=1', '<sip:a@b;method=INVITE?replaces=1>', 'sip:a@b'],
  Name_Addr_Header: ['"Bob" <sip:bob@x;a=b>;c=d', '<sip:bob@x>', 'sip:bob@x', 'Bob <sip:bob@x>'],
  Call_ID: ['abc@def', 'f81d4fae-7dec', 'a b', ''],
  Content_Length: ['0', '1234', '-1', 'x', ''],
  Content_Type: ['application/sdp', 'multipart/mixed;boundary="x"; a=b', 'sdp', ''],
  Max_Forwards: ['70', '0', 'x'],
  CSeq: ['4711 INVITE', '1 ACK', 'INVITE', '1', ''],
  WWW_Authenticate: [
    'Digest realm="a b", nonce="n\\"1", qop="auth,auth-int", opaque="o", algorithm=MD5, stale=FALSE',
    'Digest realm="telebar",nonce="abc",qop="auth",algorithm=SHA-256',
    'Digest realm="r", nonce="n"',
    'Digest realm="r", nonce="n", unknown=x, another="y"',
    'Digest realm=',
    '',
  ],
  Session_Expires: ['1800;refresher=uac', '1800', '90;refresher=UAS;x=1', 'soon'],
  Replaces: ['abc;from-tag=1;to-tag=2', 'a@b;to-tag=2;from-tag=1'],
  Event: ['presence;id=1', 'dialog', 'refer;id=93809824'],
  SIP_URI: [
    'sip:a@b',
    'sips:a:p@b:1',
    'SIP:A%20b@B.COM',
    'sip:b.com;transport=ws',
    'sip:+1234;phone-context=x@h',
    'sip:a@[2001:db8::1]:5060;transport=UDP;lr',
    'sip:a@1.2.3.4?subject=a&to=b',
    'sip:a@telebar;user=PHONE;method=INVITE;x=%41',
    'sip:*97@h',
    'sip:#@h',
    'tel:123',
    'sip:',
    'sip:a b@c',
    'sip:a@b_c',
    'sip:a@-b.com',
    'sip:ä@b',
    'sip:a@b:99999999',
    'sip:a@b;',
    'sip:a%ZZ@b',
    'sip:a@256.1.1.1',
  ],
  host: [
    'abc.com',
    'a',
    '1.2.3.4',
    '[::1]',
    'a_b',
    'a.1',
    '256.1.1.1',
    '1.2.3',
    '-a',
    'x.invalid',
    '1a.de',
    '',
  ],
  quoted_string: ['"abc"', '"a\\"b"', '"a"b"', 'abc', ''],
  uuid: ['f81d4fae-7dec-11d0-a765-00a0c91e6bf6', 'f81d4fae', ''],
};

describe('the SIP grammar', () => {
  for (const [rule, texts] of Object.entries(CORPUS)) {
    it(`reads ${rule} as JsSIP's own does`, () => {
      for (const text of texts) {
        expect(shape(grammar.parse(text, rule)), text).toEqual(shape(generated.parse(text, rule)));
      }
    });
  }

  it('knows every rule by which JsSIP parses what comes from a switch', () => {
    for (const rule of Object.keys(CORPUS)) expect(grammar.parse('\u0000', rule), rule).toBe(-1);
  });

  it('answers -1 to noise, never throws, and is not slow on it', () => {
    const noise = [
      '"'.repeat(5000),
      '<'.repeat(5000),
      'a.'.repeat(5000),
      ';a='.repeat(3000),
      '%'.repeat(500),
    ];
    const begin = performance.now();
    for (const rule of Object.keys(CORPUS)) {
      for (const text of noise) expect(() => grammar.parse(text, rule)).not.toThrow();
    }
    expect(performance.now() - begin).toBeLessThan(2000);
  });
});
