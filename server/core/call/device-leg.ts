import type { AgentId, CallId, EndpointId, LegId } from '../kernel/ids.ts';
import type { DialRequest } from '../ports/switch.ts';
import type { Draft } from '../model/draft.ts';
import type { CallState, Leg } from '../model/call.ts';

/** The switch gives up a little after us, in case that our own hang-up does not get through, ms. */
export const RING_GRACE_MS = 2_000;

/** Headers by which the agent's page knows what rings. */
export function legHeaders(callId: CallId, legId: LegId): Record<string, string> {
  return { 'X-Telebar-Leg': legId, 'X-Telebar-Call': callId };
}

interface DeviceCall {
  readonly agentId: AgentId;
  readonly endpointId: EndpointId;
  readonly role: Leg['role'];
  readonly callerId: DialRequest['callerId'];
  readonly ringMs: number;
  /** The device takes the call by itself, because its agent already has. */
  readonly answersItself: boolean;
}

/** Gives the call a leg to a device of the agent and has it dialled. */
export function callDevice(draft: Draft, callId: CallId, device: DeviceCall): LegId {
  const { agentId, endpointId, role, callerId, ringMs, answersItself } = device;
  const profile = draft.team.config.agents.get(agentId);
  const legId = draft.ids.next<LegId>('leg');
  draft.apply({
    type: 'leg-added',
    callId,
    leg: {
      id: legId,
      role,
      agentId,
      endpointId,
      number: profile?.number ?? '',
      name: profile?.name ?? null,
      state: 'dialling',
    },
  });
  draft.intend({
    op: 'dial',
    callId,
    request: {
      legId,
      target: { kind: 'endpoint', endpointId },
      callerId,
      ringMs: ringMs + RING_GRACE_MS,
      ...(answersItself ? { autoAnswer: draft.ids.next<string>('auto') } : {}),
      headers: legHeaders(callId, legId),
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
