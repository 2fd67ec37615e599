import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { waitForNoTone, waitForTone } from '../support/browsers.ts';
import { onAsterisk } from '../support/call-centre.ts';
import { AgentDesk } from './agent-desk.ts';
import { CustomerPhone } from './customer-phone.ts';
import { PageWays } from './page-ways.ts';
import { AGENT_HZ, CUSTOMER_HZ, hearsMusic, Stage } from './voices.ts';

async function talk(stage: Stage): Promise<{ agent: AgentDesk; customer: CustomerPhone }> {
  const agent = await AgentDesk.ready(stage.agents, stage.centre, '1001');
  const customer = await CustomerPhone.open(stage.customers, stage.centre, '13800138001');
  await customer.dial('400100');
  await agent.waitForState('Ringing');
  await agent.answer();
  await waitForTone(customer.page, AGENT_HZ);
  return { agent, customer };
}

describe('when something breaks', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.build();
  });
  afterEach(() => stage.clear());
  afterAll(() => stage.close());

  /** An agent whose ways to the server can be cut, and a customer. */
  async function cuttable(): Promise<{ agent: AgentDesk; ways: PageWays; customer: CustomerPhone }> {
    let ways = new PageWays();
    const agent = await AgentDesk.open(stage.agents, stage.centre, '1001', {}, async (page) => {
      ways = await PageWays.of(page);
    });
    await agent.signIn();
    const customer = await CustomerPhone.open(stage.customers, stage.centre, '13800138001');
    return { agent, ways, customer };
  }

  it('what carries the voices is killed in a call: both are told, and the next call works without a click', async () => {
    const { agent, customer } = await talk(stage);
    await stage.centre.killVoices();
    await customer.waitForEnd();
    await agent.button(/^State: (Wrap-up|Idle)/).waitFor();
    await agent.becomeReady();

    // Who rings in the moment without voices is refused with 503.
    await stage.centre.healthy();
    await customer.dial('400100');
    await agent.waitForState('Ringing');
    await agent.answer();
    await waitForTone(customer.page, AGENT_HZ);
    await waitForTone(agent.page, CUSTOMER_HZ);
    await customer.hangUp();
    await agent.becomeReady();
  });

  it('the agent reloads the page in a call: the customer hears music, then the agent again, without a click', async () => {
    const { agent, customer } = await talk(stage);
    // The gap may be shorter than a second: listen over it.
    const listening = hearsMusic(customer.page, 6000);
    await agent.page.reload({ waitUntil: 'commit' });
    expect(await listening).toBe(true);
    await agent.waitForState('Talking');
    await waitForTone(customer.page, AGENT_HZ, 10_000);
    await waitForTone(agent.page, CUSTOMER_HZ);
    await customer.hangUp();
    await agent.becomeReady();
  });

  it('the agent hangs up while ways to the server are cut: the customer hears nothing more, and the call ends', async () => {
    const { agent, ways, customer } = await cuttable();
    for (const cut of [['sip'], ['realtime'], ['rest'], ['sip', 'realtime', 'rest']] as const) {
      await customer.dial('400100');
      await agent.waitForState('Ringing');
      await agent.answer();
      await waitForTone(customer.page, AGENT_HZ);
      await ways.cut(...cut);
      await agent.hangUp();
      await waitForNoTone(customer.page, AGENT_HZ, 1_000);
      if (cut.length === 3) {
        await agent.bar.getByText('Hang up: will be carried out').waitFor();
        expect(await hearsMusic(customer.page)).toBe(true);
        ways.mend();
      }
      await customer.waitForEnd();
      ways.mend();
      await agent.waitForLink();
      await agent.becomeReady();
    }
  }, 120_000);

  it('the agent hangs up and reloads the page before the server knows: the new page does not take the call back, and ends it', async () => {
    const { agent, ways, customer } = await cuttable();
    await customer.dial('400100');
    await agent.waitForState('Ringing');
    await agent.answer();
    await waitForTone(customer.page, AGENT_HZ);
    await ways.cut('sip', 'rest');
    await agent.hangUp();
    await waitForNoTone(customer.page, AGENT_HZ, 1_000);
    await agent.page.reload();
    await agent.bar.getByText('Hang up: will be carried out').waitFor();
    ways.mend();
    await customer.waitForEnd(5_000);
    await agent.waitForLink();
    await agent.becomeReady();
    expect(await agent.events()).not.toContain('telebar-call-answered');
  }, 120_000);

  it('the agent holds while no request gets through: silence at once, the button says what is to come, then music', async () => {
    const { agent, ways, customer } = await cuttable();
    await customer.dial('400100');
    await agent.waitForState('Ringing');
    await agent.answer();
    await waitForTone(customer.page, AGENT_HZ);
    await ways.cut('rest');
    await agent.button('Hold').click();
    await waitForNoTone(customer.page, AGENT_HZ, 1_000);
    const pressed = agent.bar.getByRole('button', {
      name: 'Hold',
      pressed: true,
      description: 'Hold: will be carried out when the connection is back.',
    });
    await pressed.waitFor();
    ways.mend();
    await agent.waitForState('On hold');
    expect(await hearsMusic(customer.page)).toBe(true);
    await customer.hangUp();
    await agent.becomeReady();
  }, 120_000);

  it('the agent logs out and closes the page while no request gets through: the next page that is opened ends the session', async () => {
    const { agent, ways, customer } = await cuttable();
    await customer.dial('400100');
    await agent.waitForState('Ringing');
    await agent.answer();
    await waitForTone(customer.page, AGENT_HZ);
    const key = `telebar.session.${stage.centre.origin}`;
    const kept = await agent.page.evaluate((name) => sessionStorage.getItem(name), key);
    const { token } = JSON.parse(kept ?? '{}') as { token?: string };
    const status = async (): Promise<number> => {
      const headers = { authorization: `Bearer ${token}` };
      return (await fetch(`${stage.centre.origin}/api/v1/sessions/current`, { headers })).status;
    };
    await ways.cut('rest');
    await agent.stateButton.click();
    await agent.bar.getByRole('menuitem', { name: 'Log out' }).click();
    await agent.button('Log in').waitFor({ timeout: 1_000 });
    await customer.waitForEnd();
    await agent.bar.getByText('Log out: will be carried out').waitFor();
    expect(await status()).toBe(200);
    const next = await agent.context.newPage();
    await agent.page.close();
    await next.goto(`${stage.centre.origin}/demo/crm.html?lang=en`);
    await expect.poll(status).toBe(401);
  }, 120_000);

  it('the agent hangs up while the server stands still: the customer hears nothing more, and the call ends when it goes on', async () => {
    const { agent, customer } = await talk(stage);
    process.kill(stage.centre.pid, 'SIGSTOP');
    try {
      await agent.button('Hang up').click();
      await waitForNoTone(customer.page, AGENT_HZ, 1_000);
      await agent.bar.getByText('will be carried out when the connection is back').waitFor();
    } finally {
      process.kill(stage.centre.pid, 'SIGCONT');
    }
    await customer.waitForEnd();
    await agent.becomeReady();
  });

  // With the embedded switch the call ends with the server.
  it.runIf(onAsterisk)(
    'the agent hangs up while the server is gone: silence at once, and the call ends when it is back',
    async () => {
      const { agent, customer } = await talk(stage);
      await stage.centre.halt('SIGKILL');
      await agent.hangUp();
      await waitForNoTone(customer.page, AGENT_HZ, 1_000);
      await agent.bar.getByText('Hang up: will be carried out').waitFor();
      await stage.centre.launch();
      await customer.waitForEnd();
      await agent.waitForLink(30_000);
      await agent.becomeReady();
    },
  );

  // Elsewhere the call outlives the server: test/asterisk/takeover.test.ts.
  it.skipIf(onAsterisk)(
    'the server is killed in a call: the record is closed, the agent comes back by itself, the next call works',
    async () => {
      const { agent, customer } = await talk(stage);
      await stage.centre.halt('SIGKILL');
      await agent.bar.getByText('Connection lost', { exact: false }).first().waitFor();
      await stage.centre.launch();

      await agent.button(/^State: (Idle|Wrap-up)/).waitFor({ timeout: 30_000 });
      const rest = await stage.centre.login('1001');
      const { items } = await rest.get<{ items: { endedAt: number | null; cause: string | null }[] }>(
        '/calls',
      );
      expect(items[0]?.endedAt).not.toBeNull();
      expect(items[0]?.cause).toBe('server-restart');
      await agent.waitForLink(30_000);
      await agent.becomeReady();

      // The demo gives its lines anew: the customer switches the phone off and on.
      await customer.page.reload();
      await customer.page.locator('#call:enabled').waitFor({ timeout: 20_000 });
      await customer.dial('400100');
      await agent.waitForState('Ringing');
      await agent.answer();
      await waitForTone(customer.page, AGENT_HZ);
      await customer.hangUp();
    },
    120_000,
  );

  it('SIGTERM ends the server and everything that it has started', async () => {
    const children = await stage.centre.children();
    // With another switch there is no media child.
    expect(children).toHaveLength(stage.centre.asterisk === null ? 1 : 0);
    expect(await stage.centre.halt('SIGTERM')).toBe(0);
    for (const child of children) expect(() => process.kill(child, 0)).toThrow('ESRCH');
    await stage.centre.launch();
  });
});
