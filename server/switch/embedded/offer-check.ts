import type { MediaTransport } from './media/media-engine.ts';
import { DescriptionError, parseAudio } from './media/sdp.ts';

/** How a hopeless offer is refused. */
export interface OfferRefusal {
  readonly status: 400 | 488;
  /** The value of the Warning header (RFC 3261 §20.43). */
  readonly warning: string;
}

/**
 * Why an offer cannot be taken; null when it can. The media engine reads it with the same eyes when the call is answered:
 * this is judged before any agent is rung.
 */
export function refusalOfOffer(sdp: string, transport: MediaTransport, ipv6: boolean): OfferRefusal | null {
  try {
    const audio = parseAudio(sdp, transport, ipv6);
    if (transport === 'webrtc' && !audio.rtcpMux) throw new DescriptionError(399, 'RTCP is not multiplexed');
    return null;
  } catch (error) {
    if (!(error instanceof DescriptionError)) throw error;
    const text = error.message.replace(/[^\x20-\x7e]/g, '?').replace(/["\\]/g, "'");
    return {
      status: error.malformed ? 400 : 488,
      warning: `${error.warning} telebar "${text.slice(0, 120)}"`,
    };
  }
}
