import { open, type FileHandle } from 'node:fs/promises';
import type { AudioSource } from './audio-source.ts';
import { DECODE } from './g711.ts';
import { MediaError } from './media-engine.ts';
import { Decimator } from './resampler.ts';
import { FRAME_SAMPLES } from './rtp-packet.ts';

type Encoding = 'pcm16' | 'pcmu' | 'pcma';

export interface WavFormat {
  encoding: Encoding;
  channels: 1 | 2;
  sampleRate: 8000 | 16_000 | 48_000;
  /** Where the samples begin and how many bytes they are. */
  dataOffset: number;
  dataBytes: number;
}

const FORMAT_PCM = 1;
const FORMAT_ALAW = 6;
const FORMAT_ULAW = 7;
const FORMAT_EXTENSIBLE = 0xfffe;
const MAX_CHUNKS = 64;
/** Input of one read from disk: a third of a second at 48 kHz stereo. */
const READ_BYTES = 64 * 1024;
/** Reading goes on below this many samples of stock (2 s). */
const LOW_STOCK = 16_000;

function bad(path: string, reason: string): MediaError {
  return new MediaError('bad-source', `${path}: ${reason}`);
}

function encodingOf(path: string, tag: number, bits: number): Encoding {
  if (tag === FORMAT_PCM) {
    if (bits === 16) return 'pcm16';
    throw bad(path, `${bits}-bit samples cannot be played, only 16-bit PCM or G.711`);
  }
  if (tag === FORMAT_ALAW && bits === 8) return 'pcma';
  if (tag === FORMAT_ULAW && bits === 8) return 'pcmu';
  throw bad(path, `the encoding (format tag ${tag}) is neither 16-bit PCM nor G.711`);
}

function formatOf(path: string, body: Buffer): Pick<WavFormat, 'encoding' | 'channels' | 'sampleRate'> {
  if (body.length < 16) throw bad(path, 'the format chunk is cut off');
  let tag = body.readUInt16LE(0);
  const channels = body.readUInt16LE(2);
  const sampleRate = body.readUInt32LE(4);
  const bits = body.readUInt16LE(14);
  // The true tag of an extensible format is the begin of its sub-format GUID.
  if (tag === FORMAT_EXTENSIBLE && body.length >= 26) tag = body.readUInt16LE(24);
  const encoding = encodingOf(path, tag, bits);
  if (channels !== 1 && channels !== 2) {
    throw bad(path, `${channels} channels cannot be played, only mono or stereo`);
  }
  if (sampleRate !== 8000 && sampleRate !== 16_000 && sampleRate !== 48_000) {
    throw bad(path, `the sample rate ${sampleRate} Hz is not 8000, 16000 or 48000`);
  }
  return { encoding, channels, sampleRate };
}

async function readExactly(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, offset);
  return buffer.subarray(0, bytesRead);
}

/** Walks the chunks of a RIFF file. @throws MediaError `bad-source` */
async function readFormat(file: FileHandle, path: string): Promise<WavFormat> {
  const { size } = await file.stat();
  const head = await readExactly(file, 0, 12);
  if (
    head.length < 12 ||
    head.toString('latin1', 0, 4) !== 'RIFF' ||
    head.toString('latin1', 8, 12) !== 'WAVE'
  ) {
    throw bad(path, 'this is no WAV file');
  }
  let format: Pick<WavFormat, 'encoding' | 'channels' | 'sampleRate'> | null = null;
  let offset = 12;
  for (let count = 0; count < MAX_CHUNKS && offset + 8 <= size; count += 1) {
    const chunk = await readExactly(file, offset, 8);
    const id = chunk.toString('latin1', 0, 4);
    const length = chunk.readUInt32LE(4);
    if (id === 'fmt ') {
      format = formatOf(path, await readExactly(file, offset + 8, Math.min(length, 40)));
    } else if (id === 'data') {
      if (format === null) throw bad(path, 'the samples come before their format');
      // Writers that were cut off leave 0 or 0xffffffff here: then the rest of the file counts.
      const rest = size - offset - 8;
      const dataBytes = length === 0 || length > rest ? rest : length;
      if (dataBytes === 0) throw bad(path, 'the file has no samples');
      return { ...format, dataOffset: offset + 8, dataBytes };
    }
    offset += 8 + length + (length % 2);
  }
  throw bad(path, format === null ? 'the header is cut off' : 'the file has no samples');
}

/** Decodes interleaved samples of a file to mono. */
function toMono(bytes: Buffer, { encoding, channels }: WavFormat): Int16Array {
  const width = encoding === 'pcm16' ? 2 : 1;
  const frames = Math.floor(bytes.length / (width * channels));
  const mono = new Int16Array(frames);
  const table = encoding === 'pcm16' ? null : DECODE[encoding];
  for (let frame = 0; frame < frames; frame += 1) {
    let value = 0;
    for (let channel = 0; channel < channels; channel += 1) {
      const at = frame * channels + channel;
      value += table === null ? bytes.readInt16LE(at * 2) : (table[bytes[at] ?? 0] ?? 0);
    }
    mono[frame] = value / channels;
  }
  return mono;
}

/** Plays a WAV file from disk, converted to 8 kHz mono; reads ahead, so that no tick waits for the disk. */
export class WavSource implements AudioSource {
  failure: string | null = null;
  readonly format: WavFormat;
  #file: FileHandle;
  #path: string;
  #decimator: Decimator;
  #stock: Int16Array[] = [];
  #stockSamples = 0;
  #consumed = 0;
  #offset = 0;
  #exhausted = false;
  #reading = false;
  #closed = false;
  #generation = 0;

  private constructor(file: FileHandle, path: string, format: WavFormat) {
    this.#file = file;
    this.#path = path;
    this.format = format;
    this.#decimator = new Decimator(format.sampleRate / 8000);
  }

  /** Opens, checks and reads the begin of the file. @throws MediaError `bad-source` */
  static async open(path: string): Promise<WavSource> {
    let file: FileHandle;
    try {
      file = await open(path, 'r');
    } catch (error) {
      throw new MediaError('bad-source', `${path}: the file cannot be opened`, { cause: error });
    }
    try {
      const source = new WavSource(file, path, await readFormat(file, path));
      await source.#fill();
      return source;
    } catch (error) {
      await file.close();
      if (error instanceof MediaError) throw error;
      throw new MediaError('bad-source', `${path}: the file cannot be read`, { cause: error });
    }
  }

  read(out: Int16Array): boolean {
    let filled = 0;
    while (filled < FRAME_SAMPLES) {
      const piece = this.#stock[0];
      if (piece === undefined) break;
      const count = Math.min(FRAME_SAMPLES - filled, piece.length - this.#consumed);
      out.set(piece.subarray(this.#consumed, this.#consumed + count), filled);
      filled += count;
      this.#consumed += count;
      this.#stockSamples -= count;
      if (this.#consumed >= piece.length) {
        this.#stock.shift();
        this.#consumed = 0;
      }
    }
    if (this.#stockSamples < LOW_STOCK) void this.#fill();
    if (this.failure !== null && filled === 0) return false;
    if (filled === 0 && this.#exhausted) return false;
    // A slow disk: silence until it has caught up.
    out.fill(0, filled);
    return true;
  }

  rewind(): void {
    this.#generation += 1;
    this.#stock = [];
    this.#stockSamples = 0;
    this.#consumed = 0;
    this.#offset = 0;
    this.#exhausted = false;
    this.#decimator = new Decimator(this.format.sampleRate / 8000);
    void this.#fill();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stock = [];
    // A read in progress finishes first; Node closes the handle after it.
    this.#file.close().catch(() => undefined);
  }

  async #fill(): Promise<void> {
    if (this.#reading) return;
    this.#reading = true;
    try {
      while (!this.#closed && !this.#exhausted && this.#stockSamples < 2 * LOW_STOCK) {
        const generation = this.#generation;
        const length = Math.min(READ_BYTES, this.format.dataBytes - this.#offset);
        const bytes = await readExactly(this.#file, this.format.dataOffset + this.#offset, length);
        if (generation !== this.#generation) continue;
        this.#offset += bytes.length;
        this.#append(this.#decimator.push(toMono(bytes, this.format)));
        if (bytes.length < length || this.#offset >= this.format.dataBytes) {
          this.#append(this.#decimator.flush());
          this.#exhausted = true;
        }
      }
    } catch (error) {
      if (!this.#closed)
        this.failure = `${this.#path}: ${error instanceof Error ? error.message : 'read failed'}`;
    } finally {
      this.#reading = false;
    }
  }

  #append(samples: Int16Array): void {
    if (samples.length === 0) return;
    this.#stock.push(samples);
    this.#stockSamples += samples.length;
  }
}

/** Ten minutes: music on hold is kept in memory. */
const MAX_MUSIC_SAMPLES = 600 * 8000;

/** A whole file as 8 kHz mono samples, at most ten minutes. @throws MediaError `bad-source` */
export async function loadMusic(path: string): Promise<Int16Array> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (error) {
    throw new MediaError('bad-source', `${path}: the file cannot be opened`, { cause: error });
  }
  try {
    const format = await readFormat(file, path);
    const decimator = new Decimator(format.sampleRate / 8000);
    const pieces: Int16Array[] = [];
    let total = 0;
    for (let offset = 0; offset < format.dataBytes && total < MAX_MUSIC_SAMPLES; offset += READ_BYTES) {
      const length = Math.min(READ_BYTES, format.dataBytes - offset);
      const piece = decimator.push(
        toMono(await readExactly(file, format.dataOffset + offset, length), format),
      );
      pieces.push(piece);
      total += piece.length;
    }
    const music = new Int16Array(total);
    let at = 0;
    for (const piece of pieces) {
      music.set(piece, at);
      at += piece.length;
    }
    return music;
  } finally {
    await file.close();
  }
}
