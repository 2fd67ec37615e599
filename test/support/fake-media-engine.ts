import type { LegId, RoomId } from '../../server/core/kernel/ids.ts';
import type { PlayRequest, RecordRequest, Voice } from '../../server/core/ports/switch.ts';
import {
  MediaError,
  type MediaEngine,
  type MediaEvent,
  type MediaTransport,
} from '../../server/switch/embedded/media/media-engine.ts';

/** A session description that passes for one of a browser. */
export const BROWSER_SDP = [
  'v=0',
  'o=- 1 1 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'm=audio 9 UDP/TLS/RTP/SAVPF 0 101',
  'c=IN IP4 0.0.0.0',
  'a=ice-ufrag:abcd',
  'a=ice-pwd:abcdefghijklmnopqrstuvwx',
  'a=fingerprint:sha-256 00:11',
  'a=setup:actpass',
  'a=rtcp-mux',
  'a=rtpmap:0 PCMU/8000',
  '',
].join('\r\n');

/** A media engine without media: knows its legs and rooms, answers at once, and says what a test makes it say. */
export class FakeMediaEngine implements MediaEngine {
  readonly legIds = new Map<LegId, RoomId | null>();
  readonly rooms = new Set<RoomId>();
  readonly answers: string[] = [];
  /** Set to refuse the next descriptions. */
  refuse: MediaError | null = null;
  /** Digits are taken as RFC 4733 events. */
  telephoneEvent = true;
  isDown = false;
  readonly #listeners = new Set<(event: MediaEvent) => void>();

  tell(event: MediaEvent): void {
    if (event.type === 'down') {
      this.isDown = true;
      this.legIds.clear();
      this.rooms.clear();
    }
    if (event.type === 'up') this.isDown = false;
    for (const listener of this.#listeners) listener(event);
  }

  async start(): Promise<void> {}

  async stop(): Promise<void> {
    this.legIds.clear();
  }

  subscribe(listener: (event: MediaEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async answerOffer(legId: LegId, _transport: MediaTransport, _offer: string): Promise<string> {
    return this.#open(legId);
  }

  async createOffer(legId: LegId, _transport: MediaTransport): Promise<string> {
    return this.#open(legId);
  }

  async acceptAnswer(legId: LegId, answer: string): Promise<void> {
    this.#leg(legId);
    if (this.refuse) throw this.refuse;
    this.answers.push(answer);
  }

  async answerReoffer(legId: LegId, _offer: string): Promise<string> {
    this.#leg(legId);
    if (this.refuse) throw this.refuse;
    return BROWSER_SDP;
  }

  async closeLeg(legId: LegId): Promise<void> {
    this.legIds.delete(legId);
  }

  async openRoom(roomId: RoomId): Promise<void> {
    this.rooms.add(roomId);
  }

  async closeRoom(roomId: RoomId): Promise<void> {
    this.rooms.delete(roomId);
  }

  async place(legId: LegId, roomId: RoomId, _voice: Voice): Promise<void> {
    this.#leg(legId);
    if (!this.rooms.has(roomId)) throw new MediaError('no-such-room', roomId);
    this.legIds.set(legId, roomId);
  }

  async remove(legId: LegId): Promise<void> {
    this.#leg(legId);
    this.legIds.set(legId, null);
  }

  async music(legId: LegId, _on: boolean): Promise<void> {
    this.#leg(legId);
  }

  async release(legId: LegId): Promise<void> {
    await this.remove(legId);
  }

  async play(_request: PlayRequest): Promise<void> {}
  async stopPlayback(): Promise<void> {}
  async record(_request: RecordRequest): Promise<void> {}
  async pauseRecording(): Promise<void> {}
  async resumeRecording(): Promise<void> {}
  async stopRecording(): Promise<void> {}

  async sendDigits(legId: LegId, _digits: string): Promise<void> {
    this.#leg(legId);
    if (!this.telephoneEvent) throw new MediaError('no-telephone-event', 'takes none');
  }

  async legs(): Promise<Array<{ legId: LegId; roomId: RoomId | null }>> {
    return [...this.legIds].map(([legId, roomId]) => ({ legId, roomId }));
  }

  #open(legId: LegId): string {
    if (this.isDown) throw new MediaError('down', 'the engine is down');
    if (this.refuse) throw this.refuse;
    this.legIds.set(legId, null);
    return BROWSER_SDP;
  }

  #leg(legId: LegId): void {
    if (!this.legIds.has(legId)) throw new MediaError('no-such-leg', legId);
  }
}
