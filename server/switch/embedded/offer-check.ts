import type { MediaTransport } from './media/media-engine.ts';

/**
 * Why an offer cannot be taken, seen without making anything of it; null when it may do. The media engine judges again when
 * the call is answered: this lets a hopeless one be refused with 488 before any agent is rung.
 */
export function refusalOfOffer(sdp: string, transport: MediaTransport): string | null {
  if (!/^v=0\r?$/m.test(sdp)) return 'no session description';
  const start = sdp.search(/^m=audio [1-9]/m);
  if (start < 0) return 'no audio';
  const next = sdp.indexOf('\nm=', start + 1);
  const section = next < 0 ? sdp.slice(start) : sdp.slice(start, next);
  const session = sdp.slice(0, Math.max(sdp.search(/^m=/m), 0));
  const types = /^m=audio \d+(?:\/\d+)? \S+ ([\d ]+)/m.exec(section)?.[1]?.trim().split(/\s+/) ?? [];
  const named = /^a=rtpmap:(\d+) (?:pcmu|pcma)\/8000/gim;
  const mapped = [...section.matchAll(named)].map((match) => match[1]);
  if (!types.some((type) => type === '0' || type === '8' || mapped.includes(type))) return 'no common codec';
  if (transport === 'rtp') return null;
  const both = session + section;
  if (!/^a=fingerprint:/im.test(both)) return 'no DTLS fingerprint';
  if (!/^a=ice-ufrag:/im.test(both) || !/^a=ice-pwd:/im.test(both)) return 'no ICE credentials';
  return null;
}
