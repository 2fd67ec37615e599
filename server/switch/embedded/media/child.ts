import { constants, setPriority } from 'node:os';
import { LocalMediaEngine } from './engine.ts';
import { HEARTBEAT_MS, type FromChild, type Intent, type IntentResults, type ToChild } from './ipc.ts';
import { releaseNative } from './webrtc-network.ts';
import { MediaError } from './media-engine.ts';

/** Entry of the media child: runs the engine and speaks IPC with the server that forked it. */

/** Voice goes before everything else on the machine, where that is permitted. Threads that are made later inherit it. */
function raisePriority(): void {
  try {
    setPriority(constants.priority.PRIORITY_HIGH);
  } catch {
    // Only root, or a service with LimitNICE, may. It works without.
    return;
  }
}

raisePriority();

let engine: LocalMediaEngine | null = null;
let stopping = false;

function send(message: FromChild): void {
  // The channel closes before us when the server dies; 'disconnect' then ends this process.
  if (process.connected) process.send?.(message);
}

function refusal(error: unknown): { code: MediaError['code']; message: string } {
  if (error instanceof MediaError) return { code: error.code, message: error.message };
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`media intent failed: ${text}\n`);
  return { code: 'wrong-state', message: error instanceof Error ? error.message : text };
}

async function perform(
  running: LocalMediaEngine,
  intent: Intent,
): Promise<IntentResults[keyof IntentResults] | null> {
  switch (intent.method) {
    case 'answerOffer':
      return running.answerOffer(intent.legId, intent.transport, intent.offer, intent.peer);
    case 'createOffer':
      return running.createOffer(intent.legId, intent.transport, intent.peer);
    case 'answerReoffer':
      return running.answerReoffer(intent.legId, intent.offer, intent.peer);
    case 'legs':
      return running.legs();
    case 'stats':
      return running.stats();
    default:
      await performSilently(running, intent);
      return null;
  }
}

async function performSilently(
  running: LocalMediaEngine,
  intent: Exclude<Intent, { method: keyof IntentResults }>,
): Promise<void> {
  switch (intent.method) {
    case 'acceptAnswer':
      return running.acceptAnswer(intent.legId, intent.answer, intent.peer);
    case 'closeLeg':
      return running.closeLeg(intent.legId);
    case 'openRoom':
      return running.openRoom(intent.roomId);
    case 'closeRoom':
      return running.closeRoom(intent.roomId);
    case 'place':
      return running.place(intent.legId, intent.roomId, intent.voice);
    case 'remove':
      return running.remove(intent.legId);
    case 'music':
      return running.music(intent.legId, intent.on);
    case 'release':
      return running.release(intent.legId);
    case 'play':
      return running.play(intent.request);
    case 'stopPlayback':
      return running.stopPlayback(intent.playbackId);
    case 'record':
      return running.record(intent.request);
    case 'pauseRecording':
      return running.pauseRecording(intent.recordingId);
    case 'resumeRecording':
      return running.resumeRecording(intent.recordingId);
    case 'stopRecording':
      return running.stopRecording(intent.recordingId);
    case 'sendDigits':
      return running.sendDigits(intent.legId, intent.digits);
    default:
      return intent satisfies never;
  }
}

async function handle(message: ToChild): Promise<void> {
  switch (message.type) {
    case 'start':
      try {
        const starting = new LocalMediaEngine(message.config);
        starting.subscribe((event) => send({ type: 'event', event }));
        await starting.start();
        engine = starting;
        send({ type: 'started' });
      } catch (error) {
        send({ type: 'failed', ...refusal(error) });
      }
      return;
    case 'request':
      try {
        if (engine === null) throw new MediaError('down', 'the media engine has not started');
        const value = await perform(engine, message.intent);
        send({ type: 'reply', id: message.id, value });
      } catch (error) {
        send({ type: 'refusal', id: message.id, ...refusal(error) });
      }
      return;
    case 'stop':
      return stop();
    default:
      return message satisfies never;
  }
}

async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  // Recordings get their last samples and a repaired header before the process ends.
  await engine?.stop();
  releaseNative();
  process.exit(0);
}

process.on('message', (message) => void handle(message as ToChild));
process.on('disconnect', () => void stop());
// Ctrl-C and service managers signal the whole group; the server ends its calls first and then tells us to stop.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
setInterval(() => send({ type: 'heartbeat' }), HEARTBEAT_MS).unref();
