import type { CallView } from '../../server/contract/desk.ts';
import type { Reason } from '../../server/contract/session.ts';
import type { LocalizedText } from '../../server/contract/wire.ts';
import { listDevices } from '../controllers/media-devices-controller.ts';
import { CommandError, type CommandName, type Desk, type DeskState } from '../live/desk.ts';
import type { DeskSources } from './active.ts';
import { onPage } from '../platform/page-events.ts';
import { mount, type Mounted } from './mount.ts';
import type {
  TelebarAgent,
  TelebarApi,
  TelebarCall,
  TelebarDevices,
  TelebarEventMap,
  TelebarOptions,
  TelebarState,
  TelebarUi,
} from './telebar.ts';
import { VERSION } from './version.ts';

/** The host API on this page. The loader makes one behind `window.Telebar`; bundled applications make their own. */
export function createTelebar(sources: DeskSources = {}): TelebarApi {
  return new Telebar(sources);
}

class Telebar implements TelebarApi {
  readonly version = VERSION;
  readonly agent: TelebarAgent = this.#agent();
  readonly call: TelebarCall = this.#call();
  readonly ui: TelebarUi = this.#ui();
  readonly devices: TelebarDevices = this.#devices();
  readonly #sources: DeskSources;
  #mounting: Promise<Mounted> | null = null;
  #mounted: Mounted | null = null;
  #ready = deferred();

  constructor(sources: DeskSources) {
    this.#sources = sources;
  }

  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  async init(options: TelebarOptions = {}): Promise<void> {
    if (this.#mounting === null) {
      const mounting = mount({ ...options, server: serverOf(options) }, this.#sources);
      this.#mounting = mounting;
      mounting.then(
        (mounted) => {
          if (this.#mounting !== mounting) return;
          this.#mounted = mounted;
          this.#ready.resolve();
        },
        (error: unknown) => {
          this.#ready.reject(error);
          this.#reset();
        },
      );
    }
    await this.#mounting;
  }

  async dispose(): Promise<void> {
    const mounting = this.#mounting;
    this.#reset();
    if (mounting !== null) await (await mounting).dispose();
  }

  on<K extends keyof TelebarEventMap>(type: K, listener: (event: TelebarEventMap[K]) => void): () => void {
    return listen(type, listener, false);
  }

  once<K extends keyof TelebarEventMap>(type: K, listener: (event: TelebarEventMap[K]) => void): () => void {
    return listen(type, listener, true);
  }

  getState(): TelebarState {
    const state = this.#mounted?.desk.state;
    return {
      connection: state?.connection ?? 'anonymous',
      agent: state?.snapshot?.agent ?? null,
      calls: state?.snapshot?.calls ?? [],
    };
  }

  #reset(): void {
    this.#mounting = null;
    this.#mounted = null;
    this.#ready = deferred();
    this.#ready.promise.catch(() => {});
  }

  /** Runs a command when Telebar is on the page, and answers with the state that it has confirmed. */
  async #run(action: (desk: Desk, mounted: Mounted) => Promise<unknown>): Promise<TelebarState> {
    if (this.#mounting === null) throw failure('unavailable', 'Telebar.init() has not been called.');
    const mounted = await this.#mounting;
    const { desk } = mounted;
    const before = desk.state.failures;
    try {
      await action(desk, mounted);
    } catch (error) {
      for (const command of refusedSince(before, desk)) desk.dismissFailure(command);
      throw error;
    }
    return this.getState();
  }

  #agent(): TelebarAgent {
    return {
      login: (request) => this.#run((desk) => desk.commands.login(request)),
      logout: () => this.#run((desk) => desk.commands.logout()),
      signIn: ({ groups, device } = {}) =>
        this.#run(async (desk) => {
          const chosen = device === undefined ? undefined : await deviceOf(desk, device);
          await desk.commands.signIn({
            ...(groups === undefined ? {} : { groups: groups.map((group) => groupOf(desk, group)) }),
            ...(chosen === undefined ? {} : { device: chosen }),
          });
        }),
      signOut: ({ groups } = {}) =>
        this.#run((desk) => desk.commands.signOut(groups?.map((group) => groupOf(desk, group)))),
      pause: (reason) =>
        this.#run((desk) => desk.commands.pause(reasonOf(desk.state.snapshot?.team.pauseReasons, reason))),
      resume: () => this.#run((desk) => desk.commands.resumeWork()),
      lock: () => this.#run((desk) => desk.commands.lock()),
      setNextState: (next) => this.#run((desk) => desk.commands.setNextState(next)),
      endAcw: () => this.#run((desk) => desk.commands.endAcw()),
    };
  }

  #call(): TelebarCall {
    const on =
      (command: 'answer' | 'reject' | 'hangup' | 'hold' | 'resumeCall' | 'mute' | 'unmute') =>
      (callId?: string): Promise<TelebarState> =>
        this.#run(async (desk) => {
          const call = callId ?? (await callFor(command, desk));
          if (call !== null) await desk.commands[command](call);
        });
    return {
      dial: (number, { group, ...rest } = {}) =>
        this.#run(async (desk, { shell }) => {
          const groupId = group === undefined ? {} : { groupId: groupOf(desk, group) };
          const dialled = await shell.requestDial({ ...rest, ...groupId, number }, 'api');
          if (!dialled) throw failure('forbidden', 'The page has stopped the dialling.');
        }),
      answer: on('answer'),
      reject: on('reject'),
      hangup: on('hangup'),
      hold: on('hold'),
      resume: on('resumeCall'),
      mute: on('mute'),
      unmute: on('unmute'),
      dtmf: (digits, callId) =>
        this.#run((desk) => desk.commands.sendDigits(callId ?? presentCall(desk), digits)),
      setData: (data, callId) =>
        this.#run((desk) => desk.commands.setCallData(callId ?? presentCall(desk), data)),
      wrapUp: ({ reason, ...rest }, callId) =>
        this.#run((desk) => {
          const reasons = desk.state.snapshot?.team.wrapUpReasons;
          const reasonId =
            reason === undefined ? {} : { reasonId: reason === null ? null : reasonOf(reasons, reason) };
          const call = callId ?? desk.state.snapshot?.agent.acw?.callId ?? presentCall(desk);
          return desk.commands.wrapUp(call, { ...reasonId, ...rest });
        }),
    };
  }

  #ui(): TelebarUi {
    /** Before `init` there is nothing to show or hide. */
    const soon = (action: (mounted: Mounted) => void): void => {
      this.#mounting?.then(action, () => {
        // `init` has told its caller.
      });
    };
    return {
      show: () => soon(({ shell }) => shell.show()),
      hide: () => soon(({ shell }) => shell.hide()),
      minimize: () => soon(({ preferences }) => preferences.set({ collapsed: true })),
      setPosition: (position) => soon(({ preferences }) => preferences.set({ position, offset: null })),
      openPanel: (panel) =>
        soon(({ shell, preferences }) => {
          shell.show();
          if (panel !== 'screen-pop') preferences.set({ collapsed: false });
          shell.openPanel(panel);
        }),
      notify: (message, kind) => soon(({ shell }) => shell.notify(message, kind)),
    };
  }

  #devices(): TelebarDevices {
    return {
      list: listDevices,
      select: async (choice) => {
        await this.#run(async (_desk, { preferences }) => preferences.set(choice));
      },
      test: async () => {
        const { testDevices } = await import('./device-test.ts');
        const { microphoneId, speakerId } = this.#mounted?.preferences.state ?? {};
        return testDevices(microphoneId ?? null, speakerId ?? null);
      },
    };
  }
}

/** A page decides itself what to say of its own refused commands, except where only the agent can act in the bar. */
const AGENT_DECIDES: readonly CommandName[] = ['login', 'signIn', 'dial'];

/** Refusals that have come since, without those that the bar has to show. */
function refusedSince(before: DeskState['failures'], desk: Desk): CommandName[] {
  const { failures } = desk.state;
  return (Object.keys(failures) as CommandName[]).filter(
    (command) => failures[command] !== before[command] && !AGENT_DECIDES.includes(command),
  );
}

interface Deferred {
  promise: Promise<void>;
  resolve: () => void;
  reject: (reason: unknown) => void;
}

function deferred(): Deferred {
  let resolve = (): void => {};
  let reject = (_reason: unknown): void => {};
  const promise = new Promise<void>((fulfil, fail) => {
    resolve = fulfil;
    reject = fail;
  });
  // Whoever does not look at it hears of a failed start by `init` itself.
  promise.catch(() => {});
  return { promise, resolve, reject };
}

/** Events bubble from the bar to the document; in headless mode they are dispatched there. */
function listen<K extends keyof TelebarEventMap>(
  type: K,
  listener: (event: TelebarEventMap[K]) => void,
  once: boolean,
): () => void {
  const abort = new AbortController();
  const hear = (event: TelebarEventMap[K]): void => {
    if (once) abort.abort();
    listener(event);
  };
  // Also after the page has opened its document anew, which takes the listeners of everybody else.
  onPage(document, type, hear, abort);
  return () => abort.abort();
}

/** Without `server`: where the page comes from. The loader gives the origin of its script. */
function serverOf({ server }: TelebarOptions): string {
  return new URL(server ?? '/', document.baseURI).href.replace(/\/+$/, '');
}

function failure(code: CommandError['code'], message: string): CommandError {
  return new CommandError({ code, message, retryable: false, details: {} });
}

/** The call that is meant when none is named; null: nothing is there to end, which is as good as ended. */
async function callFor(command: CommandName, desk: Desk): Promise<string | null> {
  const rejects = command === 'reject';
  if (command === 'hangup') await untilDialled(desk);
  else if (!rejects) return presentCall(desk, command === 'answer');
  const calls = liveCalls(desk).filter((call) => !rejects || isOffered(call));
  if (calls.length > 0) return presentCall(desk, rejects);
  const { connection, snapshot } = desk.state;
  if (snapshot !== null || connection === 'anonymous') return null;
  throw failure('offline', 'Whether there is a call is not known yet.');
}

/** Resolves when the call that is being dialled is there, or will not be. */
function untilDialled(desk: Desk): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (desk.state.pending.has('dial') && liveCalls(desk).length === 0) return;
      unsubscribe();
      resolve();
    };
    const unsubscribe = desk.subscribe(look);
    look();
  });
}

/** `ringing`: the one that can be answered; otherwise the one in progress comes first. */
function presentCall(desk: Desk, ringing = false): string {
  const calls = liveCalls(desk);
  const call = calls.find((item) => isOffered(item) === ringing) ?? calls[0];
  if (call === undefined) throw failure('no-such-call', 'There is no call.');
  return call.id;
}

type LiveCall = Pick<CallView, 'id' | 'phase'>;

function isOffered({ phase }: LiveCall): boolean {
  return phase === 'offered';
}

/** What the server shows; until it has shown anything, what this page has of calls itself. */
function liveCalls({ state: { snapshot, phone } }: Desk): LiveCall[] {
  if (snapshot !== null) return snapshot.calls.filter(({ phase }) => phase !== 'ended');
  return phone.legs.flatMap(({ callId: id, phase }) =>
    id === null ? [] : [{ id, phase: phase === 'ringing' ? 'offered' : 'talking' }],
  );
}

/** Groups may be named by id, number or name. */
function groupOf(desk: Desk, group: string): string {
  const groups = desk.state.snapshot?.agent.groups ?? [];
  const found = groups.find(({ groupId, number, name }) => [groupId, number, name].includes(group));
  if (found === undefined) throw failure('unknown-group', `There is no group "${group}" of this agent.`);
  return found.groupId;
}

/** Reasons may be named by id or by their label in either language. */
function reasonOf(reasons: readonly Reason[] = [], reason: string): string {
  const labels = (label: LocalizedText): string[] => [label.en, label['zh-CN']];
  const found = reasons.find(({ id, label }) => id === reason || labels(label).includes(reason));
  if (found === undefined) throw failure('unknown-reason', `There is no reason "${reason}".`);
  return found.id;
}

/** Desk phones may be named by endpoint id or by their SIP user name. */
async function deviceOf(
  desk: Desk,
  device: 'browser' | { phone: string },
): Promise<{ kind: 'browser' } | { kind: 'phone'; endpointId: string }> {
  if (device === 'browser') return { kind: 'browser' };
  const phones = await desk.commands.listPhones();
  const found = phones.find(({ endpointId, username }) => [endpointId, username].includes(device.phone));
  if (found === undefined) throw failure('unknown-device', `There is no desk phone "${device.phone}".`);
  return { kind: 'phone', endpointId: found.endpointId };
}
