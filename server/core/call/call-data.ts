import { DomainError } from '../kernel/domain-error.ts';

export type CallData = Readonly<Record<string, string>>;

/** Every desk that shows the call gets all of it with each change. */
const MOST_KEYS = 50;
const MOST_BYTES = 16 * 1024;

/**
 * What a call's data is after a change; an empty value removes its key.
 * @throws DomainError `payload-too-large` with the limits, when a call would have too much of it
 */
export function mergeCallData(data: CallData, change: CallData): CallData {
  const merged = Object.fromEntries(
    Object.entries({ ...data, ...change }).filter(([, value]) => value !== ''),
  );
  const entries = Object.entries(merged);
  const bytes = entries.reduce((sum, [key, value]) => sum + sizeOf(key) + sizeOf(value), 0);
  if (entries.length > MOST_KEYS || bytes > MOST_BYTES) {
    throw new DomainError(
      'payload-too-large',
      `A call holds at most ${MOST_KEYS} keys and ${MOST_BYTES} bytes of data; this would be ${entries.length} keys and ${bytes} bytes.`,
      { keys: MOST_KEYS, bytes: MOST_BYTES },
    );
  }
  return merged;
}

function sizeOf(text: string): number {
  return new TextEncoder().encode(text).length;
}
