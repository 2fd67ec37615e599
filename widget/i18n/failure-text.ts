import type { CallCause } from '../../server/contract/desk.ts';
import { CALL_CAUSES } from '../../server/vocabulary/causes.ts';
import type { CommandFailure } from '../live/command-error.ts';
import type { PasskeyFault } from '../../server/vocabulary/passkeys.ts';
import type { SignOnFault } from '../../server/vocabulary/sign-on.ts';
import type { Texts } from './localizer.ts';

/** The sentence for a refusal in the user's language; says what to do. Details make some sentences exact. */
export function failureText(
  text: Texts<'refusals'>,
  failure: Pick<CommandFailure, 'code' | 'details'>,
): string {
  const { code, details } = failure;
  if (code === 'rate-limited' && typeof details['retryAfterMs'] === 'number') {
    return text.t('problem.rate-limited.wait', { count: Math.ceil(details['retryAfterMs'] / 1000) });
  }
  if (code === 'call-failed') {
    const { cause } = details;
    if (isCause(cause)) return text.t(`cause.${cause}`);
  }
  if (code === 'device-in-use') {
    return text.t('conflict.device-in-use', { who: whoText(details['by']) || text.t('conflict.somebody') });
  }
  if (code === 'sso-refused' || code === 'passkey-refused') {
    const key = `problem.${code}.${String(details['reason'])}`;
    // Each has a sentence for each reason, and none for those of the other.
    const sentence = text.t(
      key as `problem.sso-refused.${SignOnFault}` | `problem.passkey-refused.${PasskeyFault}`,
    );
    if (sentence !== '') return sentence;
  }
  return text.t(`problem.${code}`);
}

function isCause(value: unknown): value is CallCause {
  return CALL_CAUSES.some((cause) => cause === value);
}

/** Somebody in a problem's details: a name, a number, or an object with both. */
export function whoText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return '';
  const { number, name } = value as { number?: unknown; name?: unknown };
  return [number, name].filter((part) => typeof part === 'string' && part !== '').join(' ');
}
