import nodeDataChannel, { type PeerConnection, type Track } from 'node-datachannel';
import { encodeG711 } from '../../server/switch/embedded/media/g711.ts';
import {
  FRAME_MS,
  FRAME_SAMPLES,
  isRtcp,
  RTP_HEADER_BYTES,
  writeRtp,
} from '../../server/switch/embedded/media/rtp-packet.ts';
import { sine } from '../support/goertzel.ts';
import type { PeerCall } from '../support/peer-call.ts';
import { SipPeer } from '../support/sip-peer.ts';

/**
 * The far ends of calls, in a process of their own: a carrier with plain RTP and browser phones with DTLS-SRTP over SIP
 * on WebSocket. They answer whatever calls them and speak a tone in PCMU until the other side hangs up.
 */

export type ToLegs =
  | { type: 'open' }
  | {
      type: 'register';
      phones: { username: string; password: string }[];
      switchPort: number;
      /** Null: desk phones on UDP with plain RTP. */
      webSocketUrl: string | null;
    }
  | { type: 'counts' };

export type FromLegs =
  | { type: 'opened'; carrierPort: number }
  | { type: 'registered' }
  | { type: 'failed'; reason: string }
  /** Packets of all legs, since they were asked for last. */
  | { type: 'counts'; sent: number; received: number };

interface BrowserLeg {
  readonly call: PeerCall;
  readonly peer: PeerConnection;
  track: Track | null;
  sequence: number;
}

/** One frame of a tone; every frame is alike, which no switch minds. */
const frame = Buffer.alloc(RTP_HEADER_BYTES + FRAME_SAMPLES);
encodeG711('pcmu', sine(1000, FRAME_MS), FRAME_SAMPLES, frame, RTP_HEADER_BYTES);

const browserLegs = new Set<BrowserLeg>();
let carrier: SipPeer | null = null;
let sent = 0;
let received = 0;

function say(message: FromLegs): void {
  process.send?.(message);
}

/** PCMU and digits only, so that both switches carry the same and neither transcodes. */
function plain(sdp: string): string {
  const kept = new Set(['0', /^a=rtpmap:(\d+) telephone-event\/8000/m.exec(sdp)?.[1] ?? '101']);
  return sdp
    .split(/\r?\n/)
    .filter((line) => {
      const type = /^a=(?:rtpmap|fmtp|rtcp-fb):(\d+|\*)/.exec(line)?.[1];
      return type === undefined || kept.has(type);
    })
    .map((line) => line.replace(/^(m=audio \d+ \S+) .*$/, `$1 ${[...kept].join(' ')}`))
    .join('\r\n');
}

function answer(call: PeerCall): void {
  const peer = new nodeDataChannel.PeerConnection(call.callId, { iceServers: [] });
  const leg: BrowserLeg = { call, peer, track: null, sequence: 1 };
  peer.onTrack((track) => {
    leg.track = track;
    track.onMessage((packet) => {
      if (!isRtcp(packet)) received += 1;
    });
  });
  peer.onGatheringStateChange((state) => {
    if (state === 'complete') call.answer(peer.localDescription()?.sdp ?? '');
  });
  peer.setRemoteDescription(plain(call.invite?.body ?? ''), 'offer');
  browserLegs.add(leg);
}

async function register({
  phones,
  switchPort,
  webSocketUrl,
}: Extract<ToLegs, { type: 'register' }>): Promise<void> {
  for (const { username, password } of phones) {
    const phone = await SipPeer.open({
      switchPort,
      username,
      password,
      ...(webSocketUrl === null ? { incoming: 'answer' } : { webSocketUrl, incoming: 'wait' }),
    });
    const { status } = await phone.register();
    if (status !== 200) throw new Error(`${username} was refused with ${status}`);
    if (webSocketUrl !== null) void answerAll(phone);
  }
  say({ type: 'registered' });
}

async function answerAll(phone: SipPeer): Promise<void> {
  for (let index = 0; ; index += 1) {
    answer(await phone.waiters.until('a call', () => phone.calls[index], 2 ** 31 - 1));
  }
}

function count(): void {
  for (const { rtp } of carrier?.calls ?? []) {
    received += rtp.received.length;
    rtp.received.length = 0;
    rtp.receivedRtcp.length = 0;
  }
  say({ type: 'counts', sent, received });
  sent = 0;
  received = 0;
}

/** Browser legs speak one after the other within the 20 ms; plain ones have their own clocks. */
function speak(): void {
  const started = performance.now();
  let done = 0;
  const step = (): void => {
    const frames = Math.floor((performance.now() - started) / FRAME_MS);
    for (; done < frames; done += 1) {
      for (const leg of browserLegs) speakOnce(leg);
      for (const call of carrier?.calls ?? []) {
        if (call.ended) call.rtp.pause();
        else sent += 1;
      }
    }
    setTimeout(step, 2);
  };
  step();
}

function speakOnce(leg: BrowserLeg): void {
  if (leg.call.ended) {
    browserLegs.delete(leg);
    leg.peer.close();
    return;
  }
  if (leg.track?.isOpen() !== true) return;
  writeRtp(frame, 0, false, leg.sequence, leg.sequence * FRAME_SAMPLES, 4711);
  leg.sequence += 1;
  leg.track.sendMessageBinary(frame);
  sent += 1;
}

async function obey(message: ToLegs): Promise<void> {
  switch (message.type) {
    case 'open':
      carrier = await SipPeer.open({ switchPort: 0, incoming: 'answer' });
      speak();
      return say({ type: 'opened', carrierPort: carrier.localPort });
    case 'register':
      return register(message);
    case 'counts':
      return count();
    default:
      return message satisfies never;
  }
}

process.on('message', (raw) => {
  obey(raw as ToLegs).catch((error: unknown) => say({ type: 'failed', reason: String(error) }));
});
process.on('disconnect', () => process.exit(0));
