import { setTimeout as pause } from 'node:timers/promises';
import type { DeskSnapshot } from '../../server/contract/desk.ts';
import { CallCentre, type RestClient, type SwitchName } from '../support/call-centre.ts';
import { SipPeer } from '../support/sip-peer.ts';
import { progress } from './side-by-side.ts';

/**
 * How long it takes from a command, given over REST as the bar gives it, until its effect is heard at the far end. A customer on
 * the trunk, two agents and a leader at desk phones that answer by themselves: each speaks a tone of its own.
 */

/** What is measured, in the order in which a call goes through it. */
export const AUDIBLE_OPERATIONS = [
  'consult',
  'swap',
  'retrieve',
  'conference',
  'attended transfer',
  'listen',
  'whisper',
  'barge',
  'take-over',
] as const;
export type AudibleOperation = (typeof AUDIBLE_OPERATIONS)[number];
export type AudibleTimes = Map<AudibleOperation, number[]>;

const CUSTOMER = '13800138000';
const PASSWORD = 'telebar-demo';
/** Agent, colleague and leader, and their tones, Hz. */
const VOICES = [
  ['1001', 1400],
  ['1002', 2300],
  ['1000', 2800],
] as const;
const LOOK_MS = 3;
/** So long a tone has not been heard before its beginning is waited for. */
const QUIET_MS = 300;
const PATIENCE_MS = 10_000;

/** A telephone that speaks one tone in whatever call it is. */
class Telephone {
  readonly peer: SipPeer;
  readonly hz: number;

  constructor(peer: SipPeer, hz: number) {
    this.peer = peer;
    this.hz = hz;
  }

  speak(): void {
    for (const call of this.peer.calls) if (!call.ended) call.rtp.say(this.hz);
  }

  /** When it first heard the other since then, on the clock of `performance`; undefined: not yet. */
  heard(other: Telephone, since: number): number | undefined {
    const call = this.peer.calls.findLast(({ ended }) => !ended);
    return call?.rtp.tonesSince(since, other.hz)[0];
  }

  forget(): void {
    for (const { rtp } of this.peer.calls) rtp.received.length = 0;
  }
}

type Way = readonly [listener: Telephone, speaker: Telephone];

class Cast {
  readonly centre: CallCentre;
  readonly customer: Telephone;
  readonly phones: readonly Telephone[];
  readonly clients: readonly RestClient[];

  private constructor(
    centre: CallCentre,
    customer: Telephone,
    phones: readonly Telephone[],
    clients: readonly RestClient[],
  ) {
    this.centre = centre;
    this.customer = customer;
    this.phones = phones;
    this.clients = clients;
  }

  static async gather(on: SwitchName): Promise<Cast> {
    const carrier = await SipPeer.open({ switchPort: 0, incoming: 'answer' });
    const centre = await CallCentre.start(
      { TELEBAR_LOG_LEVEL: 'warn', TELEBAR_TRUNK: `127.0.0.1:${carrier.localPort}` },
      on,
    );
    const phones: Telephone[] = [];
    const clients: RestClient[] = [];
    for (const [username, hz] of VOICES) {
      const peer = await SipPeer.open({
        switchPort: centre.sipPort,
        username,
        password: PASSWORD,
        incoming: 'answer',
      });
      await peer.register();
      const me = await centre.login(username);
      await must(me, '/agent/sign-in', { device: { kind: 'phone', endpointId: `phone_demo_${username}` } });
      phones.push(new Telephone(peer, hz));
      clients.push(me);
    }
    return new Cast(centre, new Telephone(carrier, 1900), phones, clients);
  }

  get everybody(): readonly Telephone[] {
    return [this.customer, ...this.phones];
  }

  /** Gives the order, and waits until each listener hears the speaker whom it did not hear before. @returns ms */
  async click(ways: readonly Way[], order: () => Promise<unknown>): Promise<number> {
    await this.until('silence before', () => {
      const since = performance.now() - QUIET_MS;
      return ways.every(([listener, speaker]) => listener.heard(speaker, since) === undefined);
    });
    for (const each of this.everybody) each.forget();
    const from = performance.now();
    const [heard] = await Promise.all([this.firstHeard(ways, from), order()]);
    return heard - from;
  }

  async firstHeard(ways: readonly Way[], from: number): Promise<number> {
    let last = 0;
    await this.until('a tone', () => {
      const times = ways.map(([listener, speaker]) => listener.heard(speaker, from));
      last = Math.max(...times.map((at) => at ?? Infinity));
      return last < Infinity;
    });
    return last;
  }

  async until(what: string, done: () => boolean | Promise<boolean>): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    while (!(await done())) {
      if (performance.now() > deadline) throw new Error(`waited ${PATIENCE_MS} ms for ${what}`);
      for (const each of this.everybody) each.speak();
      await pause(LOOK_MS);
    }
  }

  async idle(me: RestClient): Promise<void> {
    await this.until('an idle agent', async () => {
      const { agent } = await me.get<DeskSnapshot>('/desk');
      if (agent.state === 'acw') await me.send('POST', '/agent/end-acw');
      return agent.state === 'idle';
    });
  }

  async leave(): Promise<void> {
    await this.centre.stop();
    for (const { peer } of this.everybody) await peer.close();
  }
}

async function must(me: RestClient, path: string, body?: object): Promise<unknown> {
  const answer = await me.send('POST', path, body);
  if (answer.status >= 300) throw new Error(`POST ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

/** One call: who asks takes back, brings in, and at last passes on; then a leader comes to whom it was passed on to. */
async function oneCall(cast: Cast, note: (operation: AudibleOperation, ms: number) => void): Promise<void> {
  const { customer } = cast;
  const [agent, colleague, leader] = cast.phones as [Telephone, Telephone, Telephone];
  const [me, other, boss] = cast.clients as [RestClient, RestClient, RestClient];
  const both = (one: Telephone, two: Telephone): Way[] => [
    [one, two],
    [two, one],
  ];
  let id = '';
  await cast.click(both(agent, customer), async () => {
    ({ id } = (await must(me, '/calls', { number: CUSTOMER })) as { id: string });
  });
  const call = (command: string, body?: object) => () => must(me, `/calls/${id}/${command}`, body);
  const consult = async (): Promise<void> => {
    await cast.idle(other);
    note('consult', await cast.click(both(agent, colleague), call('consult', { target: { agent: '1002' } })));
  };
  await consult();
  note('swap', await cast.click(both(agent, customer), call('swap')));
  note('swap', await cast.click(both(agent, colleague), call('swap')));
  note('retrieve', await cast.click(both(agent, customer), call('retrieve')));
  await consult();
  note('conference', await cast.click(both(colleague, customer), call('conference')));
  const { calls } = await me.get<DeskSnapshot>('/desk');
  const party = calls.find((each) => each.id === id)?.parties.find(({ number }) => number === '1002');
  await must(me, `/calls/${id}/parties/${party?.id}/kick`);
  await consult();
  note('attended transfer', await cast.click(both(colleague, customer), call('transfer', {})));

  const supervise = (command: string) => () => must(boss, `/agents/1002/${command}`);
  const hearsBoth: Way[] = [
    [leader, colleague],
    [leader, customer],
  ];
  note('listen', await cast.click(hearsBoth, supervise('listen')));
  note('whisper', await cast.click([[colleague, leader]], supervise('whisper')));
  note('barge', await cast.click([[customer, leader]], supervise('barge')));
  await supervise('listen')();
  note('take-over', await cast.click([[customer, leader]], () => must(boss, '/agents/1002/take-over', {})));
  await must(boss, `/calls/${id}/hangup`);
  for (const each of [me, other, boss]) await cast.idle(each);
}

/** The first call is not counted: it warms up what all others use. @returns ms by operation */
export async function audibleOn(on: SwitchName, rounds: number): Promise<AudibleTimes> {
  const cast = await Cast.gather(on);
  const times: AudibleTimes = new Map(AUDIBLE_OPERATIONS.map((operation) => [operation, []]));
  try {
    for (let round = 0; round <= rounds; round += 1) {
      await oneCall(cast, (operation, ms) => {
        if (round > 0) times.get(operation)?.push(ms);
      });
      if (round > 0) progress(`${on}, heard at the far end: call ${round}/${rounds}`);
    }
  } finally {
    await cast.leave();
  }
  return times;
}
