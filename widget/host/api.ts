import { listDevices } from '../controllers/media-devices-controller.ts';
import type { CommandName } from '../live/commands/table.ts';
import type { Desk, DeskState } from '../live/desk.ts';
import type { DeskSources } from './active.ts';
import { onPage } from '../platform/page-events.ts';
import { agentApi } from './agent-api.ts';
import { callApi } from './call-api.ts';
import { notPossible } from './meant.ts';
import { supervisorApi } from './supervisor-api.ts';
import { mount, type Mounted } from './mount.ts';
import type {
  TelebarAgent,
  TelebarApi,
  TelebarCall,
  TelebarDevices,
  TelebarEventMap,
  TelebarOptions,
  TelebarState,
  TelebarSupervisor,
  TelebarUi,
} from './telebar.ts';
import { VERSION } from './version.ts';

/** The host API on this page. The loader makes one behind `window.Telebar`; bundled applications make their own. */
export function createTelebar(sources: DeskSources = {}): TelebarApi {
  return new Telebar(sources);
}

class Telebar implements TelebarApi {
  readonly version = VERSION;
  readonly agent: TelebarAgent = agentApi((action) => this.#run(action));
  readonly call: TelebarCall = callApi((action) => this.#run(action));
  readonly supervisor: TelebarSupervisor = supervisorApi((action) => this.#run(action));
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
      supervision: state?.snapshot?.supervision ?? null,
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
    if (this.#mounting === null) throw notPossible('unavailable', 'Telebar.init() has not been called.');
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
      restore: () =>
        soon(({ shell, preferences }) => {
          shell.show();
          preferences.set({ collapsed: false });
        }),
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
