import type { Position, ServerMessage } from '../../server/contract/realtime/frame.ts';

type Placed = Extract<ServerMessage, { type: 'snapshot' | 'patch' | 'resumed' }>;

/** How far a page has come in the stream of each topic. It outlives the sockets. */
export class TopicPositions {
  readonly #positions = new Map<string, Position>();
  /** Topics with a gap that have been asked for again: what comes before the answer will come once more. */
  readonly #asked = new Set<string>();

  of(topic: string): Position | undefined {
    return this.#positions.get(topic);
  }

  /** The topic begins anew with the next snapshot. */
  forget(topic: string): void {
    this.#positions.delete(topic);
    this.#asked.delete(topic);
  }

  /**
   * What to do with a message. `stale`: it has been seen, or is of a stream that is not followed (any more). `gap`: one before it
   * is missing; the topic is to be asked for again from its position.
   */
  take({ type, topic, epoch, sequence }: Placed): 'next' | 'stale' | 'gap' {
    const at = this.#positions.get(topic);
    if (type !== 'patch') this.#asked.delete(topic);
    if (type === 'snapshot') {
      this.#positions.set(topic, { epoch, sequence });
      return 'next';
    }
    if (at === undefined || at.epoch !== epoch) return 'stale';
    if (type === 'resumed') return 'next';
    if (sequence <= at.sequence || this.#asked.has(topic)) return 'stale';
    if (sequence > at.sequence + 1) {
      this.#asked.add(topic);
      return 'gap';
    }
    this.#positions.set(topic, { epoch, sequence });
    return 'next';
  }
}
