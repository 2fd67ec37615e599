import type { Commands } from '../team/command-table.ts';
import { force, forceHangup, forceIdle, forcePause, forceSignOut } from './forcing.ts';
import { monitor, stopMonitoring } from './monitoring.ts';
import { takeOver } from './taking-over.ts';

/** A locked desk protects from who passes by, not from the leader. */
const leaders = { locked: 'obeyed', right: 'supervise' } as const;

/** What leaders do at agents; `agentId` is the agent at whom. */
export const commands = {
  Monitor: { ...leaders, run: monitor },
  StopMonitoring: {
    ...leaders,
    silences: () => true,
    run: (draft, { agentId, supervisorId }) => stopMonitoring(draft, supervisorId, agentId),
  },
  TakeOver: { ...leaders, run: takeOver },
  ForceHangup: {
    ...leaders,
    silences: () => true,
    run: (draft, command) => force(draft, 'hangup', command, () => forceHangup(draft, command)),
  },
  ForcePause: {
    ...leaders,
    run: (draft, command) => force(draft, 'pause', command, () => forcePause(draft, command)),
  },
  ForceIdle: {
    ...leaders,
    run: (draft, command) => force(draft, 'idle', command, () => forceIdle(draft, command)),
  },
  ForceSignOut: {
    ...leaders,
    run: (draft, command) => force(draft, 'sign-out', command, () => forceSignOut(draft, command)),
  },
} satisfies Commands<
  'Monitor' | 'StopMonitoring' | 'TakeOver' | 'ForceHangup' | 'ForcePause' | 'ForceIdle' | 'ForceSignOut'
>;
