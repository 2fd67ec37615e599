import type { SwitchLog } from '../embedded/sip/switch-log.ts';
import { AriError, isGone } from './ari-error.ts';
import type { AsteriskLeg } from './asterisk-leg.ts';

/** Work in the leg's turn whose failure concerns nobody but the log. Never rejects. */
export async function inTurn(
  log: SwitchLog,
  leg: AsteriskLeg,
  what: string,
  task: () => Promise<void>,
): Promise<void> {
  try {
    await leg.run(task);
  } catch (error) {
    // It ended meanwhile, or everything is away: both are told by events.
    const expected = isGone(error) || leg.gone || (error instanceof AriError && error.status === 0);
    if (!expected) log.warn({ err: error, legId: leg.id }, `${what} failed`);
  }
}
