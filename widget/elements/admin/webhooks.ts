import { html, nothing } from 'lit';
import { WebhookMade, WebhookPage, WebhookSetUp } from '../../../server/contract/webhooks.ts';
import { HOOK_EVENTS, type HookEvent } from '../../../server/vocabulary/hook-events.ts';
import type { Kind, Values, Word, Words } from './kind.ts';
import './previous-secret.ts';
import './webhook-log.ts';

const path = (id: string): string => `/set-up/webhooks/${encodeURIComponent(id)}`;

const EVENTS = {
  'call.queued': 'admin.hook.callQueued',
  'call.ringing': 'admin.hook.callRinging',
  'call.answered': 'admin.hook.callAnswered',
  'call.missed': 'admin.hook.callMissed',
  'call.ended': 'admin.hook.callEnded',
  'agent.state-changed': 'admin.hook.agentState',
  'customer.created': 'admin.hook.customerCreated',
  'customer.updated': 'admin.hook.customerUpdated',
  'set-up.changed': 'admin.hook.setUpChanged',
} as const satisfies Record<HookEvent, Word>;

function stateOf({ active, fault, failingSince }: WebhookSetUp, text: Words): string {
  if (fault !== null) return text.t(fault === 'gone' ? 'admin.hook.gone' : 'admin.hook.givenUp');
  if (!active) return text.t('admin.hook.off');
  return failingSince === null
    ? text.t('admin.hook.on')
    : text.t('admin.hook.failing', { time: text.moment(failingSince, Date.now()) });
}

export const webhooks: Kind<WebhookSetUp, WebhookSetUp> = {
  section: 'webhooks',
  path: '/set-up/webhooks',
  page: WebhookPage,
  searchable: true,
  idOf: ({ id }) => id,
  columns: [
    { key: 'name', label: 'admin.name', sort: 'name', shown: true, cell: ({ name }) => name },
    { key: 'url', label: 'admin.hook.url', shown: true, cell: ({ url }) => url },
    {
      key: 'events',
      label: 'admin.hook.events',
      shown: true,
      cell: ({ events }, text) =>
        events.map((event) => text.t(EVENTS[event])).join(text.t('admin.listSeparator')),
    },
    { key: 'state', label: 'admin.active', shown: true, cell: stateOf },
    {
      key: 'made',
      label: 'admin.key.made',
      sort: 'createdAt',
      numeric: true,
      cell: ({ createdAt }, text) => text.moment(createdAt, Date.now()),
    },
  ],
  form: {
    nameOf: ({ name }) => name,
    versionOf: ({ version }) => version,
    read: (id) => ({ method: 'GET', path: path(id), schema: WebhookSetUp }),
    parts: () => [
      {
        title: 'admin.part.hook',
        fields: [
          { key: 'name', label: 'admin.name', kind: 'text', max: 100, required: true },
          {
            key: 'url',
            label: 'admin.hook.url',
            hint: 'admin.hook.url.hint',
            kind: 'text',
            max: 2000,
            required: true,
          },
          {
            key: 'events',
            label: 'admin.hook.events',
            kind: 'choices',
            options: HOOK_EVENTS.map((value) => ({ value, label: EVENTS[value] })),
            required: true,
          },
          { key: 'active', label: 'admin.hook.active', hint: 'admin.hook.active.hint', kind: 'switch' },
        ],
      },
    ],
    valuesOf: (row) => ({
      name: row?.name ?? '',
      url: row?.url ?? 'https://',
      events: row?.events ?? [],
      active: row?.active ?? true,
    }),
    create: (values) => ({ method: 'POST', path: '/set-up/webhooks', body: values, schema: WebhookMade }),
    change: ({ id }, changed: Values, _values, version) => ({
      method: 'PATCH',
      path: path(id),
      body: changed,
      schema: WebhookSetUp,
      version,
    }),
    told: (saved) =>
      'secret' in saved
        ? { label: 'admin.hook.secret', hint: 'admin.hook.secret.hint', text: String(saved.secret) }
        : null,
    renew: {
      title: 'admin.hook.secret',
      label: 'admin.hook.renew',
      sentence: 'admin.hook.renew.sentence',
      request: ({ id }, version) => ({
        method: 'POST',
        path: `${path(id)}/secret`,
        body: {},
        schema: WebhookMade,
        version,
      }),
    },
    beside: ({ id, previousSecretUntil, version }) =>
      previousSecretUntil === null
        ? nothing
        : html`<telebar-previous-secret
            .path=${path(id)}
            .version=${version}
            .until=${previousSecretUntil}
          ></telebar-previous-secret>`,
    below: {
      title: 'admin.part.deliveries',
      render: ({ id }) => html`<telebar-webhook-log .webhookId=${id}></telebar-webhook-log>`,
    },
    remove: {
      label: 'admin.hook.remove',
      sentence: 'admin.hook.remove.sentence',
      request: ({ id }, version) => ({ method: 'DELETE', path: path(id), schema: null, version }),
    },
  },
};
