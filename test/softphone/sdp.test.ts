import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { parse, write, type Sdp } from '../../widget/softphone/sdp.ts';

const library = createRequire(import.meta.url)('sdp-transform') as {
  parse(text: string): Sdp;
  write(description: Sdp): string;
};

const session = ['v=0', 'o=- 1 2 IN IP4 127.0.0.1', 's=-', 't=0 0', 'a=group:BUNDLE 0'];
const audio = [
  'm=audio 9 UDP/TLS/RTP/SAVPF 111 126',
  'c=IN IP4 0.0.0.0',
  'a=mid:0',
  'a=rtpmap:111 opus/48000/2',
];
const video = ['m=video 9 UDP/TLS/RTP/SAVPF 96', 'a=mid:1', 'a=rtpmap:96 VP8/90000'];
const extension = 'a=extmap:1/sendonly urn:ietf:params:rtp-hdrext:ssrc-audio-level';
const text = (...lines: readonly string[][]): string =>
  lines
    .flat()
    .map((line) => `${line}\r\n`)
    .join('');

const DESCRIPTIONS = {
  'that says no direction': text(session, audio),
  'that is on hold': text(session, audio, ['a=sendonly', 'a=rtcp-mux']),
  'of which the session is inactive': text([...session, 'a=inactive'], audio),
  'of two media': text(session, audio, [extension, 'a=sendrecv'], video, ['a=recvonly']),
  'without media': text(session),
  'of nothing': '',
};
const directions = ({ direction, media }: Sdp): unknown => ({
  session: direction,
  media: media.map((each) => [each.type, each.direction]),
});

describe('what JsSIP reads of a session description', () => {
  it.each(Object.entries(DESCRIPTIONS))('is as sdp-transform reads it: one %s', (_, description) => {
    expect(directions(parse(description))).toEqual(directions(library.parse(description)));
  });

  it.each(Object.entries(DESCRIPTIONS))('is written as it came: one %s', (_, description) => {
    expect(write(parse(description))).toBe(description);
  });

  it.each(Object.entries(DESCRIPTIONS))(
    'is written with the direction that was set: one %s',
    (_, description) => {
      const ours = parse(description);
      for (const media of ours.media) media.direction = 'inactive';
      expect(library.parse(write(ours)).media.map(({ direction }) => direction)).toEqual(
        ours.media.map(() => 'inactive'),
      );
      // Nothing else is different.
      expect(write(ours).replace(/a=(inactive|sendonly|recvonly|sendrecv)\r\n/g, '')).toBe(
        description.replace(/a=(inactive|sendonly|recvonly|sendrecv)\r\n/g, ''),
      );
    },
  );
});
