import { writeFile } from 'node:fs/promises';
import { sine } from './goertzel.ts';

/** A mono 16-bit PCM WAV file (RIFF, format tag 1). */
export function wav(samples: Int16Array, sampleRate: number): Buffer {
  const header = Buffer.alloc(44);
  const bytes = samples.length * 2;
  header.write('RIFF', 0, 'ascii');
  header.writeUInt32LE(36 + bytes, 4);
  header.write('WAVEfmt ', 8, 'ascii');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(sampleRate, 24);
  header.writeUInt32LE(sampleRate * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36, 'ascii');
  header.writeUInt32LE(bytes, 40);
  return Buffer.concat([header, Buffer.from(samples.buffer, samples.byteOffset, bytes)]);
}

/** Two seconds of a tone at 48 kHz, which Chromium repeats without a seam as its microphone (whole hertz only). */
export async function writeToneFile(path: string, hz: number): Promise<void> {
  await writeFile(path, wav(sine(hz, 2000, 9000, 48_000), 48_000));
}
