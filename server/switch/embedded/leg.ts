import type { Clock } from '../../core/kernel/clock.ts';
import type { EndpointId, LegId, RoomId } from '../../core/kernel/ids.ts';
import {
  type EndCause,
  type EndSide,
  type LiveLeg,
  SwitchError,
  type SwitchEvent,
} from '../../core/ports/switch.ts';
import { GOODBYE_MS, SIGNALLING_GRACE_MS } from './embedded-config.ts';
import { causeOfReason, statusOfCause } from './end-cause.ts';
import { readFar } from './far-description.ts';
import { digitOfInfo } from './info-digit.ts';
import type { MediaEngine, MediaTransport } from './media/media-engine.ts';
import { PeerWatch } from './peer-watch.ts';
import type { Flow } from './sip/flow.ts';
import { Referrals } from './sip/referral.ts';
import type { ServerTransaction } from './sip/server-transaction.ts';
import type { Binding } from './sip/registrar.ts';
import type { SessionEnd, SessionHandlers } from './sip/session-handlers.ts';
import type { SipSession } from './sip/sip-session.ts';
import type { SwitchLog } from './sip/switch-log.ts';

/** What a leg needs of its switch. */
export interface LegHost {
  readonly clock: Clock;
  readonly engine: MediaEngine;
  readonly log: SwitchLog;
  emit(event: SwitchEvent): void;
  /** The leg has told its last event. */
  gone(leg: Leg): void;
  /** The endpoint has answered a call by nothing at all. */
  unheard(endpointId: EndpointId): void;
}

export interface LegParty {
  readonly legId: LegId;
  readonly transport: MediaTransport;
  /** Null for the trunk. */
  readonly endpointId: EndpointId | null;
  /** The registration that it talks over, at the time it began. */
  readonly binding: Binding | null;
  /** Where its signalling comes from, as far as is known at the beginning. */
  readonly address: string;
}

/**
 * One party's connection: a dialog on the SIP side and a leg of the media engine. Subclasses bring how it begins.
 *
 * ```
 *  offered ─────────┐
 *  dialling ─▶ ringing ──▶ answered ──▶ ended
 *     └───────────┴──────────────────────▲
 * ```
 */
export abstract class Leg {
  readonly id: LegId;
  readonly transport: MediaTransport;
  readonly endpointId: EndpointId | null;
  roomId: RoomId | null = null;
  protected host: LegHost;
  protected session: SipSession | null = null;
  #state: LiveLeg['state'] | 'ended';
  readonly #instance: string | null;
  readonly #address: string;
  #flow: Flow | null;
  #stopGrace: (() => void) | null = null;
  /** Its voice was closed by the page itself: the BYE that comes with that may be on its way. */
  #stopGoodbye: (() => void) | null = null;
  /** Its far side holds by itself, and that has been told. */
  #heldThere = false;
  readonly #watch: PeerWatch;
  readonly #referrals = new Referrals((headers, body) => this.#notify(headers, body));

  constructor(host: LegHost, party: LegParty, state: LiveLeg['state']) {
    this.host = host;
    this.id = party.legId;
    this.transport = party.transport;
    this.endpointId = party.endpointId;
    this.#instance = party.binding?.instance ?? null;
    this.#flow = party.binding?.flow ?? null;
    this.#address = party.address;
    this.#state = state;
    this.#watch = new PeerWatch(host.clock, () => this.lose('signalling-lost'));
  }

  get state(): LiveLeg['state'] | 'ended' {
    return this.#state;
  }

  /** Whether there is a dialog that can move to another flow. */
  protected get inDialog(): boolean {
    return this.#state === 'answered';
  }

  /** Ends the signalling in whatever way its state asks for. Tells nobody above. */
  protected abstract dismiss(cause: EndCause): void;

  /** Makes sure that the media engine has the leg, also before it is answered. Rejects where that cannot be. */
  abstract openMedia(): Promise<void>;

  /** By our own wish. */
  hangup(cause: EndCause): void {
    if (this.#state === 'ended') return;
    // A transfer that was asked for and is not done by this has come to nothing.
    this.#referrals.settle(cause === 'handed-over' ? 200 : 503);
    this.dismiss(cause);
    this.finish({ type: 'leg-ended', legId: this.id, cause, side: 'near' });
  }

  refuseTransfer(cause: EndCause): void {
    this.#referrals.settle(statusOfCause(cause));
  }

  /** For everybody above it has ended; what becomes of it is the business of another host from now on. */
  handOver(host: LegHost): void {
    const before = this.host;
    this.host = host;
    this.roomId = null;
    before.gone(this);
    before.emit({ type: 'leg-ended', legId: this.id, cause: 'handed-over', side: 'near' });
  }

  /** Its media is gone: silence, ICE or DTLS. */
  onMediaLost(reason: 'silence' | 'ice-failed' | 'dtls-closed'): void {
    // Without its socket it was the whole peer that went, not only its voice.
    if (this.#stopGrace) this.lose('signalling-lost');
    else if (reason !== 'dtls-closed') this.lose('media-lost');
    else this.#stopGoodbye ??= this.host.clock.after(GOODBYE_MS, () => this.lose('media-lost'));
  }

  /** Nothing comes from it: a plain RTP peer may be silent, or gone without a goodbye. */
  onQuiet(): void {
    const { session } = this;
    if (this.#state === 'answered' && session) this.#watch.quiet((thorough) => session.probe(thorough));
  }

  /** Transport or media gone: the far side is still told, it may only be half dead. */
  lose(cause: 'media-lost' | 'signalling-lost' | 'switch-failure'): void {
    if (this.#state === 'ended') return;
    this.dismiss(cause);
    this.finish({ type: 'leg-lost', legId: this.id, cause });
  }

  /** The socket closed. Calls outlive a short loss of it while the voice goes on. */
  onFlowClosed(flow: Flow): void {
    if (this.#state === 'ended' || !this.inDialog || this.#flow?.id !== flow.id) return;
    if (this.#stopGoodbye) return this.lose('signalling-lost');
    this.#stopGrace = this.host.clock.after(SIGNALLING_GRACE_MS, () => this.lose('signalling-lost'));
  }

  /** Its endpoint registered again: the same user agent on a new socket, or a new one that knows nothing of this leg. */
  onRegistered(binding: Binding): void {
    if (this.#state === 'ended' || !this.#flow) return;
    if (binding.instance === this.#instance) {
      this.#flow = binding.flow;
      this.session?.moveTo(binding.flow);
      this.#stopGrace?.();
      this.#stopGrace = null;
    } else if (this.#stopGrace) this.lose('signalling-lost');
  }

  /** Where its signalling comes from: its voice may come from there as well. */
  protected get peerAddress(): string {
    return this.session?.dialog.flow.address ?? this.#address;
  }

  /** Sends digits by INFO, one after the other. */
  async sendInfo(digits: string): Promise<void> {
    if (!this.session) throw new SwitchError('wrong-state', 'the leg is not answered');
    for (const digit of digits) {
      const headers = [['Content-Type', 'application/dtmf-relay']] as const;
      const taken = await this.session.send('INFO', headers, `Signal=${digit}\r\nDuration=160\r\n`);
      if (!taken) throw new SwitchError('unsupported', 'the far side takes no digits');
    }
  }

  protected enter(state: 'ringing' | 'answered'): void {
    if (this.#state !== 'ended') this.#state = state;
  }

  /** Tells the last event and frees the media. */
  protected finish(event: SwitchEvent): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#stopGrace?.();
    this.#stopGrace = null;
    this.#stopGoodbye?.();
    this.host.engine.closeLeg(this.id).catch((error: unknown) => {
      this.host.log.debug({ err: error, legId: this.id }, 'the media of an ended leg was gone already');
    });
    this.host.gone(this);
    this.host.emit(event);
  }

  protected end(cause: EndCause, side: EndSide, sipStatus?: number): void {
    this.finish({
      type: 'leg-ended',
      legId: this.id,
      cause,
      side,
      ...(sipStatus === undefined ? {} : { sipStatus }),
    });
  }

  protected get sessionHandlers(): SessionHandlers {
    return {
      onOffer: async (sdp) => {
        const far = readFar(sdp, this.transport);
        const ours = await this.host.engine.answerReoffer(this.id, far.sdp, this.peerAddress);
        this.noteHold(far.holds);
        return far.answer(ours);
      },
      onOfferWanted: async (inForce) =>
        // A browser's connection goes on; a phone may want more than it has now, the end of its hold above all.
        this.transport === 'webrtc' ? inForce : this.host.engine.createOffer(this.id, this.transport),
      onAnswer: async (sdp) => {
        const far = readFar(sdp, this.transport);
        await this.host.engine.acceptAnswer(this.id, far.sdp, this.peerAddress);
        this.noteHold(far.holds);
      },
      onInfo: (type, body) => this.#onInfo(type, body),
      // Lines outside pass nobody on by themselves.
      ...(this.endpointId === null ? {} : { onRefer: (asked) => this.#onRefer(asked) }),
      onEnded: (end) => this.#onEnded(end),
    };
  }

  /** What the far side's last description says about that. */
  protected noteHold(holds: boolean): void {
    if (this.#state !== 'answered' || this.#heldThere === holds) return;
    this.#heldThere = holds;
    this.host.emit({ type: holds ? 'leg-held' : 'leg-resumed', legId: this.id });
  }

  #onInfo(type: string, body: string): boolean {
    const dialled = digitOfInfo(type, body);
    if (!dialled) return false;
    this.host.emit({ type: 'digit', legId: this.id, ...dialled });
    return true;
  }

  #onRefer(asked: ServerTransaction): void {
    const to = this.#referrals.receive(asked);
    if (to !== null) this.host.emit({ type: 'transfer-asked', legId: this.id, to });
  }

  #notify(headers: Parameters<SipSession['send']>[1], body: string): void {
    // Whether the phone shows it is the phone's business.
    this.session?.send('NOTIFY', headers, body).catch(() => undefined);
  }

  #onEnded(end: SessionEnd): void {
    if (end.kind === 'bye') this.end(causeOfReason(end.reason) ?? 'normal', 'far');
    else if (end.why === 'session-expired') this.end('expired', 'switch');
    else this.finish({ type: 'leg-lost', legId: this.id, cause: 'signalling-lost' });
  }
}
