import { openMicrophone } from '../softphone/open-microphone.ts';
import { selectSink } from '../softphone/sink.ts';

const TEST_MS = 2000;
const TONE_HZ = 440;
const TONE_S = 0.6;
const SAMPLE_MS = 50;

/**
 * Plays a short tone on the speaker and listens to the microphone for two seconds. Rejects with the browser's own error when
 * the microphone is refused or missing.
 */
export async function testDevices(
  microphoneId: string | null,
  speakerId: string | null,
): Promise<{ microphoneLevel: number }> {
  const { stream } = await openMicrophone(microphoneId);
  const context = new AudioContext();
  try {
    if (speakerId !== null) await selectSink(context, speakerId);
    await context.resume();
    playTone(context);
    return { microphoneLevel: await loudest(context, stream) };
  } finally {
    for (const track of stream.getTracks()) track.stop();
    await context.close();
  }
}

function playTone(context: AudioContext): void {
  const oscillator = context.createOscillator();
  const gain = context.createGain();
  oscillator.frequency.value = TONE_HZ;
  gain.gain.value = 0.3;
  oscillator.connect(gain).connect(context.destination);
  oscillator.start();
  oscillator.stop(context.currentTime + TONE_S);
}

/** The highest level of the time, 0 to 1 of full scale. */
async function loudest(context: AudioContext, stream: MediaStream): Promise<number> {
  const analyser = context.createAnalyser();
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  let level = 0;
  for (let waited = 0; waited < TEST_MS; waited += SAMPLE_MS) {
    await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
    analyser.getFloatTimeDomainData(samples);
    level = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), level);
  }
  return Math.min(1, level);
}
