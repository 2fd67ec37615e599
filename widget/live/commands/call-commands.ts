import type { DialRequest, WrapUpRequest } from '../../../server/contract/commands.ts';
import { ofAgent, ofCall } from './command.ts';

/** Of the agent's calls. */
export const callCommands = {
  dial: ofAgent({
    send: (api, request: DialRequest) => api.dial(request),
    warmsUp: true,
    host: 'call.dial',
    event: 'telebar-call-ringing',
  }),
  answer: ofCall({
    send: (api, callId: string) => api.call(callId, 'answer'),
    warmsUp: true,
    undoes: ['reject', 'hangup'],
    host: 'call.answer',
    event: 'telebar-call-answered',
  }),
  reject: ofCall({
    send: (api, callId: string) => api.call(callId, 'reject'),
    owed: {
      done: ['call-not-ringing', 'no-such-call', 'call-not-active'],
      replaces: ['reject'],
      ends: true,
      isSo: (call) => call?.phase !== 'offered',
      // Answered by now: nothing is ended by this, and the server says so.
      when: (call) => call === undefined || call.phase === 'offered' || call.phase === 'ended',
    },
    host: 'call.reject',
    event: 'telebar-call-ended',
  }),
  /** `legId`: by its only other party. */
  hangup: ofCall({
    send: (api, callId: string, legId?: string) =>
      typeof legId === 'string' ? api.hangupLeg(callId, legId) : api.call(callId, 'hangup'),
    owed: {
      done: ['call-not-active', 'no-such-call', 'call-not-ringing'],
      replaces: ['hangup', 'hangupLeg', 'reject', 'hold', 'mute'],
      ends: true,
    },
    host: 'call.hangup',
    event: 'telebar-call-ended',
  }),
  hangupLeg: ofCall({
    send: (api, callId: string, legId: string) => api.hangupLeg(callId, legId),
    owed: {
      done: ['call-not-active', 'no-such-call'],
      replaces: ['hangupLeg'],
      ends: true,
      isSo: (call, _agent, argument) =>
        call?.parties.every(({ legId, state }) => legId !== argument || state === 'gone') === true,
      ofArgument: () => true,
      // Nobody else is there: it ends the call, and silences this page at once.
      as(call, legId) {
        const others = call?.parties.filter(({ self, state }) => !self && state !== 'gone');
        return others?.length === 1 && others[0]?.legId === legId ? 'hangup' : 'hangupLeg';
      },
    },
    event: 'telebar-call-ended',
  }),
  hold: ofCall({
    send: (api, callId: string) => api.call(callId, 'hold'),
    owed: {
      done: ['call-held', 'held-by-other-side', 'no-such-call'],
      replaces: ['hold'],
      isSo: (call) => call?.phase === 'held',
      needsLeg: true,
    },
    host: 'call.hold',
    event: 'telebar-call-held',
  }),
  resumeCall: ofCall({
    send: (api, callId: string) => api.call(callId, 'resume'),
    undoes: ['hold'],
    host: 'call.resume',
    event: 'telebar-call-resumed',
  }),
  mute: ofCall({
    send: (api, callId: string) => api.call(callId, 'mute'),
    owed: {
      done: ['no-such-call'],
      replaces: ['mute'],
      isSo: (call) => call?.muted === true,
      needsLeg: true,
    },
    host: 'call.mute',
    event: 'telebar-call-muted',
  }),
  unmute: ofCall({
    send: (api, callId: string) => api.call(callId, 'unmute'),
    undoes: ['mute'],
    host: 'call.unmute',
    event: 'telebar-call-muted',
  }),
  sendDigits: ofCall({
    send: (api, callId: string, digits: string) => api.sendDigits(callId, digits),
    inOrder: true,
    host: 'call.dtmf',
  }),
  setCallData: ofCall({
    send: (api, callId: string, data: Record<string, string>) => api.setCallData(callId, data),
    host: 'call.setData',
  }),
  linkCustomer: ofCall({
    send: (api, callId: string, customerId: string | null) => api.linkCustomer(callId, customerId),
  }),
  /** Notes down what the call was about; with `finish` its after-call work ends in the same step. */
  wrapUp: ofCall({
    send: (api, callId: string, request: WrapUpRequest) => api.wrapUp(callId, request),
    host: 'call.wrapUp',
    event: 'telebar-wrapup-done',
  }),
} as const;
