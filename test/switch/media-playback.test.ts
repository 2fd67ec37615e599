import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { asId, type PlaybackId, type RoomId } from '../../server/core/kernel/ids.ts';
import type { PlaySource } from '../../server/core/ports/switch.ts';
import { encodeG711 } from '../../server/switch/embedded/media/g711.ts';
import { rms, sine, tonesIn } from '../support/goertzel.ts';
import { MediaFixture } from '../support/media.ts';
import { makeWav } from '../support/make-wav.ts';

const ROOM = asId<RoomId>('room');
const PLAYBACK = asId<PlaybackId>('playback');
const ALL = { kind: 'all' } as const;

let media: MediaFixture;

beforeEach(async () => {
  media = await MediaFixture.start();
});

afterEach(() => media.stop());

async function file(name: string, content: Buffer): Promise<PlaySource> {
  const path = join(media.folder, name);
  await writeFile(path, content);
  return { kind: 'file', path };
}

function pcm(samples: Int16Array): Buffer {
  return Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
}

test('what is played to a leg is heard by it alone, over what it hears', async () => {
  const a = await media.phone('a');
  const b = await media.phone('b');
  a.phone.say(440);
  b.phone.say(650);
  await media.child.openRoom(ROOM);
  await media.child.place(a.legId, ROOM, ALL);
  await media.child.place(b.legId, ROOM, ALL);
  await a.phone.listen(200);
  const source: PlaySource = { kind: 'frequency', hz: 1500, ms: 800 };
  await media.child.play({ playbackId: PLAYBACK, target: { leg: a.legId }, source });
  await a.phone.listen(100);
  const [atA, atB] = await Promise.all([a.phone.listen(500), b.phone.listen(500)]);
  expect(tonesIn(atA, [440, 650, 1500])).toEqual([1500]);
  expect(tonesIn(atB, [440, 650, 1500])).toEqual([440]);
  expect(await media.event('playback-finished')).toEqual({
    type: 'playback-finished',
    playbackId: PLAYBACK,
    reason: 'completed',
  });
  await a.phone.listen(100);
  expect(tonesIn(await a.phone.listen(300), [440, 650, 1500])).toEqual([650]);
});

test('what is played to a room is heard by all in it, with the others', async () => {
  const a = await media.phone('a');
  const b = await media.phone('b');
  a.phone.say(440);
  b.phone.say(650);
  await media.child.openRoom(ROOM);
  await media.child.place(a.legId, ROOM, ALL);
  await media.child.place(b.legId, ROOM, ALL);
  const source: PlaySource = { kind: 'frequency', hz: 1500, ms: 5000 };
  await media.child.play({ playbackId: PLAYBACK, target: { room: ROOM }, source });
  await a.phone.listen(250);
  const [atA, atB] = await Promise.all([a.phone.listen(500), b.phone.listen(500)]);
  expect(tonesIn(atA, [440, 650, 1500])).toEqual([650, 1500]);
  expect(tonesIn(atB, [440, 650, 1500])).toEqual([440, 1500]);
  await media.child.stopPlayback(PLAYBACK);
  expect(await media.event('playback-finished')).toMatchObject({ reason: 'stopped' });
  await a.phone.listen(150);
  expect(tonesIn(await a.phone.listen(300), [440, 650, 1500])).toEqual([650]);
});

test.each([
  [8000, 1],
  [16_000, 2],
  [48_000, 1],
  [48_000, 2],
] as const)('plays a WAV file of %i Hz with %i channels', async (sampleRate, channels) => {
  const { legId, phone } = await media.phone('a');
  const tone = sine(1000, 1500, 8000, sampleRate);
  const interleaved = new Int16Array(tone.length * channels);
  tone.forEach((sample, index) => interleaved.fill(sample, index * channels, (index + 1) * channels));
  const source = await file('tone.wav', makeWav(pcm(interleaved), { sampleRate, channels }));
  await media.child.play({ playbackId: PLAYBACK, target: { leg: legId }, source });
  await phone.listen(200);
  expect(tonesIn(await phone.listen(500), [500, 1000, 2000], 4000)).toEqual([1000]);
  await media.event('playback-finished');
});

test.each([
  [6, 'pcma'],
  [7, 'pcmu'],
] as const)('plays a G.711 WAV file (format tag %i)', async (formatTag, codec) => {
  const { legId, phone } = await media.phone('a');
  const bytes = Buffer.alloc(8000);
  encodeG711(codec, sine(1000, 1000), 8000, bytes, 0);
  const source = await file('g711.wav', makeWav(bytes, { formatTag, bits: 8 }));
  await media.child.play({ playbackId: PLAYBACK, target: { leg: legId }, source });
  await phone.listen(200);
  expect(tonesIn(await phone.listen(400), [500, 1000, 2000], 4000)).toEqual([1000]);
});

test('a short file in a loop plays until it is stopped', async () => {
  const { legId, phone } = await media.phone('a');
  const source = await file('short.wav', makeWav(pcm(sine(1000, 100)), {}));
  await media.child.play({ playbackId: PLAYBACK, target: { leg: legId }, source, loop: true });
  await phone.listen(600);
  expect(tonesIn(await phone.listen(400), [1000], 2000)).toEqual([1000]);
  await media.child.stopPlayback(PLAYBACK);
  expect(await media.event('playback-finished')).toMatchObject({ reason: 'stopped' });
});

const good = makeWav(pcm(sine(1000, 100)), {});
test.each([
  ['a truncated header', good.subarray(0, 20), /cut off/],
  ['no samples', good.subarray(0, 44), /no samples/],
  ['24-bit samples', makeWav(Buffer.alloc(600), { bits: 24 }), /24-bit/],
  ['44.1 kHz', makeWav(Buffer.alloc(600), { sampleRate: 44_100 }), /44100 Hz/],
  ['six channels', makeWav(Buffer.alloc(600), { channels: 6 }), /6 channels/],
  ['MP3', Buffer.from([0xff, 0xfb, 0x90, 0x64, ...Array<number>(200).fill(0)]), /no WAV/],
  ['an MP3 stream in a WAV file', makeWav(Buffer.alloc(600), { formatTag: 0x55 }), /format tag 85/],
])('refuses a file with %s', async (_what, content, message) => {
  const { legId } = await media.phone('a');
  const source = await file('bad.wav', Buffer.from(content));
  const playing = media.child.play({ playbackId: PLAYBACK, target: { leg: legId }, source });
  await expect(playing).rejects.toMatchObject({
    code: 'bad-source',
    message: expect.stringMatching(message),
  });
});

test('refuses a file that does not exist', async () => {
  const { legId } = await media.phone('a');
  const source: PlaySource = { kind: 'file', path: join(media.folder, 'missing.wav') };
  const playing = media.child.play({ playbackId: PLAYBACK, target: { leg: legId }, source });
  await expect(playing).rejects.toMatchObject({ code: 'bad-source' });
});

test('the ringback tone is 450 Hz for one second and silent then', async () => {
  const { legId, phone } = await media.phone('a');
  const source: PlaySource = { kind: 'tone', tone: 'ringback' };
  await media.child.play({ playbackId: PLAYBACK, target: { leg: legId }, source, loop: true });
  await phone.listen(100);
  expect(tonesIn(await phone.listen(500), [450], 4000)).toEqual([450]);
  await phone.listen(600);
  expect(rms(await phone.listen(500))).toBeLessThan(20);
});

test('digits are played as their two frequencies', async () => {
  const { legId, phone } = await media.phone('a');
  const source: PlaySource = { kind: 'digits', digits: '555' };
  await media.child.play({ playbackId: PLAYBACK, target: { leg: legId }, source, loop: true });
  await phone.listen(200);
  const heard = await phone.listen(600);
  // Over several digits the same tone may cancel itself: each begins with a phase of its own.
  const slices = Array.from({ length: 12 }, (_, index) => heard.subarray(index * 400, (index + 1) * 400));
  const tones = slices.map((slice) => tonesIn(slice, [697, 770, 852, 1209, 1336, 1477], 1500));
  expect(tones).toContainEqual([770, 1336]);
});

test('a playback ends with its leg', async () => {
  const { legId } = await media.phone('a');
  const source: PlaySource = { kind: 'tone', tone: 'busy' };
  await media.child.play({ playbackId: PLAYBACK, target: { leg: legId }, source, loop: true });
  await media.child.closeLeg(legId);
  expect(await media.event('playback-finished')).toMatchObject({ reason: 'stopped' });
});
