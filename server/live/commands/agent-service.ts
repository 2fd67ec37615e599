import type { SignInRequest } from '../../contract/commands.ts';
import type { AgentView, NextState } from '../../contract/desk.ts';
import type { DeskPhone, SipCredential } from '../../contract/session.ts';
import { currentCall } from '../../core/model/agent.ts';
import type { NextChoice } from '../../core/model/agent.ts';
import { DomainError } from '../../core/kernel/domain-error.ts';
import type { Numbers } from '../../core/kernel/number/numbers.ts';
import { ownLine } from '../../core/kernel/number/own-line.ts';
import { outsidePhone } from '../../core/kernel/number/outside-phone.ts';
import type { LiveRepositories } from '../../core/ports/live-store.ts';
import type { UnitOfWork } from '../../core/ports/unit-of-work.ts';
import { typedTarget } from '../dialling.ts';
import { phoneUser } from '../../core/agent/availability.ts';
import { asId } from '../../core/kernel/ids.ts';
import type { EndpointId, GroupId, ReasonId } from '../../core/kernel/ids.ts';
import type { Command, DeviceWish } from '../../core/team/input.ts';
import { agentView } from '../projections/agent-view.ts';
import type { BrowserDevices } from '../devices/browser-devices.ts';
import type { Identity } from '../../core/kernel/actor.ts';
import type { Teams } from '../teams.ts';

/** Each resolves with the state that was confirmed. */
export interface AgentCommands {
  signIn(who: Identity, request: SignInRequest, address: string): Promise<AgentView>;
  signOut(who: Identity, groups: string[] | undefined): Promise<AgentView>;
  pause(who: Identity, reasonId: string): Promise<AgentView>;
  resume(who: Identity): Promise<AgentView>;
  endAcw(who: Identity): Promise<AgentView>;
  setNextState(who: Identity, next: NextState | null): Promise<AgentView>;
  lock(who: Identity): Promise<AgentView>;
  isLocked(who: Identity): boolean;
  /** Whether the agent has a call, which is finished also by who may not work any more. */
  hasCall(who: Pick<Identity, 'teamId' | 'agentId'>): boolean;
  unlock(who: Identity, password: string): Promise<AgentView>;
  /** Makes the credential of the agent's browser phone; an earlier one stops, its page is told `taken-over`. */
  browserDevice(who: Identity, clientId: string): Promise<SipCredential>;
  phones(who: Identity): Promise<DeskPhone[]>;
}

export interface AgentServiceDeps {
  readonly teams: Teams;
  readonly devices: BrowserDevices;
  readonly unitOfWork: UnitOfWork<LiveRepositories>;
  readonly numbers: Numbers;
  checkPassword(who: Identity, password: string): Promise<void>;
}

export class AgentService implements AgentCommands {
  readonly #deps: AgentServiceDeps;

  constructor(deps: AgentServiceDeps) {
    this.#deps = deps;
  }

  async signIn(who: Identity, request: SignInRequest, address: string): Promise<AgentView> {
    const { state } = this.#deps.teams.get(who.teamId).runtime;
    const wish = request.device ?? state.agents.get(who.agentId)?.device;
    const device = wish && (await this.#deviceChoice(who, wish));
    return this.#do(who, {
      type: 'SignIn',
      agentId: who.agentId,
      ...(request.groups ? { groups: request.groups.map((id) => asId<GroupId>(id)) } : {}),
      ...(device ? { device } : {}),
      ignore: request.ignore ?? [],
      address,
    });
  }

  signOut(who: Identity, groups: string[] | undefined): Promise<AgentView> {
    return this.#do(who, {
      type: 'SignOut',
      agentId: who.agentId,
      ...(groups ? { groups: groups.map((id) => asId<GroupId>(id)) } : {}),
    });
  }

  pause(who: Identity, reasonId: string): Promise<AgentView> {
    return this.#do(who, { type: 'Pause', agentId: who.agentId, reasonId: asId<ReasonId>(reasonId) });
  }

  resume(who: Identity): Promise<AgentView> {
    return this.#do(who, { type: 'Resume', agentId: who.agentId });
  }

  endAcw(who: Identity): Promise<AgentView> {
    return this.#do(who, { type: 'EndAcw', agentId: who.agentId });
  }

  setNextState(who: Identity, next: NextState | null): Promise<AgentView> {
    return this.#do(who, {
      type: 'SetNextState',
      agentId: who.agentId,
      next: next && nextChoice(next),
    });
  }

  lock(who: Identity): Promise<AgentView> {
    return this.#do(who, { type: 'Lock', agentId: who.agentId });
  }

  isLocked(who: Identity): boolean {
    return this.#deps.teams.find(who.teamId)?.runtime.state.agents.get(who.agentId)?.locked ?? false;
  }

  hasCall({ teamId, agentId }: Pick<Identity, 'teamId' | 'agentId'>): boolean {
    const agent = this.#deps.teams.find(teamId)?.runtime.state.agents.get(agentId);
    return agent !== undefined && currentCall(agent) !== null;
  }

  async unlock(who: Identity, password: string): Promise<AgentView> {
    await this.#deps.checkPassword(who, password);
    return this.#do(who, { type: 'Unlock', agentId: who.agentId });
  }

  browserDevice(who: Identity, clientId: string): Promise<SipCredential> {
    return this.#deps.devices.issue(who, clientId);
  }

  async phones(who: Identity): Promise<DeskPhone[]> {
    const { state } = this.#deps.teams.get(who.teamId).runtime;
    return [...state.config.phones.values()].map((phone) => {
      const link = state.endpoints.get(phone.endpointId);
      return {
        endpointId: phone.endpointId,
        username: phone.username,
        name: phone.name,
        online: link?.online ?? false,
        address: link?.address ?? null,
        inUseBy: this.#userOf(who, phone.endpointId),
      };
    });
  }

  #userOf(who: Identity, endpointId: EndpointId): DeskPhone['inUseBy'] {
    const { state } = this.#deps.teams.get(who.teamId).runtime;
    const user = phoneUser(state, endpointId);
    const profile = user && state.config.agents.get(user.id);
    return profile ? { id: profile.id, number: profile.number, name: profile.name } : null;
  }

  /** @throws unknown-number: what is named cannot be a telephone outside; number-leads-here */
  async #deviceChoice(who: Identity, device: NonNullable<SignInRequest['device']>): Promise<DeviceWish> {
    if (device.kind === 'browser') return device;
    if (device.kind === 'phone') return { ...device, endpointId: asId<EndpointId>(device.endpointId) };
    const { config, agents } = this.#deps.teams.get(who.teamId).runtime.state;
    const assigned = config.agents.get(who.agentId)?.outsideNumber ?? null;
    const typed = device.number ?? (assigned === null ? agents.get(who.agentId)?.outsideNumber : undefined);
    if (typed === undefined) return { kind: 'outside' };
    const { numbers, unitOfWork } = this.#deps;
    const number = outsidePhone(numbers, typed);
    if (number && (await unitOfWork.run(({ teams }) => ownLine(teams, numbers, number)))) {
      throw new DomainError(
        'number-leads-here',
        'This number leads to a team of this server, which would call itself: name a telephone outside.',
        { number: typed },
      );
    }
    const target = number && (await typedTarget(this.#deps, config, who.agentId, number));
    if (!target || target.kind !== 'number') {
      throw new DomainError('unknown-number', 'This cannot be the number of a telephone outside.', {
        number: typed,
      });
    }
    return { kind: 'outside', number: target.number, known: target.known };
  }

  async #do(who: Identity, command: Command): Promise<AgentView> {
    const { runtime } = this.#deps.teams.get(who.teamId);
    const { executed } = await runtime.command({ ...command, actor: who });
    await executed;
    return agentView(runtime, who.agentId);
  }
}

function nextChoice(next: NextState): NextChoice {
  return next.kind === 'pause' ? { kind: 'pause', reasonId: asId<ReasonId>(next.reasonId) } : next;
}
