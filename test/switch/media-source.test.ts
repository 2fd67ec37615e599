import { beforeEach, describe, expect, test } from 'vitest';
import { canonicalAddress, scopeOf } from '../../server/switch/embedded/media/address-scope.ts';
import { emptyHeader, type RtpHeader } from '../../server/switch/embedded/media/rtp-packet.ts';
import { RtpSource, type Place } from '../../server/switch/embedded/media/rtp-source.ts';

const OFFICE = '203.0.113.5';
const INSIDE = '192.168.1.10';
const GATEWAY = '198.51.100.7';
const STRANGER = '192.0.2.66';
const [PHONE, OTHER] = [1111, 2222];

let source: RtpSource;
let now: number;

beforeEach(() => {
  source = new RtpSource([]);
  now = 10_000;
});

function packet(ssrc: number, sequence: number): RtpHeader {
  return { ...emptyHeader(), ssrc, sequence };
}

function accept(address: string, port: number, ssrc = PHONE, sequence = 1, agreed = true): boolean {
  return source.accept(packet(ssrc, sequence), { address, port }, agreed, now);
}

describe('a phone behind NAT', () => {
  beforeEach(() => source.signalled({ address: INSIDE, port: 11_000 }, OFFICE));

  test('is heard from the address that its signalling comes from, on whatever port', () => {
    expect(accept(OFFICE, 34_567)).toBe(true);
    expect(source.target).toEqual({ address: OFFICE, port: 34_567 });
  });

  test.each([STRANGER, INSIDE, '127.0.0.1'])(
    'is not mistaken for %s, who comes first, nor later while it is silent',
    (other) => {
      expect(accept(other, 11_000, OTHER)).toBe(false);
      expect(accept(OFFICE, 34_567)).toBe(true);
      now += 60_000;
      expect(accept(other, 11_000, OTHER)).toBe(false);
      expect(source.target).toEqual({ address: OFFICE, port: 34_567 });
    },
  );

  test('is sent to where it signals from until it is heard, and never to its inner address', () => {
    expect(source.target).toEqual({ address: OFFICE, port: 11_000 });
  });

  test('may get another port from its NAT in the middle of its stream', () => {
    accept(OFFICE, 34_567, PHONE, 100);
    expect(accept(OFFICE, 40_001, PHONE, 101)).toBe(true);
    expect(source.target?.port).toBe(40_001);
    // A late packet by the way before is heard, and moves nothing.
    expect(accept(OFFICE, 34_567, PHONE, 99)).toBe(true);
    expect(source.target?.port).toBe(40_001);
  });

  test('keeps its place against others behind the same NAT while it is heard', () => {
    accept(OFFICE, 34_567, PHONE, 100);
    now += 500;
    expect(accept(OFFICE, 50_000, OTHER, 7)).toBe(false);
    // Not even at the port that it wrote, which may be anybody's behind a NAT.
    expect(accept(OFFICE, 11_000, OTHER, 7)).toBe(false);
    // Who has found out its SSRC needs its numbers as well.
    expect(accept(OFFICE, 50_000, PHONE, 30_000)).toBe(false);
    expect(source.target?.port).toBe(34_567);
  });

  test('is found on another port with another stream after a silence (it restarted its media)', () => {
    accept(OFFICE, 34_567, PHONE, 100);
    now += 1_001;
    expect(accept(OFFICE, 50_000, OTHER, 7)).toBe(true);
    expect(source.target?.port).toBe(50_000);
  });
});

describe('a stream', () => {
  beforeEach(() => {
    source.signalled({ address: OFFICE, port: 11_000 }, OFFICE);
    accept(OFFICE, 11_000, PHONE, 100);
  });

  test('gets no voice mixed into it from its own address', () => {
    now += 20;
    expect(accept(OFFICE, 11_000, OTHER, 5)).toBe(false);
  });

  test('may be followed by another one (the carrier has connected somebody else)', () => {
    now += 120;
    expect(accept(OFFICE, 11_000, OTHER, 5)).toBe(true);
    expect(accept(OFFICE, 11_000, OTHER, 6)).toBe(true);
  });

  test('that only paused gets its place back', () => {
    now += 120;
    expect(accept(OFFICE, 11_000, OTHER, 5)).toBe(true);
    now += 20;
    expect(accept(OFFICE, 11_000, PHONE, 107)).toBe(true);
    now += 20;
    expect(accept(OFFICE, 11_000, OTHER, 6)).toBe(false);
  });

  test('is not begun by a payload type that was not agreed', () => {
    now += 5_000;
    expect(accept(OFFICE, 11_000, OTHER, 5, false)).toBe(false);
  });

  test('at the port of the SDP goes before one of the same host that came first', () => {
    source.signalled({ address: OFFICE, port: 12_000 }, OFFICE);
    expect(accept(OFFICE, 33_000, OTHER, 5)).toBe(true);
    expect(accept(OFFICE, 12_000, PHONE, 5)).toBe(true);
    expect(accept(OFFICE, 33_000, OTHER, 6)).toBe(false);
  });
});

describe('what is signalled', () => {
  test('a public media gateway that the SDP names is taken, beside the address that signals', () => {
    source.signalled({ address: GATEWAY, port: 9_000 }, OFFICE);
    expect(source.target).toEqual({ address: GATEWAY, port: 9_000 });
    expect(accept(STRANGER, 9_000)).toBe(false);
    expect(accept(GATEWAY, 9_000)).toBe(true);
  });

  test('a private gateway is taken when its signalling is private too, or when the operator has named it', () => {
    source.signalled({ address: INSIDE, port: 9_000 }, '10.0.0.1');
    expect(source.target).toEqual({ address: INSIDE, port: 9_000 });
    source = new RtpSource([INSIDE]);
    source.signalled({ address: INSIDE, port: 9_000 }, OFFICE);
    expect(source.target).toEqual({ address: INSIDE, port: 9_000 });
  });

  test.each(['127.0.0.1', '239.1.2.3', '255.255.255.255', 'fe80::1'])(
    'nobody outside can make us send to %s',
    (address) => {
      source.signalled({ address, port: 9_000 }, OFFICE);
      expect(source.target).toEqual({ address: OFFICE, port: 9_000 });
    },
  );

  test('a new place ends what was learned, the same one keeps it', () => {
    source.signalled({ address: INSIDE, port: 11_000 }, OFFICE);
    accept(OFFICE, 34_567);
    source.signalled({ address: INSIDE, port: 11_000 }, OFFICE);
    expect(source.target?.port).toBe(34_567);
    source.signalled({ address: INSIDE, port: 11_002 }, OFFICE);
    expect(source.target?.port).toBe(11_002);
    expect(accept(OFFICE, 45_000, OTHER, 1)).toBe(true);
  });

  test('a phone that signals from another address from now on is heard from there', () => {
    source.signalled({ address: INSIDE, port: 11_000 }, OFFICE);
    accept(OFFICE, 34_567);
    source.signalled({ address: INSIDE, port: 11_000 }, GATEWAY);
    expect(accept(OFFICE, 34_567, PHONE, 2)).toBe(false);
    expect(accept(GATEWAY, 1_234, PHONE, 2)).toBe(true);
  });

  test('after a new offer any stream of the far side may begin, and nothing is sent elsewhere until it does', () => {
    source.signalled({ address: INSIDE, port: 11_000 }, OFFICE);
    accept(OFFICE, 34_567, PHONE, 100);
    source.reopen();
    expect(source.target?.port).toBe(34_567);
    expect(accept(STRANGER, 34_567, OTHER, 5)).toBe(false);
    expect(accept(OFFICE, 40_000, OTHER, 5)).toBe(true);
  });

  test('nobody is heard before anything is signalled', () => {
    expect(accept(OFFICE, 11_000)).toBe(false);
  });
});

describe('RTCP', () => {
  const from = (address: string): Place => ({ address, port: 5 });

  test('is taken of the stream that is heard, from the hosts of the far side', () => {
    source.signalled({ address: OFFICE, port: 11_000 }, OFFICE);
    expect(source.acceptControl(OTHER, from(OFFICE))).toBe(true);
    accept(OFFICE, 11_000, PHONE, 1);
    expect(source.acceptControl(PHONE, from(OFFICE))).toBe(true);
    expect(source.acceptControl(OTHER, from(OFFICE))).toBe(false);
    expect(source.acceptControl(PHONE, from(STRANGER))).toBe(false);
  });
});

test.each([
  ['10.1.2.3', 'private'],
  ['172.31.0.1', 'private'],
  ['100.64.0.1', 'private'],
  ['172.32.0.1', 'public'],
  ['127.8.9.1', 'loopback'],
  ['0.0.0.0', 'nobody'],
  ['224.0.0.1', 'nobody'],
  ['::1', 'loopback'],
  ['fd00::1', 'private'],
  ['fe80::1', 'private'],
  ['ff02::1', 'nobody'],
  ['::', 'nobody'],
  ['2001:db8::1', 'public'],
  ['pbx.example', 'nobody'],
])('the scope of %s is %s', (address, scope) => {
  expect(scopeOf(address)).toBe(scope);
});

test('one address has one spelling', () => {
  expect(canonicalAddress('2001:DB8:0:0::0001')).toBe('2001:db8::1');
  expect(canonicalAddress('::ffff:192.0.2.1')).toBe('192.0.2.1');
  expect(canonicalAddress('192.0.2.1')).toBe('192.0.2.1');
});
