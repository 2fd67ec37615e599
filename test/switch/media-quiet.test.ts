import { beforeEach, describe, expect, test } from 'vitest';
import { asId, type LegId } from '../../server/core/kernel/ids.ts';
import { Leg } from '../../server/switch/embedded/media/leg.ts';
import type { Negotiated } from '../../server/switch/embedded/media/leg-transport.ts';
import type { MediaEvent } from '../../server/switch/embedded/media/media-engine.ts';

const SILENCE_MS = 1_500;
const TALK: Negotiated = {
  codec: 'pcmu',
  payloadType: 0,
  telephoneEvent: null,
  sending: true,
  expecting: true,
  reconnecting: false,
};

let told: MediaEvent[];

beforeEach(() => {
  told = [];
});

function leg(kind: 'rtp' | 'webrtc', agreed: Negotiated | null): Leg {
  const made = new Leg(
    asId<LegId>('leg'),
    kind,
    (event) => told.push(event),
    () => undefined,
  );
  if (agreed !== null) made.agree(agreed, true, 0);
  return made;
}

/** Looks several times a second, as the engine does. */
function supervise(one: Leg, from: number, to: number): Array<string | null> {
  const found: Array<string | null> = [];
  for (let now = from; now <= to; now += 200) found.push(one.supervise(now, SILENCE_MS));
  return found.filter((each) => each !== null);
}

const quiet = (): number => told.filter(({ type }) => type === 'leg-quiet').length;

describe('a phone', () => {
  test('is told to be quiet when nothing comes, from the moment in which its voice was due', () => {
    const phone = leg('rtp', TALK);
    supervise(phone, 0, 1_400);
    expect(quiet()).toBe(0);
    supervise(phone, 1_600, 6_400);
    expect(quiet()).toBe(1);
    supervise(phone, 6_600, 16_400);
    expect(quiet()).toBe(3);
  });

  test('that holds is told to be quiet only after half a minute', () => {
    const phone = leg('rtp', { ...TALK, expecting: false });
    supervise(phone, 0, 29_800);
    expect(quiet()).toBe(0);
    supervise(phone, 30_000, 32_000);
    expect(quiet()).toBe(1);
  });

  test('is not due to say anything before there is a session', () => {
    supervise(leg('rtp', null), 0, 60_000);
    expect(quiet()).toBe(0);
  });

  test('is not quiet by the time in which this process stood still', () => {
    const phone = leg('rtp', TALK);
    supervise(phone, 0, 1_000);
    phone.excuse(10_000, 11_000);
    supervise(phone, 11_000, 12_000);
    expect(quiet()).toBe(0);
    supervise(phone, 12_200, 14_000);
    expect(quiet()).toBe(1);
  });
});

describe('a browser', () => {
  test('is lost when nothing comes', () => {
    const page = leg('webrtc', TALK);
    page.handleConnected(0);
    expect(supervise(page, 0, 1_400)).toEqual([]);
    expect(supervise(page, 1_600, 1_600)).toEqual(['silence']);
    expect(quiet()).toBe(0);
  });

  test('is not lost by the time in which this process stood still', () => {
    const page = leg('webrtc', TALK);
    page.handleConnected(0);
    supervise(page, 0, 1_000);
    page.excuse(10_000, 11_000);
    expect(supervise(page, 11_000, 12_000)).toEqual([]);
    expect(supervise(page, 12_600, 13_000)).toContain('silence');
  });
});
