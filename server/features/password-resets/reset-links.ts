import type { AgentRow } from '../set-up/set-up-store.ts';
import type { PasswordResetStore } from './password-resets-store.ts';

/** A link was sent to who the agent was then. */
const WHO_IT_IS = ['passwordHash', 'passwordMustChange', 'email', 'role', 'active'] as const;

/** Ends the links of an agent who has another password, address or role by now, or may work again or no more. */
export async function endResetLinks(
  { passwordResets }: { readonly passwordResets: Pick<PasswordResetStore, 'endOf'> },
  before: AgentRow,
  after: AgentRow,
): Promise<void> {
  if (WHO_IT_IS.some((field) => before[field] !== after[field])) await passwordResets.endOf(after.id);
}
