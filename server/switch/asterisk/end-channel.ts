import type { AriClient } from './ari-client.ts';
import { isGone } from './ari-error.ts';

/** Hangs a channel up; one that has gone by itself is fine. @param q850 the cause that its far side is told @throws AriError */
export async function endChannel(client: AriClient, channelId: string, q850?: number): Promise<void> {
  try {
    await client.call('DELETE /channels/{channelId}', {
      path: { channelId },
      query: q850 === undefined ? {} : { reason_code: String(q850) },
    });
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}
