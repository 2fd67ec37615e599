import { DialString } from '../../../server/contract/wire.ts';

/** What a person typed, as the server takes it; null when it cannot be dialled. */
export function dialString(typed: string): string | null {
  const parsed = DialString.safeParse(typed);
  return parsed.success ? parsed.data : null;
}
