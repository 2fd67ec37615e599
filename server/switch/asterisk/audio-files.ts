import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { PlaySource } from '../../core/ports/switch.ts';
import { SwitchError } from '../../core/ports/switch.ts';
import type { AudioSource } from '../embedded/media/audio-source.ts';
import { MediaError } from '../embedded/media/media-engine.ts';
import { FRAME_SAMPLES } from '../embedded/media/rtp-packet.ts';
import { digitTones, frequencyTone, progressTone } from '../embedded/media/tones.ts';
import { loadMusic } from '../embedded/media/wav-reader.ts';
import { AsteriskUnusable } from './ari-error.ts';
import type { AsteriskConfig } from './asterisk-config.ts';
import { monoWav } from './pcm-wav.ts';
import { failureCode } from './unreachable.ts';

/** What was played is kept for the next time, up to this many bytes. */
const MAX_KEPT = 64 << 20;
/** A loop is at least this long, so that its seam is rare, samples. */
const LOOP_SAMPLES = 30 * 8000;

/**
 * Makes what is to be played into WAV files of 8 kHz, and hands them to Asterisk over HTTP, so that it need not share a
 * disk with us. A file is named by its content: Asterisk keeps what it has fetched.
 */
export class AudioFiles {
  readonly #config: AsteriskConfig['audio'];
  readonly #files = new Map<string, Buffer>();
  readonly #server: Server;
  #bytes = 0;
  /** The switches that play from here. */
  readonly #users = new Set<object>();
  #listening: Promise<void> = Promise.resolve();

  constructor(config: AsteriskConfig['audio']) {
    this.#config = config;
    this.#server = createServer((request, response) => {
      const name = /^\/audio\/([0-9a-f]{64})\.wav$/.exec(request.url ?? '')?.[1];
      const file = name === undefined ? undefined : this.#files.get(name);
      if (file === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) {
        response.writeHead(404).end();
        return;
      }
      response.writeHead(200, {
        'content-type': 'audio/wav',
        'content-length': file.length,
        'cache-control': 'max-age=86400, immutable',
      });
      response.end(request.method === 'HEAD' ? undefined : file);
    });
  }

  /** Is there until the last of those that have started it stops it. @throws AsteriskUnusable when the address cannot be had */
  async start(user: object): Promise<void> {
    this.#users.add(user);
    if (this.#users.size === 1) this.#listening = this.#listen();
    try {
      await this.#listening;
    } catch (error) {
      this.#users.delete(user);
      throw error;
    }
  }

  async #listen(): Promise<void> {
    const { host, port } = this.#config;
    this.#server.listen(port, host);
    try {
      await once(this.#server, 'listening');
    } catch (cause) {
      throw new AsteriskUnusable(
        `${host}:${port} cannot be opened for the audio that Asterisk fetches (${failureCode(cause) ?? 'unknown'}): set TELEBAR_ASTERISK_AUDIO to another address of this machine, port 0 for any.`,
        { cause },
      );
    }
  }

  async stop(user: object): Promise<void> {
    this.#users.delete(user);
    if (this.#users.size > 0 || !this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  /** Address of a source for Asterisk's `sound:`. @throws SwitchError `bad-source` */
  async publish(source: PlaySource, loop: boolean): Promise<string> {
    const samples = await render(source);
    const file = monoWav(loop ? repeated(samples) : samples);
    const name = createHash('sha256').update(file).digest('hex');
    const isNew = !this.#files.delete(name);
    // To the end: the first to go is the one that has not been wanted for longest.
    this.#files.set(name, file);
    if (isNew) {
      this.#bytes += file.length;
      for (const [oldest, { length }] of this.#files) {
        if (this.#bytes <= MAX_KEPT || oldest === name) break;
        this.#files.delete(oldest);
        this.#bytes -= length;
      }
    }
    return `${this.#base}/audio/${name}.wav`;
  }

  get #base(): string {
    const { url, host } = this.#config;
    if (url !== null) return url.replace(/\/+$/, '');
    const address = this.#server.address();
    const port = typeof address === 'object' && address !== null ? address.port : this.#config.port;
    return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  }
}

async function render(source: PlaySource): Promise<Int16Array> {
  try {
    switch (source.kind) {
      case 'file':
        return await loadMusic(source.path);
      case 'tone':
        return drain(progressTone(source.tone));
      case 'frequency':
        return drain(frequencyTone(source.hz, source.ms));
      case 'digits':
        return drain(digitTones(source.digits));
      case 'text':
        throw new SwitchError('unsupported', 'this switch does not speak');
      default:
        return source satisfies never;
    }
  } catch (error) {
    if (error instanceof MediaError) throw new SwitchError('bad-source', error.message, { cause: error });
    throw error;
  }
}

function drain(source: AudioSource): Int16Array {
  const frames: Int16Array[] = [];
  for (;;) {
    const frame = new Int16Array(FRAME_SAMPLES);
    if (!source.read(frame)) break;
    frames.push(frame);
  }
  source.close();
  const samples = new Int16Array(frames.length * FRAME_SAMPLES);
  frames.forEach((frame, index) => samples.set(frame, index * FRAME_SAMPLES));
  return samples;
}

function repeated(samples: Int16Array): Int16Array {
  if (samples.length === 0 || samples.length >= LOOP_SAMPLES) return samples;
  const times = Math.ceil(LOOP_SAMPLES / samples.length);
  const all = new Int16Array(samples.length * times);
  for (let time = 0; time < times; time += 1) all.set(samples, time * samples.length);
  return all;
}
