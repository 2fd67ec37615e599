import type { CallId, LegId, PlaybackId, RoomId } from '../kernel/ids.ts';
import type { DialRequest, EndCause, PlayRequest, Voice } from './switch.ts';
import type { Confirmation } from '../call/confirmation.ts';

/**
 * What call control wants of the switch, as data: recorded with the events that caused it, carried out after the commit
 * in the order of its call. `done` is told to the core when the switch has confirmed.
 */
export type Intent = {
  /** Intents of one call are carried out one after the other. */
  readonly callId: CallId;
  readonly done?: Confirmation;
} & Action;

type Action =
  | { readonly op: 'dial'; readonly request: DialRequest }
  | { readonly op: 'ring'; readonly legId: LegId }
  | { readonly op: 'answer'; readonly legId: LegId }
  | { readonly op: 'reject'; readonly legId: LegId; readonly cause: EndCause }
  | { readonly op: 'hangup'; readonly legId: LegId; readonly cause: EndCause }
  | { readonly op: 'open-room'; readonly roomId: RoomId }
  | { readonly op: 'close-room'; readonly roomId: RoomId }
  | { readonly op: 'place'; readonly legId: LegId; readonly roomId: RoomId; readonly voice: Voice }
  | { readonly op: 'music'; readonly legId: LegId; readonly on: boolean }
  | { readonly op: 'play'; readonly request: PlayRequest }
  | { readonly op: 'stop-playback'; readonly playbackId: PlaybackId }
  | { readonly op: 'send-digits'; readonly legId: LegId; readonly digits: string };
