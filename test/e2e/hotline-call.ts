import { waitForTone } from '../support/browsers.ts';
import type { AgentDesk } from './agent-desk.ts';
import type { CustomerPhone } from './customer-phone.ts';
import { AGENT_HZ, CUSTOMER_HZ } from './voices.ts';

/** A call to the hotline from its first ring to its end; fails when one of the two does not hear the other. */
export async function callHotline(customer: CustomerPhone, agent: AgentDesk): Promise<void> {
  await customer.dial('400100');
  await agent.waitForState('Ringing');
  await agent.answer();
  await customer.waitForCall('Connected');
  await waitForTone(agent.page, CUSTOMER_HZ);
  await waitForTone(customer.page, AGENT_HZ);
  await agent.hangUp();
  await customer.waitForEnd();
}
