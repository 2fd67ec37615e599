import type { EndpointId, LegId, RoomId } from '../../core/kernel/ids.ts';
import type { AriChannel } from './ari-types.ts';
import type { EndCause, Voice } from '../../core/ports/switch.ts';
import { KeyPresses } from './key-presses.ts';
import { Turn } from './turn.ts';

/** Where the channel of a leg is on Asterisk; where it should be is told by room, voice and music. */
export type Position =
  /**
   * In the bridge of Asterisk's own in which a channel is that we have dialled, also after the answer, until it has been in one
   * of ours. No sound is made for it there (`DiallingBridge`).
   */
  | { kind: 'dialled' }
  /** In our application by itself: before the answer nothing, then silence. */
  | { kind: 'alone'; silence: boolean }
  | { kind: 'music' }
  | { kind: 'room'; roomId: RoomId; muted: boolean }
  /** In a bridge of its own with a spy on the leg that it coaches. */
  | { kind: 'coach'; to: LegId; bridgeId: string; spyId: string };

/** One leg: an Asterisk channel and what we want of it. */
export class AsteriskLeg {
  readonly id: LegId;
  /** Another one when the carrier has sent the call on (`LegRegistry.rename`). */
  channelId: string;
  readonly endpointId: EndpointId | null;
  readonly offered: boolean;
  state: 'offered' | 'dialling' | 'ringing' | 'answered' | 'ended';
  roomId: RoomId | null = null;
  voice: Voice = { kind: 'all' };
  music = false;
  position: Position;
  /** Of a caller: the channel as it arrived, and its X-headers. */
  arrival: { channel: AriChannel; headers: Record<string, string> } | null = null;
  /** The caller hears us before the answer (183). */
  early = false;
  hadRung = false;
  /** Something has come back from where it was dialled. */
  heard = false;
  /** The far side holds with its own button. */
  heldThere = false;
  /** Whoever listens knows of it: a caller is told only when everything about it is known. */
  told = true;
  /** We have asked Asterisk to end it, and why. */
  ending: EndCause | null = null;
  /** The far side has said goodbye; its channel is being put away. */
  leaving = false;
  /** Its phone is gone; its end is a loss. */
  lost: 'media-lost' | 'signalling-lost' | null = null;
  stopTimer: () => void = () => undefined;
  readonly keys = new KeyPresses();
  readonly #turn = new Turn();

  constructor(
    id: LegId,
    channelId: string,
    endpointId: EndpointId | null,
    state: 'offered' | 'dialling' | 'ringing' | 'answered',
    offered: boolean,
  ) {
    this.id = id;
    this.channelId = channelId;
    this.endpointId = endpointId;
    this.state = state;
    this.offered = offered;
    this.position = this.#outside();
  }

  /** No intent reaches it any more. */
  get gone(): boolean {
    return this.state === 'ended' || this.ending !== null || this.lost !== null;
  }

  /** It is in none of our bridges any more. Asterisk takes one back that it still dials. */
  leftBridges(): void {
    this.position = this.#outside();
  }

  #outside(): Position {
    return this.offered || this.state === 'answered'
      ? { kind: 'alone', silence: false }
      : { kind: 'dialled' };
  }

  /** Work on one leg is done one after the other, in the order in which it was asked for. */
  run<T>(task: () => Promise<T>): Promise<T> {
    return this.#turn.run(task);
  }
}
