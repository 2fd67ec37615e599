import { createSocket, type Socket } from 'node:dgram';
import nodeDataChannel, { type PeerConnection, type Track } from 'node-datachannel';
import { isRtcp } from '../../server/switch/embedded/media/rtp-packet.ts';
import { type BrowserOffer, browserOffer, TELEPHONE_EVENT } from './browser-offer.ts';
import type { FromLines, ToLines } from './webrtc-lines.ts';

/** Each line is a WebRTC connection on one side and a UDP port for plain RTP on the other; nothing is heard or said here. */

/** Of telephone-event on the plain side. */
const PLAIN_EVENT = 101;

interface Line {
  socket: Socket;
  rtpPort: number;
  offered: (BrowserOffer & { port: number }) | null;
  peer: PeerConnection | null;
  track: Track | null;
  /** Of telephone-event on the WebRTC side. */
  event: number;
  frozen: boolean;
}

const lines = new Map<number, Line>();

function say(message: FromLines): void {
  process.send?.(message);
}

/** Rewrites the payload type, the marker stays. */
function retyped(packet: Buffer, from: number, to: number): Buffer {
  const second = packet[1] ?? 0;
  if (from !== to && (second & 0x7f) === from) packet[1] = (second & 0x80) | to;
  return packet;
}

async function open(
  id: number,
  rtpPort: number,
  offered: (BrowserOffer & { port: number }) | null,
  event: number,
): Promise<Line> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const line: Line = { socket, rtpPort, offered, peer: null, track: null, event, frozen: false };
  socket.on('message', (packet) => {
    const { track, frozen } = line;
    if (frozen || track === null || !track.isOpen()) return;
    track.sendMessageBinary(retyped(packet, PLAIN_EVENT, line.event));
  });
  lines.set(id, line);
  return line;
}

function adopt(id: number, line: Line, track: Track): void {
  line.track = track;
  track.onOpen(() => say({ type: 'open', id }));
  track.onMessage((packet) => {
    if (line.frozen || isRtcp(packet)) return;
    line.socket.send(retyped(packet, line.event, PLAIN_EVENT), line.rtpPort, '127.0.0.1');
  });
}

async function offer(id: number, rtpPort: number): Promise<void> {
  // Known before there is a connection, so that the offer can name it.
  const probe = createSocket('udp4');
  await new Promise<void>((resolve) => probe.bind(0, '127.0.0.1', resolve));
  const { port } = probe.address();
  await new Promise<void>((resolve) => probe.close(() => resolve()));
  const offered = { ...browserOffer({ payloadType: 0, opus: false, address: `127.0.0.1 ${port}` }), port };
  const line = await open(id, rtpPort, offered, TELEPHONE_EVENT);
  say({ type: 'description', id, sdp: offered.sdp, port: line.socket.address().port });
}

function accept(id: number, answer: string): void {
  const line = lines.get(id);
  if (!line?.offered || line.peer) return;
  const { ufrag, password, certificate } = line.offered;
  const peer = new nodeDataChannel.PeerConnection(`line-${id}`, {
    iceServers: [],
    bindAddress: '127.0.0.1',
    portRangeBegin: line.offered.port,
    portRangeEnd: line.offered.port,
    certificatePemFile: certificate.certificatePem,
    keyPemFile: certificate.keyPem,
  });
  line.peer = peer;
  const audio = new nodeDataChannel.Audio('0', 'SendRecv');
  audio.addAudioCodec(0, 'PCMU/8000');
  audio.addAudioCodec(TELEPHONE_EVENT, 'telephone-event/8000');
  adopt(id, line, peer.addTrack(audio));
  peer.setLocalDescription('offer', { iceUfrag: ufrag, icePwd: password });
  peer.setRemoteDescription(narrow(answer).sdp, 'answer');
}

/**
 * The description with µ-law and telephone events only: what is heard here is not decoded from anything else. Feedback is
 * taken out because the library does not read the wildcard of RFC 4585 (`a=rtcp-fb:*`).
 */
function narrow(sdp: string): { sdp: string; event: number } {
  const event = Number(/^a=rtpmap:(\d+) telephone-event\/8000/im.exec(sdp)?.[1] ?? PLAIN_EVENT);
  const kept = (type: string): boolean => type === '0' || type === String(event);
  const all = sdp
    .split(/\r?\n/)
    .filter((text) => {
      const type = /^a=(?:rtpmap|fmtp|rtcp-fb):(\d+|\*)/.exec(text)?.[1];
      return type === undefined || (kept(type) && !text.startsWith('a=rtcp-fb'));
    })
    .map((text) =>
      text.replace(
        /^(m=audio \d+ \S+) (.*)$/,
        (_line, head: string, types: string) => `${head} ${types.split(' ').filter(kept).join(' ')}`,
      ),
    );
  return { sdp: all.join('\r\n'), event };
}

async function answer(id: number, rtpPort: number, offered: string): Promise<void> {
  const { sdp, event } = narrow(offered);
  const line = await open(id, rtpPort, null, event);
  const peer = new nodeDataChannel.PeerConnection(`line-${id}`, {
    iceServers: [],
    bindAddress: '127.0.0.1',
  });
  line.peer = peer;
  peer.onTrack((track) => adopt(id, line, track));
  peer.onGatheringStateChange((state) => {
    if (state !== 'complete') return;
    const description = peer.localDescription()?.sdp ?? '';
    say({ type: 'description', id, sdp: description, port: line.socket.address().port });
  });
  peer.setRemoteDescription(sdp, 'offer');
}

async function handle(message: ToLines): Promise<void> {
  const line = lines.get(message.id);
  switch (message.type) {
    case 'offer':
      return offer(message.id, message.rtpPort);
    case 'answer':
      return answer(message.id, message.rtpPort, message.offer);
    case 'accept':
      return accept(message.id, message.answer);
    case 'freeze':
      if (line) line.frozen = true;
      return;
    case 'close':
      if (!line) return;
      lines.delete(message.id);
      // What is still on its way through the library finds nobody.
      line.frozen = true;
      line.peer?.close();
      return;
    default:
      message satisfies never;
  }
}

process.on('message', (message) => {
  handle(message as ToLines).catch((error: unknown) => say({ type: 'failed', why: String(error) }));
});
process.on('disconnect', () => process.exit(0));
