/** Bounds of one message on a stream; nothing that a peer of ours sends comes near them. */
const MAX_HEADER_BYTES = 32_768;
const MAX_BODY_BYTES = 32_768;
const EMPTY: Buffer = Buffer.alloc(0);

/** The stream can be read no further: who sends it speaks no SIP, or means no good. */
export class StreamError extends Error {}

/**
 * Cuts a stream into messages by their Content-Length (RFC 3261 §18.3, §20.14). Holds one message and one piece of the stream
 * at most. Its work grows with the bytes alone, however they are cut.
 */
export class TcpFraming {
  #store = EMPTY;
  #from = 0;
  #to = 0;
  /** How much the message in hand needs; null until its headers are all there. */
  #needed: number | null = null;
  #searched = 0;

  /** Bytes of a message that has begun and not ended; `next` has found nothing more before. */
  get pending(): number {
    return isLineEnd(this.#store[this.#from]) ? 0 : this.#to - this.#from;
  }

  /** Takes a piece of the stream; `next` tells the messages that are whole with it. */
  add(piece: Buffer): void {
    if (this.#from === this.#to) {
      [this.#store, this.#from, this.#to] = [piece, 0, piece.length];
      return;
    }
    // Twice of what there is, so that byte after byte is not copied again and again.
    if (this.#to + piece.length > this.#store.length) this.#move(2 * (this.#to - this.#from + piece.length));
    this.#to += piece.copy(this.#store, this.#to);
  }

  /** The next whole message, or null. @throws StreamError */
  next(): Buffer | null {
    this.#needed ??= this.#length();
    if (this.#needed === null || this.#to - this.#from < this.#needed) {
      // What is kept is not to hold the piece that it came in.
      if (this.#from > 0) this.#move(this.#to - this.#from);
      return null;
    }
    const message = this.#store.subarray(this.#from, this.#from + this.#needed);
    this.#from += this.#needed;
    this.#needed = null;
    this.#searched = 0;
    return message;
  }

  #move(room: number): void {
    const store = room === 0 ? EMPTY : Buffer.allocUnsafeSlow(room);
    this.#to = this.#store.copy(store, 0, this.#from, this.#to);
    this.#from = 0;
    this.#store = store;
  }

  #length(): number | null {
    const held = this.#store.subarray(this.#from, this.#to);
    if (held.length === 0) return null;
    const blank = lineEnds(held);
    // Keep-alives between messages: two line ends ask for one (RFC 5626 §4.4.1), many at once for no more. What is over may become two.
    if (blank > 0) return blank < held.length ? blank : blank - (blank % 4) || null;
    const end = held.indexOf('\r\n\r\n', Math.max(0, this.#searched - 3));
    this.#searched = held.length;
    if ((end < 0 ? held.length : end) > MAX_HEADER_BYTES) throw new StreamError('too long a header section');
    if (!startsLikeSip(held)) throw new StreamError('this is no SIP');
    if (end < 0) return null;
    const headers = held.toString('latin1', 0, end);
    const lengths = [...headers.matchAll(/\r\n(?:content-length|l)[ \t]*:[ \t]*([^\r\n]*)/gi)];
    const [length] = lengths;
    if (!length || lengths.length > 1 || !/^\d{1,7}[ \t]*$/.test(length[1] ?? '')) {
      throw new StreamError('no Content-Length, or more than one');
    }
    const bytes = Number(length[1]);
    if (bytes > MAX_BODY_BYTES) throw new StreamError('too long a body');
    return end + 4 + bytes;
  }
}

/** A request line or a status line begins so. */
function startsLikeSip(data: Buffer): boolean {
  return /^[A-Za-z0-9\-.!%*_+`'~]{1,32}(?:$|[ /])/.test(data.toString('latin1', 0, 33));
}

function isLineEnd(byte: number | undefined): boolean {
  return byte === 13 || byte === 10;
}

/** How many bytes of line ends stand at the front. */
function lineEnds(data: Buffer): number {
  let count = 0;
  while (isLineEnd(data[count])) count++;
  return count;
}
