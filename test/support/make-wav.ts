/** A RIFF WAVE file around any bytes, also of formats that players should refuse. */
export function makeWav(
  data: Buffer,
  {
    formatTag = 1,
    channels = 1,
    sampleRate = 8000,
    bits = 16,
  }: { formatTag?: number; channels?: number; sampleRate?: number; bits?: number },
): Buffer {
  const block = (channels * bits) / 8;
  const header = Buffer.alloc(44);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(36 + data.length, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(formatTag, 20);
  header.writeUInt16LE(channels, 22);
  header.writeUInt32LE(sampleRate, 24);
  header.writeUInt32LE(sampleRate * block, 28);
  header.writeUInt16LE(block, 32);
  header.writeUInt16LE(bits, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(data.length, 40);
  return Buffer.concat([header, data]);
}

/** One channel of a 16-bit PCM WAV file with the plain 44-byte header. */
export function wavChannel(file: Buffer, channel: number): Int16Array {
  const channels = file.readUInt16LE(22);
  const bytes = Math.min(file.readUInt32LE(40), file.length - 44);
  const samples = new Int16Array(Math.floor(bytes / (2 * channels)));
  for (let index = 0; index < samples.length; index += 1) {
    samples[index] = file.readInt16LE(44 + (index * channels + channel) * 2);
  }
  return samples;
}
