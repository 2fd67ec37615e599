import type { CallView } from '../../server/contract/desk.ts';
import type { Customer } from '../../server/contract/customer.ts';

/**
 * Fills a URL template of the host: {number} {name} {customerId} {callId} {did} {group} {direction}, each percent-encoded;
 * what is not known is empty. Null when the result is not a web address: a template must not run scripts.
 */
export function popUrl(template: string, call: CallView, customer: Customer | null): string | null {
  const values: Record<string, string> = {
    number: call.number,
    name: customer?.name || (call.name ?? ''),
    customerId: call.customerId ?? customer?.id ?? '',
    callId: call.id,
    did: call.did ?? '',
    group: call.group?.name ?? '',
    direction: call.direction,
  };
  const filled = template.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : encodeURIComponent(value);
  });
  try {
    const url = new URL(filled, document.baseURI);
    return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : null;
  } catch {
    return null;
  }
}
