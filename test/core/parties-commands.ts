import { CARE, LUNCH } from '../support/builders.ts';
import type { IdSource } from '../../server/core/kernel/id-source.ts';
import { asId } from '../../server/core/kernel/ids.ts';
import type { AgentId, CallId } from '../../server/core/kernel/ids.ts';
import { currentCall } from '../../server/core/model/agent.ts';
import { everybodyIn } from '../../server/core/model/parties.ts';
import type { TeamState } from '../../server/core/model/team.ts';
import type { Command } from '../../server/core/team/input.ts';

export const COMMANDS = [
  'consult',
  'consult-outside',
  'consult-group',
  'swap',
  'retrieve',
  'conference',
  'add',
  'add-outside',
  'transfer',
  'blind',
  'blind-group',
  'blind-outside',
  'kick',
  'mute-party',
  'unmute-party',
  'leave',
  'hold',
  'resume',
  'mute',
  'unmute',
  'hangup',
  'reject',
  'dial',
  'pause',
  'back',
  'end-acw',
  'sign-in',
  'listen',
  'whisper',
  'barge',
  'take-over',
  'stop',
  'force-hangup',
  'force-pause',
  'force-idle',
  'force-out',
] as const;
export type CommandName = (typeof COMMANDS)[number];

export const OF_LEADERS: ReadonlySet<CommandName> = new Set([
  'listen',
  'whisper',
  'barge',
  'take-over',
  'stop',
  'force-hangup',
  'force-pause',
  'force-idle',
  'force-out',
]);
export const OF_AGENTS: ReadonlySet<CommandName> = new Set(['dial', 'pause', 'back', 'end-acw', 'sign-in']);

/** Where commands are given. */
interface Place {
  readonly team: TeamState;
  readonly ids: IdSource;
  readonly now: number;
}

/** The command of that name, of one agent and with another; undefined: there is nothing to do it with. */
export function commandOf(world: Place, what: CommandName, me: AgentId, other: AgentId): Command | undefined {
  const state = world.team.agents.get(me);
  const callId = (state && currentCall(state)) ?? asId<CallId>('none');
  const of = { agentId: me, callId };
  const at = { agentId: other, supervisorId: me };
  const target = { kind: 'agent', agentId: other } as const;
  const outside = { kind: 'number', number: `1380000000${world.now % 10}`, known: true } as const;
  const care = { kind: 'group', groupId: CARE } as const;
  switch (what) {
    case 'consult':
      return { type: 'Consult', ...of, target };
    case 'consult-outside':
      return { type: 'Consult', ...of, target: outside };
    case 'consult-group':
      return { type: 'Consult', ...of, target: care };
    case 'swap':
      return { type: 'Swap', ...of };
    case 'retrieve':
      return { type: 'Retrieve', ...of };
    case 'conference':
      return { type: 'Conference', ...of };
    case 'add':
      return { type: 'Add', ...of, target };
    case 'add-outside':
      return { type: 'Add', ...of, target: outside };
    case 'transfer':
      return { type: 'Transfer', ...of, target: null };
    case 'blind':
      return { type: 'Transfer', ...of, target };
    case 'blind-group':
      return { type: 'Transfer', ...of, target: care };
    case 'blind-outside':
      return { type: 'Transfer', ...of, target: outside };
    case 'kick': {
      const call = world.team.calls.get(callId);
      const party = call && everybodyIn(call).find(({ agentId: id }) => id !== me);
      return party && { type: 'Kick', ...of, partyId: party.id };
    }
    case 'mute-party':
    case 'unmute-party': {
      const call = world.team.calls.get(callId);
      const others = call ? everybodyIn(call).filter(({ agentId: id }) => id !== me) : [];
      const party = others[world.now % Math.max(1, others.length)];
      return party && { type: 'MuteParty', ...of, partyId: party.id, muted: what === 'mute-party' };
    }
    case 'leave':
      return { type: 'Leave', ...of };
    case 'hold':
      return { type: 'Hold', ...of };
    case 'resume':
      return { type: 'ResumeCall', ...of };
    case 'mute':
    case 'unmute':
      return { type: 'Mute', ...of, muted: what === 'mute' };
    case 'hangup':
      return { type: 'Hangup', ...of };
    case 'reject':
      return { type: 'Reject', ...of };
    case 'dial':
      return {
        ...{ type: 'Dial', agentId: me, callId: world.ids.next<CallId>('call'), to: outside, groupId: null },
        ...{ callerId: null, customer: null, data: {}, known: true, ownLeg: null },
      };
    case 'pause':
      return { type: 'Pause', agentId: me, reasonId: LUNCH };
    case 'back':
      return { type: 'Resume', agentId: me };
    case 'end-acw':
      return { type: 'EndAcw', agentId: me };
    case 'sign-in':
      return { type: 'SignIn', agentId: me, ignore: ['device-not-connected'], address: null };
    case 'listen':
    case 'whisper':
    case 'barge':
      return { type: 'Monitor', ...at, mode: what };
    case 'take-over':
      return { type: 'TakeOver', ...at, basedOn: null };
    case 'stop':
      return { type: 'StopMonitoring', ...at };
    case 'force-hangup':
      return { type: 'ForceHangup', ...at, basedOn: null };
    case 'force-pause':
      return { type: 'ForcePause', ...at, basedOn: null, reasonId: LUNCH };
    case 'force-idle':
      return { type: 'ForceIdle', ...at, basedOn: world.now % 2 === 0 ? 'acw' : null };
    case 'force-out':
      return { type: 'ForceSignOut', ...at, basedOn: null };
    default:
      return what satisfies never;
  }
}
