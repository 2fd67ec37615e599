/**
 * `npm run bench:setup`: how long an agent and a customer wait for each other, on one machine, in real browsers.
 *
 * - ringing: a foreign INVITE leaves on UDP until the agent's bar shows Answer (drawn, not only known);
 * - answer: a click on Answer until voice is heard in both directions, the later of the two;
 * - click-to-call: a click on a `tel:` link until the customer's phone rings.
 *
 * `ROUNDS` (15), `--switch=embedded|asterisk|both`.
 */
import { AgentDesk } from '../e2e/agent-desk.ts';
import { CustomerPhone } from '../e2e/customer-phone.ts';
import { AGENT_HZ, Stage } from '../e2e/voices.ts';
import { hasTone } from '../support/goertzel.ts';
import type { SwitchName } from '../support/call-centre.ts';
import { SipCaller } from '../support/sip-caller.ts';
import { figure, quantile, type Figure } from './report.ts';
import { onEach, progress, reportSideBySide } from './side-by-side.ts';

const rounds = Number(process.env['ROUNDS'] ?? 15);
const CALLER_HZ = 1050;

async function oneInbound(stage: Stage, agent: AgentDesk): Promise<{ ringing: number; answering: number }> {
  const caller = await SipCaller.open(stage.centre.sipPort);
  caller.rtp.say(CALLER_HZ);
  const seen = agent.button('Answer').elementHandle({ timeout: 10_000 });
  const final = caller.answered();
  const sent = caller.invite('400100', '13800138001');
  const button = await seen;
  if (button === null) throw new Error('the bar did not ring');
  const rang = await agent.page.evaluate(() => window.telebarRang);

  const inPage = agent.page.evaluate((hz) => window.telebarEar.firstTone(hz), CALLER_HZ);
  const clicked = await button.evaluate((element) => {
    (element as HTMLElement).click();
    return Date.now();
  });
  if ((await final) >= 300) throw new Error('the call was refused');
  const atCaller = hearsFirst(caller, AGENT_HZ);
  const answering = Math.max(await inPage, await atCaller) - clicked;
  await caller.bye();
  caller.close();
  await agent.becomeReady();
  return { ringing: rang - sent, answering };
}

/** When the caller's phone heard the tone for the first time, in steps of 20 ms. */
async function hearsFirst(caller: SipCaller, hz: number): Promise<number> {
  for (let turn = 0; turn < 500; turn += 1) {
    if (hasTone(await caller.rtp.listen(20), hz)) return Date.now();
  }
  throw new Error('the caller did not hear the agent');
}

/** Click-to-call, ms. */
async function oneOutbound(agent: AgentDesk, customer: CustomerPhone): Promise<number> {
  const rang = customer.page.evaluate(
    () =>
      new Promise<number>((done) => {
        const look = (): void => {
          if (document.querySelector('#offer')?.checkVisibility() === true) done(Date.now());
          else requestAnimationFrame(look);
        };
        look();
      }),
  );
  // When a step below fails first, its error is the one to see.
  rang.catch(() => {});
  const clicked = await agent.page
    .locator('.detail a[href^="tel:"]')
    .first()
    .evaluate((link) => {
      (link as HTMLElement).click();
      return Date.now();
    });
  await customer.waitForCall('Incoming call');
  const clicking = (await rang) - clicked;
  await customer.decline();
  await customer.waitForEnd();
  await agent.becomeReady();
  return clicking;
}

/** Notes in the page when the bar shows the button that answers. */
async function watchForRinging(agent: AgentDesk): Promise<void> {
  await agent.page.evaluate(() => {
    // Looks in every frame for the button that answers, wherever in the bar's shadow trees it is drawn.
    const answer = (root: ParentNode): boolean => {
      for (const element of root.querySelectorAll('*')) {
        if (element.shadowRoot !== null && answer(element.shadowRoot)) return true;
        if (element.localName === 'button' && element.textContent?.trim() === 'Answer') {
          return element.checkVisibility();
        }
      }
      return false;
    };
    let before = false;
    const look = (): void => {
      const bar = document.querySelector('telebar-phone-bar')?.shadowRoot;
      const now = bar !== null && bar !== undefined && answer(bar);
      if (now && !before) window.telebarRang = Date.now();
      before = now;
      requestAnimationFrame(look);
    };
    look();
  });
}

async function measure(on: SwitchName): Promise<Figure[]> {
  const ringing: number[] = [];
  const answering: number[] = [];
  const clicking: number[] = [];
  const stage = await Stage.build({ TELEBAR_LOG_LEVEL: 'warn' }, on);
  try {
    const agent = await AgentDesk.ready(stage.agents, stage.centre, '1001');
    await watchForRinging(agent);
    for (let round = 1; round <= rounds; round += 1) {
      const times = await oneInbound(stage, agent);
      ringing.push(times.ringing);
      answering.push(times.answering);
      progress(
        `${on}, call in ${round}/${rounds}: ringing ${times.ringing} ms, answer ${times.answering} ms`,
      );
    }
    const customer = await CustomerPhone.open(stage.customers, stage.centre, '13800138001');
    for (let round = 1; round <= rounds; round += 1) {
      const time = await oneOutbound(agent, customer);
      clicking.push(time);
      progress(`${on}, call out ${round}/${rounds}: ${time} ms`);
    }
  } finally {
    await stage.close();
  }
  const reference = `one machine, ${rounds} calls`;
  return [
    figure('INVITE to ringing bar p50', quantile(ringing, 0.5), 'ms', null, reference),
    figure('INVITE to ringing bar p95', quantile(ringing, 0.95), 'ms', '< 150', reference),
    figure('answer to two-way audio p50', quantile(answering, 0.5), 'ms', null, reference),
    figure('answer to two-way audio p95', quantile(answering, 0.95), 'ms', '< 300', reference),
    figure('click-to-call to customer ringing p50', quantile(clicking, 0.5), 'ms', null, reference),
    figure('click-to-call to customer ringing p95', quantile(clicking, 0.95), 'ms', '< 500', reference),
  ];
}

await reportSideBySide('setup', await onEach(measure));

declare global {
  interface Window {
    /** When the bar began to ring the last time, ms since the epoch. */
    telebarRang: number;
  }
}
