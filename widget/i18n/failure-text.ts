import { CallCause } from '../../server/contract/desk.ts';
import type { CommandFailure } from '../store/desk.ts';
import type { Localizer } from './localizer.ts';

/** The sentence for a refusal in the user's language; says what to do. Details make some sentences exact. */
export function failureText(text: Localizer, failure: Pick<CommandFailure, 'code' | 'details'>): string {
  const { code, details } = failure;
  if (code === 'rate-limited' && typeof details['retryAfterMs'] === 'number') {
    return text.t('problem.rate-limited.wait', { count: Math.ceil(details['retryAfterMs'] / 1000) });
  }
  if (code === 'call-failed') {
    const cause = CallCause.safeParse(details['cause']);
    if (cause.success) return text.t(`cause.${cause.data}`);
  }
  if (code === 'device-in-use') {
    return text.t('conflict.device-in-use', { who: whoText(details['by']) || text.t('conflict.somebody') });
  }
  return text.t(`problem.${code}`);
}

/** Somebody in a problem's details: a name, a number, or an object with both. */
export function whoText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return '';
  const { number, name } = value as { number?: unknown; name?: unknown };
  return [number, name].filter((part) => typeof part === 'string' && part !== '').join(' ');
}
