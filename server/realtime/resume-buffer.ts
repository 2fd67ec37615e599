/** A message that is kept for pages that come back. */
export interface Kept {
  readonly sequence: number;
  frame: Buffer;
  readonly at: number;
  /** Those of the same stream, in their order; null when the stream is gone. */
  stream: Kept[] | null;
  next: Kept | null;
}

const NOTHING = Buffer.alloc(0);
/** What an entry costs beside its text, bytes. */
const ENTRY_BYTES = 256;

/**
 * The messages of all streams that are kept for pages that come back: no older than a page may be away, and no more in all than
 * so many bytes. The oldest go first, whosever they are.
 */
export class ResumeBuffer {
  readonly #mostBytes: number;
  readonly #keepMs: number;
  #bytes = 0;
  #oldest: Kept | null = null;
  #newest: Kept | null = null;

  constructor(mostBytes: number, keepMs: number) {
    this.#mostBytes = mostBytes;
    this.#keepMs = keepMs;
  }

  /** What is held, bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Keeps a message at the end of its stream, as long as there is room. */
  keep(stream: Kept[], frame: Buffer, sequence: number, at: number): void {
    const kept: Kept = { sequence, frame, at, stream, next: null };
    stream.push(kept);
    if (this.#newest === null) this.#oldest = kept;
    else this.#newest.next = kept;
    this.#newest = kept;
    this.#bytes += bytesOf(kept);
    while (this.#oldest !== null && this.#mustGo(this.#oldest, at)) this.#forget(this.#oldest);
  }

  /** The stream is gone. */
  drop(stream: Kept[]): void {
    for (const kept of stream.splice(0)) {
      this.#bytes -= bytesOf(kept);
      kept.stream = null;
      kept.frame = NOTHING;
    }
  }

  #mustGo({ stream, at }: Kept, now: number): boolean {
    return stream === null || this.#bytes > this.#mostBytes || now - at > this.#keepMs;
  }

  #forget(oldest: Kept): void {
    if (oldest.stream !== null) {
      this.#bytes -= bytesOf(oldest);
      oldest.stream.shift();
    }
    this.#oldest = oldest.next;
    if (this.#oldest === null) this.#newest = null;
  }
}

function bytesOf({ frame }: Kept): number {
  return frame.length + ENTRY_BYTES;
}
