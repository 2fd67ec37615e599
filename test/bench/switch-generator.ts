import { constants, setPriority } from 'node:os';
import nodeDataChannel, { type PeerConnection, type Track } from 'node-datachannel';
import { isRtcp, RTP_HEADER_BYTES, writeRtp } from '../../server/switch/embedded/media/rtp-packet.ts';

/**
 * Many WebRTC far sides in one process: each sends 50 packets a second, spread over the 20 ms, and some put a stamp into
 * their audio by which the packet is recognised when it comes out of another leg.
 */

export type ToGenerator =
  /** A call of the switch to a new far side. */
  | { type: 'call'; leg: number; sdp: string }
  /** Two far sides connected with each other, without the switch: what the generator itself costs. */
  | { type: 'pair'; a: number; b: number }
  | { type: 'run'; stamping: number[] }
  | { type: 'measure' }
  | { type: 'results' };

export type FromGenerator =
  | { type: 'answer'; leg: number; sdp: string }
  | { type: 'open'; leg: number }
  | { type: 'results'; latencies: number[]; baseline: number[]; sent: number; received: number };

interface FarSide {
  peer: PeerConnection;
  track: Track | null;
  sequence: number;
  timestamp: number;
  stamping: boolean;
  sentAt: Float64Array;
}

/** Stamps survive decoding, mixing with silence and encoding of µ-law: six bytes of different samples. */
const MAGIC = [0x11, 0x2e] as const;
const BASE = 64;
const COUNTS = BASE * BASE;
const PAYLOAD = 160;

try {
  // As the switch's child does: a generator that waits for the processor would measure itself.
  setPriority(constants.priority.PRIORITY_HIGH);
} catch {
  process.stderr.write('the generator may not raise its priority; tails will be worse\n');
}

const sides = new Map<number, FarSide>();
const baselineLegs = new Set<number>();
let latencies: number[] = [];
let baseline: number[] = [];
let sent = 0;
let received = 0;
let measuring = false;

function say(message: FromGenerator): void {
  process.send?.(message);
}

function handlePacket(packet: Buffer): void {
  if (isRtcp(packet)) return;
  if (measuring) received += 1;
  if (packet[RTP_HEADER_BYTES] !== MAGIC[0] || packet[RTP_HEADER_BYTES + 1] !== MAGIC[1]) return;
  const digit = (at: number): number => packet[RTP_HEADER_BYTES + 2 + at] ?? 0;
  const leg = digit(0) * BASE + digit(1);
  const count = digit(2) * BASE + digit(3);
  const sentAt = sides.get(leg)?.sentAt[count];
  if (!measuring || sentAt === undefined) return;
  (baselineLegs.has(leg) ? baseline : latencies).push(performance.now() - sentAt);
}

function create(leg: number): FarSide {
  const peer = new nodeDataChannel.PeerConnection(`far-${leg}`, {
    iceServers: [],
    bindAddress: '127.0.0.1',
  });
  const side: FarSide = {
    peer,
    track: null,
    sequence: 1,
    timestamp: leg * 1000,
    stamping: false,
    sentAt: new Float64Array(COUNTS),
  };
  sides.set(leg, side);
  peer.onTrack((track) => adopt(leg, side, track));
  return side;
}

function adopt(leg: number, side: FarSide, track: Track): void {
  side.track = track;
  track.onMessage(handlePacket);
  track.onOpen(() => say({ type: 'open', leg }));
}

function answer(leg: number, sdp: string, ready: (answer: string) => void): void {
  const { peer } = create(leg);
  peer.onGatheringStateChange((state) => {
    if (state === 'complete') ready(peer.localDescription()?.sdp ?? '');
  });
  peer.setRemoteDescription(sdp, 'offer');
}

function pair(a: number, b: number): void {
  baselineLegs.add(a);
  const offering = create(a);
  const audio = new nodeDataChannel.Audio('0', 'SendRecv');
  audio.addAudioCodec(0, 'PCMU/8000');
  adopt(a, offering, offering.peer.addTrack(audio));
  offering.peer.onGatheringStateChange((state) => {
    if (state !== 'complete') return;
    answer(b, offering.peer.localDescription()?.sdp ?? '', (sdp) => {
      offering.peer.setRemoteDescription(sdp, 'answer');
    });
  });
  offering.peer.setLocalDescription('offer');
}

process.on('message', (raw) => {
  const message = raw as ToGenerator;
  switch (message.type) {
    case 'call':
      answer(message.leg, message.sdp, (sdp) => say({ type: 'answer', leg: message.leg, sdp }));
      return;
    case 'pair':
      pair(message.a, message.b);
      return;
    case 'run':
      for (const leg of message.stamping) {
        const side = sides.get(leg);
        if (side !== undefined) side.stamping = true;
      }
      run();
      return;
    case 'measure':
      latencies = [];
      baseline = [];
      sent = 0;
      received = 0;
      measuring = true;
      return;
    case 'results':
      measuring = false;
      say({ type: 'results', latencies, baseline, sent, received });
      return;
    default:
      message satisfies never;
  }
});
process.on('disconnect', () => process.exit(0));

const packet = Buffer.alloc(RTP_HEADER_BYTES + PAYLOAD);

function sendOne(leg: number, side: FarSide): void {
  if (side.track === null || !side.track.isOpen()) return;
  writeRtp(packet, 0, false, side.sequence, side.timestamp, leg + 1);
  packet.fill(0xff, RTP_HEADER_BYTES);
  if (side.stamping) {
    const count = side.sequence % COUNTS;
    const stamp = [...MAGIC, Math.floor(leg / BASE), leg % BASE, Math.floor(count / BASE), count % BASE];
    packet.set(stamp, RTP_HEADER_BYTES);
    side.sentAt[count] = performance.now();
  }
  side.sequence += 1;
  side.timestamp += PAYLOAD;
  side.track.sendMessageBinary(packet);
  if (measuring) sent += 1;
}

/** Every far side has its own moment in the 20 ms, as callers have. */
function run(): void {
  const all = [...sides.entries()];
  const started = performance.now();
  let done = 0;
  const step = (): void => {
    const due = Math.floor(((performance.now() - started) / 20) * all.length);
    while (done < due) {
      const entry = all[done % all.length];
      if (entry !== undefined) sendOne(entry[0], entry[1]);
      done += 1;
    }
    setTimeout(step, 1);
  };
  step();
}
