import { afterEach, beforeEach, expect, it } from 'vitest';
import { AgentDesk } from '../e2e/agent-desk.ts';
import { CustomerPhone } from '../e2e/customer-phone.ts';
import { AGENT_HZ, CUSTOMER_HZ, hearsMusic, Stage } from '../e2e/voices.ts';
import { ClusterNodes } from '../support/asterisk/cluster-nodes.ts';
import type { AsteriskNode } from '../support/asterisk/node.ts';
import { TcpProxy } from '../support/asterisk/tcp-proxy.ts';
import { waitForTone } from '../support/browsers.ts';

let nodes: ClusterNodes;
/** Between the server and ARI of the node "one". */
let wire: TcpProxy;
let stage: Stage;

beforeEach(async () => {
  nodes = await ClusterNodes.start();
  wire = await TcpProxy.to(nodes.one.httpPort);
  const environment = nodes.environment(`http://127.0.0.1:${wire.port}`);
  stage = await Stage.build(environment, 'embedded');
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') {
    for (const node of nodes.all) console.log(await node.voices().catch(String));
    console.log(stage.centre.log.slice(-8_000));
  }
  await stage.close();
  wire.close();
  await nodes.stop();
});

/** Whose channels are on a node. */
async function there(node: AsteriskNode): Promise<string[]> {
  const channels = await node.ari<{ name: string }[]>('GET', '/channels');
  return channels.map(({ name }) => /^PJSIP\/(web|outside|telebar-node)/.exec(name)?.[1] ?? name).toSorted();
}

async function killOne(): Promise<void> {
  await Promise.all([nodes.one.kill(), wire.refuse()]);
}

async function logged(sentence: string): Promise<void> {
  await expect.poll(() => stage.centre.log.includes(sentence), { timeout: 10_000 }).toBe(true);
}

/** A customer on the node "two" talks to an agent on "one". */
async function talk(): Promise<{ agent: AgentDesk; customer: CustomerPhone }> {
  const agent = await AgentDesk.ready(stage.agents, stage.centre, '1001');
  const customer = await CustomerPhone.open(stage.customers, stage.centre, '13800138001');
  await converse(agent, customer);
  expect(await there(nodes.one)).toEqual(['telebar-node', 'web']);
  expect(await there(nodes.two)).toEqual(['outside', 'telebar-node']);
  return { agent, customer };
}

async function converse(agent: AgentDesk, customer: CustomerPhone): Promise<void> {
  await customer.dial('400100');
  await agent.waitForState('Ringing');
  await agent.answer();
  await waitForTone(customer.page, AGENT_HZ);
  await waitForTone(agent.page, CUSTOMER_HZ);
}

it("the agent's node dies in a call: the agent is back on the other node without a click, and takes the next call", async () => {
  const { agent, customer } = await talk();
  await killOne();
  await expect.poll(() => there(nodes.two), { timeout: 15_000 }).toEqual(['outside', 'web']);
  await agent.waitForState('Talking');
  await waitForTone(customer.page, AGENT_HZ);
  await waitForTone(agent.page, CUSTOMER_HZ);
  await customer.hangUp();
  await agent.becomeReady();
  await converse(agent, customer);
  await customer.hangUp();
  await agent.becomeReady();
  await expect.poll(() => there(nodes.two)).toEqual([]);
}, 120_000);

it('until the agent is there again the customer hears music', async () => {
  const { agent, customer } = await talk();
  // The page's way to its next place is slow.
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  await agent.page.route('**/devices/browser', async (route) => {
    await opened;
    await route.continue();
  });
  await killOne();
  await expect.poll(() => hearsMusic(customer.page), { timeout: 15_000 }).toBe(true);
  open();
  await agent.waitForState('Talking');
  await waitForTone(customer.page, AGENT_HZ, 15_000);
  await waitForTone(agent.page, CUSTOMER_HZ);
  expect(await hearsMusic(customer.page)).toBe(false);
  await customer.hangUp();
  await agent.becomeReady();
}, 120_000);

it('a page whose node is out of reach moves and is not cut: the call goes on, and can be ended when the node is back', async () => {
  const { agent, customer } = await talk();
  wire.cut();
  await logged('a node has gone');
  await agent.waitForLink();
  await agent.waitForState('Talking');
  await waitForTone(customer.page, AGENT_HZ);
  await waitForTone(agent.page, CUSTOMER_HZ);
  expect(await there(nodes.one)).toEqual(['telebar-node', 'web']);

  await wire.mend();
  await logged('a node takes part');
  await waitForTone(customer.page, AGENT_HZ);
  await agent.button('Hold').click();
  await expect.poll(() => hearsMusic(customer.page)).toBe(true);
  await customer.hangUp();
  await agent.becomeReady();
  await converse(agent, customer);
  expect(await there(nodes.one)).toEqual([]);
  expect(await there(nodes.two)).toEqual(['outside', 'web']);
  await customer.hangUp();
  await agent.becomeReady();
}, 120_000);

it('a server that is killed leaves a call across nodes alone, and the next one has it in hand', async () => {
  const { agent, customer } = await talk();
  const isOnline = (online: boolean) =>
    agent.page.waitForFunction(
      (wanted) => (window.Telebar.getState().connection === 'online') === wanted,
      online,
    );
  await stage.centre.halt('SIGKILL');
  await isOnline(false);
  await waitForTone(customer.page, AGENT_HZ);
  await stage.centre.launch();
  await isOnline(true);
  await agent.waitForState('Talking', 30_000);
  await waitForTone(agent.page, CUSTOMER_HZ);
  expect(await there(nodes.one)).toEqual(['telebar-node', 'web']);
  await agent.button('Hold').click();
  await expect.poll(() => hearsMusic(customer.page)).toBe(true);
  await agent.hangUp();
  await customer.waitForEnd();
  await agent.becomeReady();
  await expect.poll(async () => [await there(nodes.one), await there(nodes.two)]).toEqual([[], []]);
}, 120_000);
