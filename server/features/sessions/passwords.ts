import type { Clock } from '../../core/kernel/clock.ts';
import { DomainError } from '../../core/kernel/domain-error.ts';
import type { IdSource } from '../../core/kernel/id-source.ts';
import type { Outbox } from '../../core/ports/outbox.ts';
import type { UnitOfWork } from '../../core/ports/unit-of-work.ts';
import type { PasswordResetStore } from '../password-resets/password-resets-store.ts';
import { endResetLinks } from '../password-resets/reset-links.ts';
import { appendChange } from '../audit/record-change.ts';
import type { AgentRow, AgentStore } from '../set-up/set-up-store.ts';
import { hashPassword } from './password.ts';
import { checkPasswordRules } from './password-rules.ts';

interface PasswordsDeps {
  readonly unitOfWork: UnitOfWork<{
    readonly agents: AgentStore;
    readonly passwordResets: Pick<PasswordResetStore, 'endOf'>;
    readonly outbox: Outbox;
  }>;
  readonly clock: Clock;
  readonly ids: IdSource;
}

/** The passwords that people choose themselves. */
export class Passwords {
  readonly #deps: PasswordsDeps;

  constructor(deps: PasswordsDeps) {
    this.#deps = deps;
  }

  /**
   * Another password takes the place of the one that the agent has just proved to know.
   * @returns the agent as it is now
   * @throws invalid-request, naming `newPassword`; wrong-password when it is another one by now
   */
  async replace(agent: AgentRow, { password, newPassword }: Record<'password' | 'newPassword', string>) {
    this.check(agent, { password, newPassword });
    const now = await hashPassword(newPassword);
    return this.#write(agent, now);
  }

  /** @throws invalid-request, naming `newPassword` */
  check(agent: AgentRow, { password, newPassword }: Record<'password' | 'newPassword', string>): void {
    if (newPassword.normalize('NFC') === password.normalize('NFC')) {
      throw new DomainError('invalid-request', 'The new password is the one of before.', {
        errors: [{ path: 'newPassword', message: 'Has to be another one than before' }],
      });
    }
    checkPasswordRules(newPassword, agent, 'newPassword');
  }

  #write(agent: AgentRow, now: string): Promise<AgentRow> {
    return this.#deps.unitOfWork.run(async (stores) => {
      if (!(await stores.agents.replacePassword(agent, agent.passwordHash, now))) {
        throw new DomainError('wrong-password', 'The password has been changed meanwhile.');
      }
      const { ids, clock } = this.#deps;
      const who = { kind: 'agent', agentId: agent.id } as const;
      const after = { ...agent, passwordHash: now, passwordMustChange: false };
      await endResetLinks(stores, agent, after);
      await appendChange(stores.outbox, who, 'agent', { before: agent, after }, { ids, now: clock.now() });
      return after;
    });
  }
}
