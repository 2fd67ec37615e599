import {
  Delivery,
  DeliveryPage,
  DeliveryQuery,
  NewSecretRequest,
  WebhookInput,
  WebhookListQuery,
  WebhookMade,
  WebhookPage,
  WebhookPatch,
  WebhookSetUp,
} from '../../contract/webhooks.ts';
import { DeliveryPath, WebhookPath } from '../../http/path-ids.ts';
import { teamRoute, versionedRoute, type Feature, type Route } from '../../http/route.ts';
import type { Webhooks } from './webhooks.ts';

const right = 'change-set-up';

const HOOK: WebhookSetUp = {
  id: 'webhook_01k0crm',
  name: 'CRM',
  url: 'https://crm.example/telebar',
  events: ['call.answered', 'call.ended'],
  active: true,
  fault: null,
  failingSince: null,
  previousSecretUntil: null,
  createdAt: 1_764_550_000_000,
  version: 1,
};
const SECRET = 'whsec_Zm9yLXlvdXItZXllcy1vbmx5LWFzLWFuLWV4YW1wbGU=';
const DELIVERY: Delivery = {
  id: 'ended.call_01k0.42.webhook_01k0crm',
  eventId: 'ended.call_01k0.42',
  type: 'call.ended',
  state: 'delivered',
  createdAt: 1_764_550_000_000,
  dueAt: 1_764_550_006_100,
  attempts: 2,
  lastAttemptAt: 1_764_550_006_100,
  lastStatus: 204,
  lastError: null,
  lastMs: 48,
};

export function webhookRoutes(webhooks: Webhooks): Feature {
  return { tag: 'Webhooks', routes: [...hookRoutes(webhooks), ...deliveryRoutes(webhooks)] };
}

function hookRoutes(webhooks: Webhooks): Route[] {
  return [
    teamRoute({
      method: 'get',
      path: '/set-up/webhooks',
      right,
      summary: 'Addresses that are told of what happens in the team',
      query: WebhookListQuery,
      status: 200,
      response: WebhookPage,
      problems: [],
      example: { response: { items: [HOOK], next: null } },
      run: (who, { query }) => webhooks.list(who, query),
    }),
    teamRoute({
      method: 'get',
      path: '/set-up/webhooks/:id',
      right,
      summary: 'One webhook, and how it goes',
      params: WebhookPath,
      status: 200,
      response: WebhookSetUp,
      problems: ['not-found'],
      example: { response: HOOK },
      run: (who, { params }) => webhooks.get(who, params.id),
    }),
    teamRoute({
      method: 'post',
      path: '/set-up/webhooks',
      right,
      summary: 'Make a webhook for events that one may read oneself; its secret is in this answer alone',
      body: WebhookInput,
      status: 201,
      response: WebhookMade,
      problems: [],
      example: {
        body: { name: HOOK.name, url: HOOK.url, events: HOOK.events },
        response: { ...HOOK, secret: SECRET },
      },
      run: (who, { body }) => webhooks.create(who, body),
    }),
    versionedRoute({
      method: 'patch',
      path: '/set-up/webhooks/:id',
      right,
      summary: 'Change a webhook, or switch it off and on',
      params: WebhookPath,
      body: WebhookPatch,
      status: 200,
      response: WebhookSetUp,
      problems: ['not-found'],
      example: { body: { active: false }, response: { ...HOOK, active: false, version: 2 } },
      run: (who, { params, version, body }) => webhooks.change(who, params.id, version, body),
    }),
    versionedRoute({
      method: 'post',
      path: '/set-up/webhooks/:id/secret',
      right,
      summary: 'Make another secret; the one of before signs beside it for a while',
      params: WebhookPath,
      body: NewSecretRequest,
      status: 200,
      response: WebhookMade,
      problems: ['not-found'],
      example: {
        body: { keepPreviousMs: 86_400_000 },
        response: { ...HOOK, previousSecretUntil: 1_764_636_400_000, version: 2, secret: SECRET },
      },
      run: (who, { params, version, body }) => webhooks.renewSecret(who, params.id, version, body),
    }),
    versionedRoute({
      method: 'delete',
      path: '/set-up/webhooks/:id/previous-secret',
      right,
      summary: 'Sign with the present secret alone from now on',
      params: WebhookPath,
      status: 204,
      problems: ['not-found'],
      run: (who, { params, version }) => webhooks.endPreviousSecret(who, params.id, version),
    }),
    versionedRoute({
      method: 'delete',
      path: '/set-up/webhooks/:id',
      right,
      summary: 'Take a webhook away, with what waits for it',
      params: WebhookPath,
      status: 204,
      problems: ['not-found'],
      run: (who, { params, version }) => webhooks.remove(who, params.id, version),
    }),
  ];
}

function deliveryRoutes(webhooks: Webhooks): Route[] {
  return [
    teamRoute({
      method: 'post',
      path: '/set-up/webhooks/:id/test',
      right,
      summary: 'Send a test event; how it goes is in the list of deliveries',
      params: WebhookPath,
      status: 201,
      response: Delivery,
      problems: ['not-found'],
      example: {
        response: { ...DELIVERY, type: 'webhook.test', state: 'waiting', attempts: 0, lastStatus: null },
      },
      run: (who, { params }) => webhooks.test(who, params.id),
    }),
    teamRoute({
      method: 'get',
      path: '/set-up/webhooks/:id/deliveries',
      right,
      summary: 'What was sent to it, and how it went, the newest first',
      params: WebhookPath,
      query: DeliveryQuery,
      status: 200,
      response: DeliveryPage,
      problems: ['not-found'],
      example: { response: { items: [DELIVERY], next: null } },
      run: (who, { params, query }) => webhooks.deliveries(who, params.id, query),
    }),
    teamRoute({
      method: 'post',
      path: '/set-up/webhooks/:id/deliveries/:deliveryId/redeliver',
      right,
      summary: 'Send it once more, with the same id',
      params: DeliveryPath,
      status: 200,
      response: Delivery,
      problems: ['not-found'],
      example: { response: { ...DELIVERY, state: 'waiting', attempts: 0 } },
      run: (who, { params }) => webhooks.redeliver(who, params.id, params.deliveryId),
    }),
  ];
}
