/** What JsSIP says with `icecandidate`; `ready` sends the description as it is now. */
export interface GatheredCandidate {
  candidate: Pick<RTCIceCandidate, 'type' | 'protocol' | 'address'>;
  ready: () => void;
}

/** After the first candidate that the switch can use nothing better is waited for longer than this, ms: all of it is heard as a delay at answering. */
const WINDOW_MS = 25;
/** One that it can use may not come at all, ms. */
const HOPE_MS = 400;

/**
 * Ends ICE gathering early. Browsers wait up to forty seconds for interfaces that lead nowhere, but every leg ends at the
 * switch, whose address is in its own description: it learns our working address from the first check (RFC 8445
 * §7.3.1.3, peer-reflexive), so a description with one candidate is as good as one with all. It must be one to which the
 * switch can send, UDP of its own kind of address: Asterisk never begins its checks without a pair, and drops our DTLS until
 * they are done. A reflexive or relayed candidate proves that the way out works and ends the wait at once.
 */
export class IceReady {
  #ready: (() => void) | null = null;
  /** The wait is a short one by now. */
  #isNear = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param remote the description of the other side, when it is known */
  take({ candidate, ready }: GatheredCandidate, remote = ''): void {
    if (candidate.type === 'srflx' || candidate.type === 'relay') {
      this.stop();
      return ready();
    }
    const usable = isUsable(candidate, remote);
    // JsSIP gives the same function for all candidates of one gathering, and another after an ICE restart.
    if (ready === this.#ready && (this.#isNear || !usable)) return;
    this.stop();
    this.#ready = ready;
    this.#isNear = usable;
    this.#timer = setTimeout(ready, usable ? WINDOW_MS : HOPE_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#ready = null;
  }
}

/** Whether the other side has a candidate that can send to this one; before it is known any over UDP may be. */
function isUsable({ protocol, address }: GatheredCandidate['candidate'], remote: string): boolean {
  if (protocol === 'tcp') return false;
  const places = [...remote.matchAll(/^a=candidate:\S+ \S+ udp \S+ (\S+)/gim)].map(([, at]) => at ?? '');
  if (places.length === 0 || address === null) return true;
  // From this machine's own address nothing reaches another one.
  if (isLoopback(address) && !places.some(isLoopback)) return false;
  return places.some((place) => isIpv6(place) === isIpv6(address));
}

function isIpv6(address: string): boolean {
  return address.includes(':');
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}
