import type { AgentView, CallView } from '../../server/contract/desk.ts';
import type { SignInRequest } from '../../server/contract/commands.ts';
import type { Switch } from '../../server/core/ports/switch.ts';
import { PhoneBook } from '../../server/features/contacts/contacts.ts';
import { createCallCentre } from '../../server/live/call-centre.ts';
import type { CallCentre, TeamOwnership } from '../../server/live/call-centre.ts';
import type { Identity } from '../../server/core/kernel/actor.ts';
import { DomainError } from '../../server/core/kernel/domain-error.ts';
import { chineseNumbers } from '../../server/core/kernel/number/numbers.ts';
import { asId } from '../../server/core/kernel/ids.ts';
import type { EndpointId, SessionId } from '../../server/core/kernel/ids.ts';
import { TEAM, agentId, fill } from './builders.ts';
import type { Plan } from './builders.ts';
import type { FakePhone } from './fake-far-end.ts';
import { FakeSwitch } from './fake-switch.ts';
import { ManualClock, settle } from './manual-clock.ts';
import { MemoryStore } from './memory-store.ts';
import { noOtherSwitch, ownsAll } from './owns-all.ts';
import { MortalProcess } from './mortal-process.ts';
import { SequenceIds } from './sequence-ids.ts';
import type { Change, PageOrder } from '../../server/contract/realtime/desk.ts';

/** What a page hears: of its desk, or what is meant for it alone. */
export type PageEvent = PageOrder | { type: 'changes'; changes: Change[] };

/** The whole application on a fake switch and a database in memory. */
export class AppBed {
  readonly clock: ManualClock;
  readonly ids: SequenceIds;
  readonly telephone: FakeSwitch;
  readonly store: MemoryStore;
  readonly errors: Array<{ message: string; details: object }> = [];
  /** What was logged for information and as a warning. */
  readonly lines: Array<{ message: string; details: object }> = [];
  /** Whose sessions were to end. */
  readonly departed: string[] = [];
  readonly process: MortalProcess;
  readonly ownership: TeamOwnership;
  /** The switches of places that are taken from other servers. */
  switchAt: (place: string) => Switch = noOtherSwitch;
  centre: CallCentre;

  private constructor(
    store: MemoryStore,
    clock: ManualClock,
    ids: SequenceIds,
    telephone = new FakeSwitch(clock, ids),
    ownership: TeamOwnership = ownsAll(store),
  ) {
    this.clock = clock;
    this.ids = ids;
    this.store = store;
    this.telephone = telephone;
    this.process = new MortalProcess(telephone, store);
    this.ownership = ownership;
    this.centre = this.#create();
  }

  static async start(plan: Plan = {}): Promise<AppBed> {
    const store = new MemoryStore();
    await fill(store, plan);
    const bed = new AppBed(store, new ManualClock(), new SequenceIds());
    await bed.centre.start();
    return bed;
  }

  /** A process with its own right to teams. Not started. */
  static with(
    store: MemoryStore,
    clock: ManualClock,
    ids: SequenceIds,
    telephone: FakeSwitch,
    ownership: TeamOwnership,
  ): AppBed {
    return new AppBed(store, clock, ids, telephone, ownership);
  }

  /** On a switch whose legs outlive the server. */
  static async outlived(plan: Plan = {}): Promise<AppBed> {
    const store = new MemoryStore();
    await fill(store, plan);
    const [clock, ids] = [new ManualClock(), new SequenceIds()];
    const telephone = new FakeSwitch(clock, ids, { legsOutliveServer: true });
    const bed = new AppBed(store, clock, ids, telephone);
    await bed.centre.start();
    return bed;
  }

  /** The process is dead, and another one finds switch, database and the pages' phones as they are. */
  async successor(): Promise<AppBed> {
    this.process.kill();
    await settle();
    const bed = new AppBed(this.store, this.clock, this.ids, this.telephone);
    await bed.centre.start();
    await settle();
    return bed;
  }

  /** The process died without a goodbye and a new one starts on the same database; the switch is new as well. */
  async restart(): Promise<AppBed> {
    const bed = new AppBed(this.store, this.clock, this.ids);
    await bed.centre.start();
    return bed;
  }

  /** An agent with a page that is alive, a registered browser phone, signed in to all groups. */
  async agent(number: string, request: SignInRequest = {}): Promise<Desk> {
    const desk = new Desk(this, number);
    await desk.open();
    await this.centre.agents.signIn(desk.who, request, '127.0.0.1');
    return desk;
  }

  #create(): CallCentre {
    return createCallCentre({
      unitOfWork: this.process.unitOfWork,
      switch: this.process.switch,
      switchAt: (place) => this.switchAt(place),
      clock: this.clock,
      ids: this.ids,
      numbers: chineseNumbers,
      ownership: this.ownership,
      logger: {
        info: (details, message) => void this.lines.push({ details, message }),
        warn: (details, message) => void this.lines.push({ details, message }),
        error: (details, message) => void this.errors.push({ details, message }),
      },
      sip: {
        domain: 'telebar.test',
        realm: 'telebar.test',
        ownPath: '/sip',
        registrarPort: null,
        iceServers: () => [],
        newPassword: () => 'password',
        ha1: (username, password) => `ha1(${username}:${password})`,
        ha1Sha256: (username, password) => `sha256(${username}:${password})`,
      },
      checkPassword: async (_who, password) => {
        if (password !== 'right') throw new DomainError('wrong-password', 'Wrong password.');
      },
      agentDeparted: async ({ agentId: id }) => void this.departed.push(id),
      contactNumber: (who, id) =>
        new PhoneBook({ unitOfWork: this.store, clock: this.clock, ids: this.ids }).numberOf(who, id),
      checkPin: async (pin, hash) => hash === `pin-${pin}`,
    });
  }
}

type Microphone = 'ready' | 'refused' | 'missing' | 'unknown';

/** One agent's page and browser phone. */
export class Desk {
  readonly who: Identity;
  readonly number: string;
  readonly events: PageEvent[] = [];
  clientId: string;
  phone!: FakePhone;
  readonly #bed: AppBed;
  #beating = true;
  #unsubscribe: () => void = () => undefined;

  constructor(bed: AppBed, number: string, clientId = `page-${number}`) {
    this.#bed = bed;
    this.number = number;
    this.clientId = clientId;
    this.who = {
      kind: 'agent',
      teamId: TEAM,
      agentId: agentId(number),
      sessionId: asId<SessionId>(`session-${number}`),
      role: 'agent',
      expiresAt: Number.MAX_SAFE_INTEGER,
    };
  }

  /** The page connects, gets its phone, registers it, and beats every five seconds from then on. */
  async open(microphone: Microphone = 'ready'): Promise<void> {
    this.#listen();
    const account = await this.#bed.centre.agents.browserDevice(this.who, this.clientId);
    this.phone = this.#bed.telephone.phone(asId<EndpointId>(account.endpointId));
    this.phone.register();
    this.#beat(microphone);
    await settle();
  }

  #listen(): void {
    const { desks } = this.#bed.centre;
    const unsubscribe = desks.subscribe(this.who, this.clientId, (event) => {
      this.events.push(event);
      if (event.type === 'answer-leg') this.#answerLeg(event.legId);
    });
    const desk = desks.topic(this.who, 'desk').open(() => {
      const patch = desk.patch();
      if (patch !== null) this.events.push({ type: 'changes', changes: JSON.parse(patch) as Change[] });
    });
    this.#unsubscribe = () => {
      unsubscribe();
      desk.close();
    };
  }

  #beat(microphone: Microphone): void {
    const beat = (): void => {
      if (!this.#beating) return;
      this.#bed.centre.desks.heartbeat(this.who, this.clientId, { registered: true, microphone });
      this.#bed.clock.after(5_000, beat);
    };
    this.#beating = true;
    beat();
  }

  /** The page, which has lost its server for a moment, finds it again: its phone has stayed registered. */
  async reconnect(phone: FakePhone): Promise<void> {
    this.phone = phone;
    this.#listen();
    this.#beat('ready');
    await settle();
  }

  /** The page freezes: nothing is sent any more, its socket stays. */
  freeze(): void {
    this.#beating = false;
  }

  /** The page goes away with its phone, as in a reload. `told`: the switch has noticed. */
  close(told = true): void {
    this.freeze();
    this.#unsubscribe();
    this.#bed.centre.desks.disconnected(this.who, this.clientId);
    if (told) this.phone.goOffline('lost');
  }

  /** Whether the page does what `answer-leg` asks of it. */
  obeys = true;

  #answerLeg(legId: string): void {
    const call = this.phone.calls.find((each) => each.legId === legId);
    if (this.obeys && call?.state === 'ringing-here') call.answer();
  }

  async view(): Promise<AgentView> {
    return (await this.#bed.centre.desks.snapshot(this.who)).agent;
  }

  async state(): Promise<AgentView['state']> {
    return (await this.view()).state;
  }

  async calls(): Promise<CallView[]> {
    return (await this.#bed.centre.desks.snapshot(this.who)).calls;
  }

  /** The state of a topic, as somebody is told it who begins to follow it now. */
  topic<T>(name: string): T {
    const topic = this.#bed.centre.desks.topic(this.who, name).open(() => undefined);
    topic.close();
    return JSON.parse(topic.snapshot()) as T;
  }

  /** The call on the desk; fails when there is none. */
  async call(): Promise<CallView> {
    const [call] = (await this.calls()).toReversed();
    if (!call) throw new Error(`no call at ${this.number}`);
    return call;
  }
}

/** The code of the refusal; fails when it is none. */
export async function refusal(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt;
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
  throw new Error('was not refused');
}
