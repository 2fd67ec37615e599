import type { EndpointId, LegId } from '../../server/core/kernel/ids.ts';
import type { DialRequest, EndCause, LiveLeg } from '../../server/core/ports/switch.ts';
import type { FakeSwitch } from './fake-switch.ts';

const ABNORMAL: Record<number, EndCause> = {
  404: 'unknown-number',
  408: 'no-answer',
  480: 'unreachable',
  486: 'busy',
  488: 'not-acceptable',
  503: 'congestion',
  603: 'rejected',
};

/** One call as the far end has it in its hand. */
export class FakeCall {
  legId: LegId = '' as LegId;
  state: 'ringing-here' | 'calling' | 'hears-ringing' | 'up' | 'over' = 'calling';
  /** Why it is over, as the far end was told. */
  cause: EndCause | null = null;
  receivedDigits = '';
  /** What has become of the transfer that it has asked for last; null: of none. */
  transferred: 'asked' | 'done' | 'refused' | null = null;
  readonly request: DialRequest | null;
  readonly #switch: FakeSwitch;

  /** @param request the dial request for a call to this end; null for one that this end makes. */
  constructor(telephone: FakeSwitch, request: DialRequest | null) {
    this.#switch = telephone;
    this.request = request;
    if (request) this.state = 'ringing-here';
  }

  /** 180, or 183 with early media. */
  ring(earlyMedia = false): void {
    const leg = this.#switch.legsById.get(this.legId);
    if (!leg) return;
    leg.state = 'ringing';
    this.#switch.emit({ type: 'leg-ringing', legId: this.legId, earlyMedia });
  }

  /** 200. */
  answer(): void {
    const leg = this.#switch.legsById.get(this.legId);
    if (!leg || leg.state === 'answered') return;
    leg.cancelRing();
    leg.state = 'answered';
    this.state = 'up';
    this.#switch.emit({ type: 'leg-answered', legId: this.legId });
  }

  refuse(status: number): void {
    this.state = 'over';
    this.#switch.end(this.legId, ABNORMAL[status] ?? 'rejected', 'far', status);
  }

  /** BYE, or CANCEL before the answer. */
  hangup(): void {
    const cause = this.state === 'up' ? 'normal' : 'cancelled';
    this.state = 'over';
    this.#switch.end(this.legId, cause, 'far');
  }

  /** No goodbye: the socket and the media are gone. */
  vanish(): void {
    this.#switch.lose(this.legId, 'media-lost');
  }

  /** Presses its own hold button. */
  hold(): void {
    this.#holds(true);
  }

  resume(): void {
    this.#holds(false);
  }

  /** Asks to be replaced by whom it names. */
  transfer(to: string): void {
    const leg = this.#switch.legsById.get(this.legId);
    if (leg?.state !== 'answered' || this.transferred === 'asked') return;
    this.transferred = leg.endpointId === null ? 'refused' : 'asked';
    if (leg.endpointId !== null) this.#switch.emit({ type: 'transfer-asked', legId: this.legId, to });
  }

  #holds(held: boolean): void {
    const leg = this.#switch.legsById.get(this.legId);
    if (!leg || leg.state !== 'answered' || leg.heldThere === held) return;
    leg.heldThere = held;
    this.#switch.emit({ type: held ? 'leg-held' : 'leg-resumed', legId: this.legId });
  }

  /** Speaks a steady tone, or nothing. */
  send(hz: number | null): void {
    const leg = this.#switch.legsById.get(this.legId);
    if (leg) leg.sending = hz;
  }

  digits(digits: string): void {
    for (const digit of digits) {
      this.#switch.emit({ type: 'digit', legId: this.legId, digit, durationMs: 100 });
    }
  }

  // told by the switch
  rang(): void {
    this.state = 'hears-ringing';
  }

  answered(): void {
    this.state = 'up';
  }

  transferEnded(done: boolean): void {
    if (this.transferred === 'asked') this.transferred = done ? 'done' : 'refused';
  }

  ended(cause: EndCause): void {
    this.transferEnded(cause === 'handed-over');
    this.state = 'over';
    this.cause = cause;
  }
}

/** A place where calls arrive: the newest is what tests look at. */
class CallTaker {
  readonly calls: FakeCall[] = [];
  /** How it treats a call that asks for an automatic answer. */
  answersItself = true;
  /** False: it waits until it is told to ring. */
  ringsItself = true;

  /** The call that arrived last. */
  get call(): FakeCall {
    const call = this.calls.at(-1);
    if (!call) throw new Error('no call has arrived');
    return call;
  }

  get ringing(): FakeCall | null {
    return this.calls.findLast((call) => call.state === 'ringing-here') ?? null;
  }

  receive(call: FakeCall): void {
    this.calls.push(call);
    this.onCall(call);
  }

  protected onCall(_call: FakeCall): void {}
}

export class FakePhone extends CallTaker {
  online = false;
  /** It answers nothing any more, not even by a 100. */
  dead = false;
  address = '127.0.0.1:50000';
  userAgent = 'fake phone';
  readonly endpointId: EndpointId;
  readonly #switch: FakeSwitch;

  constructor(telephone: FakeSwitch, endpointId: EndpointId) {
    super();
    this.#switch = telephone;
    this.endpointId = endpointId;
  }

  register(address = this.address): void {
    this.online = true;
    this.dead = false;
    this.address = address;
    this.#switch.emit({
      type: 'endpoint-online',
      endpointId: this.endpointId,
      address,
      userAgent: this.userAgent,
      latencyMs: 5,
    });
  }

  /** `lost`: the socket of a page closes. Nothing that it has not answered yet outlives that; what it has, goes on. */
  goOffline(reason: 'unregistered' | 'expired' | 'lost' | 'displaced' = 'unregistered'): void {
    if (!this.online) return;
    this.online = false;
    const isPage = this.#switch.spec(this.endpointId)?.device === 'browser';
    if (isPage && reason === 'lost') {
      this.#loseLegs((state) => state !== 'answered', 'signalling-lost');
    }
    this.#switch.emit({ type: 'endpoint-offline', endpointId: this.endpointId, reason });
  }

  /** It is there and says nothing any more: the switch takes it for gone. */
  fallSilent(): void {
    if (!this.online) return;
    this.online = false;
    this.#switch.emit({ type: 'endpoint-offline', endpointId: this.endpointId, reason: 'lost' });
  }

  /** The page is closed: nothing says goodbye. @param first what the switch sees to go */
  leave(first: 'voice' | 'socket'): void {
    if (first === 'voice') this.loseVoice();
    this.goOffline('lost');
    this.#loseLegs(() => true, 'signalling-lost');
  }

  /** What it has answered is lost, and its socket is not. */
  loseVoice(): void {
    this.#loseLegs((state) => state === 'answered', 'media-lost');
  }

  #loseLegs(which: (state: LiveLeg['state']) => boolean, cause: 'media-lost' | 'signalling-lost'): void {
    for (const { id, endpointId, state } of [...this.#switch.legsById.values()]) {
      if (endpointId === this.endpointId && which(state)) this.#switch.lose(id, cause);
    }
  }

  /** Dials from the phone's own keys. */
  dial(number: string): FakeCall {
    const spec = this.#switch.spec(this.endpointId);
    const call = new FakeCall(this.#switch, null);
    call.legId = this.#switch.offer(
      spec?.kind === 'outside'
        ? { kind: 'trunk', number: spec.number ?? '' }
        : { kind: 'endpoint', endpointId: this.endpointId },
      number,
      call,
    );
    return call;
  }

  protected override onCall(call: FakeCall): void {
    if (this.dead) this.#switch.unheard(call.legId);
    else if (call.request?.autoAnswer && this.answersItself) queueMicrotask(() => call.answer());
    else if (this.ringsItself) queueMicrotask(() => call.ring());
  }
}

/** The outside world behind the trunk. Calls to it wait for the test to ring, answer or refuse. */
export class FakeTrunk extends CallTaker {
  readonly #switch: FakeSwitch;

  constructor(telephone: FakeSwitch) {
    super();
    this.#switch = telephone;
  }

  callIn(from: string, dialled: string, name?: string): FakeCall {
    const call = new FakeCall(this.#switch, null);
    call.legId = this.#switch.offer(
      { kind: 'trunk', number: from, ...(name ? { name } : {}) },
      dialled,
      call,
    );
    return call;
  }
}
