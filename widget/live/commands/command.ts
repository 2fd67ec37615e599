import type { AgentView, CallView } from '../../../server/contract/desk.ts';
import type { Supervision, SupervisionAnswer } from '../../../server/contract/supervision.ts';
import type { LoginRequest } from '../../../server/contract/login.ts';
import type { DeskApi } from '../../api/desk-api.ts';

/** What a command may bring back: the state that the switch has confirmed. */
export type Confirmed = View | View[] | void;
export type View = AgentView | CallView | SupervisionAnswer;

/** What ends or silences something: it holds also when it cannot be told to the server now. */
export type OwedName =
  | 'hangup'
  | 'hangupLeg'
  | 'reject'
  | 'hold'
  | 'mute'
  | 'lock'
  | 'pause'
  | 'setNextState'
  | 'signOut'
  | 'stopMonitoring';

/** How a command is kept that the server has not confirmed. */
export interface OwedRules {
  /** Refusals that say that it is as wanted: the call has ended, or was never answered here, or is so already. */
  readonly done: readonly string[];
  /** The earlier ones of the same call, or of the agent, that it makes up for. */
  readonly replaces: readonly OwedName[];
  /** Whether the desk shows that it is so. Without it only the server's answer says so. */
  readonly isSo?: (
    call: CallView | undefined,
    agent: AgentView,
    argument: unknown,
    supervision: Supervision | null,
  ) => boolean;
  /** Wanted whoever steers the agent afterwards, and whoever is logged in. */
  readonly ends?: true;
  /**
   * What may have become wrong is given up after a while. What is wanted of a call is wanted as long as there is that call, and
   * what is locked stays locked: a microphone or a desk that opens by itself would be worse than any delay.
   */
  readonly givenUp?: true;
  /** It needs the agent's own leg, which may be on its way back. */
  readonly needsLeg?: true;
  /** It says something of its argument alone: of one party, of some groups. */
  readonly ofArgument?: (argument: unknown) => boolean;
  /** False: as the call is shown, it ends nothing, and is only asked for. */
  readonly when?: (call: CallView | undefined) => boolean;
  /** What it comes to, as the call is shown. */
  readonly as?: (call: CallView | undefined, argument: unknown) => OwedName;
}

interface Described {
  /** Its method of the host API. */
  readonly host?: `${'agent' | 'call' | 'supervisor'}.${string}`;
  /** What the host page hears when it has happened. */
  readonly event?: `telebar-${string}`;
}

/** Of a call, whose id is its first argument, or of the agent: one request. */
export interface DeskCommand<Args extends unknown[]> extends Described {
  readonly of: 'call' | 'agent';
  readonly send: (api: DeskApi, ...args: Args) => Promise<Confirmed>;
  readonly owed?: OwedRules;
  /** What is owed and is taken back by it. */
  readonly undoes?: readonly OwedName[];
  /** What is owed stays so until the server has consented to this. */
  readonly opens?: readonly OwedName[];
  /** A call is about to begin. */
  readonly warmsUp?: true;
  /** Asked for twice it is done twice, one after the other: parallel requests could overtake each other. */
  readonly inOrder?: true;
  /** What the page does first. */
  readonly before?: (page: PageCommands, ...args: Args) => Promise<void>;
}

/** What is asked of the server and not kept in the state. */
export interface Reading<T> extends Described {
  readonly of: 'reading';
  readonly read: (api: DeskApi) => Promise<T>;
}

/** What this page does, with the server as far as it needs it. */
export interface PageCommand<Args extends unknown[]> extends Described {
  readonly of: 'page';
  readonly run: (page: PageCommands, ...args: Args) => Promise<void>;
  /** Whether there is nothing to do. */
  readonly isSo?: (page: PageCommands, ...args: Args) => boolean;
}

/** What the commands need of the page around them. */
export interface PageCommands {
  isLoggedIn: (request: LoginRequest) => boolean;
  readonly hasSession: boolean;
  /** Kind of the agent's device, as far as it is known. */
  readonly device: AgentView['device']['kind'] | undefined;
  login: (request: LoginRequest) => Promise<void>;
  logout: () => Promise<void>;
  takeOver: () => Promise<void>;
  refreshPhone: () => Promise<void>;
  bringPhoneUp: () => Promise<void>;
  /** A call is about to begin. */
  warmUp: () => void;
}

export type AnyCommand = DeskCommand<never> | Reading<unknown> | PageCommand<never>;

// Each keeps the types of its arguments and the literals of its record.
export const ofCall = <const R extends Omit<DeskCommand<never>, 'of'>>(record: R): R & { of: 'call' } => ({
  ...record,
  of: 'call',
});
export const ofAgent = <const R extends Omit<DeskCommand<never>, 'of'>>(record: R): R & { of: 'agent' } => ({
  ...record,
  of: 'agent',
});

type Method<R> = R extends { send: (api: DeskApi, ...args: infer A) => unknown }
  ? (...args: A) => Promise<void>
  : R extends { run: (page: PageCommands, ...args: infer A) => unknown }
    ? (...args: A) => Promise<void>
    : R extends { read: (api: DeskApi) => Promise<infer T> }
      ? () => Promise<T>
      : never;

/** The methods that a table of records makes. */
export type MethodsOf<Table> = { [K in keyof Table]: Method<Table[K]> };
