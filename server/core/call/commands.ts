import type { Commands } from '../team/command-table.ts';
import { dial } from './outbound.ts';
import {
  checkAnswer,
  hangup,
  hangupLeg,
  hold,
  linkCustomer,
  mute,
  reject,
  resumeCall,
  sendDigits,
  setData,
} from './talk.ts';
import { noteOnDesk, wrapUp } from './wrap-up.ts';

/** What rings or is to end is not kept waiting for a password. */
const always = { locked: 'obeyed', right: 'control-calls' } as const;
const unlocked = { locked: 'refused', right: 'control-calls' } as const;
const ending = { ...always, silences: () => true } as const;

export const commands = {
  Dial: { ...unlocked, run: dial },
  Answer: { ...always, run: (draft, { agentId, callId }) => checkAnswer(draft, agentId, callId) },
  Reject: { ...ending, run: (draft, { agentId, callId }) => reject(draft, agentId, callId) },
  Hangup: { ...ending, run: (draft, { agentId, callId }) => hangup(draft, agentId, callId) },
  HangupLeg: {
    ...ending,
    run: (draft, { agentId, callId, legId }) => hangupLeg(draft, agentId, callId, legId),
  },
  Hold: {
    ...unlocked,
    silences: () => true,
    run: (draft, { agentId, callId }) => hold(draft, agentId, callId),
  },
  ResumeCall: { ...unlocked, run: (draft, { agentId, callId }) => resumeCall(draft, agentId, callId) },
  Mute: {
    ...unlocked,
    silences: ({ muted }) => muted,
    run: (draft, { agentId, callId, muted }) => mute(draft, agentId, callId, muted),
  },
  SendDigits: {
    ...unlocked,
    run: (draft, { agentId, callId, digits }) => sendDigits(draft, agentId, callId, digits),
  },
  SetData: { ...unlocked, run: (draft, { agentId, callId, data }) => setData(draft, agentId, callId, data) },
  LinkCustomer: { ...unlocked, run: linkCustomer },
  WrapUp: { ...unlocked, run: wrapUp },
  NoteWrapUp: {
    ...unlocked,
    run: (draft, { agentId, callId, wrapUp: noted, finish }) =>
      noteOnDesk(draft, agentId, callId, noted, finish),
  },
} satisfies Commands<
  | 'Dial'
  | 'Answer'
  | 'Reject'
  | 'Hangup'
  | 'HangupLeg'
  | 'Hold'
  | 'ResumeCall'
  | 'Mute'
  | 'SendDigits'
  | 'SetData'
  | 'LinkCustomer'
  | 'WrapUp'
  | 'NoteWrapUp'
>;
