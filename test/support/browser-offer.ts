import { randomBytes, randomUUID } from 'node:crypto';
import {
  createDtlsCertificate,
  type DtlsCertificate,
} from '../../server/switch/embedded/media/self-signed-certificate.ts';

/** What a browser's offer was made with; the connection that it becomes needs it. */
export interface BrowserOffer {
  readonly sdp: string;
  readonly ufrag: string;
  readonly password: string;
  readonly certificate: DtlsCertificate;
}

/** Payload type of telephone-event/8000 in the offer. */
export const TELEPHONE_EVENT = 126;

/**
 * A browser's offer, written by hand. The connection is made with the answer, because the library
 * may fail when it is the offering side and is found before it has the answer.
 */
export function browserOffer({
  payloadType,
  opus,
  address = `${randomUUID()}.local 40000`,
}: {
  payloadType: 0 | 8;
  opus: boolean;
  /** Where it is found; absent: a name that only its own network could look up (RFC 8828). */
  address?: string;
}): BrowserOffer {
  const ufrag = randomBytes(6).toString('base64');
  const password = randomBytes(18).toString('base64');
  const certificate = createDtlsCertificate();
  const sdp = [
    'v=0',
    'o=- 4711 2 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=group:BUNDLE 0',
    'a=extmap-allow-mixed',
    `m=audio 9 UDP/TLS/RTP/SAVPF ${opus ? '111 ' : ''}${payloadType} ${opus ? '110 ' : ''}${TELEPHONE_EVENT}`,
    'c=IN IP4 0.0.0.0',
    'a=rtcp:9 IN IP4 0.0.0.0',
    `a=ice-ufrag:${ufrag}`,
    `a=ice-pwd:${password}`,
    `a=fingerprint:${certificate.fingerprint}`,
    'a=setup:actpass',
    'a=mid:0',
    'a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level',
    'a=sendrecv',
    'a=rtcp-mux',
    `a=candidate:1 1 udp 2113937151 ${address} typ host generation 0`,
    ...(opus ? ['a=rtpmap:111 opus/48000/2', 'a=rtpmap:110 telephone-event/48000'] : []),
    `a=rtpmap:${payloadType} ${payloadType === 8 ? 'PCMA' : 'PCMU'}/8000`,
    `a=rtpmap:${TELEPHONE_EVENT} telephone-event/8000`,
    '',
  ].join('\r\n');
  return { sdp, ufrag, password, certificate };
}
