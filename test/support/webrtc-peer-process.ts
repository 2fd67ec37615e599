import nodeDataChannel, { type PeerConnection, type Track } from 'node-datachannel';
import { decodeG711, encodeG711 } from '../../server/switch/embedded/media/g711.ts';
import {
  emptyHeader,
  FRAME_MS,
  FRAME_SAMPLES,
  isRtcp,
  readRtp,
  RTP_HEADER_BYTES,
  writeRtp,
} from '../../server/switch/embedded/media/rtp-packet.ts';
import type { DtlsCertificate } from '../../server/switch/embedded/media/self-signed-certificate.ts';
import { type BrowserOffer, browserOffer } from './browser-offer.ts';
import { amplitudeAt, rms } from './goertzel.ts';
import type { FromPeer, ToPeer } from './webrtc-peer.ts';

/** A WebRTC far side in its own process (the library exists once per process): answers or offers, sends a tone, analyses. */

const MAX_HEARD = 8000;

let peer: PeerConnection | null = null;
let track: Track | null = null;
let hz: number | null = null;
let phase = 0;
let sequence = 1000;
let timestamp = 0;
let rtcpSeen = 0;
let heard = new Int16Array(0);
let packets: Array<{ ssrc: number; sequence: number }> = [];

function say(message: FromPeer): void {
  process.send?.(message);
}

function adopt(adopted: Track): void {
  track = adopted;
  const header = emptyHeader();
  adopted.onMessage((packet) => {
    if (isRtcp(packet)) {
      rtcpSeen += 1;
      return;
    }
    if (!readRtp(packet, header) || header.payloadType > 8) return;
    packets.push({ ssrc: header.ssrc, sequence: header.sequence });
    const samples = new Int16Array(header.payloadLength);
    const codec = header.payloadType === 8 ? 'pcma' : 'pcmu';
    decodeG711(codec, packet, header.payloadOffset, header.payloadLength, samples);
    const joined = new Int16Array(heard.length + samples.length);
    joined.set(heard);
    joined.set(samples, heard.length);
    heard = joined.length > MAX_HEARD ? joined.slice(-MAX_HEARD) : joined;
  });
  adopted.onOpen(() => say({ type: 'open' }));
}

function create(certificate: DtlsCertificate | null): PeerConnection {
  const created = new nodeDataChannel.PeerConnection('peer', {
    iceServers: [],
    bindAddress: '127.0.0.1',
    ...(certificate === null
      ? {}
      : { certificatePemFile: certificate.certificatePem, keyPemFile: certificate.keyPem }),
  });
  created.onTrack(adopt);
  created.onStateChange((state) => say({ type: 'state', state }));
  return created;
}

interface PendingOffer extends BrowserOffer {
  payloadType: 0 | 8;
}

let pending: PendingOffer | null = null;

function offer(payloadType: 0 | 8): string {
  pending = { payloadType, ...browserOffer({ payloadType, opus: true }) };
  return pending.sdp;
}

function connect({ payloadType, ufrag, password, certificate }: PendingOffer, answer: string): void {
  peer?.close();
  peer = create(certificate);
  const audio = new nodeDataChannel.Audio('0', 'SendRecv');
  audio.addAudioCodec(payloadType, payloadType === 8 ? 'PCMA/8000' : 'PCMU/8000');
  audio.addAudioCodec(126, 'telephone-event/8000');
  adopt(peer.addTrack(audio));
  peer.setLocalDescription('offer', { iceUfrag: ufrag, icePwd: password });
  peer.setRemoteDescription(answer, 'answer');
}

function accept(sdp: string): void {
  const answering = create(null);
  peer = answering;
  answering.onGatheringStateChange((state) => {
    if (state === 'complete') say({ type: 'description', sdp: answering.localDescription()?.sdp ?? '' });
  });
  answering.setRemoteDescription(sdp, 'offer');
}

process.on('message', (raw) => {
  const message = raw as ToPeer;
  switch (message.type) {
    case 'offer':
      say({ type: 'description', sdp: offer(message.payloadType) });
      return;
    case 'remote':
      if (message.kind === 'offer') accept(message.sdp);
      else if (pending !== null) connect(pending, message.sdp);
      return;
    case 'say':
      hz = message.hz;
      return;
    case 'forget':
      heard = new Int16Array(0);
      packets = [];
      return;
    case 'heard':
      say({
        type: 'heard',
        tones: message.tones.map((tone) => amplitudeAt(heard, tone)),
        rms: rms(heard),
        packets,
        rtcp: rtcpSeen,
      });
      return;
    case 'close':
      peer?.close();
      peer = null;
      return;
    default:
      message satisfies never;
  }
});
process.on('disconnect', () => process.exit(0));

let nextAt = performance.now();
const packet = Buffer.alloc(RTP_HEADER_BYTES + FRAME_SAMPLES);
const samples = new Int16Array(FRAME_SAMPLES);

function tick(): void {
  nextAt += FRAME_MS;
  setTimeout(tick, Math.max(0, nextAt - performance.now()));
  if (track === null || !track.isOpen()) return;
  for (let index = 0; index < FRAME_SAMPLES; index += 1) {
    samples[index] = hz === null ? 0 : Math.round(8000 * Math.sin(phase));
    phase += (2 * Math.PI * (hz ?? 0)) / 8000;
  }
  writeRtp(packet, 0, false, sequence++, timestamp, 4242);
  encodeG711('pcmu', samples, FRAME_SAMPLES, packet, RTP_HEADER_BYTES);
  timestamp += FRAME_SAMPLES;
  track.sendMessageBinary(packet);
}
tick();
