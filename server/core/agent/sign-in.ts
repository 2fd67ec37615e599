import { DomainError } from '../kernel/domain-error.ts';
import type { EndpointId, GroupId } from '../kernel/ids.ts';
import type { Draft } from '../model/draft.ts';
import type { Command } from '../team/input.ts';
import { currentCall, isSignedIn } from '../model/agent.ts';
import type { AgentState, DeviceChoice } from '../model/agent.ts';
import { mayDial } from '../model/set-up.ts';
import { mayHaveOutside, phoneUser } from './availability.ts';

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
  const device = deviceFor(draft, agent, command);
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
  if (device.kind === 'outside') checkDialling(draft, device.number, command);
  draft.apply({ type: 'signed-in', agentId: agent.id, groups: entering as GroupId[], device });
}

/** The one that is named; otherwise that of last time. */
function deviceFor({ team }: Draft, agent: AgentState, { device = agent.device }: SignIn): DeviceChoice {
  if (device.kind !== 'outside') return device;
  const number = device.number ?? team.config.agents.get(agent.id)?.outsideNumber ?? agent.outsideNumber;
  if (number === undefined) {
    throw new DomainError('unknown-device', 'No outside number is known of the agent: name one.');
  }
  return { kind: 'outside', number };
}

function checkDevice(draft: Draft, agent: AgentState, device: DeviceChoice, command: SignIn): void {
  if (device.kind === 'outside') return checkOutside(draft, agent, device.number);
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
  if (user && user.id !== agent.id) throw deviceInUse(draft, user);
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

function deviceInUse({ team }: Draft, { id }: AgentState): DomainError {
  const profile = team.config.agents.get(id);
  return new DomainError('device-in-use', 'Another agent uses this phone.', {
    by: { id, number: profile?.number ?? '', name: profile?.name ?? '' },
  });
}

function checkOutside(draft: Draft, agent: AgentState, number: string): void {
  const { team } = draft;
  if (!mayHaveOutside(team, agent, number)) {
    throw new DomainError(
      'forbidden',
      team.config.outsidePhones === 'off'
        ? 'The team has no outside numbers as telephones.'
        : 'Only the number that an administrator has entered can be your telephone.',
    );
  }
  for (const user of team.agents.values()) {
    const { device } = user;
    if (user.id === agent.id || device.kind !== 'outside' || device.number !== number) continue;
    if (!isSignedIn(user)) continue;
    throw deviceInUse(draft, user);
  }
}

/** What agents choose themselves is dialled again and again: a group has to allow that. Administrators know what they enter. */
function checkDialling(draft: Draft, number: string, { agentId, device }: SignIn): void {
  const { config } = draft.team;
  if (config.agents.get(agentId)?.outsideNumber === number) return;
  const known = device?.kind === 'outside' && device.known === true;
  const own = [...(config.memberships.get(agentId)?.keys() ?? [])].flatMap(
    (groupId) => draft.group(groupId) ?? [],
  );
  if (own.length === 0 || own.some((group) => mayDial(group, known))) return;
  throw new DomainError(
    'dialling-restricted',
    'Your groups do not dial this number: ask for it to be entered.',
  );
}

function checkOnline(draft: Draft, endpointId: EndpointId | null, command: SignIn): void {
  const online = endpointId !== null && draft.team.endpoints.get(endpointId)?.online === true;
  if (online || command.ignore.includes('device-not-connected')) return;
  throw new DomainError('device-not-connected', 'The device is not connected.', { endpointId });
}

function sameDevice(a: DeviceChoice, b: DeviceChoice): boolean {
  if (a.kind === 'phone' && b.kind === 'phone') return a.endpointId === b.endpointId;
  if (a.kind === 'outside' && b.kind === 'outside') return a.number === b.number;
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
