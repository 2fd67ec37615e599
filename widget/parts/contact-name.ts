import type { CallView, Party } from '../../server/contract/desk.ts';
import type { Texts } from '../i18n/localizer.ts';
import type { ContactMatch } from '../live/shell.ts';

/** What the host page knows by number. */
export type Contacts = Readonly<Record<string, ContactMatch>>;

/** Who is on the line in one word: the name of the host page, of Telebar's records, the number, or 'withheld'. */
export function contactName(
  text: Texts,
  who: Pick<CallView | Party, 'name' | 'number'>,
  contacts: Contacts = {},
): string {
  return contacts[who.number]?.name ?? who.name ?? (who.number === '' ? text.t('call.withheld') : who.number);
}
