import { DomainError } from '../kernel/domain-error.ts';
import type { EndpointId, GroupId } from '../kernel/ids.ts';
import type { Draft } from '../model/draft.ts';
import type { Command } from '../team/input.ts';
import { currentCall } from '../model/agent.ts';
import type { AgentState, DeviceChoice } from '../model/agent.ts';
import { phoneUser } from './availability.ts';

type SignIn = Extract<Command, { type: 'SignIn' }>;

/** Signs in to groups with a device; a conflict is a refusal that the agent may answer with `ignore`. */
export function signIn(draft: Draft, command: SignIn): void {
  const agent = draft.agent(command.agentId);
  const memberships = draft.team.config.memberships.get(agent.id);
  const groups = command.groups ?? [...(memberships?.keys() ?? [])];
  for (const groupId of groups) {
    if (!memberships?.has(groupId)) {
      throw new DomainError('unknown-group', 'The agent is not a member of this group.', { groupId });
    }
  }
  const device = command.device ?? agent.device;
  const entering = groups.filter((groupId) => agent.groups[groupId] === undefined);
  const changesDevice = !sameDevice(device, agent.device);
  // Asked for twice, by two tabs or by the host page: it is so.
  if (agent.atWork && entering.length === 0 && !changesDevice) return;
  if (changesDevice && currentCall(agent)) {
    throw new DomainError('not-allowed-now', 'The device can be changed when the call has ended.', {
      state: agent.activity.kind,
    });
  }
  checkDevice(draft, agent, device, command);
  draft.apply({ type: 'signed-in', agentId: agent.id, groups: entering as GroupId[], device });
}

function checkDevice(draft: Draft, agent: AgentState, device: DeviceChoice, command: SignIn): void {
  if (device.kind === 'phone') return checkPhone(draft, agent, device.endpointId, command);
  const page = draft.team.pages.get(agent.id);
  const microphone = page?.seen?.microphone;
  if (microphone === 'refused' || microphone === 'missing') {
    throw new DomainError('microphone-unavailable', 'The browser has no microphone to speak with.', {
      microphone,
    });
  }
  checkOnline(draft, page?.endpointId ?? null, command);
}

function checkPhone(draft: Draft, agent: AgentState, endpointId: EndpointId, command: SignIn): void {
  const { config, endpoints } = draft.team;
  if (!config.phones.has(endpointId)) {
    throw new DomainError('unknown-device', 'There is no such desk phone.', { endpointId });
  }
  const user = phoneUser(draft.team, endpointId);
  if (user && user.id !== agent.id) {
    const profile = config.agents.get(user.id);
    throw new DomainError('device-in-use', 'Another agent uses this phone.', {
      by: { id: user.id, number: profile?.number ?? '', name: profile?.name ?? '' },
    });
  }
  checkOnline(draft, endpointId, command);
  const deviceAddress = endpoints.get(endpointId)?.address ?? null;
  if (!command.address || !deviceAddress || command.ignore.includes('device-address-differs')) return;
  if (hostOf(command.address) !== hostOf(deviceAddress)) {
    throw new DomainError('device-address-differs', 'The phone is registered from another address.', {
      agentAddress: hostOf(command.address),
      deviceAddress: hostOf(deviceAddress),
    });
  }
}

function checkOnline(draft: Draft, endpointId: EndpointId | null, command: SignIn): void {
  const online = endpointId !== null && draft.team.endpoints.get(endpointId)?.online === true;
  if (online || command.ignore.includes('device-not-connected')) return;
  throw new DomainError('device-not-connected', 'The device is not connected.', { endpointId });
}

function sameDevice(a: DeviceChoice, b: DeviceChoice): boolean {
  if (a.kind === 'phone' && b.kind === 'phone') return a.endpointId === b.endpointId;
  return a.kind === b.kind;
}

/** Address without port; an IPv4 address mapped into IPv6 and a loopback address compare as IPv4. */
function hostOf(address: string): string {
  const bare = address.startsWith('[')
    ? address.slice(1, address.indexOf(']'))
    : address.replace(/^([^:]+):\d+$/, '$1');
  const mapped = bare.replace(/^::ffff:/i, '');
  return mapped === '::1' ? '127.0.0.1' : mapped;
}
