import { API_METHODS, type Area } from './api-methods.ts';
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

type Method = (...args: unknown[]) => unknown;

/** `window.Telebar`: the whole API at once; calls wait for the main chunk, which is loaded by the first `init`. */
class LoadedTelebar implements TelebarApi {
  readonly version = VERSION;
  readonly agent = this.#area('agent');
  readonly call = this.#area('call');
  readonly devices = this.#area('devices');
  readonly ui = this.#area('ui');
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

  /** Stand-ins for the methods of a namespace. */
  #area<A extends Area>(area: A): TelebarApi[A] {
    const call = async (name: string, args: unknown[]): Promise<unknown> =>
      ((await this.#load())[area] as unknown as Record<string, Method>)[name]?.(...args);
    const asked = async (name: string, args: unknown[]): Promise<unknown> => {
      if (!this.#initialised) throw new Error('Telebar.init() has not been called.');
      return call(name, args);
    };
    const told = (name: string, args: unknown[]): void => {
      // A start that fails tells the caller of `init`.
      if (this.#initialised) call(name, args).catch(() => {});
    };
    const stands = Object.entries(API_METHODS[area]).map(([name, kind]): [string, Method] => [
      name,
      (...args) => (kind === 'asked' ? asked : told)(name, args),
    ]);
    return Object.fromEntries(stands) as unknown as TelebarApi[A];
  }

  #newReady(): void {
    this.#ready = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
    // Whoever does not look at it hears of a failed start by `init` itself.
    this.#ready.catch(() => {});
  }
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
