import * as fc from 'fast-check';
import * as z from 'zod/mini';
import { describe, expect, it } from 'vitest';
import { CallDataRequest } from '../../server/contract/commands.ts';
import { CustomerInput } from '../../server/contract/customer.ts';
import { ClientMessage } from '../../server/contract/realtime/frame.ts';
import { describedRoutes } from './described-routes.ts';
import type { Schema } from '../../server/http/validate.ts';

interface JsonSchema {
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  maxLength?: number;
  maxItems?: number;
  maxProperties?: number;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  propertyNames?: JsonSchema;
  additionalProperties?: JsonSchema | boolean;
}

/** The places in a schema where a client could send as much as it likes. */
function unbounded(schema: JsonSchema, path = ''): string[] {
  const found: string[] = [];
  if (schema.enum !== undefined || schema.const !== undefined) return found;
  if (Object.keys(schema).length === 0) found.push(`${path}: anything at all`);
  const types = [schema.type ?? []].flat();
  if (types.includes('string') && schema.maxLength === undefined) found.push(`${path}: a text`);
  if (types.includes('array')) {
    if (schema.maxItems === undefined) found.push(`${path}: a list`);
    found.push(...unbounded(schema.items ?? {}, `${path}[]`));
  }
  if (schema.propertyNames !== undefined || typeof schema.additionalProperties === 'object') {
    if (schema.maxProperties === undefined) found.push(`${path}: a record`);
    found.push(...unbounded(schema.propertyNames ?? { type: 'string' }, `${path}{key}`));
    if (typeof schema.additionalProperties === 'object') {
      found.push(...unbounded(schema.additionalProperties, `${path}{}`));
    }
  }
  for (const part of [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])]) {
    found.push(...unbounded(part, path));
  }
  for (const [name, inner] of Object.entries(schema.properties ?? {})) {
    found.push(...unbounded(inner, `${path}.${name}`));
  }
  return found;
}
const placesIn = (schema: Schema) => unbounded(z.toJSONSchema(schema, { io: 'input' }) as JsonSchema);

/** The texts in a schema that are held against a pattern. */
function patternsIn(part: unknown, path = '', seen = new Set<unknown>()): Array<[string, Schema]> {
  if (typeof part !== 'object' || part === null || part instanceof RegExp || seen.has(part)) return [];
  seen.add(part);
  const { _zod: inner } = part as { _zod?: { def: { type?: string; checks?: unknown[] } } };
  if (inner === undefined) {
    return Object.entries(part).flatMap(([name, each]) => patternsIn(each, `${path}.${name}`, seen));
  }
  const { type, checks = [] } = inner.def;
  const isPattern = (check: unknown) =>
    (check as { _zod: { def: { check: string } } })._zod.def.check === 'string_format';
  if (type === 'string') return checks.some(isPattern) ? [[path, part as Schema]] : [];
  return patternsIn({ ...inner.def, checks: [] }, path, seen);
}

// Descriptions are looked at only.
const requests = describedRoutes.flatMap(({ method, path, params, query, body }) =>
  Object.entries({ params, query, body }).flatMap(([part, schema]) =>
    schema === undefined ? [] : [[`${part} of ${method.toUpperCase()} ${path}`, schema] as const],
  ),
);

describe('everything that a client can send', () => {
  it('is found: the walk sees what has no end', () => {
    const careless = z.object({
      a: z.string(),
      b: z.array(z.string().check(z.maxLength(1))),
      c: z.record(z.string().check(z.maxLength(1)), z.number()),
      d: z.optional(z.nullable(z.union([z.number(), z.string()]))),
      e: z.unknown(),
      f: z.object({ g: z.array(z.object({ h: z.string() })).check(z.maxLength(1)) }),
    });
    expect(placesIn(careless)).toEqual([
      '.a: a text',
      '.b: a list',
      '.c: a record',
      '.d: a text',
      '.e: anything at all',
      '.f.g[].h: a text',
    ]);
    expect(requests.length).toBeGreaterThan(20);
  });

  it.each(requests)('has an end in the %s', (_, schema) => {
    expect(placesIn(schema)).toEqual([]);
  });

  it('has an end in the messages of the realtime socket', () => {
    expect(placesIn(ClientMessage)).toEqual([]);
  });

  const patterns = [...requests, ['ClientMessage', ClientMessage] as const].flatMap(([name, schema]) =>
    patternsIn(schema, name),
  );

  it.each(patterns)('is held against no pattern when it is too long: %s', (_, schema) => {
    for (const long of ['1'.repeat(100_000), `${'+ '.repeat(50_000)}z`, `${'1,'.repeat(50_000)}!`]) {
      expect(schema.safeParse(long).error?.issues.map(({ code }) => code)).toEqual(['too_big']);
    }
  });

  it('names ids, numbers and rows of digits among those with a pattern', () => {
    const names = patterns.map(([name]) => name);
    expect(names.length).toBeGreaterThan(10);
    expect(names.filter((name) => /number|digits/i.test(name)).length).toBeGreaterThan(2);
  });

  it('is refused in words when a record has more keys than its schema says', () => {
    const record = (keys: number) =>
      Object.fromEntries(Array.from({ length: keys }, (_, n) => [`key-${n}`, 'x']));
    expect(CallDataRequest.safeParse({ data: record(50) }).success).toBe(true);
    expect(CallDataRequest.safeParse({ data: record(51) }).error?.issues[0]?.message).toBe(
      'Must have at most 50 keys',
    );
    const card = { name: 'Ada', numbers: [] };
    expect(CustomerInput.safeParse({ ...card, fields: record(101) }).success).toBe(false);
  });
});

describe('a text of a client', () => {
  const card = (name: string, note = '') => CustomerInput.parse({ name, numbers: [], note });
  const name = (text: string) => card(text).name;

  it('keeps every script and loses what would turn or hide what stands beside it', () => {
    expect(name('张伟 שלום مرحبا Zoë 👩‍👧')).toBe('张伟 שלום مرحبا Zoë 👩‍👧');
    expect(name('Ada\u202Egnp.exe\u2066\u200F\u061C\u0007')).toBe('Adagnp.exe');
    expect(card('Ada', 'one\n\ttwo\r\n').note).toBe('one\n\ttwo');
  });

  it.each([
    ['marks of width zero', 'A\u200Bda\u2060\uFEFFx\u00AD\u034F', 'Adax'],
    ['tags and selectors', 'x\u{E0041}\uFE0F\u{E0100}', 'x'],
    ['joiners that join nothing', 'Pay\u200DPal\u200C 张\u200D伟 \u200D👩', 'PayPal 张伟 👩'],
    ['letters that are drawn as nothing', 'a\u3164\u115F\u2800\uFFA0b', 'ab'],
    ['half a character', 'a\uD83Db', 'ab'],
    ['piled marks', `Z${'\u0301'.repeat(50)}o`, 'Z\u0301\u0301\u0301o'],
    ['annotations', 'a\uFFF9b\uFFFAc\uFFFB', 'abc'],
  ])('loses %s', (_, written, shown) => {
    expect(name(written)).toBe(shown);
    expect(card('x', written).note).toBe(shown);
  });

  it.each([
    ['the joiners of Persian and Hindi', 'می\u200Cخواهم क्\u200Dष'],
    [
      'families, hearts and keys among the emoji',
      '👩\u200D👩\u200D👧 ❤\uFE0F\u200D🔥 1\uFE0F\u20E3 👩🏽\u200D💻',
    ],
    ['variants of a Chinese character and of a Mongolian letter', '葛\u{E0100} ᠭ\u180B'],
    ['the number sign of Arabic', '\u0600١٢'],
  ])('keeps %s', (_, written) => {
    expect(name(written)).toBe(written);
  });

  it('is one line where it is a name', () => {
    expect(name('Ada\r\nLove\u2028lace\tx')).toBe('Ada Love lace x');
    expect(Object.keys(CallDataRequest.parse({ data: { 'a\nb': 'one\ntwo' } }).data)).toEqual(['a b']);
  });

  it('is empty when nothing of it can be seen', () => {
    for (const nothing of [
      '\u202E \u2066',
      '\u200B',
      '\u200D\u200C',
      '\u3164',
      '\u2800 \u{E0041}',
      '\uFEFF',
    ]) {
      expect(name(nothing)).toBe('');
      expect(CallDataRequest.safeParse({ data: { [nothing]: 'x' } }).success).toBe(false);
    }
  });

  it('is the same when it was read once, whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (written) => {
        const once = CustomerInput.safeParse({ name: written, numbers: [] });
        if (once.success) expect(name(once.data.name)).toBe(once.data.name);
      }),
    );
  });
});
