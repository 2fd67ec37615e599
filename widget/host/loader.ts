import { API_METHODS, type Area } from './api-methods.ts';
import { onPage } from '../platform/page-events.ts';
import { readAttributes } from './attributes.ts';
import { startFailure, warnOfPage, watchPolicy } from './start-failure.ts';
import type { TelebarApi, TelebarEventMap, TelebarOptions, TelebarState } from './telebar.ts';
import { VERSION } from './version.ts';
import { readTemplatesAsHtml } from './xml-templates.ts';

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
  readonly supervisor = this.#area('supervisor');
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
    return this.#loaded?.getState() ?? { connection: 'anonymous', agent: null, calls: [], supervision: null };
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
  const { signal } = abort;
  const tell = (event: TelebarEventMap[K]): void => {
    if (once) abort.abort();
    listener(event);
  };
  onPage(document, type, tell, { signal });
  return () => abort.abort();
}

const NAME = 'Telebar';

/** This script's tag. A module does not know it, and a page may have an element that is named `currentScript`. */
function ownTag(): HTMLScriptElement | null {
  const { currentScript } = document;
  if (currentScript instanceof HTMLScriptElement) return currentScript;
  const tags = [...document.querySelectorAll<HTMLScriptElement>('script[src]')];
  return tags.reverse().find(({ src }) => /\/telebar\.js([?#]|$)/.test(src)) ?? null;
}

/** Puts the API on the window. What the page itself has called so stays; an element's name gives way. */
function publish(telebar: TelebarApi): void {
  if (Object.hasOwn(window, NAME)) {
    console.error(
      'Telebar: this page uses the name window.Telebar for something else, which stays. The bar starts by its attributes; its methods cannot be called here.',
    );
    return;
  }
  if (NAME in window) {
    console.warn(
      'Telebar: an element of this page is named "Telebar"; window.Telebar is the telephone from now on.',
    );
  }
  Object.assign(window, { [NAME]: telebar });
}

function isTelebar(value: unknown): value is TelebarApi {
  const { init, version } = (value ?? {}) as Partial<TelebarApi>;
  return typeof init === 'function' && typeof version === 'string';
}

/** Included twice, e.g. by a page and by one of its plug-ins, the first stays. */
if (!isTelebar(Reflect.get(window, NAME))) {
  const tag = ownTag();
  const options = readAttributes(tag?.dataset ?? {});
  const server = options.server ?? new URL(tag?.src ?? location.href, document.baseURI).origin;
  const forbidden = watchPolicy(server);
  warnOfPage(server);
  readTemplatesAsHtml();
  const telebar: TelebarApi = new LoadedTelebar(options, server);
  publish(telebar);
  if (options.autoInit !== false) {
    telebar.init().catch(async (error: unknown) => {
      console.error(`Telebar could not start: ${await startFailure(error, server, forbidden)}`, error);
    });
  }
}
