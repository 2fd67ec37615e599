import type { Commands } from '../team/command-table.ts';
import { add, conference, consult, kick, leave, muteParty, retrieve, swap, transfer } from './consulting.ts';

const unlocked = { locked: 'refused', right: 'control-calls' } as const;
/** A party is let go. */
const ending = { ...unlocked, silences: () => true } as const;

/** What is done with a call of more than two parties. */
export const commands = {
  Consult: {
    ...unlocked,
    run: (draft, { agentId, callId, target }) => consult(draft, agentId, callId, target),
  },
  Add: { ...unlocked, run: (draft, { agentId, callId, target }) => add(draft, agentId, callId, target) },
  Transfer: {
    ...unlocked,
    run: (draft, { agentId, callId, target }) => transfer(draft, agentId, callId, target),
  },
  Swap: { ...unlocked, run: (draft, { agentId, callId }) => swap(draft, agentId, callId) },
  Retrieve: { ...ending, run: (draft, { agentId, callId }) => retrieve(draft, agentId, callId) },
  Conference: { ...unlocked, run: (draft, { agentId, callId }) => conference(draft, agentId, callId) },
  // Like hanging up.
  Leave: {
    ...ending,
    locked: 'obeyed',
    run: (draft, { agentId, callId }) => leave(draft, agentId, callId),
  },
  Kick: { ...ending, run: (draft, { agentId, callId, partyId }) => kick(draft, agentId, callId, partyId) },
  MuteParty: { ...unlocked, silences: ({ muted }) => muted, run: muteParty },
} satisfies Commands<
  'Consult' | 'Add' | 'Transfer' | 'Swap' | 'Retrieve' | 'Conference' | 'Leave' | 'Kick' | 'MuteParty'
>;
