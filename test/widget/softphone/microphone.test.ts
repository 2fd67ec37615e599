import { expect } from '@open-wc/testing';
import { testDevices } from '../../../widget/host/device-test.ts';
import { RingTone } from '../../../widget/host/ring-tone.ts';
import { Microphone } from '../../../widget/softphone/microphone.ts';
import { Speaker } from '../../../widget/softphone/speaker.ts';
import { until } from '../support/scripted-server.ts';

const GONE = 'of-a-headset-that-was-unplugged';
const deviceOf = (track: MediaStreamTrack | undefined): string | undefined => track?.getSettings().deviceId;

async function devices(kind: MediaDeviceKind): Promise<string[]> {
  const all = await navigator.mediaDevices.enumerateDevices();
  return all.flatMap((device) =>
    device.kind === kind && device.deviceId !== 'default' && device.deviceId !== '' ? [device.deviceId] : [],
  );
}

describe('the microphone', () => {
  const getUserMedia = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  const enumerateDevices = navigator.mediaDevices.enumerateDevices.bind(navigator.mediaDevices);
  let microphone: Microphone;
  /** Tracks that the browser has opened, oldest first. */
  let opened: MediaStreamTrack[];
  let replaced: number;
  let legs: number;

  beforeEach(() => {
    opened = [];
    replaced = 0;
    legs = 0;
    navigator.mediaDevices.getUserMedia = async (constraints) => {
      const stream = await getUserMedia(constraints);
      opened.push(...stream.getTracks());
      return stream;
    };
    microphone = new Microphone({
      changed: () => {},
      replaced: () => (replaced += 1),
      inUse: () => legs > 0,
    });
  });

  afterEach(() => {
    microphone.close();
    navigator.mediaDevices.getUserMedia = getUserMedia;
    navigator.mediaDevices.enumerateDevices = enumerateDevices;
  });

  const open = (): boolean => opened.some((track) => track.readyState === 'live');
  /** Which devices there are, as far as the page can tell. */
  const plugged = (ids: string[]): void => {
    navigator.mediaDevices.enumerateDevices = async () =>
      ids.map(
        (deviceId) => ({ kind: 'audioinput', deviceId, label: deviceId, groupId: '' }) as MediaDeviceInfo,
      );
  };

  it('is the chosen one of several', async () => {
    await microphone.prepare();
    const ids = await devices('audioinput');
    expect(ids.length).to.be.greaterThan(1);
    for (const id of ids) {
      microphone.select(id);
      const track = await microphone.take();
      expect(deviceOf(track)).to.equal(id);
      microphone.release(track);
    }
    expect(microphone.substituted).to.equal(false);
  });

  it("is the system's when the chosen one is gone, and says so until another is chosen", async () => {
    microphone.select(GONE);
    expect(await microphone.prepare()).to.equal('ready');
    expect(microphone.substituted).to.equal(true);
    microphone.select(null);
    expect(microphone.substituted).to.equal(false);
  });

  it('gives way to another when it is unplugged in a call, and is taken again when it is back', async () => {
    await microphone.prepare();
    const [, chosen = ''] = await devices('audioinput');
    microphone.select(chosen);
    await microphone.take();
    navigator.mediaDevices.getUserMedia = async (constraints) => {
      const { audio } = constraints ?? {};
      const wanted = typeof audio === 'object' && audio.deviceId;
      if (wanted !== undefined && wanted !== false) throw new DOMException('', 'NotFoundError');
      return getUserMedia(constraints);
    };
    opened.at(-1)?.dispatchEvent(new Event('ended'));
    await until(() => replaced === 1);
    expect([microphone.state, microphone.substituted]).to.deep.equal(['ready', true]);
    expect(deviceOf(await microphone.take())).not.to.equal(chosen);

    plugged(['another']);
    await microphone.devicesChanged();
    expect(microphone.substituted).to.equal(true);
    navigator.mediaDevices.getUserMedia = getUserMedia;
    plugged(['another', chosen]);
    await microphone.devicesChanged();
    expect([replaced, microphone.substituted]).to.deep.equal([2, false]);
    expect(deviceOf(await microphone.take())).to.equal(chosen);
  });

  it('is the one that was chosen while another could not be opened, or after that', async () => {
    await microphone.prepare();
    const [first = '', second = ''] = await devices('audioinput');
    navigator.mediaDevices.getUserMedia = async (constraints) => {
      const { audio } = constraints ?? {};
      const { exact } = typeof audio === 'object' ? ((audio.deviceId ?? {}) as { exact?: string }) : {};
      if (exact === undefined || exact === GONE) {
        if (choice !== null) microphone.select(choice);
        throw new DOMException('', 'NotFoundError');
      }
      const stream = await getUserMedia(constraints);
      opened.push(...stream.getTracks());
      return stream;
    };
    let choice: string | null = first;
    microphone.select(GONE);
    expect(await microphone.prepare()).to.equal('ready');
    expect(deviceOf(opened.at(-1))).to.equal(first);

    choice = null;
    microphone.select(GONE);
    expect(await microphone.prepare()).to.equal('missing');
    microphone.select(second);
    await until(() => microphone.state === 'ready');
    expect([deviceOf(opened.at(-1)), replaced]).to.deep.equal([second, 0]);
  });

  it('is closed within two seconds after a call, and open while one rings or talks', async () => {
    legs = 1;
    await microphone.prepare();
    const track = await microphone.take();
    expect(open()).to.equal(true);
    legs = 0;
    const since = performance.now();
    microphone.release(track);
    await until(() => !open());
    expect(performance.now() - since).to.be.lessThan(2000);
    legs = 1;
    await microphone.prepare();
    legs = 0;
    microphone.settle();
    await until(() => !open());
  });

  it('stays open when the agent wants it to', async () => {
    const timers: unknown[] = [];
    const { setTimeout } = window;
    microphone.keep(true);
    window.setTimeout = ((...args: unknown[]) => timers.push(args)) as never;
    try {
      microphone.release(await microphone.take());
    } finally {
      window.setTimeout = setTimeout;
    }
    expect(timers).to.have.length(0);
    expect(open()).to.equal(true);
    microphone.keep(false);
    await until(() => !open());
  });

  it('is tested as it is used: the chosen one, and the default when that is gone', async () => {
    await microphone.prepare();
    const ids = await devices('audioinput');
    const chosen = ids.at(-1) ?? '';
    const { microphoneLevel } = await testDevices(chosen, null);
    expect(microphoneLevel).to.be.within(0, 1);
    expect(deviceOf(opened.at(-1))).to.equal(chosen);
    expect((await testDevices(GONE, GONE)).microphoneLevel).to.be.within(0, 1);
  });
});

describe('the ring tone', () => {
  const enumerateDevices = navigator.mediaDevices.enumerateDevices.bind(navigator.mediaDevices);
  const proto = AudioContext.prototype as { setSinkId?: (id: string) => Promise<void> };
  const { setSinkId } = proto;
  let sinks: string[];
  const plugged = (ids: string[]): void => {
    navigator.mediaDevices.enumerateDevices = async () =>
      ids.map((deviceId) => ({ kind: 'audiooutput', deviceId }) as MediaDeviceInfo);
    navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
  };
  beforeEach(() => {
    sinks = [];
    proto.setSinkId = async (id) => void sinks.push(id);
  });
  afterEach(() => {
    navigator.mediaDevices.enumerateDevices = enumerateDevices;
    if (setSinkId !== undefined) proto.setSinkId = setSinkId;
  });

  it('comes from the chosen device, and from the default one while that is unplugged, also in the middle', async () => {
    const tone = new RingTone(() => {});
    plugged(['built-in', 'desk']);
    tone.start(0.1, 'desk');
    await until(() => sinks.at(-1) === 'desk');
    plugged(['built-in']);
    await until(() => sinks.at(-1) === '');
    plugged(['built-in', 'desk']);
    await until(() => sinks.at(-1) === 'desk');
    tone.stop();
    // Between two calls nothing rings, and nobody looks.
    plugged(['built-in']);
    tone.start(0.1, 'desk');
    await until(() => sinks.at(-1) === '');
    await tone.close();
  });
});

describe('the speaker', () => {
  const enumerateDevices = navigator.mediaDevices.enumerateDevices.bind(navigator.mediaDevices);
  afterEach(() => {
    navigator.mediaDevices.enumerateDevices = enumerateDevices;
  });

  it("is the chosen one, the system's while that is unplugged, and the chosen one again", async () => {
    const sinks: string[] = [];
    let told = 0;
    const speaker = new Speaker(() => (told += 1));
    const proto = HTMLMediaElement.prototype as { setSinkId?: (id: string) => Promise<void> };
    const { setSinkId } = proto;
    proto.setSinkId = async (id) => void sinks.push(id);
    const plugged = (ids: string[]): void => {
      navigator.mediaDevices.enumerateDevices = async () =>
        ids.map((deviceId) => ({ kind: 'audiooutput', deviceId }) as MediaDeviceInfo);
    };
    try {
      plugged(['built-in', 'headset']);
      await speaker.select('headset');
      const audio = speaker.open();
      await until(() => sinks.length === 1);
      plugged(['built-in']);
      await speaker.devicesChanged();
      expect([speaker.substituted, told]).to.deep.equal([true, 1]);
      plugged(['built-in', 'headset']);
      await speaker.devicesChanged();
      expect([speaker.substituted, told]).to.deep.equal([false, 2]);
      expect(sinks).to.deep.equal(['headset', '', 'headset']);
      speaker.close(audio);
    } finally {
      if (setSinkId !== undefined) proto.setSinkId = setSinkId;
    }
  });
});
