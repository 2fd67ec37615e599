import type { MediaTransport } from './media/media-engine.ts';
import { parseAudio } from './media/sdp.ts';

/** A later description of a far side: for the media engine, and for what it says of the call. */
export interface FarDescription {
  /** What the media engine is given. */
  readonly sdp: string;
  /** The far side takes no audio of ours now: it holds. */
  readonly holds: boolean;
  /** Makes our answer out of the engine's. */
  readonly answer: (ours: string) => string;
}

/**
 * Reads what a far side says within a session. It holds by sendonly or inactive (RFC 3264 §8.4), by the address 0.0.0.0 of
 * RFC 2543, and by a stream with port 0 (§8.2): the engine gets that as an inactive one, so that the call lives and the
 * stream can come back, and our answer says port 0 as well.
 * @throws DescriptionError when nothing in it can be taken
 */
export function readFar(sdp: string, transport: MediaTransport): FarDescription {
  const disabled = transport === 'rtp' ? disabledAudio(sdp) : null;
  if (disabled !== null) {
    const silent = 'm=audio 9 RTP/AVP 0\r\nc=IN IP4 0.0.0.0\r\na=inactive';
    return {
      sdp: sdp.replace(disabled, silent),
      holds: true,
      answer: (ours) => ours.replace(/^m=audio [1-9].*$/m, disabled.trimEnd()),
    };
  }
  return { sdp, holds: describesHold(sdp, transport), answer: (ours) => ours };
}

export function describesHold(sdp: string, transport: MediaTransport): boolean {
  // Whether its address is of a family that is spoken here is the media engine's to say.
  const { direction, held } = parseAudio(sdp, transport, true);
  return held || direction === 'sendonly' || direction === 'inactive';
}

/** The line of the first audio stream when every one is switched off. */
function disabledAudio(sdp: string): string | null {
  const lines = sdp.match(/^m=audio \d.*$/gm) ?? [];
  return lines.every((line) => /^m=audio 0[ /]/.test(line)) ? (lines[0] ?? null) : null;
}
