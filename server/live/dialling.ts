import type { Target } from '../core/call/target.ts';
import type { CallState, Phase } from '../core/model/call.ts';
import { DomainError } from '../core/kernel/domain-error.ts';
import type { AgentId, CustomerId } from '../core/kernel/ids.ts';
import type { Numbers } from '../core/kernel/number/numbers.ts';
import { spell } from '../core/kernel/number/spelling.ts';
import type { SwitchErrorCode } from '../core/ports/switch.ts';
import type { UnitOfWork } from '../core/ports/unit-of-work.ts';
import { agentByNumber } from '../core/model/set-up.ts';
import type { TeamConfig } from '../core/model/set-up.ts';
import type { DialCommand } from '../core/team/input.ts';
import type { LiveRepositories } from '../core/ports/live-store.ts';

interface Resolved {
  readonly dial: Pick<DialCommand, 'to' | 'customer' | 'known'>;
  /** An extension, sent when the other side has answered; '' without. */
  readonly keys: string;
}

/**
 * Where a typed number leads: to an agent of the team (by number, or by a direct number that is routed to the agent) or
 * outside. unknown-number: not a number that can be dialled.
 */
export async function resolveDestination(
  { unitOfWork, numbers }: { unitOfWork: UnitOfWork<LiveRepositories>; numbers: Numbers },
  config: TeamConfig,
  agentId: AgentId,
  request: { number: string; customerId: CustomerId | null },
): Promise<Resolved> {
  // As it was keyed: behind the digit for a line outside there is nobody of the team.
  const { main, extension } = spell(request.number);
  const colleague = agentByNumber(config, main);
  if (colleague) return toAgent(colleague.id);
  const number = numbers.normaliseDialled(request.number);
  if (!number) {
    throw new DomainError('unknown-number', 'This is not a number that can be dialled.', {
      number: request.number,
    });
  }
  return unitOfWork.run(async (repositories) => {
    const route = await repositories.teams.route(number);
    if (route?.teamId === config.teamId) {
      if (route.target.kind === 'agent') {
        return toAgent(route.target.agentId);
      }
      throw new DomainError('target-unavailable', "The team's own queues are called from outside.");
    }
    const comparable = numbers.comparableNumber(number);
    return {
      dial: {
        to: { kind: 'number', number },
        customer: await customerOf(repositories, config, comparable, request.customerId),
        known: await repositories.calls.hasHistory(config.teamId, agentId, comparable),
      },
      // Who answers there needs a moment before keys are heard.
      keys: /^\d/.test(extension) ? `,${extension}` : extension,
    };
  });
}

type Deps = Parameters<typeof resolveDestination>[0];

/** Whom a call is passed on to by keys: a group of the team by its number, or as any typed number. */
export async function keyedTarget(
  deps: Deps,
  config: TeamConfig,
  agentId: AgentId,
  number: string,
): Promise<Target> {
  const group = [...config.groups.values()].find((each) => each.number === number);
  return group ? { kind: 'group', groupId: group.id } : typedTarget(deps, config, agentId, number);
}

/** Whom a typed number names. unknown-number: not a number that can be dialled. */
export async function typedTarget(
  deps: Deps,
  config: TeamConfig,
  agentId: AgentId,
  number: string,
): Promise<Target> {
  const { dial } = await resolveDestination(deps, config, agentId, { number, customerId: null });
  return dial.to.kind === 'agent' ? dial.to : { ...dial.to, known: dial.known };
}

function toAgent(agentId: AgentId): Resolved {
  return { dial: { to: { kind: 'agent', agentId }, customer: null, known: true }, keys: '' };
}

async function customerOf(
  repositories: LiveRepositories,
  config: TeamConfig,
  comparable: string,
  customerId: CustomerId | null,
): Promise<DialCommand['customer']> {
  if (!customerId) return uniqueCustomer(repositories, config, comparable);
  const customer = await repositories.customers.byId(config.teamId, customerId);
  if (!customer) throw new DomainError('not-found', 'No such customer.');
  return { id: customer.id, name: customer.name || null };
}

/** The customer of a number in its comparable form; null when nobody or more than one has it. */
export async function uniqueCustomer(
  repositories: LiveRepositories,
  config: TeamConfig,
  comparable: string,
): Promise<{ id: CustomerId; name: string | null } | null> {
  if (comparable === '') return null;
  const [only, ...more] = await repositories.customers.byNumber(config.teamId, comparable);
  return only && more.length === 0 ? { id: only.id, name: only.name || null } : null;
}

/** What to tell the agent whose call came to nothing. */
export function dialFailure(
  call: CallState,
  ended: Extract<Phase, { kind: 'ended' }>,
  refusal: SwitchErrorCode | null,
): DomainError {
  // Its page shows the call too, and tells of it once.
  const of = { callId: call.id };
  const reachedFar = call.legs.length > 1;
  if (refusal === 'no-route') return new DomainError('no-route', 'No line leads to this number.', of);
  if (refusal === 'switch-down') return new DomainError('unavailable', 'The switch is down.', of);
  if (!reachedFar && ended.cause === 'unreachable' && call.direction === 'outbound') {
    return new DomainError('device-not-connected', "The agent's device cannot be reached.", of);
  }
  if (call.direction === 'internal' && ended.cause === 'busy') {
    return new DomainError('target-busy', 'The called agent is busy.', of);
  }
  if (call.direction === 'internal' && ended.cause === 'unreachable') {
    return new DomainError('target-unavailable', 'The called agent cannot be reached.', of);
  }
  if (ended.cause === 'unknown-number') {
    return new DomainError('unknown-number', 'The network knows no such number.', of);
  }
  return new DomainError('call-failed', 'The call was not answered.', { ...of, cause: ended.cause });
}
