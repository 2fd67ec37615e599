import { RtpEndpoint } from '../support/rtp-endpoint.ts';
import type { PeerCall } from '../support/peer-call.ts';
import type { SipPeer } from '../support/sip-peer.ts';
import { type WebrtcLine, WebrtcLines } from '../support/webrtc-lines.ts';
import { type FarMedia, farCall, nextOf } from './sip-far-ends.ts';
import type { FarBrowser } from './switch-harness.ts';

/** Pages with a softphone: SIP over WebSocket by a scripted peer, WebRTC in a process that all of them share. */
export class FarBrowsers {
  #lines: WebrtcLines | null = null;

  /** @param peer with the WebSocket of the switch */
  open(peer: SipPeer): FarBrowser {
    const media = new BrowserMedia(peer, () => (this.#lines ??= new WebrtcLines()));
    return {
      register: async () => (await peer.register()).status,
      die: () => {
        peer.alive = false;
      },
      unregister: async () => void (await peer.register(0)),
      nextCall: nextOf(peer, media),
      dial: async (number) => {
        const rtp = await RtpEndpoint.open();
        const sdp = await media.offer(rtp);
        return farCall(peer, await peer.call(number, { sdp, rtp }), media);
      },
      reload: async () => {
        media.freeze();
        await peer.drop();
        await peer.reopen('reload');
        await peer.register();
      },
      leave: async (first) => {
        if (first === 'voice') media.close();
        else media.freeze();
        await peer.drop();
      },
      breakSocket: () => peer.drop(),
      reconnect: async () => {
        await peer.reopen('reconnect');
        await peer.register();
      },
      loseVoice: async () => media.freeze(),
    };
  }

  stop(): void {
    this.#lines?.stop();
  }
}

/** The connections of one page. */
class BrowserMedia implements FarMedia {
  readonly #peer: SipPeer;
  readonly #lines: () => WebrtcLines;
  readonly #byEndpoint = new Map<RtpEndpoint, WebrtcLine>();

  constructor(peer: SipPeer, lines: () => WebrtcLines) {
    this.#peer = peer;
    this.#lines = lines;
  }

  async offer(rtp: RtpEndpoint): Promise<string> {
    const line = await this.#lines().offer(rtp.port);
    return this.#keep(rtp, line);
  }

  async answer({ invite, rtp }: PeerCall): Promise<string> {
    const line = await this.#lines().answer(invite?.body ?? '', rtp.port);
    return this.#keep(rtp, line);
  }

  async up({ invite, rtp, final }: PeerCall): Promise<void> {
    const line = this.#byEndpoint.get(rtp);
    if (invite === null) line?.accept(final?.body ?? '');
    await line?.opened();
  }

  async vanish({ rtp }: PeerCall): Promise<void> {
    this.#byEndpoint.get(rtp)?.freeze();
    await this.#peer.drop();
  }

  freeze(): void {
    for (const line of this.#byEndpoint.values()) line.freeze();
  }

  /** Says goodbye on the voice's own way (DTLS close_notify), as browsers do for a page that is unloaded. */
  close(): void {
    for (const line of this.#byEndpoint.values()) line.close();
  }

  #keep(rtp: RtpEndpoint, line: WebrtcLine): string {
    this.#byEndpoint.set(rtp, line);
    rtp.connect(`c=IN IP4 127.0.0.1\r\nm=audio ${line.port} RTP/AVP 0\r\n`);
    return line.sdp;
  }
}
