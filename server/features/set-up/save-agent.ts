import { endResetLinks } from '../password-resets/reset-links.ts';
import { checkSaved, type SetUpStores } from './set-up-changes.ts';
import type { AgentRow } from './set-up-store.ts';

/**
 * Writes what has become of an agent.
 * @throws version-conflict
 */
export async function saveAgent(
  stores: Pick<SetUpStores, 'agents' | 'passwordResets'>,
  before: AgentRow,
  after: AgentRow,
): Promise<void> {
  checkSaved(await stores.agents.update(after));
  await endResetLinks(stores, before, after);
}
