import type { SwitchLog } from '../embedded/sip/switch-log.ts';
import { AriError, isGone } from './ari-error.ts';
import type { AsteriskLeg } from './asterisk-leg.ts';

/** Work in the leg's turn that nobody waits for. */
export function inTurn(log: SwitchLog, leg: AsteriskLeg, what: string, task: () => Promise<void>): void {
  leg.run(task).catch((error: unknown) => {
    // It ended meanwhile, or everything is away: both are told by events.
    const expected = isGone(error) || leg.gone || (error instanceof AriError && error.status === 0);
    if (!expected) log.warn({ err: error, legId: leg.id }, `${what} failed`);
  });
}
