import { readAttributes } from './attributes.ts';
import type { TelebarApi, TelebarEventMap, TelebarOptions, TelebarState } from './telebar.ts';
import { VERSION } from './version.ts';

// The classic script `telebar.js`. It is small and never changes its address; what it loads has its version in its name.

/** Path of the widget's main chunk below the server, put in by the build. */
declare const __WIDGET_URL__: string;

/** What the main chunk exports for the loader. */
interface WidgetModule {
  createTelebar(): TelebarApi;
}

/** Areas of the API whose methods answer with a promise, and those whose methods do not. */
const ASKED = {
  agent: ['login', 'logout', 'signIn', 'signOut', 'pause', 'resume', 'lock', 'setNextState', 'endAcw'],
  call: ['dial', 'answer', 'reject', 'hangup', 'hold', 'resume', 'mute', 'unmute', 'dtmf', 'setData'],
  devices: ['list', 'select', 'test'],
} as const satisfies { [Area in 'agent' | 'call' | 'devices']: readonly (keyof TelebarApi[Area])[] };
const TOLD = [
  'show',
  'hide',
  'minimize',
  'setPosition',
  'openPanel',
  'notify',
] as const satisfies readonly (keyof TelebarApi['ui'])[];

type Method = (...args: unknown[]) => unknown;
type Methods = Record<string, Method>;

/** `window.Telebar`: the whole API at once; calls wait for the main chunk, which is loaded by the first `init`. */
class LoadedTelebar {
  readonly version = VERSION;
  readonly agent = this.#asked('agent');
  readonly call = this.#asked('call');
  readonly devices = this.#asked('devices');
  readonly ui = this.#told();
  readonly #attributes: TelebarOptions;
  readonly #server: string;
  #loading: Promise<TelebarApi> | null = null;
  #loaded: TelebarApi | null = null;
  /** True from `init` to `dispose`. */
  #initialised = false;
  #ready!: Promise<void>;
  #settle!: { resolve: () => void; reject: (reason: unknown) => void };

  constructor(attributes: TelebarOptions, server: string) {
    this.#attributes = attributes;
    this.#server = server;
    this.#newReady();
  }

  get ready(): Promise<void> {
    return this.#ready;
  }

  async init(options: TelebarOptions = {}): Promise<void> {
    this.#initialised = true;
    try {
      const telebar = await this.#load();
      if (!this.#initialised) return;
      await telebar.init({ server: this.#server, ...this.#attributes, ...options });
      this.#settle.resolve();
    } catch (error) {
      this.#initialised = false;
      this.#settle.reject(error);
      this.#newReady();
      throw error;
    }
  }

  async dispose(): Promise<void> {
    this.#initialised = false;
    await this.#loaded?.dispose();
    this.#newReady();
  }

  on<K extends keyof TelebarEventMap>(type: K, listener: (event: TelebarEventMap[K]) => void): () => void {
    return listen(type, listener, false);
  }

  once<K extends keyof TelebarEventMap>(type: K, listener: (event: TelebarEventMap[K]) => void): () => void {
    return listen(type, listener, true);
  }

  getState(): TelebarState {
    return this.#loaded?.getState() ?? { connection: 'anonymous', agent: null, calls: [] };
  }

  #load(): Promise<TelebarApi> {
    this.#loading ??= import(/* @vite-ignore */ new URL(__WIDGET_URL__, `${this.#server}/`).href).then(
      (module: WidgetModule) => (this.#loaded = module.createTelebar()),
      (error: unknown) => {
        // The next `init` tries again.
        this.#loading = null;
        throw error;
      },
    );
    return this.#loading;
  }

  #asked<Area extends keyof typeof ASKED>(area: Area): TelebarApi[Area] {
    return methods(ASKED[area], (name) => async (...args) => {
      if (!this.#initialised) throw new Error('Telebar.init() has not been called.');
      const telebar = await this.#load();
      return (telebar[area] as unknown as Methods)[name]?.(...args);
    }) as unknown as TelebarApi[Area];
  }

  #told(): TelebarApi['ui'] {
    return methods(TOLD, (name) => (...args) => {
      if (!this.#initialised) return;
      this.#load().then(
        (telebar) => (telebar.ui as unknown as Methods)[name]?.(...args),
        () => {
          // `init` has told its caller.
        },
      );
    }) as unknown as TelebarApi['ui'];
  }

  #newReady(): void {
    this.#ready = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
    // Whoever does not look at it hears of a failed start by `init` itself.
    this.#ready.catch(() => {});
  }
}

function methods(names: readonly string[], make: (name: string) => Method): Methods {
  return Object.fromEntries(names.map((name) => [name, make(name)]));
}

function listen<K extends keyof TelebarEventMap>(
  type: K,
  listener: (event: TelebarEventMap[K]) => void,
  once: boolean,
): () => void {
  const abort = new AbortController();
  document.addEventListener(type, (event) => listener(event as TelebarEventMap[K]), {
    once,
    signal: abort.signal,
  });
  return () => abort.abort();
}

/** Included twice, e.g. by a page and by one of its plug-ins, the first stays. */
if (!('Telebar' in window)) {
  const script = document.currentScript as HTMLScriptElement | null;
  const options = readAttributes(script?.dataset ?? {});
  const server = options.server ?? new URL(script?.src ?? location.href, document.baseURI).origin;
  const telebar: TelebarApi = new LoadedTelebar(options, server);
  (window as { Telebar: TelebarApi }).Telebar = telebar;
  if (options.autoInit !== false) {
    telebar.init().catch((error: unknown) => console.error('Telebar could not start', error));
  }
}
