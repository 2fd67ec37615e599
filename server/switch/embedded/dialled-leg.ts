import type { EndpointId } from '../../core/kernel/ids.ts';
import type { EndCause } from '../../core/ports/switch.ts';
import { UNHEARD_MS } from './embedded-config.ts';
import { causeOfStatus, reasonOfCause } from './end-cause.ts';
import { describesHold } from './far-description.ts';
import { Leg, type LegHost, type LegParty } from './leg.ts';
import { type InviteSpec, OutgoingInvite } from './sip/outgoing-invite.ts';
import type { SipLink } from './sip/sip-link.ts';
import type { SipSession } from './sip/sip-session.ts';

/** A leg that we call. */
export class DialledLeg extends Leg {
  #invite: OutgoingInvite | null = null;
  #stopRinging: () => void = () => undefined;
  #stopPatience: () => void = () => undefined;
  /** The answer that the media engine has; a 200 usually repeats what a 183 said. */
  #answer = '';
  #rang = false;
  #early = false;
  /** Answers are handed to the media engine one after the other. */
  #media: Promise<void> = Promise.resolve();

  constructor(host: LegHost, party: LegParty) {
    super(host, party, 'dialling');
  }

  /** Sends the INVITE. `ringMs` counts from here. Without effect when the leg was hung up meanwhile. */
  start(link: SipLink, spec: InviteSpec, ringMs: number): void {
    if (this.state === 'ended') return;
    this.#invite = new OutgoingInvite(link, spec, {
      ...this.sessionHandlers,
      onHeard: () => this.#stopPatience(),
      onProgress: (status, sdp) => this.#progress(status, sdp),
      onAnswered: (session, sdp) => this.#answered(session, sdp),
      onRefused: (status, reason) => this.end(causeOfStatus(status, reason, this.#rang), 'far', status),
      onUnreachable: (why) => {
        // Its socket is gone, as in a page that is loaded anew: it may be back in a moment.
        if (why === 'transport' && this.endpointId !== null) this.lose('signalling-lost');
        else this.end('unreachable', 'far');
      },
    });
    this.#stopRinging = this.host.clock.after(ringMs, () => this.hangup('no-answer'));
    const { endpointId } = this;
    if (endpointId !== null) {
      this.#stopPatience = this.host.clock.after(UNHEARD_MS, () => this.#unheard(endpointId));
    }
    this.#invite.start();
  }

  /** A device of ours has it from nobody but us: what does not even say 100 is dead, and nobody is to wait for it. */
  #unheard(endpointId: EndpointId): void {
    if (this.state !== 'dialling') return;
    // First, so that whoever hears of the end does not call it again.
    this.host.unheard(endpointId);
    this.dismiss('unreachable');
    this.end('unreachable', 'far');
  }

  openMedia(): Promise<void> {
    // The engine has had it since our offer was made.
    return this.#media;
  }

  /** From the 200 on, also while the media is still being made. */
  protected override get inDialog(): boolean {
    return this.session !== null;
  }

  protected dismiss(cause: EndCause): void {
    this.#stopRinging();
    this.#stopPatience();
    if (this.session) this.session.bye(reasonOfCause(cause));
    else this.#invite?.cancel(reasonOfCause(cause));
  }

  protected override end(...how: Parameters<Leg['end']>): void {
    this.#stopRinging();
    this.#stopPatience();
    super.end(...how);
  }

  #progress(status: number, sdp: string): void {
    if (this.state === 'ended' || this.state === 'answered') return;
    if (sdp && !this.#early) {
      this.#early = true;
      this.#take(sdp, () => this.#ringing(true));
    } else if (status === 180 && !this.#rang) this.#ringing(false);
    this.#rang ||= status === 180;
  }

  #ringing(earlyMedia: boolean): void {
    this.enter('ringing');
    this.host.emit({ type: 'leg-ringing', legId: this.id, earlyMedia });
  }

  #answered(session: SipSession, sdp: string): void {
    this.#stopRinging();
    this.session = session;
    const answer = sdp || this.#answer;
    this.#take(answer, () => {
      this.enter('answered');
      this.host.emit({ type: 'leg-answered', legId: this.id });
      this.noteHold(describesHold(answer, this.transport));
    });
  }

  #take(sdp: string, then: () => void): void {
    this.#media = this.#media.then(async () => {
      if (this.state === 'ended') return;
      try {
        if (sdp !== this.#answer || sdp === '')
          await this.host.engine.acceptAnswer(this.id, sdp, this.peerAddress);
        this.#answer = sdp;
      } catch (error) {
        this.host.log.warn({ err: error, legId: this.id }, 'the far side answered what cannot be used');
        this.dismiss('not-acceptable');
        this.end('not-acceptable', 'near');
        return;
      }
      // The engine's answer may come after the end.
      if ((this.state as string) !== 'ended') then();
    });
  }
}
