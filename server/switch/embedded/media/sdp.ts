import { isIP } from 'node:net';
import type { Codec } from './g711.ts';
import { MediaError } from './media-engine.ts';

/** The part of SDP (RFC 8866) that a G.711 call needs: one audio stream, plain (RFC 3264) or WebRTC (RFC 8829). */

export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

export interface AudioFormat {
  codec: Codec;
  payloadType: number;
}

/** One `m=` section as far as an answer must repeat it. */
interface MediaLine {
  kind: string;
  protocol: string;
  formats: string;
  mid: string | null;
}

/** What the far side said about its audio. */
export interface RemoteAudio {
  address: string;
  /** Plain RTP at 0.0.0.0 is the hold of RFC 2543. Browsers write that address as well, and mean nothing by it. */
  held: boolean;
  port: number;
  rtcpPort: number;
  rtcpMux: boolean;
  protocol: string;
  direction: Direction;
  /** PCMU and PCMA in the far side's order of preference. */
  formats: AudioFormat[];
  telephoneEvent: number | null;
  ufrag: string | null;
  password: string | null;
  fingerprint: string | null;
  setup: string | null;
  candidates: string[];
  bundled: boolean;
  /** All media sections in order, and which of them is the audio. */
  lines: MediaLine[];
  index: number;
}

const CODEC_NAMES: Readonly<Record<string, Codec>> = { PCMU: 'pcmu', PCMA: 'pcma' };
const STATIC_FORMATS: Readonly<Record<number, Codec>> = { 0: 'pcmu', 8: 'pcma' };
const MAX_SDP_CHARS = 64 * 1024;

interface Section {
  line: string;
  attributes: string[];
}

function sections(sdp: string): Section[] {
  const found: Section[] = [{ line: '', attributes: [] }];
  for (const raw of sdp.split('\n')) {
    const line = raw.trim();
    if (line.startsWith('m=')) found.push({ line: line.slice(2), attributes: [] });
    else if (line !== '') found.at(-1)?.attributes.push(line);
  }
  return found;
}

function attribute(section: Section | undefined, name: string): string | null {
  const prefix = `a=${name}:`;
  const line = section?.attributes.find((candidate) => candidate.startsWith(prefix));
  return line === undefined ? null : line.slice(prefix.length).trim();
}

function directionOf(section: Section | undefined): Direction | null {
  for (const line of section?.attributes ?? []) {
    if (line === 'a=sendrecv' || line === 'a=sendonly' || line === 'a=recvonly' || line === 'a=inactive') {
      return line.slice(2) as Direction;
    }
  }
  return null;
}

function connectionAddress(section: Section | undefined): string | null {
  const line = section?.attributes.find((candidate) => candidate.startsWith('c='));
  return line === undefined ? null : (/^c=IN\s+IP[46]\s+([^\s/]+)/.exec(line)?.[1] ?? '');
}

function mediaLine(section: Section): MediaLine & { port: number } {
  const [kind = '', port = '', protocol = '', ...formats] = section.line.split(/\s+/);
  return {
    kind,
    protocol,
    formats: formats.join(' '),
    mid: attribute(section, 'mid'),
    port: /^\d{1,5}(\/\d+)?$/.test(port) ? Number.parseInt(port, 10) : -1,
  };
}

function formatsOf(
  section: Section,
  offered: string,
): { formats: AudioFormat[]; telephoneEvent: number | null } {
  const maps = new Map<number, string>();
  for (const line of section.attributes) {
    const match = /^a=rtpmap:(\d{1,3})\s+(\S+)/.exec(line);
    if (match) maps.set(Number(match[1]), (match[2] ?? '').toUpperCase());
  }
  const formats: AudioFormat[] = [];
  let telephoneEvent: number | null = null;
  for (const token of offered.split(' ')) {
    const payloadType = /^\d{1,3}$/.test(token) ? Number(token) : -1;
    if (payloadType < 0 || payloadType > 127) continue;
    const [name = '', rate = '8000', channels = '1'] = (maps.get(payloadType) ?? '').split('/');
    if (name === 'TELEPHONE-EVENT' && rate === '8000') telephoneEvent ??= payloadType;
    const codec = maps.has(payloadType) ? CODEC_NAMES[name] : STATIC_FORMATS[payloadType];
    if (codec !== undefined && rate === '8000' && channels === '1') formats.push({ codec, payloadType });
  }
  return { formats, telephoneEvent };
}

/** Why a description cannot be taken, with the warn-code that says so (RFC 3261 §20.43). */
export class DescriptionError extends MediaError {
  readonly warning: number;
  /** It is no SDP at all. */
  readonly malformed: boolean;

  constructor(warning: number, message: string, malformed = false) {
    super('not-acceptable', message);
    this.name = 'DescriptionError';
    this.warning = warning;
    this.malformed = malformed;
  }
}

/**
 * Reads the first audio section that can be taken (RFC 3264 §6: the others are refused one by one).
 * @throws DescriptionError when there is no audio, no PCMU or PCMA, or the transport's needs are missing: an address for
 * `rtp` (of IPv4, or of IPv6 where we speak that); fingerprint, ICE ufrag and password for `webrtc`. Of several sections the first one's reason counts.
 */
export function parseAudio(sdp: string, transport: 'webrtc' | 'rtp', ipv6 = false): RemoteAudio {
  if (sdp.length > MAX_SDP_CHARS) throw new DescriptionError(399, 'the SDP is too large');
  if (!/^v=0\s*$/m.test(sdp)) throw new DescriptionError(399, 'this is no SDP', true);
  const [session, ...media] = sections(sdp);
  const lines = media.map(mediaLine);
  let refusal: unknown = new DescriptionError(304, 'the SDP has no audio');
  let isFirst = true;
  for (const [index, { kind, port }] of lines.entries()) {
    if (kind !== 'audio' || port <= 0) continue;
    try {
      return { ...readAudio(lines[index], media[index], session, transport, ipv6), lines, index };
    } catch (error) {
      if (isFirst) refusal = error;
      isFirst = false;
    }
  }
  throw refusal;
}

function readAudio(
  line: ReturnType<typeof mediaLine> | undefined,
  section: Section | undefined,
  session: Section | undefined,
  transport: 'webrtc' | 'rtp',
  ipv6: boolean,
): Omit<RemoteAudio, 'lines' | 'index'> {
  if (line === undefined || section === undefined) throw new DescriptionError(304, 'the SDP has no audio');
  if (line.port > 65_535) throw new DescriptionError(399, `port ${line.port} does not exist`);
  const secure = /SAVPF?$/.test(line.protocol);
  if (secure !== (transport === 'webrtc') || !line.protocol.includes('RTP/')) {
    throw new DescriptionError(302, `${line.protocol} is not what this leg speaks`);
  }
  const { formats, telephoneEvent } = formatsOf(section, line.formats);
  if (formats.length === 0) throw new DescriptionError(305, 'neither PCMU nor PCMA is offered');
  const address = connectionAddress(section) ?? connectionAddress(session) ?? '';
  if (transport === 'rtp' && isIP(address) !== 4 && !(ipv6 && isIP(address) === 6)) {
    throw new DescriptionError(301, `the media address ${address} is not ${ipv6 ? 'an IP address' : 'IPv4'}`);
  }
  if (transport === 'rtp' && isMulticast(address)) {
    throw new DescriptionError(330, `nothing is sent to ${address}, which is not one host`);
  }
  const ufrag = attribute(section, 'ice-ufrag') ?? attribute(session, 'ice-ufrag');
  const password = attribute(section, 'ice-pwd') ?? attribute(session, 'ice-pwd');
  const fingerprint = attribute(section, 'fingerprint') ?? attribute(session, 'fingerprint');
  if (transport === 'webrtc') {
    if (ufrag === null || password === null) throw new DescriptionError(399, 'the SDP has no ICE');
    if (!/^[A-Za-z0-9+/]{4,256}$/.test(ufrag) || !/^[A-Za-z0-9+/]{22,256}$/.test(password)) {
      throw new DescriptionError(399, 'the ICE credentials are malformed (RFC 8839 §5.4)');
    }
    if (fingerprint === null || !/^sha-\d{1,3}\s+[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2})+$/.test(fingerprint)) {
      throw new DescriptionError(399, 'the SDP has no DTLS fingerprint');
    }
  }
  const rtcp = /^(\d{1,5})/.exec(attribute(section, 'rtcp') ?? '')?.[1];
  return {
    address,
    held: transport === 'rtp' && (address === '0.0.0.0' || address === '::'),
    port: line.port,
    rtcpPort: rtcp === undefined ? line.port + 1 : Number(rtcp),
    rtcpMux: section.attributes.includes('a=rtcp-mux'),
    protocol: line.protocol,
    direction: directionOf(section) ?? directionOf(session) ?? 'sendrecv',
    formats,
    telephoneEvent,
    ufrag,
    password,
    fingerprint,
    setup: attribute(section, 'setup') ?? attribute(session, 'setup'),
    candidates: section.attributes
      .filter((candidate) => candidate.startsWith('a=candidate:'))
      .map((candidate) => candidate.slice(2)),
    bundled: session?.attributes.some((candidate) => candidate.startsWith('a=group:BUNDLE')) ?? false,
  };
}

function isMulticast(address: string): boolean {
  return isIP(address) === 6 ? /^ff/i.test(address) : Number.parseInt(address, 10) >= 224;
}

/** Whether the far side takes our audio now. */
export function takesAudio(remote: { direction: Direction; held: boolean }): boolean {
  return !remote.held && (remote.direction === 'sendrecv' || remote.direction === 'recvonly');
}

/** Our direction in answer to the far side's (RFC 3264 §6.1; §8.4 for a held stream). */
export function answerDirection(remote: { direction: Direction; held: boolean }): Direction {
  if (remote.direction === 'inactive') return 'inactive';
  if (remote.direction === 'recvonly') return 'sendonly';
  return remote.direction === 'sendonly' || remote.held ? 'recvonly' : 'sendrecv';
}

export interface LocalAudio {
  /** Session id and version of the `o=` line; the version grows with each change (RFC 3264 §8). */
  sessionId: number;
  version: number;
  address: string;
  port: number;
  rtcpPort: number | null;
  protocol: string;
  direction: Direction;
  formats: readonly AudioFormat[];
  telephoneEvent: number | null;
  /** Attributes of the transport (ICE, DTLS, rtcp-mux …), without `a=`. */
  attributes: readonly string[];
  mid: string | null;
  bundled: boolean;
  /** For an answer: the offer's sections, so that the others are refused by port 0 in their place. */
  lines?: readonly MediaLine[];
  index?: number;
}

const FORMAT_NAMES: Readonly<Record<Codec, string>> = { pcmu: 'PCMU/8000', pcma: 'PCMA/8000' };

export function buildDescription(local: LocalAudio): string {
  const event = local.telephoneEvent;
  const place = `IN ${isIP(local.address) === 6 ? 'IP6' : 'IP4'} ${local.address}`;
  const types = [...local.formats.map(({ payloadType }) => payloadType), ...(event === null ? [] : [event])];
  const audio = [
    `m=audio ${local.port} ${local.protocol} ${types.join(' ')}`,
    `c=${place}`,
    ...local.formats.map(({ codec, payloadType }) => `a=rtpmap:${payloadType} ${FORMAT_NAMES[codec]}`),
    ...(event === null ? [] : [`a=rtpmap:${event} telephone-event/8000`, `a=fmtp:${event} 0-16`]),
    'a=ptime:20',
    ...(local.rtcpPort === null ? [] : [`a=rtcp:${local.rtcpPort} ${place}`]),
    ...(local.mid === null ? [] : [`a=mid:${local.mid}`]),
    `a=${local.direction}`,
    ...local.attributes.map((attributeText) => `a=${attributeText}`),
  ];
  const body = (local.lines ?? []).flatMap((line, position) =>
    position === local.index
      ? audio
      : [
          `m=${line.kind} 0 ${line.protocol} ${line.formats}`,
          ...(line.mid === null ? [] : [`a=mid:${line.mid}`]),
          'a=inactive',
        ],
  );
  return [
    'v=0',
    `o=telebar ${local.sessionId} ${local.version} ${place}`,
    's=-',
    `c=${place}`,
    't=0 0',
    ...(local.bundled && local.mid !== null ? [`a=group:BUNDLE ${local.mid}`] : []),
    ...(local.lines === undefined ? audio : body),
    '',
  ].join('\r\n');
}
