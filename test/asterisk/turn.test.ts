import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canRunAround } from '../support/asterisk/around.ts';
import type { Service } from '../support/asterisk/network-tools.ts';
import { startTurnServer } from '../support/asterisk/turn-server.ts';
import { ToneBrowser, waitForTone } from '../support/browsers.ts';
import { CallCentre } from '../support/call-centre.ts';
import { NetworkBed } from '../support/network-bed.ts';
import { AgentDesk } from '../e2e/agent-desk.ts';
import { CustomerPhone } from '../e2e/customer-phone.ts';
import { AGENT_HZ, CUSTOMER_HZ } from '../e2e/voices.ts';

const SECRET = 'shared-with-the-relay';
const possible = await canRunAround();
const refusal = possible ? await NetworkBed.refusal() : 'there is no coturn';
if (refusal !== null) console.warn(`skipped: ${refusal}`);

describe.skipIf(refusal !== null)('agent and customer in a network that lets no UDP out', () => {
  const bed = new NetworkBed();
  const here = bed.address(18, 1);
  let turn: { port: number; coturn: Service };
  let browsers: ToneBrowser[] = [];

  beforeAll(async () => {
    const office = await bed.host('o');
    await bed.cable([null, here], [office, bed.address(18, 3)]);
    await bed.rules(
      office,
      `table inet office {
         chain out {
           type filter hook output priority filter
           meta l4proto udp drop
         }
       }
      `,
    );
    turn = await startTurnServer(here, here, SECRET);
    const place = { namespace: office, localhost: here };
    browsers = await Promise.all([
      ToneBrowser.launch(AGENT_HZ, place),
      ToneBrowser.launch(CUSTOMER_HZ, place),
    ]);
  });
  afterAll(async () => {
    await Promise.all(browsers.map((browser) => browser.close()));
    await turn?.coturn.stop();
    await bed.remove();
  });

  /** Calls the hotline and has it answered. */
  async function talk(
    env: NodeJS.ProcessEnv,
    then: (agent: Page, customer: Page) => Promise<void>,
  ): Promise<void> {
    const [agents, customers] = browsers;
    if (agents === undefined || customers === undefined) throw new Error('no browsers');
    const open = { TELEBAR_HOST: '0.0.0.0', TELEBAR_MEDIA_HOST: here };
    const centre = await CallCentre.start({ ...open, ...env }, 'asterisk');
    try {
      const agent = await AgentDesk.ready(agents, centre, '1001');
      const customer = await CustomerPhone.open(customers, centre, '13800138001');
      await customer.dial('400100');
      await agent.waitForState('Ringing');
      await agent.answer();
      await then(agent.page, customer.page);
      await Promise.all(browsers.flatMap(({ browser }) => browser.contexts()).map((one) => one.close()));
    } finally {
      await centre.stop();
    }
  }

  it('hear each other through the relay, with credentials that the server made', async () => {
    const relay = [{ urls: [`turn:${here}:${turn.port}?transport=tcp`] }];
    const env = { TELEBAR_ICE_SERVERS: JSON.stringify(relay), TELEBAR_TURN_SECRET: SECRET };
    await talk(env, async (agent, customer) => {
      await waitForTone(agent, CUSTOMER_HZ);
      await waitForTone(customer, AGENT_HZ);
      expect(await pathOf(agent)).toBe('relay tcp');
      expect(await pathOf(customer)).toBe('relay tcp');
    });
  });

  it('hear nothing without it', async () => {
    await talk({}, async (agent) => {
      await expect(waitForTone(agent, CUSTOMER_HZ, 3_000)).rejects.toThrow('is not heard');
    });
  });
});

/** Of the page's newest connection: type of its own candidate, and how it reaches the relay. */
function pathOf(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const stats = await window.telebarEar.peers.at(-1)?.getStats();
    const all = [...(stats?.values() ?? [])] as Record<string, unknown>[];
    const pair = all.find(
      ({ type, nominated, state }) =>
        type === 'candidate-pair' && nominated === true && state === 'succeeded',
    );
    const local = all.find(({ id }) => id === pair?.['localCandidateId']);
    return `${String(local?.['candidateType'])} ${String(local?.['relayProtocol'])}`;
  });
}
