import { AUDIBLE, hear, ToneBrowser } from '../support/browsers.ts';
import { CallCentre, type SwitchName } from '../support/call-centre.ts';
import type { Page } from 'playwright-core';

/** Tones that are neither notes of the music on hold (nor their octaves) nor among the eight of DTMF. */
export const AGENT_HZ = 1400;
export const CUSTOMER_HZ = 1900;
export const COLLEAGUE_HZ = 2300;

/** Notes of the built-in music on hold, Hz. */
export const MUSIC_NOTES = [261.63, 293.66, 329.63, 392, 440, 523.25, 587.33];

/** Whether music plays: some note of it is clearly there within the time. */
export async function hearsMusic(page: Page, ms = 1500): Promise<boolean> {
  const { tones } = await hear(page, MUSIC_NOTES, ms);
  return tones.some(({ max }) => max > 0.03);
}

/** Ringback of the demo's country, Hz: one second of five. */
const RINGBACK_HZ = 450;

/** Whether the ringback of a call out is heard; a second of it comes within the time. */
export async function hearsRingback(page: Page, ms = 6000): Promise<boolean> {
  const { tones } = await hear(page, [RINGBACK_HZ], ms);
  return tones.some(({ max }) => max > AUDIBLE);
}

/** A call centre and one browser for each voice; everything is closed by `close`. */
export class Stage {
  readonly centre: CallCentre;
  readonly agents: ToneBrowser;
  readonly customers: ToneBrowser;

  private constructor(centre: CallCentre, agents: ToneBrowser, customers: ToneBrowser) {
    this.centre = centre;
    this.agents = agents;
    this.customers = customers;
  }

  static async build(env: NodeJS.ProcessEnv = {}, on?: SwitchName): Promise<Stage> {
    const [centre, agents, customers] = await Promise.all([
      CallCentre.start(env, on),
      ToneBrowser.launch(AGENT_HZ),
      ToneBrowser.launch(CUSTOMER_HZ),
    ]);
    return new Stage(centre, agents, customers);
  }

  /** Customers hang up, agents go home, all pages close: the next test finds nobody signed in or calling. */
  async clear(): Promise<void> {
    await Promise.all(this.customers.browser.contexts().map((context) => context.close()));
    await this.centre.sendHome('1000', '1001', '1002', '1003');
    await Promise.all(this.agents.browser.contexts().map((context) => context.close()));
  }

  async close(): Promise<void> {
    await Promise.all([this.agents.close(), this.customers.close()]);
    await this.centre.stop();
  }
}
