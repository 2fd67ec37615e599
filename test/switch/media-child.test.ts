import { createSocket, type Socket } from 'node:dgram';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { asId, type LegId } from '../../server/core/kernel/ids.ts';
import { MediaChild } from '../../server/switch/embedded/media/media-child-process.ts';
import type { MediaConfig, MediaEvent } from '../../server/switch/embedded/media/media-engine.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { freePort } from '../support/ports.ts';
import { MEDIA_CONFIG, MediaFixture } from '../support/media.ts';
import { systemClock } from '../../server/start/system-clock.ts';
import type { Clock } from '../../server/core/kernel/clock.ts';

const CHILD = join(import.meta.dirname, '../../server/switch/embedded/media/child.ts');
const quiet = (): void => undefined;

let child: MediaChild | null = null;
let socket: Socket | null = null;

afterEach(async () => {
  await child?.stop();
  child = null;
  socket?.close();
  socket = null;
});

function create(config: Partial<MediaConfig>, clock: Clock = systemClock): MediaChild {
  child = new MediaChild({
    config: { ...MEDIA_CONFIG, ...config },
    childPath: CHILD,
    execArgv: ['--import', 'tsx'],
    logger: { info: quiet, warn: quiet, error: quiet },
    clock,
  });
  return child;
}

function nextEvent(media: MediaChild, type: MediaEvent['type']): Promise<MediaEvent> {
  return new Promise((resolve) => {
    const stop = media.subscribe((event) => {
      if (event.type !== type) return;
      stop();
      resolve(event);
    });
  });
}

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function takePort(): Promise<number> {
  const taken = createSocket('udp4');
  socket = taken;
  await new Promise<void>((resolve) => taken.bind(0, '127.0.0.1', resolve));
  return taken.address().port;
}

test('a WebRTC port that is taken fails the start with a clear message', async () => {
  const port = await takePort();
  await expect(create({ webrtcPort: port }).start()).rejects.toMatchObject({
    code: 'no-ports',
    message: `UDP port ${port} for WebRTC cannot be opened on 127.0.0.1`,
  });
  expect(child?.pid).toBeNull();
});

test('nobody else gets the WebRTC port, before a call and between two', async () => {
  const port = await freePort();
  const media = create({ webrtcPort: port });
  await media.start();
  const other = createSocket('udp4');
  socket = other;
  await expect(
    new Promise<void>((resolve, reject) => {
      other.once('error', reject);
      other.bind(port, '127.0.0.1', resolve);
    }),
  ).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

test('a music file that cannot be played fails the start with a clear message', async () => {
  await expect(create({ musicFile: '/no/music.wav' }).start()).rejects.toMatchObject({
    code: 'bad-source',
    message: '/no/music.wav: the file cannot be opened',
  });
});

test('a child that hangs is killed and replaced', async () => {
  const clock = new ManualClock();
  const media = create({}, clock);
  await media.start();
  const { pid } = media;
  if (pid === null) throw new Error('no child');
  process.kill(pid, 'SIGSTOP');
  const pending = media.legs();
  const down = nextEvent(media, 'down');
  const up = nextEvent(media, 'up');
  await clock.advance(5000);
  expect(await down).toMatchObject({ reason: 'the media child ended with SIGKILL' });
  await expect(pending).rejects.toMatchObject({ code: 'down' });
  await clock.advance(100);
  await up;
  expect(media.pid).not.toBe(pid);
  expect(await media.legs()).toEqual([]);
});

test('a child is not taken to hang when it was the server that stood still', async () => {
  const media = await MediaFixture.start();
  try {
    const { pid } = media.child;
    // Nothing of this process runs meanwhile, as when a database blocks it or the machine is paused.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 6_000);
    expect(await media.child.legs()).toEqual([]);
    expect(media.child.pid).toBe(pid);
    expect(media.events).toEqual([]);
  } finally {
    await media.stop();
  }
});

test('stopping ends the process, and intents are refused from then on', async () => {
  const media = create({});
  await media.start();
  const { pid } = media;
  if (pid === null) throw new Error('no child');
  await media.stop();
  expect(alive(pid)).toBe(false);
  await expect(media.legs()).rejects.toMatchObject({ code: 'down' });
  await expect(media.closeLeg(asId<LegId>('gone'))).resolves.toBeUndefined();
});

test('intents about legs that do not exist are refused, closing one is not', async () => {
  const media = create({});
  await media.start();
  const legId = asId<LegId>('nobody');
  await expect(media.music(legId, true)).rejects.toMatchObject({ code: 'no-such-leg' });
  await expect(media.acceptAnswer(legId, 'v=0')).rejects.toMatchObject({ code: 'no-such-leg' });
  await expect(media.closeLeg(legId)).resolves.toBeUndefined();
});

test('a used-up range of RTP ports is told, and a closed leg frees its pair', async () => {
  const first = 42_000 + 2 * Math.floor(Math.random() * 2000);
  const media = await MediaFixture.start({ rtpPorts: [first, first + 3] });
  try {
    const { legId } = await media.phone('a');
    await media.phone('b');
    await expect(media.phone('c')).rejects.toMatchObject({ code: 'no-ports' });
    await media.child.closeLeg(legId);
    const { phone } = await media.phone('d');
    expect([first, first + 2]).toContain(phone.remote?.port);
  } finally {
    await media.stop();
  }
});

test('one leg cannot be made twice', async () => {
  const media = await MediaFixture.start();
  try {
    await media.phone('a');
    await expect(media.phone('a')).rejects.toMatchObject({ code: 'wrong-state' });
    expect(await media.child.legs()).toHaveLength(1);
  } finally {
    await media.stop();
  }
});

test('a refused offer leaves no leg and no port behind', async () => {
  const media = await MediaFixture.start();
  try {
    const legId = asId<LegId>('a');
    await expect(media.child.answerOffer(legId, 'rtp', 'v=0\r\n')).rejects.toMatchObject({
      code: 'not-acceptable',
    });
    expect(await media.child.legs()).toEqual([]);
    await media.phone('a');
  } finally {
    await media.stop();
  }
});
