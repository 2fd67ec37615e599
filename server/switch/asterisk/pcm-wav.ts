const HEADER_BYTES = 44;
const RATE = 8_000;

/** A WAV file of 16-bit PCM at 8 kHz. */
export function monoWav(samples: Int16Array): Buffer {
  const file = Buffer.alloc(HEADER_BYTES + samples.length * 2);
  writeHeader(file, 1, samples.length * 2);
  samples.forEach((sample, index) => file.writeInt16LE(sample, HEADER_BYTES + index * 2));
  return file;
}

/**
 * Two mono files of Asterisk in one stereo file. They ended together, so the shorter one begins with silence.
 * @param left, right files of 16-bit PCM at 8 kHz; empty: silence
 */
export function stereoWav(left: Buffer, right: Buffer): Buffer {
  const sides = [samplesOf(left), samplesOf(right)];
  const count = Math.max(...sides.map(({ length }) => length / 2));
  const file = Buffer.alloc(HEADER_BYTES + count * 4);
  writeHeader(file, 2, count * 4);
  sides.forEach((side, channel) => {
    const skip = count - side.length / 2;
    for (let at = 0; at < side.length; at += 2) {
      side.copy(file, HEADER_BYTES + (skip + at / 2) * 4 + channel * 2, at, at + 2);
    }
  });
  return file;
}

/** Length of a mono or stereo file, ms. */
export function durationOf(file: Buffer): number {
  const channels = file.length < HEADER_BYTES ? 1 : file.readUInt16LE(22);
  return Math.round((samplesOf(file).length / 2 / channels / RATE) * 1000);
}

/** The data of a file whose header has no extras; a header that a crash left empty is not believed. */
function samplesOf(file: Buffer): Buffer {
  const data = file.subarray(HEADER_BYTES);
  return data.subarray(0, data.length - (data.length % 2));
}

function writeHeader(file: Buffer, channels: number, dataBytes: number): void {
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(HEADER_BYTES - 8 + dataBytes, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(channels, 22);
  file.writeUInt32LE(RATE, 24);
  file.writeUInt32LE(RATE * channels * 2, 28);
  file.writeUInt16LE(channels * 2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(dataBytes, 40);
}
