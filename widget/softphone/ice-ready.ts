/** What JsSIP says with `icecandidate`; `ready` sends the description as it is now. */
export interface GatheredCandidate {
  candidate: Pick<RTCIceCandidate, 'type'>;
  ready: () => void;
}

/** After the first candidate nothing better is waited for longer than this, ms: all of it is heard as a delay at answering. */
const WINDOW_MS = 25;

/**
 * Ends ICE gathering early. Browsers wait up to forty seconds for interfaces that lead nowhere, but every leg ends at the
 * switch, whose address is in its own description: it learns our working address from the first check (RFC 8445
 * §7.3.1.3, peer-reflexive), so a description with one candidate is as good as one with all. A reflexive or relayed
 * candidate proves that the way out works and ends the wait at once.
 */
export class IceReady {
  #ready: (() => void) | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  take({ candidate, ready }: GatheredCandidate): void {
    if (candidate.type === 'srflx' || candidate.type === 'relay') {
      this.stop();
      return ready();
    }
    // JsSIP gives the same function for all candidates of one gathering, and another after an ICE restart.
    if (ready === this.#ready) return;
    this.stop();
    this.#ready = ready;
    this.#timer = setTimeout(ready, WINDOW_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#ready = null;
  }
}
