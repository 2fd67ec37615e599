import {
  ApiKeyInput,
  ApiKeyListQuery,
  ApiKeyMade,
  ApiKeyPage,
  ApiKeyPatch,
  ApiKeySetUp,
} from '../../contract/api-keys.ts';
import { ApiKeyPath } from '../../http/path-ids.ts';
import { sessionRoute, teamRoute, versionedSessionRoute, type Feature } from '../../http/route.ts';
import type { ApiKeys } from './api-keys.ts';

const right = 'change-set-up';

const KEY: ApiKeySetUp = {
  id: 'key_01k0crm',
  name: 'CRM nightly import',
  prefix: 'tbk_7fq2x9ak',
  rights: ['read-calls', 'read-customers', 'write-customers'],
  madeBy: 'agent_01k0admin',
  createdAt: 1_764_550_000_000,
  expiresAt: 1_796_086_000_000,
  lastUsedAt: null,
  revokedAt: null,
  version: 1,
};

export function apiKeyRoutes(keys: ApiKeys): Feature {
  return {
    tag: 'API keys',
    routes: [
      teamRoute({
        method: 'get',
        path: '/set-up/api-keys',
        right,
        summary: "Keys of the team's programs, by their first characters",
        query: ApiKeyListQuery,
        status: 200,
        response: ApiKeyPage,
        problems: [],
        example: { response: { items: [KEY], next: null } },
        run: (who, { query }) => keys.list(who, query),
      }),
      teamRoute({
        method: 'get',
        path: '/set-up/api-keys/:id',
        right,
        summary: 'One key, also when it was revoked',
        params: ApiKeyPath,
        status: 200,
        response: ApiKeySetUp,
        problems: ['not-found'],
        example: { response: KEY },
        run: (who, { params }) => keys.get(who, params.id),
      }),
      sessionRoute({
        method: 'post',
        path: '/set-up/api-keys',
        right,
        summary: 'Make a key with rights of those that one has oneself; its secret is in this answer alone',
        body: ApiKeyInput,
        status: 201,
        response: ApiKeyMade,
        problems: [],
        example: {
          body: { name: KEY.name, rights: KEY.rights, expiresAt: KEY.expiresAt },
          response: { ...KEY, secret: 'tbk_7fq2x9ak_Zm9yLXlvdXItZXllcy1vbmx5LWFzLWFuLWV4YW1wbGU' },
        },
        run: (who, { body }) => keys.create(who, body),
      }),
      versionedSessionRoute({
        method: 'patch',
        path: '/set-up/api-keys/:id',
        right,
        summary: 'Change the name, the rights or the end of a key, from its next request on',
        params: ApiKeyPath,
        body: ApiKeyPatch,
        status: 200,
        response: ApiKeySetUp,
        problems: ['not-found'],
        example: {
          body: { rights: ['read-calls'] },
          response: { ...KEY, rights: ['read-calls'], version: 2 },
        },
        run: (who, { params, version, body }) => keys.change(who, params.id, version, body),
      }),
      versionedSessionRoute({
        method: 'delete',
        path: '/set-up/api-keys/:id',
        right,
        summary: 'Revoke a key: it is worth nothing from its next request on',
        params: ApiKeyPath,
        status: 204,
        problems: ['not-found'],
        run: (who, { params, version }) => keys.revoke(who, params.id, version),
      }),
    ],
  };
}
