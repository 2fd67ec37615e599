/** Bounds of one message on a stream; nothing that a peer of ours sends comes near them. */
const MAX_HEADER_BYTES = 32_768;
const MAX_BODY_BYTES = 32_768;

/** The stream can be read no further: who sends it speaks no SIP, or means no good. */
export class StreamError extends Error {}

/** Cuts a stream into messages by their Content-Length (RFC 3261 §18.3, §20.14). Holds one message at most. */
export class TcpFraming {
  #held: Buffer = Buffer.alloc(0);
  /** How much the message in hand needs; null until its headers are all there. */
  #needed: number | null = null;
  #searched = 0;

  /** Bytes of a message that has begun and not ended. */
  get pending(): number {
    return lineEnds(this.#held) === this.#held.length ? 0 : this.#held.length;
  }

  /** The messages that are whole with this piece. @throws StreamError */
  take(piece: Buffer): Buffer[] {
    this.#held = this.#held.length === 0 ? piece : Buffer.concat([this.#held, piece]);
    const messages: Buffer[] = [];
    for (let message = this.#next(); message !== null; message = this.#next()) messages.push(message);
    // What is kept is not to hold the piece that it came in.
    if (messages.length > 0 || this.#held === piece) this.#held = Buffer.from(this.#held);
    return messages;
  }

  #next(): Buffer | null {
    this.#needed ??= this.#length();
    if (this.#needed === null || this.#held.length < this.#needed) return null;
    const message = this.#held.subarray(0, this.#needed);
    this.#held = this.#held.subarray(this.#needed);
    this.#needed = null;
    this.#searched = 0;
    return message;
  }

  #length(): number | null {
    if (this.#held.length === 0) return null;
    const blank = lineEnds(this.#held);
    // Keep-alives between messages: two line ends ask for one (RFC 5626 §4.4.1). One by itself may become two.
    if (blank > 0) return blank < 4 && blank === this.#held.length ? null : Math.min(blank, 4);
    const end = this.#held.indexOf('\r\n\r\n', Math.max(0, this.#searched - 3));
    this.#searched = this.#held.length;
    if ((end < 0 ? this.#held.length : end) > MAX_HEADER_BYTES)
      throw new StreamError('too long a header section');
    if (!startsLikeSip(this.#held)) throw new StreamError('this is no SIP');
    if (end < 0) return null;
    const headers = this.#held.toString('latin1', 0, end);
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

/** How many bytes of line ends stand at the front. */
function lineEnds(data: Buffer): number {
  const end = data.findIndex((byte) => byte !== 13 && byte !== 10);
  return end < 0 ? data.length : end;
}
