/**
 * What JsSIP asks of a session description: which media there are, which way each flows, and the same text with that changed. It stands in
 * the place of `sdp-transform` in the build (`vite.config.ts`); the browser judges all the rest of a description (RFC 8866 §5).
 */

export interface SdpSection {
  /** sendrecv, sendonly, recvonly or inactive (RFC 8866 §6.7); undefined: not said. */
  direction?: string | undefined;
  /** As it came. */
  readonly text: string;
}
export interface SdpMedia extends SdpSection {
  /** audio, video, application … */
  readonly type: string;
}
export interface Sdp extends SdpSection {
  readonly media: SdpMedia[];
}

const DIRECTION = /^a=(sendrecv|sendonly|recvonly|inactive)[ \t]*$/m;

export function parse(text: string): Sdp {
  const [session = '', ...media] = text.split(/^(?=m=)/m);
  return {
    ...section(session),
    media: media.map((each) => ({ ...section(each), type: /^m=(\w*)/.exec(each)?.[1] ?? '' })),
  };
}

export function write({ media, ...session }: Sdp): string {
  return [session, ...media].map(written).join('');
}

function section(text: string): SdpSection {
  return { text, direction: DIRECTION.exec(text)?.[1] };
}

function written({ text, direction }: SdpSection): string {
  if (direction === DIRECTION.exec(text)?.[1]) return text;
  const line = `a=${direction}`;
  return DIRECTION.test(text) ? text.replace(DIRECTION, line) : `${text}${line}\r\n`;
}
