/**
 * `npm run bench:recovery`: the agent's page is reloaded in a call. How long until both hear each other again, in a real
 * browser, from the start of the navigation; and where that time goes.
 *
 * The customer is a caller on the trunk, who hears to 20 ms: the agent, then music, then the agent again.
 * `ROUNDS` (10), `--switch=embedded|asterisk|both`.
 */
import { AgentDesk } from '../e2e/agent-desk.ts';
import { AGENT_HZ, MUSIC_NOTES, Stage } from '../e2e/voices.ts';
import type { SwitchName } from '../support/call-centre.ts';
import { hasTone, tonesIn } from '../support/goertzel.ts';
import { SipCaller } from '../support/sip-caller.ts';
import { figure, quantile, type Figure } from './report.ts';
import { onEach, progress, reportSideBySide } from './side-by-side.ts';

const rounds = Number(process.env['ROUNDS'] ?? 10);
/** A call is used for so many reloads. */
const RELOADS_OF_A_CALL = 5;
const CALLER_HZ = 1050;
const AIM_MS = 2000;
const STEP_MS = 20;
/** Packets come in bunches: only after so long without it is the voice really away, ms. */
const GAP_MS = 100;
/** Between two reloads: the page has settled, as a person would see it, ms. */
const SETTLE_MS = 800;

/** Times since the start of the navigation, ms. */
interface Reload {
  loaded: number;
  registered: number;
  answered: number;
  heardInPage: number;
  music: number;
  heardByCustomer: number;
}

/** When the page reached what, ms since the epoch. */
interface Marks {
  registered?: number;
  answered?: number;
  heard?: number;
}

/** Runs in the page before anything else, so that no mark is missed while the page loads. */
function watchPage(hz: number): void {
  const marks: Marks = {};
  window.telebarMarks = marks;
  const look = (): void => {
    const state = window.Telebar?.getState?.();
    if (state?.agent?.device.online === true) marks.registered ??= Date.now();
    // Before the phone is back the call may be shown as the server believes it still is.
    if (marks.registered !== undefined && state?.calls.some(({ phase }) => phase === 'talking') === true)
      marks.answered ??= Date.now();
    if (marks.registered === undefined || marks.answered === undefined) setTimeout(look, 5);
  };
  look();
  window.telebarEar.firstTone(hz, 20_000).then(
    (at) => {
      marks.heard = at;
    },
    () => undefined,
  );
}

/** What the customer hears while the page is away: when the music began, and when the agent's voice was back. */
async function listen(caller: SipCaller): Promise<{ music: number; voice: number }> {
  let music = 0;
  let withoutVoice = 0;
  const lately: Int16Array[] = [];
  for (let turn = 0; turn < 1000; turn += 1) {
    const heard = await caller.rtp.listen(STEP_MS);
    const now = Date.now();
    lately.push(heard);
    if (lately.length > 3) lately.shift();
    if (hasTone(heard, AGENT_HZ)) {
      if (withoutVoice >= GAP_MS) return { music, voice: now };
      withoutVoice = 0;
      continue;
    }
    withoutVoice += STEP_MS;
    const last = Int16Array.from(lately.flatMap((part) => [...part]));
    if (music === 0 && tonesIn(last, MUSIC_NOTES, 400).length > 0) music = now;
  }
  throw new Error('the customer did not hear the agent again');
}

async function reload(agent: AgentDesk, caller: SipCaller): Promise<Reload> {
  const listening = listen(caller);
  // When the page fails first, its error is the one to see.
  listening.catch(() => undefined);
  await agent.page.reload({ waitUntil: 'load' });
  await agent.page.waitForFunction(() => window.telebarMarks.heard !== undefined, undefined, {
    timeout: 20_000,
  });
  await agent.waitForState('Talking');
  const { start, loaded, marks } = await agent.page.evaluate(() => {
    const [entry] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
    return {
      start: performance.timeOrigin,
      loaded: entry?.domContentLoadedEventEnd ?? Number.NaN,
      marks: window.telebarMarks,
    };
  });
  const { music, voice } = await listening;
  const since = (at: number | undefined): number => (at === undefined || at === 0 ? Number.NaN : at - start);
  return {
    loaded,
    registered: since(marks.registered),
    answered: since(marks.answered),
    heardInPage: since(marks.heard),
    music: since(music),
    heardByCustomer: since(voice),
  };
}

async function call(stage: Stage, agent: AgentDesk): Promise<SipCaller> {
  const caller = await SipCaller.open(stage.centre.sipPort);
  caller.rtp.say(CALLER_HZ);
  const final = caller.answered();
  caller.invite('400100', '13800138001');
  await agent.answer();
  if ((await final) >= 300) throw new Error('the call was refused');
  await agent.waitForState('Talking');
  return caller;
}

async function measure(on: SwitchName): Promise<Figure[]> {
  const stage = await Stage.build({ TELEBAR_LOG_LEVEL: 'warn' }, on);
  const reloads: Reload[] = [];
  try {
    const agent = await AgentDesk.ready(stage.agents, stage.centre, '1001');
    await agent.page.addInitScript(watchPage, CALLER_HZ);
    while (reloads.length < rounds) {
      const caller = await call(stage, agent);
      for (let turn = 0; turn < RELOADS_OF_A_CALL && reloads.length < rounds; turn += 1) {
        await agent.page.waitForTimeout(SETTLE_MS);
        const one = await reload(agent, caller);
        reloads.push(one);
        const shown = Object.entries(one).map(([name, ms]) => `${name} ${Math.round(ms as number)}`);
        progress(`${on} ${reloads.length}/${rounds}: ${shown.join(', ')}`);
      }
      await caller.bye();
      caller.close();
      await agent.becomeReady();
    }
  } finally {
    await stage.close();
  }
  const twoWay = reloads.map((each) => Math.max(each.heardInPage, each.heardByCustomer));
  const of = (name: keyof Reload): number[] => reloads.map((each) => each[name]).filter(Number.isFinite);
  const reference = `${rounds} reloads`;
  const p50 = (name: string, values: number[]): Figure =>
    figure(`${name} p50`, quantile(values, 0.5), 'ms', null, reference);
  return [
    figure('reload p95', quantile(twoWay, 0.95), 'ms', `< ${AIM_MS}`, reference),
    p50('reload', twoWay),
    p50('page loaded', of('loaded')),
    p50('phone registered', of('registered')),
    p50('bar shows the talk', of('answered')),
    p50('customer heard in the page', of('heardInPage')),
    p50('agent heard by the customer', of('heardByCustomer')),
    p50('music heard by the customer', of('music')),
    figure('music heard by the customer p95', quantile(of('music'), 0.95), 'ms', null, reference),
    figure('reloads with music', of('music').length / reloads.length, 'share', null, reference),
  ];
}

const measured = await onEach(measure);
const worst = Math.max(...[...measured.values()].map(([first]) => first?.value ?? Number.NaN));
await reportSideBySide('recovery', measured, {
  more: [figure('reload p95', worst, 'ms', `< ${AIM_MS}`, 'the slower of the switches that were measured')],
});

declare global {
  interface Window {
    telebarMarks: Marks;
  }
}
