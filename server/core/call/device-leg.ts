import { profileOf } from '../model/set-up.ts';
import type { AgentId, CallId, LegId } from '../kernel/ids.ts';
import type { DialRequest, DialTarget } from '../ports/switch.ts';
import type { Draft } from '../model/draft.ts';
import { liveLegs } from '../model/call.ts';
import type { CallState, Destination, Leg } from '../model/call.ts';
import type { CalledParty } from '../model/party.ts';

/** The switch gives up a little after us, in case that our own hang-up does not get through, ms. */
const RING_GRACE_MS = 2_000;
/** How long a number outside may ring, ms. */
export const FAR_RING_MS = 60_000;

/** Headers by which the agent's page knows what rings. */
function legHeaders(callId: CallId, legId: LegId): Record<string, string> {
  return { 'X-Telebar-Leg': legId, 'X-Telebar-Call': callId };
}

interface DeviceCall {
  /** Absent: it gets one. */
  readonly legId?: LegId;
  readonly agentId: AgentId;
  readonly device: DialTarget;
  readonly role: Leg['role'];
  /** What a device of the house shows; one outside is shown a number of the team. */
  readonly callerId: DialRequest['callerId'];
  readonly ringMs: number;
  /** The device takes the call by itself, because its agent already has. */
  readonly answersItself: boolean;
  /** Of one who is called into the call. */
  readonly party?: CalledParty;
}

/** Gives the call a leg to a device of the agent and has it dialled. */
export function callDevice(draft: Draft, callId: CallId, device: DeviceCall): LegId {
  const { agentId, device: target, role, callerId, ringMs, answersItself, party } = device;
  const profile = profileOf(draft.team.config, agentId);
  const legId = device.legId ?? draft.ids.next<LegId>('leg');
  draft.apply({
    type: 'leg-added',
    callId,
    leg: {
      id: legId,
      role,
      agentId,
      endpointId: target.kind === 'endpoint' ? target.endpointId : null,
      number: profile?.number ?? '',
      name: profile?.name ?? null,
      state: 'dialling',
    },
    ...(party ? { party } : {}),
  });
  draft.intend({
    op: 'dial',
    callId,
    request: {
      legId,
      target,
      ringMs: ringMs + RING_GRACE_MS,
      ...(target.kind === 'number'
        ? outsideRequest(draft, callId)
        : {
            callerId,
            ...(answersItself ? { autoAnswer: draft.ids.next<string>('auto') } : {}),
            headers: legHeaders(callId, legId),
          }),
    },
  });
  return legId;
}

/** Networks show only numbers that are ours, carry no names of ours, and nothing answers there by itself. */
function outsideRequest(draft: Draft, callId: CallId): Pick<DialRequest, 'callerId' | 'near'> {
  const call = draft.call(callId);
  const near = liveLegs(call).find(({ agentId }) => agentId === null);
  return { callerId: { number: callerIdOf(draft, call) }, ...(near ? { near: near.id } : {}) };
}

/** The number of the team that calls of the group show. */
export function callerIdOf(draft: Draft, { groupId }: Pick<CallState, 'groupId'>): string {
  const group = groupId ? draft.group(groupId) : undefined;
  return group?.callerId ?? draft.team.config.callerIds[0] ?? '';
}

interface NumberCall {
  readonly to: Extract<Destination, { kind: 'number' }>;
  readonly name: string | null;
  /** The leg that it will talk with, where that is one known now. */
  readonly near?: LegId | undefined;
  /** Of one who is called into the call. */
  readonly party?: CalledParty;
}

/** Gives the call a leg to a number outside and has it dialled. */
export function callNumber(draft: Draft, callId: CallId, { to, name, near, party }: NumberCall): LegId {
  const { number, callerId } = to;
  const legId = draft.ids.next<LegId>('leg');
  draft.apply({
    type: 'leg-added',
    callId,
    leg: { id: legId, role: 'customer', agentId: null, endpointId: null, number, name, state: 'dialling' },
    ...(party ? { party } : {}),
  });
  draft.intend({
    op: 'dial',
    callId,
    request: {
      legId,
      target: { kind: 'number', number },
      callerId: { number: callerId },
      ringMs: FAR_RING_MS + RING_GRACE_MS,
      ...(near ? { near } : {}),
    },
  });
  return legId;
}

/** Who is shown as calling on the device of one party: the side outside, or for a called colleague the agent who calls. */
export function callerIdFor(call: CallState, role: Leg['role']): DialRequest['callerId'] {
  const caller = role === 'peer' ? call.legs.find((leg) => leg.role === 'agent') : undefined;
  const { number, name } = caller ?? call;
  return name ? { number, name } : { number };
}

/** The leg is given up by us: its end will not be news. */
export function dropLeg(draft: Draft, callId: CallId, leg: Leg): void {
  if (leg.state === 'gone') return;
  draft.apply({ type: 'leg-gone', callId, legId: leg.id, cause: 'media-lost' });
  draft.intend({ op: 'hangup', callId, legId: leg.id, cause: 'media-lost' });
}
