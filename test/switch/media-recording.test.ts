import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { asId, type RecordingId, type RoomId } from '../../server/core/kernel/ids.ts';
import { rms, tonesIn } from '../support/goertzel.ts';
import { wavChannel } from '../support/make-wav.ts';
import { MediaFixture } from '../support/media.ts';

const ROOM = asId<RoomId>('room');
const RECORDING = asId<RecordingId>('recording');
const ALL = { kind: 'all' } as const;
const TONES = [440, 650, 1100];
/** Of tones with an amplitude of 8000, also where a busy machine leaves gaps. */
const HEARD = 1500;

let media: MediaFixture;
let path: string;
let a: Awaited<ReturnType<MediaFixture['phone']>>;
let b: Awaited<ReturnType<MediaFixture['phone']>>;

beforeEach(async () => {
  media = await MediaFixture.start();
  path = join(media.folder, 'recording.wav');
  await media.child.openRoom(ROOM);
  a = await media.phone('a');
  b = await media.phone('b');
  a.phone.say(440);
  b.phone.say(650);
  await media.child.place(a.legId, ROOM, ALL);
  await media.child.place(b.legId, ROOM, ALL);
  await a.phone.listen(200);
});

afterEach(() => media.stop());

test('a leg is recorded in stereo: left what it says, right what it hears', async () => {
  const from = performance.now();
  await media.child.record({ recordingId: RECORDING, target: { leg: a.legId }, path });
  await a.phone.listen(1000);
  await media.child.stopRecording(RECORDING);
  const finished = await media.event('recording-finished');
  const took = performance.now() - from;
  expect(finished).toMatchObject({ recordingId: RECORDING, path });
  expect(finished.failed).toBeUndefined();
  expect(finished.durationMs).toBeGreaterThan(900);
  expect(finished.durationMs).toBeLessThan(took + 200);
  const file = await readFile(path);
  expect(file.readUInt16LE(22)).toBe(2);
  expect(file.readUInt32LE(40)).toBe(file.length - 44);
  expect(tonesIn(wavChannel(file, 0).subarray(1600), TONES, HEARD)).toEqual([440]);
  expect(tonesIn(wavChannel(file, 1).subarray(1600), TONES, HEARD)).toEqual([650]);
});

test('the recording of a leg on hold has the music at the right', async () => {
  await media.child.music(a.legId, true);
  await media.child.record({ recordingId: RECORDING, target: { leg: a.legId }, path });
  await a.phone.listen(1000);
  await media.child.stopRecording(RECORDING);
  const right = wavChannel(await readFile(path), 1);
  expect(rms(right)).toBeGreaterThan(300);
  expect(tonesIn(right, [650], 3000)).toEqual([]);
});

test('a room is recorded in mono with everybody who talks in it, while the two still get packets untouched', async () => {
  await media.child.record({ recordingId: RECORDING, target: { room: ROOM }, path });
  await a.phone.listen(1000);
  expect(tonesIn(await b.phone.listen(300), TONES)).toEqual([440]);
  await media.child.stopRecording(RECORDING);
  const file = await readFile(path);
  expect(file.readUInt16LE(22)).toBe(1);
  expect(tonesIn(wavChannel(file, 0).subarray(1600), TONES, HEARD)).toEqual([440, 650]);
});

test('a pause leaves out what is said in it', async () => {
  await media.child.record({ recordingId: RECORDING, target: { leg: a.legId }, path });
  await a.phone.listen(500);
  await media.child.pauseRecording(RECORDING);
  a.phone.say(1100);
  await a.phone.listen(500);
  a.phone.say(440);
  await a.phone.listen(200);
  await media.child.resumeRecording(RECORDING);
  await a.phone.listen(500);
  await media.child.stopRecording(RECORDING);
  const finished = await media.event('recording-finished');
  expect(finished.durationMs).toBeLessThan(1250);
  expect(tonesIn(wavChannel(await readFile(path), 0), TONES, 500)).toEqual([440]);
});

test('a recording ends with its leg', async () => {
  await media.child.record({ recordingId: RECORDING, target: { leg: a.legId }, path });
  await a.phone.listen(300);
  await media.child.closeLeg(a.legId);
  await media.event('recording-finished');
  expect((await readFile(path)).length).toBeGreaterThan(3000);
});

test('a recording ends with its room', async () => {
  await media.child.record({ recordingId: RECORDING, target: { room: ROOM }, path });
  await media.child.closeRoom(ROOM);
  await media.event('recording-finished');
});

test('a crash leaves a file that plays', async () => {
  await media.child.record({ recordingId: RECORDING, target: { leg: a.legId }, path });
  await expect
    .poll(async () => (await readFile(path)).readUInt32LE(40), { timeout: 10_000 })
    .toBeGreaterThan(24_000);
  process.kill(media.child.pid ?? 0, 'SIGKILL');
  await media.event('down');
  const file = await readFile(path);
  expect(tonesIn(wavChannel(file, 0).subarray(1600), TONES, HEARD)).toEqual([440]);
});

test('a folder that does not exist is refused', async () => {
  const target = { leg: a.legId };
  const recording = media.child.record({ recordingId: RECORDING, target, path: '/nowhere/at/all.wav' });
  await expect(recording).rejects.toMatchObject({ code: 'bad-source' });
});

test('a second recording of the same id is refused', async () => {
  const request = { recordingId: RECORDING, target: { leg: a.legId }, path };
  await media.child.record(request);
  await expect(media.child.record(request)).rejects.toMatchObject({ code: 'wrong-state' });
});
