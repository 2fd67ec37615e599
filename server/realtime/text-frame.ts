/** Of a text that is whole (RFC 6455 §5.2). */
const WHOLE_TEXT = 0x81;
/** The length stands in the two bytes, or in the eight, that follow. */
const [IN_TWO, IN_EIGHT] = [126, 127];

/**
 * A text as it is written to a WebSocket: what a server says is not masked, so that the same bytes go to everybody. Sockets that compress
 * cannot be written to so.
 */
export function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const head = length < IN_TWO ? 2 : length < 0x1_00_00 ? 4 : 10;
  const frame = Buffer.allocUnsafe(head + length);
  frame[0] = WHOLE_TEXT;
  frame[1] = head === 2 ? length : head === 4 ? IN_TWO : IN_EIGHT;
  if (head === 4) frame.writeUInt16BE(length, 2);
  if (head === 10) frame.writeBigUInt64BE(BigInt(length), 2);
  frame.write(text, head);
  return frame;
}
