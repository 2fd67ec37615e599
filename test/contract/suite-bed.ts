import { expect } from 'vitest';
import { asId } from '../../server/core/kernel/ids.ts';
import type { EndpointId, LegId, RoomId } from '../../server/core/kernel/ids.ts';
import { SwitchError } from '../../server/core/ports/switch.ts';
import type { LiveLeg, Switch, SwitchErrorCode } from '../../server/core/ports/switch.ts';
import { EventLog } from './switch-events-log.ts';
import type { Account, FarBrowser, FarCall, FarPhone, MakeHarness, SwitchHarness } from './switch-harness.ts';

export const RING_MS = 20_000;
export const LOW = 600;
export const HIGH = 1500;
export const THIRD = 2100;

export type KnownPhone = FarPhone & { endpointId: EndpointId };
export type KnownBrowser = FarBrowser & { endpointId: EndpointId };

export interface Answered {
  legId: LegId;
  far: FarCall;
}

/** A harness with what most tests of the contract begin with. */
export class SuiteBed {
  readonly harness: SwitchHarness;
  readonly telephone: Switch;
  readonly log: EventLog;

  private constructor(harness: SwitchHarness) {
    this.harness = harness;
    this.telephone = harness.telephone;
    this.log = new EventLog(harness.telephone);
  }

  static async make(makeHarness: MakeHarness, options = { line: true }): Promise<SuiteBed> {
    return new SuiteBed(await makeHarness(options));
  }

  async stop(): Promise<void> {
    this.log.stop();
    await this.harness.stop();
  }

  newLeg(): LegId {
    return this.harness.ids.next<LegId>('leg');
  }

  /** An agent's phone that is provisioned and registered. */
  async phone(username: string): Promise<KnownPhone> {
    return this.#online(await this.harness.phone(await this.account(username, 'phone')), username);
  }

  /** An agent's page that is provisioned and registered. */
  async browser(username: string): Promise<KnownBrowser> {
    return this.#online(await this.harness.browser(await this.account(username, 'browser')), username);
  }

  dialPhone(
    endpointId: EndpointId,
    more: { ringMs?: number; autoAnswer?: string } = {},
  ): { legId: LegId; dialled: Promise<void> } {
    const legId = this.newLeg();
    const dialled = this.telephone.dial({
      legId,
      target: { kind: 'endpoint', endpointId },
      callerId: { number: '400100', name: 'Hotline' },
      ringMs: more.ringMs ?? RING_MS,
      headers: { 'X-Telebar-Leg': legId },
      ...(more.autoAnswer ? { autoAnswer: more.autoAnswer } : {}),
    });
    return { legId, dialled };
  }

  async talkTo(device: KnownPhone): Promise<Answered> {
    const { legId, dialled } = this.dialPhone(device.endpointId);
    await dialled;
    const far = await device.nextCall();
    await far.answer();
    await this.log.next('leg-answered', (event) => event.legId === legId);
    return { legId, far };
  }

  async answeredCaller(from = '13800138000'): Promise<Answered> {
    const before = this.log.events.length;
    const far = await this.harness.trunk.call(from, '400100');
    const offered = await this.log.next('leg-offered', (event) => this.log.events.indexOf(event) >= before);
    await this.telephone.answer(offered.legId);
    await far.until('up');
    return { legId: offered.legId, far };
  }

  device(kind: 'browser' | 'phone', username: string): Promise<KnownPhone> {
    return kind === 'browser' ? this.browser(username) : this.phone(username);
  }

  /** Makes the account of a device that is not there yet. */
  async account(username: string, device: 'browser' | 'phone'): Promise<Account> {
    const endpointId = endpointOf(username);
    const { signallingUrl } = await this.telephone.provision({
      endpointId,
      kind: 'agent',
      device,
      username,
      ha1: this.harness.ha1(username, 'right'),
      expiresAt: null,
      displayName: username,
    });
    return { endpointId, username, password: 'right', signallingUrl };
  }

  async #online<Device extends FarPhone>(
    device: Device,
    username: string,
  ): Promise<Device & { endpointId: EndpointId }> {
    const endpointId = endpointOf(username);
    expect(await device.register()).toBe(200);
    await this.log.next('endpoint-online', (event) => event.endpointId === endpointId);
    return Object.assign(device, { endpointId });
  }

  /** A room with these legs in it. */
  async room(...legs: readonly Answered[]): Promise<RoomId> {
    const roomId = this.harness.ids.next<RoomId>('room');
    await this.telephone.openRoom(roomId);
    for (const { legId } of legs) await this.telephone.place(legId, roomId, { kind: 'all' });
    return roomId;
  }

  /** Both ends hear each other and nobody else, as far as the harness has ears. */
  async expectTalk(a: FarCall, b: FarCall): Promise<void> {
    a.say(LOW);
    b.say(HIGH);
    // The way is open before the first sound has come through it.
    const hears = async (far: FarCall) => (await far.listen([LOW, HIGH])).tones;
    try {
      await expect.poll(() => hears(a), { timeout: 6_000 }).toEqual([HIGH]);
      await expect.poll(() => hears(b), { timeout: 6_000 }).toEqual([LOW]);
    } catch (error) {
      const seen = [`one: ${a.voice()}`, `other: ${b.voice()}`, await this.harness.witness?.()];
      throw new Error(`${String(error)}\n${seen.join('\n')}`, { cause: error });
    }
  }

  async live(legId: LegId): Promise<LiveLeg | undefined> {
    return (await this.telephone.legs()).find((leg) => leg.legId === legId);
  }
}

function endpointOf(username: string): EndpointId {
  return asId<EndpointId>(`ep-${username}`);
}

/** The code with which the switch refuses; fails when it does not. */
export async function refusal(attempt: Promise<unknown>): Promise<SwitchErrorCode> {
  const error = await attempt.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof SwitchError) return error.code;
  throw new Error('was not refused with a SwitchError', { cause: error });
}

/**
 * Listening takes 700 ms, as does one beat of the busy tone (0.35 s, and as much silence): without this it would be in the
 * pause each time, once it is in one.
 */
const OUT_OF_STEP_MS = 150;

/** The tone comes within some seconds; progress tones have pauses of up to four. */
export async function hearsSoon(far: FarCall, hz: number): Promise<void> {
  const deadline = Date.now() + 6_000;
  for (;;) {
    const heard = await far.listen([hz]);
    if (heard.tones.includes(hz)) return;
    if (Date.now() > deadline) throw new Error(`${hz} Hz was not heard`);
    await new Promise((resolve) => setTimeout(resolve, OUT_OF_STEP_MS));
  }
}
