import { describe, expect, test } from 'vitest';
import {
  answerDirection,
  buildDescription,
  parseAudio,
  takesAudio,
} from '../../server/switch/embedded/media/sdp.ts';

const PHONE = [
  'v=0',
  'o=- 1 1 IN IP4 192.0.2.1',
  's=-',
  'c=IN IP4 192.0.2.1',
  't=0 0',
  'm=audio 4000 RTP/AVP 9 8 0 96',
  'a=rtpmap:9 G722/8000',
  'a=rtpmap:8 pcma/8000/1',
  'a=rtpmap:96 telephone-event/8000',
  'a=sendrecv',
  'm=video 5000 RTP/AVP 99',
  'a=rtpmap:99 H264/90000',
  '',
].join('\r\n');

describe('reading', () => {
  test('finds address, ports, codecs in order and events', () => {
    expect(parseAudio(PHONE, 'rtp')).toMatchObject({
      address: '192.0.2.1',
      port: 4000,
      rtcpPort: 4001,
      rtcpMux: false,
      direction: 'sendrecv',
      formats: [
        { codec: 'pcma', payloadType: 8 },
        { codec: 'pcmu', payloadType: 0 },
      ],
      telephoneEvent: 96,
      index: 0,
    });
  });

  test('takes lines that end with a line feed only, and attributes of the session', () => {
    const sdp = PHONE.replaceAll('\r\n', '\n')
      .replace('a=sendrecv\n', '')
      .replace('t=0 0', 't=0 0\na=inactive');
    expect(parseAudio(sdp, 'rtp').direction).toBe('inactive');
  });

  test('the address of the media goes before that of the session', () => {
    const sdp = PHONE.replace('a=sendrecv', 'c=IN IP4 192.0.2.9\r\na=sendrecv');
    expect(parseAudio(sdp, 'rtp').address).toBe('192.0.2.9');
  });

  test.each([
    ['without audio', PHONE.replace('m=audio', 'm=image')],
    ['with refused audio', PHONE.replace('m=audio 4000', 'm=audio 0')],
    ['without a codec of ours', PHONE.replace('9 8 0 96', '9 96')],
    ['with SRTP keys in it', PHONE.replace('RTP/AVP', 'RTP/SAVP')],
    ['over IPv6', PHONE.replaceAll('IP4 192.0.2.1', 'IP6 2001:db8::1')],
    ['with a host name', PHONE.replaceAll('192.0.2.1', 'phone.example')],
    ['with a port that does not exist', PHONE.replace('4000', '70000')],
    ['that is empty', ''],
    ['that is too large', PHONE + 'a=x\r\n'.repeat(20_000)],
  ])('an SDP %s is not acceptable', (_what, sdp) => {
    expect(() => parseAudio(sdp, 'rtp')).toThrow(
      expect.objectContaining({ code: 'not-acceptable' }) as Error,
    );
  });

  test('garbage never throws anything else', () => {
    for (let length = 0; length < PHONE.length; length += 7) {
      for (const sdp of [PHONE.slice(0, length), PHONE.slice(length), `v=0\r\n${PHONE.slice(length)}`]) {
        try {
          parseAudio(sdp, 'rtp');
        } catch (error) {
          expect(error).toMatchObject({ code: 'not-acceptable' });
        }
      }
    }
  });
});

test.each([
  ['sendrecv', false, 'sendrecv', true],
  ['sendonly', false, 'recvonly', false],
  ['recvonly', false, 'sendonly', true],
  ['inactive', false, 'inactive', false],
  ['sendrecv', true, 'recvonly', false],
] as const)('an offer that is %s (held: %s) is answered %s', (direction, held, answer, takes) => {
  expect(answerDirection({ direction, held })).toBe(answer);
  expect(takesAudio({ direction, held })).toBe(takes);
});

test('the address 0.0.0.0 is a hold of a phone, and nothing in particular of a browser', () => {
  const phone = PHONE.replaceAll('192.0.2.1', '0.0.0.0');
  expect(parseAudio(phone, 'rtp').held).toBe(true);
  const browser = [
    phone.replace('RTP/AVP 9', 'UDP/TLS/RTP/SAVPF 9').split('m=video')[0],
    'a=ice-ufrag:abcd\r\n',
    'a=ice-pwd:abcdefghijklmnopqrstuv\r\n',
    'a=fingerprint:sha-256 AA:BB\r\n',
  ].join('');
  expect(parseAudio(browser, 'webrtc').held).toBe(false);
});

test('an answer repeats the sections of the offer and refuses all but the audio', () => {
  const remote = parseAudio(PHONE, 'rtp');
  const answer = buildDescription({
    sessionId: 1,
    version: 2,
    address: '192.0.2.2',
    port: 6000,
    rtcpPort: 6001,
    protocol: remote.protocol,
    direction: 'sendrecv',
    formats: remote.formats.slice(0, 1),
    telephoneEvent: remote.telephoneEvent,
    attributes: [],
    mid: null,
    bundled: false,
    lines: remote.lines,
    index: remote.index,
  });
  const media = answer.split('\r\n').filter((line) => line.startsWith('m='));
  expect(media).toEqual(['m=audio 6000 RTP/AVP 8 96', 'm=video 0 RTP/AVP 99']);
  expect(answer).toContain('a=rtpmap:8 PCMA/8000');
  expect(parseAudio(answer, 'rtp')).toMatchObject({ port: 6000, rtcpPort: 6001, telephoneEvent: 96 });
});
