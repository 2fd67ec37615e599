import * as z from 'zod/mini';
import { AuditEntry, AuditPage } from '../contract/audit.ts';
import { CallRecord, CallRecordDetail, CallRecordPage, LegRecord } from '../contract/call-record.ts';
import { WIRE_VERSION } from '../contract/wire.ts';
import { Customer, CustomerInput, CustomerPage, CustomerPatch } from '../contract/customer.ts';
import {
  AgentView,
  CallView,
  DeskSnapshot,
  Device,
  Membership,
  NextState,
  Party,
  WrapUp,
} from '../contract/desk.ts';
import { Problem, type ProblemCode } from '../contract/problem.ts';
import { LoginRequest } from '../contract/login.ts';
import { DeskPhone, Session, SipCredential, TeamSettings } from '../contract/session.ts';
import { STATUS } from './problem.ts';
import type { Feature, RouteDescription } from './route.ts';
import type { Schema } from './validate.ts';

/** Schemas that are written once, under components; all others are written where they are used. */
const named = z.registry<{ id: string }>();
const components: Readonly<Record<string, Schema>> = {
  AgentView,
  AuditEntry,
  AuditPage,
  CallRecord,
  CallRecordDetail,
  CallRecordPage,
  CallView,
  Customer,
  CustomerInput,
  CustomerPage,
  CustomerPatch,
  DeskPhone,
  DeskSnapshot,
  Device,
  LegRecord,
  LoginRequest,
  Membership,
  NextState,
  Party,
  Problem,
  Session,
  SipCredential,
  TeamSettings,
  WrapUp,
};
for (const [id, schema] of Object.entries(components)) named.add(schema, { id });

type Json = Record<string, unknown>;

/** Refusals that any route can give. */
const ALWAYS: readonly ProblemCode[] = ['invalid-request', 'origin-not-allowed', 'internal', 'unavailable'];
const WITH_SESSION: readonly ProblemCode[] = ['token-missing', 'token-invalid', 'token-expired'];

const WITH_KEY: readonly ProblemCode[] = ['rate-limited'];
const WHEN_UNSAFE: readonly ProblemCode[] = ['request-in-progress', 'key-reused'];

const IDEMPOTENCY_KEY: Json = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'Unique for what is wanted, 1 to 128 visible ASCII characters. The same request with the same key within 24 hours is answered as the first one was, with the header Idempotency-Replayed, and not carried out again. What was refused may be asked for again with its key.',
  schema: { type: 'string', maxLength: 128 },
};

const IF_MATCH: Json = {
  name: 'If-Match',
  in: 'header',
  description:
    'The ETag of what is to be changed, as it was read. When somebody has changed it since, the answer is version-conflict with the row as it is in `current`.',
  schema: { type: 'string', examples: ['"3"'] },
};
const ETAG: Json = {
  description: 'The version, for If-Match',
  schema: { type: 'string', examples: ['"3"'] },
};

/** The OpenAPI 3.1 document of the routes, out of the schemas that parse the requests. */
export function openApi(features: readonly Feature[], version: string): Json {
  const schemas: Json = {};
  const paths: Record<string, Json> = {};
  for (const { tag, routes } of features) {
    for (const route of routes) {
      const path = route.path.replace(/:([A-Za-z]+)/g, '{$1}');
      paths[path] = { ...paths[path], [route.method]: operation(route, tag, schemas) };
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Telebar',
      version,
      description: `Telephony for CRM pages. Wire version ${WIRE_VERSION}. Refusals are problem documents (RFC 9457) with a code.`,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/api/v1' }],
    tags: features.map(({ tag }) => ({ name: tag })),
    paths,
    components: {
      schemas: { ...schemas, Problem: schemaOf(Problem, 'output', schemas, true) },
      securitySchemes: {
        session: { type: 'http', scheme: 'bearer', description: 'The token of a session: POST /sessions' },
        apiKey: { type: 'http', scheme: 'bearer', description: 'A key of the team: POST /set-up/api-keys' },
      },
    },
  };
}

function operation(route: RouteDescription, tag: string, schemas: Json): Json {
  const parameters = [
    ...parametersOf('path', route.params, schemas),
    ...parametersOf('query', route.query, schemas),
    ...(route.method === 'get' ? [] : [IDEMPOTENCY_KEY]),
    ...(route.ifMatch === undefined ? [] : [{ ...IF_MATCH, required: route.ifMatch === 'required' }]),
  ];
  return {
    operationId: operationId(route),
    tags: [tag],
    summary: route.summary,
    security: securityOf(route),
    ...(route.right === null ? {} : { 'x-telebar-right': route.right }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(route.body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: {
              'application/json': {
                schema: schemaOf(route.body, 'input', schemas),
                ...exampleOf(route.example?.body),
              },
            },
          },
        }),
    responses: {
      [route.status]: { description: 'Confirmed', ...confirmed(route, schemas) },
      ...refusals(route),
    },
  };
}

/** Each of them alone is enough. */
function securityOf({ auth, keys }: RouteDescription): Json[] {
  if (auth === 'none') return [];
  return [{ session: [] }, ...(keys === 'taken' ? [{ apiKey: [] }] : [])];
}

function confirmed({ response, example }: RouteDescription, schemas: Json): Json {
  if (response === undefined) return {};
  const schema = schemaOf(response, 'output', schemas);
  const { properties } = schemaOf(response, 'output', {}, true) as { properties?: Json };
  return {
    ...(properties?.['version'] === undefined ? {} : { headers: { ETag: ETAG } }),
    content: { 'application/json': { schema, ...exampleOf(example?.response) } },
  };
}

function exampleOf(example: unknown): Json {
  return example === undefined ? {} : { example };
}

function refusals(route: RouteDescription): Json {
  const codes = [
    ...ALWAYS,
    ...(route.auth === 'session' ? [...WITH_SESSION, ...WITH_KEY] : []),
    ...(route.method === 'get' ? [] : WHEN_UNSAFE),
    ...(route.body === undefined ? [] : (['payload-too-large'] as const)),
    ...route.problems,
  ];
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of new Set(codes))
    byStatus.set(STATUS[code], [...(byStatus.get(STATUS[code]) ?? []), code]);
  return Object.fromEntries(
    [...byStatus].map(([status, list]) => [
      status,
      {
        description: list.join(', '),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  );
}

function parametersOf(place: 'path' | 'query', schema: Schema | undefined, schemas: Json): Json[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = schemaOf(schema, 'input', schemas) as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: property,
  }));
}

/** JSON Schema with what it refers to moved to the document's components. */
function schemaOf(schema: Schema, io: 'input' | 'output', schemas: Json, inline = false): Json {
  const generated = z.toJSONSchema(schema, { io, metadata: named, target: 'draft-2020-12' });
  const { $schema: _dialect, $defs = {}, ...body } = relocate(generated) as Json & { $defs?: Json };
  Object.assign(schemas, $defs);
  if (!inline) return body;
  return (
    ($defs as Record<string, Json>)[(typeof body.$ref === 'string' ? body.$ref : '').replace(/^.*\//, '')] ??
    body
  );
}

function relocate(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(relocate);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
      if (key === '$ref' && typeof inner === 'string')
        return [[key, inner.replace('#/$defs/', '#/components/schemas/')]];
      // The key under which it is kept says it already; `id` is no keyword of this dialect.
      if (key === 'id' && typeof inner === 'string') return [];
      return [[key, relocate(inner)]];
    }),
  );
}

/** `post /calls/:id/answer` is `postCallsAnswer`, `patch /contacts/:id` is `patchContactsById`. */
function operationId({ method, path }: RouteDescription): string {
  const words = path.split(/[/-]/).filter((part) => part !== '' && !part.startsWith(':'));
  const [, last] = /:(\w+)$/.exec(path) ?? [];
  const named = last === undefined ? words : [...words, 'by', last];
  return method + named.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}
