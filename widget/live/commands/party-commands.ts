import type { CallTarget, TransferRequest } from '../../../server/contract/commands.ts';
import { ofCall } from './command.ts';

/** Of calls with more than two parties: docs/calls-of-many-parties.md. */
export const partyCommands = {
  /** Asks somebody aside, while the others hear music. */
  consult: ofCall({
    send: (api, callId: string, target: CallTarget) => api.callIn(callId, 'consult', target),
    host: 'call.consult',
    event: 'telebar-consult-started',
  }),
  /** Between who is asked aside and the others. */
  swap: ofCall({
    send: (api, callId: string) => api.call(callId, 'swap'),
    host: 'call.swap',
  }),
  /** Back to the others; who was asked is let go. */
  retrieve: ofCall({
    send: (api, callId: string) => api.call(callId, 'retrieve'),
    host: 'call.retrieve',
    event: 'telebar-consult-ended',
  }),
  /** Passes the call on: to who is being asked, or unasked. */
  transfer: ofCall({
    send: (api, callId: string, request: TransferRequest = {}) => api.transfer(callId, request),
    host: 'call.transfer',
    event: 'telebar-call-transferred',
  }),
  /** Brings in who was asked. */
  conference: ofCall({
    send: (api, callId: string) => api.call(callId, 'conference'),
    host: 'call.conference',
    event: 'telebar-consult-ended',
  }),
  /** Calls somebody into the conversation. */
  add: ofCall({
    send: (api, callId: string, target: CallTarget) => api.callIn(callId, 'add', target),
    host: 'call.add',
    event: 'telebar-party-joined',
  }),
  kick: ofCall({
    send: (api, callId: string, partyId: string) => api.ofParty(callId, partyId, 'kick'),
    host: 'call.kick',
    event: 'telebar-party-left',
  }),
  muteParty: ofCall({
    send: (api, callId: string, partyId: string) => api.ofParty(callId, partyId, 'mute'),
    host: 'call.muteParty',
  }),
  unmuteParty: ofCall({
    send: (api, callId: string, partyId: string) => api.ofParty(callId, partyId, 'unmute'),
    host: 'call.unmuteParty',
  }),
  /** The agent goes, the others go on. */
  leave: ofCall({
    send: (api, callId: string) => api.call(callId, 'leave'),
    host: 'call.leave',
    event: 'telebar-call-ended',
  }),
} as const;
