import type { EndpointSpec, LegSource } from '../../core/ports/switch.ts';
import { MAX_NAME, MAX_NUMBER, plain } from '../stranger-text.ts';
import type { AriChannel } from './ari-types.ts';

/** Who calls, as it may be shown. */
export function sourceOf({ caller }: AriChannel, spec: EndpointSpec | undefined): LegSource {
  if (spec?.kind === 'agent') return { kind: 'endpoint', endpointId: spec.endpointId };
  // Asterisk leaves the escapes of a quoted string in it (RFC 3261 §25.1 `quoted-pair`).
  const name = plain(caller.name.replace(/\\(.)/g, '$1'), MAX_NAME);
  const named = name === '' ? {} : { name };
  if (spec) return { kind: 'trunk', number: spec.number ?? '', ...named };
  const number = plain(caller.number, MAX_NUMBER);
  if (number === '' || /^anonymous$/i.test(number)) return { kind: 'trunk', number: '' };
  return { kind: 'trunk', number, ...named };
}

/** What was dialled; escapes in a URI can bring any character. */
export function dialledOf({ dialplan }: AriChannel): string {
  return plain(dialplan.exten, MAX_NUMBER);
}
