import type { Commands } from '../team/command-table.ts';
import { endWrapUp, pause, resume, setLocked, setNextState, signOut } from './agent-commands.ts';
import { signIn } from './sign-in.ts';

/** An agent's presence. */
const presence = { locked: 'refused', right: 'use-desk' } as const;
const lock = { locked: 'obeyed', right: 'use-desk' } as const;
const leaving = { ...presence, silences: () => true } as const;

export const commands = {
  SignIn: { ...presence, run: signIn },
  SignOut: { ...leaving, run: signOut },
  Pause: { ...leaving, run: (draft, { agentId, reasonId }) => pause(draft, agentId, reasonId) },
  Resume: { ...presence, run: (draft, { agentId }) => resume(draft, agentId) },
  EndAcw: { ...leaving, run: (draft, { agentId }) => endWrapUp(draft, agentId) },
  SetNextState: { ...presence, run: (draft, { agentId, next }) => setNextState(draft, agentId, next) },
  Lock: { ...lock, silences: () => true, run: (draft, { agentId }) => setLocked(draft, agentId, true) },
  Unlock: { ...lock, run: (draft, { agentId }) => setLocked(draft, agentId, false) },
} satisfies Commands<
  'SignIn' | 'SignOut' | 'Pause' | 'Resume' | 'EndAcw' | 'SetNextState' | 'Lock' | 'Unlock'
>;
