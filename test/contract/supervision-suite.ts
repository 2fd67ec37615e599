import { afterEach, describe, expect, it } from 'vitest';
import { asId } from '../../server/core/kernel/ids.ts';
import type { AgentId, CallId, EndpointId, SessionId } from '../../server/core/kernel/ids.ts';
import type { Identity } from '../../server/core/kernel/actor.ts';
import { chineseNumbers } from '../../server/core/kernel/number/numbers.ts';
import { createCallCentre } from '../../server/live/call-centre.ts';
import type { CallCentre } from '../../server/live/call-centre.ts';
import { HOTLINE, SALES, TEAM, agent, agentId, deskPhone, fill, member } from '../support/builders.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { noOtherSwitch, ownsAll } from '../support/owns-all.ts';
import { realClock } from '../support/switch-bed.ts';
import type { FarCall, FarPhone, MakeHarness, SwitchHarness } from './switch-harness.ts';

const [CUSTOMER, ANNA, BEN, LEADER] = [500, 900, 1400, 2100];
const ALL = [CUSTOMER, ANNA, BEN, LEADER] as const;
const NUMBERS = ['1001', '1002', '1008'];

interface Person {
  readonly who: Identity;
  readonly phone: FarPhone;
}

/** The whole call centre on a real switch: who hears whom while a leader is in a call, or desk phones pass one on, by tones. */
export function describeSupervision(name: string, makeHarness: MakeHarness): void {
  let harness: SwitchHarness;
  let centre: CallCentre;

  afterEach(async () => {
    await centre.stop();
    await harness.stop();
  });

  async function begin(): Promise<{ anna: Person; leader: Person }> {
    harness = await makeHarness({ line: true });
    const store = new MemoryStore();
    await fill(store, {
      agents: [agent('1001'), agent('1002'), agent('1008', { role: 'leader' })],
      members: [member('1001', SALES), member('1002', SALES)],
      leaders: [{ teamId: TEAM, groupId: SALES, agentId: agentId('1008') }],
      phones: NUMBERS.map((number) =>
        deskPhone({
          endpointId: endpointOf(number),
          username: `desk${number}`,
          name: `desk${number}`,
          ha1: harness.ha1(`desk${number}`, 'right'),
        }),
      ),
    });
    const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
    centre = createCallCentre({
      unitOfWork: store,
      switch: harness.telephone,
      switchAt: noOtherSwitch,
      clock: realClock,
      ids: harness.ids,
      numbers: chineseNumbers,
      ownership: ownsAll(store),
      logger: quiet,
      sip: {
        domain: 'telebar.test',
        realm: 'telebar.test',
        ownPath: '/sip',
        registrarPort: null,
        iceServers: () => [],
        newPassword: () => 'right',
        ha1: harness.ha1,
        ha1Sha256: harness.ha1,
      },
      checkPassword: async () => undefined,
      contactNumber: async () => '',
      agentDeparted: async () => undefined,
      checkPin: async () => false,
    });
    await centre.start();
    const leader = await person('1008', 'leader');
    const anna = await person('1001');
    return { anna, leader };
  }

  async function person(number: string, role: Identity['role'] = 'agent'): Promise<Person> {
    const endpointId = endpointOf(number);
    const username = `desk${number}`;
    const phone = await harness.phone({ endpointId, username, password: 'right', signallingUrl: null });
    expect(await phone.register()).toBe(200);
    const who = identity(number, role);
    await expect
      .poll(() =>
        centre.agents.signIn(who, { device: { kind: 'phone', endpointId } }, '127.0.0.1').then(
          () => 'signed in',
          (error: { code?: string }) => error.code,
        ),
      )
      .toBe('signed in');
    return { who, phone };
  }

  /** Anna talks with a customer. */
  async function talk() {
    const people = await begin();
    const customer = await harness.trunk.call('13800138000', HOTLINE);
    const anna = await people.anna.phone.nextCall();
    await anna.ring();
    await anna.answer();
    await customer.until('up');
    customer.say(CUSTOMER);
    anna.say(ANNA);
    const call = async () => (await centre.desks.snapshot(people.anna.who)).calls[0];
    await expect.poll(async () => (await call())?.phase).toBe('talking');
    const id = asId<CallId>((await call())?.id ?? '');
    return { ...people, customer, annaCall: anna, id };
  }

  /** The leader's telephone is called, and takes it. */
  async function listening(leader: Person): Promise<FarCall> {
    const done = centre.supervision.monitor(leader.who, '1001', 'listen');
    const call = await leader.phone.nextCall();
    await call.answer();
    await done;
    call.say(LEADER);
    return call;
  }

  const heard = async (...calls: readonly FarCall[]): Promise<ReadonlyArray<readonly number[]>> =>
    (await Promise.all(calls.map((call) => call.listen(ALL)))).map(({ tones }) => tones);

  describe(`a leader on ${name}`, () => {
    it('listens unheard, whispers to the agent alone, barges in, and is unheard again', async () => {
      const { leader, customer, annaCall } = await talk();
      const call = await listening(leader);
      expect(call.autoAnswer).not.toBeNull();
      const unheard = [[ANNA], [CUSTOMER], [CUSTOMER, ANNA]];
      expect(await heard(customer, annaCall, call)).toEqual(unheard);
      const trace = customer.trace(LEADER);
      await centre.supervision.monitor(leader.who, '1001', 'whisper');
      expect(await heard(customer, annaCall, call)).toEqual([[ANNA], [CUSTOMER, LEADER], [CUSTOMER, ANNA]]);
      // At no frame.
      expect(trace().heardAt).toEqual([]);
      await centre.supervision.monitor(leader.who, '1001', 'barge');
      expect(await heard(customer, annaCall, call)).toEqual([
        [ANNA, LEADER],
        [CUSTOMER, LEADER],
        [CUSTOMER, ANNA],
      ]);
      await centre.supervision.monitor(leader.who, '1001', 'whisper');
      expect(await heard(customer, annaCall)).toEqual([[ANNA], [CUSTOMER, LEADER]]);
      await centre.supervision.monitor(leader.who, '1001', 'listen');
      expect(await heard(customer, annaCall, call)).toEqual(unheard);
      await centre.supervision.stop(leader.who, '1001');
      await call.until('over');
      expect(await heard(customer, annaCall)).toEqual([[ANNA], [CUSTOMER]]);
    });

    it('coaches the agent who asks a colleague aside, whom the leader never reaches, nor the customer', async () => {
      const { anna, leader, customer, annaCall, id } = await talk();
      const ben = await person('1002');
      const call = await listening(leader);
      await centre.supervision.monitor(leader.who, '1001', 'whisper');
      const traced = customer.trace(LEADER);
      await centre.parties.consult(anna.who, id, { agent: '1002' });
      const benCall = await ben.phone.nextCall();
      await benCall.answer();
      benCall.say(BEN);
      const aside = benCall.trace(LEADER);
      expect(await heard(annaCall, benCall, call)).toEqual([[BEN, LEADER], [ANNA], [ANNA, BEN]]);
      await centre.parties.swap(anna.who, id);
      expect(await heard(customer, annaCall, call)).toEqual([[ANNA], [CUSTOMER, LEADER], [CUSTOMER, ANNA]]);
      await centre.parties.conference(anna.who, id);
      expect(await heard(customer, annaCall, benCall, call)).toEqual([
        [ANNA, BEN],
        [CUSTOMER, BEN, LEADER],
        [CUSTOMER, ANNA],
        [CUSTOMER, ANNA, BEN],
      ]);
      expect([traced().heardAt, aside().heardAt]).toEqual([[], []]);
    });

    it('takes the call over: the customer hears the leader, and the agent is out of it', async () => {
      const { leader, customer, annaCall } = await talk();
      const call = await listening(leader);
      await centre.supervision.takeOver(leader.who, '1001', { basedOn: 'talking' });
      await annaCall.until('over');
      expect(await heard(customer, call)).toEqual([[LEADER], [CUSTOMER]]);
    });
  });

  describe(`desk phones on ${name}`, () => {
    it('pass a call on: asked first at the bar, and unasked by the transfer key', async () => {
      const { anna, customer, annaCall, id } = await talk();
      const ben = await person('1002');
      await centre.parties.consult(anna.who, id, { agent: '1002' });
      const benCall = await ben.phone.nextCall();
      await benCall.answer();
      benCall.say(BEN);
      expect(await heard(annaCall, benCall)).toEqual([[BEN], [ANNA]]);
      await centre.parties.transfer(anna.who, id, {});
      await annaCall.until('over');
      expect(await heard(customer, benCall)).toEqual([[BEN], [CUSTOMER]]);

      await expect.poll(async () => (await centre.desks.snapshot(anna.who)).agent.state).toBe('idle');
      await benCall.transfer('1001');
      const second = await anna.phone.nextCall();
      await benCall.until('over');
      await expect.poll(() => benCall.transferred()).toBe('done');
      await second.answer();
      second.say(ANNA);
      expect(await heard(customer, second)).toEqual([[ANNA], [CUSTOMER]]);
    });
  });
}

function endpointOf(number: string): EndpointId {
  return asId<EndpointId>(`ep-desk-${number}`);
}

function identity(number: string, role: Identity['role'] = 'agent'): Identity {
  const id: AgentId = agentId(number);
  return {
    kind: 'agent',
    teamId: TEAM,
    agentId: id,
    sessionId: asId<SessionId>(`session-${number}`),
    role,
    expiresAt: Number.MAX_SAFE_INTEGER,
  };
}
