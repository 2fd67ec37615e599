import { open, type FileHandle } from 'node:fs/promises';
import { MediaError } from './media-engine.ts';

const HEADER_BYTES = 44;
const RATE = 8000;
/** Samples are collected to pieces of half a second before they are written. */
const PIECE_MS = 500;
/** The header's sizes are brought up to date this often, so that a crash leaves a file that plays. */
const HEADER_EVERY_PIECES = 4;

/** Header of a 16-bit PCM WAV file at 8 kHz. */
function wavHeader(channels: number, dataBytes: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(Math.min(0xffffffff, HEADER_BYTES - 8 + dataBytes), 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(channels, 22);
  header.writeUInt32LE(RATE, 24);
  header.writeUInt32LE(RATE * channels * 2, 28);
  header.writeUInt16LE(channels * 2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(Math.min(0xffffffff, dataBytes), 40);
  return header;
}

/** Writes a WAV file as the samples come. Writing never waits; a failure is told by `finish`. */
export class WavWriter {
  readonly path: string;
  #file: FileHandle;
  #channels: number;
  #piece: Buffer;
  #filled = 0;
  #written = 0;
  #pieces = 0;
  #queue: Promise<void> = Promise.resolve();
  #failure: string | null = null;

  private constructor(file: FileHandle, path: string, channels: number) {
    this.#file = file;
    this.path = path;
    this.#channels = channels;
    this.#piece = this.#emptyPiece();
  }

  /** Creates (or replaces) the file with a valid, empty header. @throws MediaError `bad-source` when that is impossible */
  static async create(path: string, channels: 1 | 2): Promise<WavWriter> {
    try {
      const file = await open(path, 'w');
      await file.write(wavHeader(channels, 0), 0, HEADER_BYTES, 0);
      return new WavWriter(file, path, channels);
    } catch (error) {
      throw new MediaError('bad-source', `${path}: the recording cannot be written`, { cause: error });
    }
  }

  /** What has been taken so far, ms. */
  get durationMs(): number {
    return Math.round(((this.#written + this.#filled) / (2 * this.#channels * RATE)) * 1000);
  }

  /** @param left samples of the first channel. @param right of the second, same length; only for stereo */
  write(left: Int16Array, right?: Int16Array): void {
    if (this.#failure !== null) return;
    for (let index = 0; index < left.length; index += 1) {
      this.#filled = this.#piece.writeInt16LE(left[index] ?? 0, this.#filled);
      if (right !== undefined) this.#filled = this.#piece.writeInt16LE(right[index] ?? 0, this.#filled);
      if (this.#filled === this.#piece.length) this.#flush();
    }
  }

  /** Writes the rest, repairs the header and closes. @returns what went wrong, or null */
  async finish(): Promise<string | null> {
    this.#flush();
    this.#enqueue(async () => {
      await this.#file.write(wavHeader(this.#channels, this.#written), 0, HEADER_BYTES, 0);
    });
    await this.#queue;
    try {
      await this.#file.close();
    } catch (error) {
      this.#failure ??= describe(error);
    }
    return this.#failure;
  }

  #flush(): void {
    if (this.#filled === 0) return;
    const piece = this.#piece.subarray(0, this.#filled);
    const position = HEADER_BYTES + this.#written;
    this.#written += piece.length;
    this.#piece = this.#emptyPiece();
    this.#filled = 0;
    this.#pieces += 1;
    const repair = this.#pieces % HEADER_EVERY_PIECES === 1 ? this.#written : null;
    this.#enqueue(async () => {
      await this.#file.write(piece, 0, piece.length, position);
      if (repair !== null) await this.#file.write(wavHeader(this.#channels, repair), 0, HEADER_BYTES, 0);
    });
  }

  #enqueue(write: () => Promise<void>): void {
    this.#queue = this.#queue.then(write).catch((error: unknown) => {
      this.#failure ??= describe(error);
    });
  }

  #emptyPiece(): Buffer {
    return Buffer.alloc((PIECE_MS * RATE * 2 * this.#channels) / 1000);
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
