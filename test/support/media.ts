import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asId, type LegId } from '../../server/core/kernel/ids.ts';
import { MediaChild } from '../../server/switch/embedded/media/media-child-process.ts';
import type { MediaConfig, MediaEvent } from '../../server/switch/embedded/media/media-engine.ts';
import { RtpEndpoint, type RtpEndpointOptions } from './rtp-endpoint.ts';
import { systemClock } from '../../server/start/system-clock.ts';

const CHILD = join(import.meta.dirname, '../../server/switch/embedded/media/child.ts');

export const MEDIA_CONFIG: MediaConfig = {
  bindAddress: '127.0.0.1',
  webrtcPort: 0,
  rtpPorts: [0, 0],
  iceServers: [],
  silenceMs: 1500,
};

/** A media child run from TypeScript with everything it said, for audio tests. */
export class MediaFixture {
  readonly child: MediaChild;
  readonly events: MediaEvent[] = [];
  readonly folder: string;
  #phones: RtpEndpoint[] = [];
  #waiting = new Set<() => void>();

  private constructor(child: MediaChild, folder: string) {
    this.child = child;
    this.folder = folder;
    child.subscribe((event) => {
      this.events.push(event);
      for (const check of [...this.#waiting]) check();
    });
  }

  static async start(config: Partial<MediaConfig> = {}): Promise<MediaFixture> {
    const quiet = (): void => undefined;
    const child = new MediaChild({
      config: { ...MEDIA_CONFIG, ...config },
      childPath: CHILD,
      execArgv: ['--import', 'tsx'],
      logger: { info: quiet, warn: quiet, error: quiet },
      clock: systemClock,
    });
    await child.start();
    return new MediaFixture(child, await mkdtemp(join(tmpdir(), 'telebar-media-')));
  }

  /** An RTP leg whose far side is a scripted phone that offered it. */
  async phone(name: string, options: RtpEndpointOptions = {}): Promise<{ legId: LegId; phone: RtpEndpoint }> {
    const legId = asId<LegId>(name);
    const phone = await RtpEndpoint.open(options);
    this.#phones.push(phone);
    phone.connect(await this.child.answerOffer(legId, 'rtp', phone.description()));
    return { legId, phone };
  }

  /** The first event that matches, from those that came already or come within `ms`. */
  async event<Type extends MediaEvent['type']>(
    type: Type,
    matches: (event: Extract<MediaEvent, { type: Type }>) => boolean = () => true,
    ms = 15_000,
  ): Promise<Extract<MediaEvent, { type: Type }>> {
    const find = (): Extract<MediaEvent, { type: Type }> | undefined =>
      this.events.find(
        (event): event is Extract<MediaEvent, { type: Type }> =>
          event.type === type && matches(event as Extract<MediaEvent, { type: Type }>),
      );
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(check);
        reject(new Error(`no ${type} within ${ms} ms; had ${JSON.stringify(this.events)}`));
      }, ms);
      const check = (): void => {
        const found = find();
        if (found === undefined) return;
        clearTimeout(timer);
        this.#waiting.delete(check);
        resolve(found);
      };
      this.#waiting.add(check);
      check();
    });
  }

  async stop(): Promise<void> {
    for (const phone of this.#phones) phone.close();
    await this.child.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}
