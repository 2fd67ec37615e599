import { type EndCause, SwitchError } from '../../core/ports/switch.ts';
import { causeOfReason, reasonOfCause, statusOfCause } from './end-cause.ts';
import { describesHold } from './far-description.ts';
import { Leg, type LegHost, type LegParty } from './leg.ts';
import { MediaError } from './media/media-engine.ts';
import { IncomingInvite } from './sip/incoming-invite.ts';
import type { ServerTransaction } from './sip/server-transaction.ts';
import type { SipLink } from './sip/sip-link.ts';

/** A leg that calls us. */
export class OfferedLeg extends Leg {
  readonly #invite: IncomingInvite | null;
  #description: Promise<string> | null = null;
  #early = false;

  constructor(host: LegHost, party: LegParty, link: SipLink, transaction: ServerTransaction) {
    super(host, party, 'offered');
    this.#invite = IncomingInvite.accept(link, transaction, {
      ...this.sessionHandlers,
      onCancelled: (reason) => this.end(causeOfReason(reason) ?? 'cancelled', 'far'),
      onVanished: () => this.lose('signalling-lost'),
    });
    this.session = this.#invite?.session ?? null;
    // A carrier may listen elsewhere than it sends from; phones behind NAT are met where they come from.
    if (this.session && party.endpointId === null) this.session.symmetric = false;
  }

  /** False: the INVITE could make no dialog and has been refused. */
  get valid(): boolean {
    return this.#invite !== null;
  }

  ring(): void {
    if (this.state !== 'offered') throw new SwitchError('wrong-state', 'the leg has been answered');
    this.#invite?.ring();
  }

  async answer(): Promise<void> {
    if (this.state === 'answered') return;
    if (this.state !== 'offered') throw new SwitchError('wrong-state', 'the leg has been answered');
    const sdp = await this.#describe();
    // It may have been answered or given up while the media was made.
    if (this.state !== 'offered' || !this.#invite?.pending) {
      throw new SwitchError(this.ended ? 'no-such-leg' : 'wrong-state', 'the leg is no longer waiting');
    }
    this.#invite.answer(sdp);
    this.enter('answered');
    this.host.emit({ type: 'leg-answered', legId: this.id });
    const { offer } = this.#invite;
    if (offer) this.noteHold(describesHold(offer, this.transport));
  }

  /** Early media (183): before the answer the caller hears us, and we it. */
  async openMedia(): Promise<void> {
    if (this.state !== 'offered' || this.#early) {
      await this.#description;
      return;
    }
    if (this.#invite?.offer === '') {
      throw new SwitchError('wrong-state', 'a caller without an offer hears nothing before the answer');
    }
    this.#early = true;
    const sdp = await this.#describe();
    if (this.state === 'offered') this.#invite?.progress(sdp);
  }

  protected dismiss(cause: EndCause): void {
    if (this.#invite?.pending) {
      this.#invite.reject(statusOfCause(cause), [
        ['Reason', reasonOfCause(cause)],
        ...(cause === 'congestion' ? [['Retry-After', '10'] as const] : []),
      ]);
    } else this.session?.bye(reasonOfCause(cause));
  }

  private get ended(): boolean {
    return this.state === 'ended';
  }

  /** Our answer to the caller's offer, or our offer; made once. */
  async #describe(): Promise<string> {
    const offer = this.#invite?.offer ?? '';
    const { engine } = this.host;
    this.#description ??= offer
      ? engine.answerOffer(this.id, this.transport, offer, this.peerAddress)
      : engine.createOffer(this.id, this.transport, this.peerAddress);
    try {
      const description = await this.#description;
      // Given up meanwhile: what the engine has made since then belongs to nobody.
      if (this.ended) await engine.closeLeg(this.id);
      return description;
    } catch (error) {
      const refused = error instanceof MediaError && error.code === 'not-acceptable';
      this.dismiss(refused ? 'not-acceptable' : 'congestion');
      this.end(refused ? 'not-acceptable' : 'congestion', 'near');
      throw error;
    }
  }
}
