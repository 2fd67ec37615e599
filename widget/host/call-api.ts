import type { CallTarget } from '../../server/contract/commands.ts';
import type { CommandName } from '../live/commands/table.ts';
import type { Run } from './agent-api.ts';
import { callFor, groupOf, notPossible, presentCall, reasonOf } from './meant.ts';
import type { TelebarCall, TelebarState } from './telebar.ts';

type OfCallAlone = Extract<
  CommandName,
  | 'answer'
  | 'reject'
  | 'hangup'
  | 'hold'
  | 'resumeCall'
  | 'mute'
  | 'unmute'
  | 'swap'
  | 'retrieve'
  | 'conference'
  | 'leave'
>;

type TransferTo = { to: CallTarget; type: 'blind' };

/** `Telebar.call` */
export function callApi(run: Run): TelebarCall {
  const on =
    (command: OfCallAlone) =>
    (callId?: string): Promise<TelebarState> =>
      run(async (desk) => {
        const call = callId ?? (await callFor(command, desk));
        if (call !== null) await desk.commands[command](call);
      });
  const ofParty =
    (command: 'kick' | 'muteParty' | 'unmuteParty') =>
    (partyId: string, callId?: string): Promise<TelebarState> =>
      run(async (desk) => desk.commands[command](callId ?? presentCall(desk), partyId));
  return {
    dial: (number, { group, ...rest } = {}) =>
      run(async (desk, { shell }) => {
        const groupId = group === undefined ? {} : { groupId: groupOf(desk, group) };
        const dialled = await shell.requestDial({ ...rest, ...groupId, number }, 'api');
        if (!dialled) throw notPossible('forbidden', 'The page has stopped the dialling.');
      }),
    answer: on('answer'),
    reject: on('reject'),
    hangup: on('hangup'),
    hold: on('hold'),
    resume: on('resumeCall'),
    mute: on('mute'),
    unmute: on('unmute'),
    dtmf: (digits, callId) =>
      run(async (desk) => desk.commands.sendDigits(callId ?? presentCall(desk), digits)),
    setData: (data, callId) =>
      run(async (desk) => desk.commands.setCallData(callId ?? presentCall(desk), data)),
    consult: (target, callId) =>
      run(async (desk) => desk.commands.consult(callId ?? presentCall(desk), target)),
    swap: on('swap'),
    retrieve: on('retrieve'),
    transfer: (request: TransferTo | string | undefined, callId?: string) =>
      run(async (desk) => {
        const [to, call] = typeof request === 'string' ? [undefined, request] : [request, callId];
        await desk.commands.transfer(call ?? presentCall(desk), to);
      }),
    conference: on('conference'),
    add: (target, callId) => run(async (desk) => desk.commands.add(callId ?? presentCall(desk), target)),
    kick: ofParty('kick'),
    muteParty: ofParty('muteParty'),
    unmuteParty: ofParty('unmuteParty'),
    leave: on('leave'),
    wrapUp: ({ reason, result, ...rest }, callId) =>
      run(async (desk) => {
        const { wrapUpReasons, callResults } = desk.state.snapshot?.team ?? {};
        const said = {
          ...(reason === undefined ? {} : { reasonId: reason && reasonOf(wrapUpReasons, reason) }),
          ...(result === undefined ? {} : { resultId: result && reasonOf(callResults, result) }),
        };
        const call = callId ?? desk.state.snapshot?.agent.acw?.callId ?? presentCall(desk);
        await desk.commands.wrapUp(call, { ...said, ...rest });
      }),
  };
}
