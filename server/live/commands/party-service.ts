import type { CallTarget, TransferRequest } from '../../contract/commands.ts';
import type { CallView } from '../../contract/desk.ts';
import type { Target } from '../../core/call/target.ts';
import type { Identity } from '../../core/kernel/actor.ts';
import { DomainError } from '../../core/kernel/domain-error.ts';
import type { CallId, PartyId } from '../../core/kernel/ids.ts';
import type { Numbers } from '../../core/kernel/number/numbers.ts';
import { agentByKey } from '../../core/model/set-up.ts';
import type { UnitOfWork } from '../../core/ports/unit-of-work.ts';
import type { LiveRepositories } from '../../core/ports/live-store.ts';
import type { Command } from '../../core/team/input.ts';
import { typedTarget } from '../dialling.ts';
import { callView } from '../projections/call-view.ts';
import type { Teams } from '../teams.ts';

export interface PartyCommands {
  consult(who: Identity, callId: CallId, target: CallTarget): Promise<CallView>;
  add(who: Identity, callId: CallId, target: CallTarget): Promise<CallView>;
  transfer(who: Identity, callId: CallId, request: TransferRequest): Promise<CallView>;
  swap(who: Identity, callId: CallId): Promise<CallView>;
  retrieve(who: Identity, callId: CallId): Promise<CallView>;
  conference(who: Identity, callId: CallId): Promise<CallView>;
  kick(who: Identity, callId: CallId, partyId: PartyId): Promise<CallView>;
  mute(who: Identity, callId: CallId, partyId: PartyId, muted: boolean): Promise<CallView>;
  leave(who: Identity, callId: CallId): Promise<CallView>;
}

export interface PartyServiceDeps {
  readonly teams: Teams;
  readonly unitOfWork: UnitOfWork<LiveRepositories>;
  readonly numbers: Numbers;
  /** not-found: nobody of the phone books that the agent may use. */
  contactNumber(who: Identity, contactId: string): Promise<string>;
}

/** What an agent does with a call beyond two parties. Each resolves with the call when the switch has done it. */
export class PartyService implements PartyCommands {
  readonly #deps: PartyServiceDeps;

  constructor(deps: PartyServiceDeps) {
    this.#deps = deps;
  }

  async consult(who: Identity, callId: CallId, to: CallTarget): Promise<CallView> {
    const target = await this.#target(who, to);
    return this.#do(who, { type: 'Consult', agentId: who.agentId, callId, target });
  }

  async add(who: Identity, callId: CallId, to: CallTarget): Promise<CallView> {
    const target = await this.#target(who, to);
    return this.#do(who, { type: 'Add', agentId: who.agentId, callId, target });
  }

  async transfer(who: Identity, callId: CallId, request: TransferRequest): Promise<CallView> {
    const target = 'to' in request ? await this.#target(who, request.to) : null;
    return this.#do(who, { type: 'Transfer', agentId: who.agentId, callId, target });
  }

  swap(who: Identity, callId: CallId): Promise<CallView> {
    return this.#do(who, { type: 'Swap', agentId: who.agentId, callId });
  }

  retrieve(who: Identity, callId: CallId): Promise<CallView> {
    return this.#do(who, { type: 'Retrieve', agentId: who.agentId, callId });
  }

  conference(who: Identity, callId: CallId): Promise<CallView> {
    return this.#do(who, { type: 'Conference', agentId: who.agentId, callId });
  }

  kick(who: Identity, callId: CallId, partyId: PartyId): Promise<CallView> {
    return this.#do(who, { type: 'Kick', agentId: who.agentId, callId, partyId });
  }

  mute(who: Identity, callId: CallId, partyId: PartyId, muted: boolean): Promise<CallView> {
    return this.#do(who, { type: 'MuteParty', agentId: who.agentId, callId, partyId, muted });
  }

  leave(who: Identity, callId: CallId): Promise<CallView> {
    return this.#do(who, { type: 'Leave', agentId: who.agentId, callId });
  }

  /** unknown-number: nobody of the team, or no number that can be dialled. */
  async #target(who: Identity, target: CallTarget): Promise<Target> {
    const { config } = this.#deps.teams.get(who.teamId).runtime.state;
    if ('agent' in target) {
      const agent = agentByKey(config, target.agent);
      if (!agent)
        throw new DomainError('unknown-number', 'There is no such agent.', { number: target.agent });
      return { kind: 'agent', agentId: agent.id };
    }
    if ('group' in target) {
      const all = [...config.groups.values()];
      const group =
        all.find(({ id }) => id === target.group) ?? all.find((each) => each.number === target.group);
      if (!group)
        throw new DomainError('unknown-group', 'There is no such group.', { groupId: target.group });
      return { kind: 'group', groupId: group.id };
    }
    const number = 'contact' in target ? await this.#deps.contactNumber(who, target.contact) : target.number;
    return typedTarget(this.#deps, config, who.agentId, number);
  }

  async #do(who: Identity, command: Extract<Command, { callId: CallId }>): Promise<CallView> {
    const { runtime } = this.#deps.teams.get(who.teamId);
    const { executed } = await runtime.command({ ...command, actor: who });
    await executed;
    const call = runtime.state.calls.get(command.callId);
    if (!call) throw new DomainError('no-such-call', 'There is no such call.');
    return callView(runtime.state, call, who.agentId);
  }
}
