import type { LegId, PlaybackId, RecordingId, RoomId } from '../../../core/kernel/ids.ts';
import type { PlayRequest, RecordRequest, Voice } from '../../../core/ports/switch.ts';
import type { MediaStats } from './engine.ts';
import type { MediaConfig, MediaErrorCode, MediaEvent, MediaTransport } from './media-engine.ts';

/** Everything that the server and its media child say to each other. */

/** One call of `MediaEngine`. */
export type Intent =
  | { method: 'answerOffer'; legId: LegId; transport: MediaTransport; offer: string; peer?: string }
  | { method: 'createOffer'; legId: LegId; transport: MediaTransport; peer?: string }
  | { method: 'acceptAnswer'; legId: LegId; answer: string; peer?: string }
  | { method: 'answerReoffer'; legId: LegId; offer: string; peer?: string }
  | { method: 'closeLeg'; legId: LegId }
  | { method: 'openRoom'; roomId: RoomId }
  | { method: 'closeRoom'; roomId: RoomId }
  | { method: 'place'; legId: LegId; roomId: RoomId; voice: Voice }
  | { method: 'remove'; legId: LegId }
  | { method: 'music'; legId: LegId; on: boolean }
  | { method: 'release'; legId: LegId }
  | { method: 'play'; request: PlayRequest }
  | { method: 'stopPlayback'; playbackId: PlaybackId }
  | { method: 'record'; request: RecordRequest }
  | { method: 'pauseRecording'; recordingId: RecordingId }
  | { method: 'resumeRecording'; recordingId: RecordingId }
  | { method: 'stopRecording'; recordingId: RecordingId }
  | { method: 'sendDigits'; legId: LegId; digits: string }
  | { method: 'legs' }
  | { method: 'stats' };

/** What each intent resolves with; the others resolve with nothing. */
export interface IntentResults {
  answerOffer: string;
  createOffer: string;
  answerReoffer: string;
  legs: Array<{ legId: LegId; roomId: RoomId | null }>;
  stats: MediaStats;
}

export type ResultOf<Method extends Intent['method']> = Method extends keyof IntentResults
  ? IntentResults[Method]
  : void;

export type ToChild =
  /** First message; answered by `started` or `failed`. */
  | { type: 'start'; config: MediaConfig }
  | { type: 'request'; id: number; intent: Intent }
  /** Ends everything; the child then exits by itself. */
  | { type: 'stop' };

export type FromChild =
  | { type: 'started' }
  | { type: 'failed'; code: MediaErrorCode; message: string }
  | { type: 'reply'; id: number; value: IntentResults[keyof IntentResults] | null }
  | { type: 'refusal'; id: number; code: MediaErrorCode; message: string }
  | { type: 'event'; event: MediaEvent }
  /** Sent every `HEARTBEAT_MS`, whatever else is sent. */
  | { type: 'heartbeat' };

export const HEARTBEAT_MS = 500;
