import { networkTools } from './network-tools.ts';

/**
 * Whether the programs around Asterisk can be had here; unpacks them when they are not there yet. A machine that cannot
 * says why, and its tests are skipped; in CI that is a failure.
 */
export async function canRunAround(): Promise<boolean> {
  try {
    await networkTools.install((line) => console.log(line));
    return true;
  } catch (error) {
    if (process.env['CI']) throw error;
    console.warn(`skipped: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}
