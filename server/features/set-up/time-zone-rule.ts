import { DomainError } from '../../core/kernel/domain-error.ts';
import { isTimeZone } from '../../core/kernel/time-zone.ts';

/**
 * @param path of the field in the request
 * @throws invalid-request
 */
export function checkTimeZone(timeZone: string, path: string): void {
  if (isTimeZone(timeZone)) return;
  throw new DomainError('invalid-request', 'There is no such time zone.', {
    errors: [{ path, message: 'Must be an IANA name, as in Asia/Shanghai' }],
  });
}
