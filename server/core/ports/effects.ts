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
  /** The version of the call whose plan this is a step to; absent: no plan has it. */
  readonly plan?: number;
} & Action;

export type Action =
  | { readonly op: 'dial'; readonly request: DialRequest }
  | { readonly op: 'ring'; readonly legId: LegId }
  | { readonly op: 'answer'; readonly legId: LegId }
  | { readonly op: 'reject'; readonly legId: LegId; readonly cause: EndCause }
  | { readonly op: 'hangup'; readonly legId: LegId; readonly cause: EndCause }
  | { readonly op: 'open-room'; readonly roomId: RoomId }
  | { readonly op: 'close-room'; readonly roomId: RoomId }
  | { readonly op: 'place'; readonly legId: LegId; readonly roomId: RoomId; readonly voice: Voice }
  | { readonly op: 'remove'; readonly legId: LegId }
  | { readonly op: 'music'; readonly legId: LegId; readonly on: boolean }
  | { readonly op: 'play'; readonly request: PlayRequest }
  /** What a caller who waits is told: as far as there are sounds for it. */
  | {
      readonly op: 'announce';
      readonly legId: LegId;
      readonly playbackId: PlaybackId;
      readonly saying: Saying;
    }
  | { readonly op: 'stop-playback'; readonly playbackId: PlaybackId }
  | { readonly op: 'send-digits'; readonly legId: LegId; readonly digits: string };

export interface Saying {
  /** A folder of sounds; null: none. */
  readonly sounds: string | null;
  /** The place in the line, from 1 on; the wait that is expected; or only that there is one. */
  readonly of:
    | { readonly kind: 'position'; readonly position: number }
    | { readonly kind: 'wait'; readonly minutes: number }
    | { readonly kind: 'waiting' };
}
