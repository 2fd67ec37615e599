import { html } from 'lit';
import { AuditPage, type AuditEntry } from '../../../server/contract/audit.ts';
import './set-up-name.ts';
import type { Kind } from './kind.ts';

const CHANGES = {
  created: 'admin.log.created',
  updated: 'admin.log.updated',
  deleted: 'admin.log.deleted',
} as const satisfies Record<AuditEntry['change'], string>;

/** Who has changed what: looked at only. */
export const log: Kind<AuditEntry, never> = {
  section: 'log',
  path: '/audit',
  page: AuditPage,
  searchable: false,
  idOf: ({ id }) => id,
  columns: [
    {
      key: 'time',
      label: 'admin.log.time',
      shown: true,
      numeric: true,
      cell: ({ time }, text) => text.moment(time, Date.now()),
    },
    {
      key: 'who',
      label: 'admin.log.who',
      shown: true,
      cell: ({ actorKind, actorId }, text) =>
        actorKind === 'system' || actorId === null
          ? text.t('admin.log.system')
          : html`${actorKind === 'api-key' ? text.t('admin.log.key') : ''}
              <telebar-set-up-name
                of=${actorKind === 'api-key' ? 'keys' : 'agents'}
                .id=${actorId}
              ></telebar-set-up-name>`,
    },
    {
      key: 'change',
      label: 'admin.log.change',
      shown: true,
      cell: ({ change }, text) => text.t(CHANGES[change]),
    },
    { key: 'record', label: 'admin.log.record', shown: true, cell: ({ record }) => record },
    {
      key: 'fields',
      label: 'admin.log.fields',
      shown: true,
      cell: ({ fields }) => {
        const all = said(fields);
        return html`<span class="fields">
          ${all
            .slice(0, MOST_FIELDS)
            .map(
              ([key, { before, after }]) =>
                html`<span
                  ><b>${key}</b>
                  ${isNothing(before) ? '' : html`<s>${shown(before)}</s> `}${shown(after)}</span
                >`,
            )}
          ${all.length > MOST_FIELDS ? html`<span>…</span>` : ''}
        </span>`;
      },
    },
    { key: 'id', label: 'admin.log.id', cell: ({ recordId }) => recordId },
  ],
  form: null,
};

/** Of a long row the first ones tell enough; the whole of it is in the API. */
const MOST_FIELDS = 6;

type Fields = AuditEntry['fields'];

/** What was nothing and is nothing says nothing. */
function said(fields: Fields): [string, Fields[string]][] {
  return Object.entries(fields).filter(([, { before, after }]) => !isNothing(before) || !isNothing(after));
}

function isNothing(value: unknown): boolean {
  return (
    value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
  );
}

function shown(value: unknown): string {
  if (isNothing(value)) return '—';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
