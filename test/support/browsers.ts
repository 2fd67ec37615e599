import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { requireExecutable } from './executables.ts';
import { writeToneFile } from './wav.ts';

/** Pages that Chromium opens for its address bar in each window, also when nobody sees one; each costs a second of work. */
const ADDRESS_BAR = 'WebUIOmniboxPopup,WebUIOmniboxFullPopup,WebUIOmniboxAimPopup';

/** One Chromium process whose microphone is a tone, so that its voice is known wherever it is heard. */
export class ToneBrowser {
  readonly hz: number;
  readonly browser: Browser;
  readonly #folder: string;

  private constructor(hz: number, browser: Browser, folder: string) {
    this.hz = hz;
    this.browser = browser;
    this.#folder = folder;
  }

  /**
   * @param place a network namespace that it runs in, and the address at which `localhost` is from there
   * @param hosts names that are this machine, too; unlike `localhost` they are not secure without TLS
   * @param autoplay whether pages may sound that nobody has touched
   */
  static async launch(
    hz: number,
    place?: { namespace: string; localhost: string },
    hosts: readonly string[] = [],
    autoplay = true,
  ): Promise<ToneBrowser> {
    const folder = await mkdtemp(join(tmpdir(), 'telebar-tone-'));
    const tone = join(folder, `${hz}.wav`);
    await writeToneFile(tone, hz);
    let executablePath = requireExecutable('chromium', 'CHROMIUM_PATH');
    if (place !== undefined) {
      const within = join(folder, 'chromium');
      await writeFile(within, `#!/bin/sh\nexec ip netns exec ${place.namespace} ${executablePath} "$@"\n`, {
        mode: 0o755,
      });
      executablePath = within;
    }
    const browser = await chromium.launch({
      executablePath,
      args: [
        // A page at `localhost` may use the microphone without TLS, wherever that is.
        ...(place === undefined ? [] : [`--host-resolver-rules=MAP localhost ${place.localhost}`]),
        ...(hosts.length === 0
          ? []
          : [`--host-resolver-rules=${hosts.map((name) => `MAP ${name} 127.0.0.1`).join()}`]),
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--use-fake-ui-for-media-stream',
        '--use-fake-device-for-media-stream',
        `--use-file-for-fake-audio-capture=${tone}`,
        `--disable-features=WebRtcHideLocalIpsWithMdns,${ADDRESS_BAR}`,
        ...(autoplay ? ['--autoplay-policy=no-user-gesture-required'] : []),
        '--allow-loopback-in-peer-connection',
        '--disable-renderer-backgrounding',
        '--disable-backgrounding-occluded-windows',
        '--disable-background-timer-throttling',
      ],
    });
    return new ToneBrowser(hz, browser, folder);
  }

  /** A fresh profile; each agent and each customer has one of their own. */
  async profile(options: Parameters<Browser['newContext']>[0] = {}): Promise<BrowserContext> {
    const context = await this.browser.newContext({
      viewport: { width: 1280, height: 800 },
      locale: 'en-GB',
      ...options,
    });
    await context.addInitScript({ path: join(import.meta.dirname, 'ear.js') });
    return context;
  }

  async close(): Promise<void> {
    await this.browser.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

interface Heard {
  loudness: number;
  tones: { hz: number; mean: number; max: number }[];
}

declare global {
  interface Window {
    telebarEar: {
      readonly tracks: number;
      readonly peers: RTCPeerConnection[];
      story(): Promise<string>;
      hear(hertz: number[], ms: number): Promise<Heard>;
      firstTone(hz: number, timeoutMs?: number): Promise<number>;
    };
  }
}

/** What the page receives over its newest peer connection, listened to for `ms`. */
export function hear(page: Page, hertz: number[], ms = 700): Promise<Heard> {
  return page.evaluate(([list, length]) => window.telebarEar.hear(list, length), [hertz, ms] as const);
}

/** A tone of the test microphones arrives with an amplitude of about 0.27; 0.05 is clearly there. */
export const AUDIBLE = 0.05;
/** Less than a fiftieth of the tone. */
export const INAUDIBLE = 0.005;

/**
 * How loud a tone is beside another that is heard meanwhile, as a share of it: a voice with gaps, on a busy machine, sounds at
 * every pitch a little.
 */
export async function shareHeard(page: Page, hz: number, beside: number): Promise<number> {
  const { tones } = await hear(page, [hz, beside]);
  return (tones[0]?.mean ?? 1) / (tones[1]?.mean ?? 0);
}

/** Waits until the page hears the tone. */
export async function waitForTone(page: Page, hz: number, timeoutMs = 15_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  let last = 0;
  while (Date.now() < deadline) {
    const { tones } = await hear(page, [hz], 200);
    last = tones[0]?.mean ?? 0;
    if (last > AUDIBLE) return;
  }
  const story = await page.evaluate(() => window.telebarEar.story()).catch(String);
  throw new Error(
    `${hz} Hz is not heard within ${timeoutMs} ms (amplitude ${last.toFixed(4)})\nthe page has: ${story}`,
  );
}

/** Waits until the page does not hear the tone any more. */
export async function waitForNoTone(page: Page, hz: number, timeoutMs = 15_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  let last = 1;
  while (Date.now() < deadline) {
    const { tones } = await hear(page, [hz], 250);
    last = tones[0]?.max ?? 1;
    if (last < INAUDIBLE) return;
  }
  throw new Error(`${hz} Hz is still heard after ${timeoutMs} ms (amplitude ${last.toFixed(4)})`);
}
