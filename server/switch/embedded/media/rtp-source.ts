import { canMean, canonicalAddress } from './address-scope.ts';
import { sequenceDistance, type RtpHeader } from './rtp-packet.ts';

export interface Place {
  address: string;
  port: number;
}

/** A stream that was silent for so long may be followed by one from another port (a phone that restarted its media), ms. */
const RELATCH_AFTER_MS = 1_000;
/** A stream that pauses for so long may have a new SSRC (a carrier that connects somebody else), ms. */
const SSRC_AFTER_MS = 100;
/** For so long it gets its place back when it goes on after all, ms. */
const RETURN_MS = 5_000;
/** A stream that moves to another port goes on with its numbers, give or take the loss meanwhile. */
const MOST_LOST = 3_000;
const MOST_LATE = 100;

interface Stream extends Place {
  ssrc: number;
  sequence: number;
  at: number;
}

/**
 * Whose packets are a leg's. Behind NAT the port (and, inside, the address) of a phone's media is not the one in its SDP, so
 * it is learned from its packets; but only those count that come from a host that is known to be the far side:
 *
 * - the one that its signalling comes from;
 * - the one in its SDP, when that can mean it: a public address, or a private one whose signalling is private too, or a host
 *   that the operator has named. A private address of somebody outside belongs to a stranger in our own network.
 *
 * On these hosts the stream that is heard stays; it may change its port when its SSRC and numbers go on. Another stream
 * takes its place only when it is silent, as others may sit behind the same NAT.
 */
export class RtpSource {
  /** Where our packets go; null before the far side's SDP is known. */
  target: Place | null = null;
  readonly #known: ReadonlySet<string>;
  #hosts: ReadonlySet<string> = new Set();
  /** The place in the SDP, when it can be taken at its word. */
  #written: Place | null = null;
  /** As it was signalled last. */
  #offered: Place | null = null;
  #stream: Stream | null = null;
  /** The stream that the present one has pushed out. */
  #before: Stream | null = null;

  /** @param known hosts that the operator has named */
  constructor(known: readonly string[]) {
    this.#known = new Set(known.map(canonicalAddress));
  }

  /**
   * Takes what the far side has signalled. A new place ends what was learned; the same one (a hold, a repeated answer) keeps
   * it.
   * @param peer address that the signalling comes from; absent: the SDP alone counts
   */
  signalled(place: Place, peer: string | undefined): void {
    const address = canonicalAddress(place.address);
    const signaller = peer === undefined ? null : canonicalAddress(peer);
    const usable =
      signaller === null || address === signaller || this.#known.has(address) || canMean(signaller, address);
    const written = { address, port: place.port };
    const [hosts, target] = usable
      ? [new Set(signaller === null ? [address] : [address, signaller]), written]
      : [new Set([signaller]), { address: signaller, port: place.port }];
    const same =
      this.target !== null &&
      this.#offered?.address === address &&
      this.#offered.port === place.port &&
      hosts.size === this.#hosts.size &&
      [...hosts].every((host) => this.#hosts.has(host));
    this.#offered = written;
    if (same) return;
    this.#hosts = hosts;
    this.#written = usable ? written : null;
    this.target = target;
    this.#stream = null;
    this.#before = null;
  }

  /** The far side has offered anew: whatever it sends from now on is listened to, where it was is still sent to. */
  reopen(): void {
    this.#stream = null;
    this.#before = null;
  }

  /** Whether the packet is the far side's. Follows it when it moves. @param agreed its payload type may be used by it */
  accept(header: RtpHeader, from: Place, agreed: boolean, now: number): boolean {
    if (this.target === null || !this.#hosts.has(from.address)) return false;
    const stream = this.#stream;
    if (stream === null) return agreed && this.#begin(header, from, now);
    if (this.#returns(header, from, now)) return this.#begin(header, from, now);
    const samePlace = from.address === stream.address && from.port === stream.port;
    const sameStream = header.ssrc === stream.ssrc && (samePlace || goesOn(stream, header));
    if (sameStream) {
      const step = sequenceDistance(stream.sequence, header.sequence);
      stream.at = now;
      // A late packet, perhaps of the port before, moves nothing.
      if (step > -MOST_LATE && step <= 0) return true;
      stream.sequence = header.sequence;
      if (!samePlace) this.#follow(stream, from);
      return true;
    }
    if (!agreed) return false;
    const silentFor = now - stream.at;
    const allowed = samePlace
      ? silentFor > SSRC_AFTER_MS
      : silentFor > RELATCH_AFTER_MS || this.#isWritten(from) > this.#isWritten(stream);
    if (!allowed) return false;
    if (samePlace) this.#before = { ...stream };
    return this.#begin(header, from, now);
  }

  /** Whether RTCP of `ssrc` from there is the far side's. */
  acceptControl(ssrc: number, from: Place): boolean {
    if (!this.#hosts.has(from.address)) return false;
    return this.#stream === null || this.#stream.ssrc === ssrc;
  }

  #begin(header: RtpHeader, from: Place, now: number): true {
    const { ssrc, sequence } = header;
    const { address, port } = from;
    this.#stream = { address, port, ssrc, sequence, at: now };
    this.target = { address, port };
    return true;
  }

  #follow(stream: Stream, { address, port }: Place): void {
    stream.address = address;
    stream.port = port;
    this.target = { address, port };
  }

  /** The stream that was pushed out while it paused goes on. */
  #returns(header: RtpHeader, from: Place, now: number): boolean {
    const before = this.#before;
    if (before === null || header.ssrc !== before.ssrc || now - before.at > RETURN_MS) return false;
    if (from.address !== before.address || from.port !== before.port || !goesOn(before, header)) return false;
    this.#before = null;
    return true;
  }

  /** The place in the SDP is believed before any that was learned: what came first may be meant for the port's last user. */
  #isWritten({ address, port }: Place): number {
    return this.#written?.address === address && this.#written.port === port ? 1 : 0;
  }
}

function goesOn(stream: Stream, header: RtpHeader): boolean {
  const step = sequenceDistance(stream.sequence, header.sequence);
  return step > -MOST_LATE && step < MOST_LOST;
}
