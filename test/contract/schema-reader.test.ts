import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import * as z from 'zod/mini';

type Schema = Pick<z.ZodMiniType, 'safeParse'>;
type Module = Record<string, unknown>;

const root = join(import.meta.dirname, '../../server/contract');
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
const load = async (): Promise<Map<string, Module>> => {
  vi.resetModules();
  const modules = new Map<string, Module>();
  for (const name of files) modules.set(name, (await import(join(root, name))) as Module);
  return modules;
};

const byZod = await load();
vi.doMock('zod/mini', () => import('../../widget/api/schema-reader.ts'));
const byReader = await load();
vi.doUnmock('zod/mini');

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && 'safeParse' in value;
const schemas = [...byZod].flatMap(([file, module]) =>
  Object.entries(module)
    .filter((entry): entry is [string, Schema] => isSchema(entry[1]))
    .map(([name, zod]) => ({ name: `${file} ${name}`, zod, reader: byReader.get(file)?.[name] as Schema })),
);

const EXAMPLES = [
  ...[
    'a1',
    '',
    ' x ',
    '400100',
    '+86 138-0013-8001',
    'tel:1002;ext=3',
    '1,2#',
    'desk',
    'queue:g1',
    '😀',
    'Asia/Shanghai',
    'https://crm.example',
    'crm.example',
  ],
  ...[0, 1, 7, 1.5, -1, 45_000, 90_000, 2 ** 60],
];
const text = fc.oneof(
  fc.constantFrom(...EXAMPLES.map(String)),
  fc.string({ unit: 'binary' }),
  fc.integer({ min: 1, max: 5000 }).map((length) => '😀'.repeat(length / 2) + '1'.repeat(length / 2)),
);
const anything = fc.oneof(
  fc.jsonValue(),
  text,
  fc.double(),
  fc.constantFrom<unknown>(null, true, [], {}, JSON.parse('{"__proto__":1}')),
);

/** Mostly what a schema of texts or numbers takes. */
function leaf(schema: z.core.$ZodType): fc.Arbitrary<unknown> {
  const taken = EXAMPLES.filter((value) => z.safeParse(schema, value).success);
  if (taken.length === 0) throw new Error(`No example fits ${JSON.stringify(schema)}`);
  return fc.oneof({ arbitrary: fc.constantFrom(...taken), weight: 200 }, { arbitrary: anything, weight: 1 });
}

/** Values of which most are what the schema takes, and some are not quite. */
function near(schema: z.core.$ZodType): fc.Arbitrary<unknown> {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  const right = ((): fc.Arbitrary<unknown> => {
    switch (def.type) {
      case 'string':
      case 'number':
        return leaf(schema);
      case 'boolean':
        return fc.boolean();
      case 'null':
        return fc.constant(null);
      case 'array':
        return fc.array(near(def.element), { maxLength: 3 });
      case 'enum':
        return fc.constantFrom(...Object.values(def.entries));
      case 'literal':
        return fc.constantFrom(...def.values);
      case 'optional':
      case 'default':
        return fc.option(near(def.innerType), { nil: undefined });
      case 'nullable':
        return fc.option(near(def.innerType), { nil: null });
      case 'union':
        return fc.oneof(...def.options.map(near));
      case 'record':
        return fc.dictionary(text, near(def.valueType), { maxKeys: 3 });
      case 'object':
        return fc
          .tuple(
            fc.record(Object.fromEntries(Object.entries(def.shape).map(([key, each]) => [key, near(each)]))),
            fc.oneof(
              { arbitrary: fc.constant(null), weight: 40 },
              { arbitrary: fc.constantFrom(...Object.keys(def.shape), 'none'), weight: 1 },
            ),
            fc.option(fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 2 }), { nil: {} }),
          )
          .map(([whole, without, more]) =>
            Object.fromEntries(Object.entries({ ...more, ...whole }).filter(([key]) => key !== without)),
          );
      default:
        return anything;
    }
  })();
  return fc.oneof({ arbitrary: right, weight: 400 }, { arbitrary: anything, weight: 1 });
}

/** As it comes over the wire. */
const wire = (value: unknown): unknown => {
  const json = JSON.stringify(value);
  return json === undefined ? null : (JSON.parse(json) as unknown);
};

describe('the reader that a page has in place of zod', () => {
  it('knows every schema of the contract', () => {
    expect(schemas.length).toBeGreaterThan(60);
    expect(schemas.filter(({ reader }) => !isSchema(reader)).map(({ name }) => name)).toEqual([]);
  });

  it.each(schemas)('reads as zod does: $name', ({ zod, reader }) => {
    let taken = 0;
    fc.assert(
      fc.property(near(zod as unknown as z.core.$ZodType), (value) => {
        const given = wire(value);
        const expected = zod.safeParse(given);
        const read = reader.safeParse(given);
        expect(read.success).toBe(expected.success);
        if (expected.success) {
          taken += 1;
          expect(read.data).toEqual(expected.data);
        }
      }),
      { numRuns: 400 },
    );
    expect(taken).toBeGreaterThan(0);
  });

  it('names the place of what is wrong', () => {
    const call = byReader.get('call-record.ts')?.CallRecordPage as Schema;
    expect(call.safeParse({ items: [{ id: 'a' }], next: null }).error?.issues[0]?.path).toEqual([
      'items',
      0,
      'direction',
    ]);
  });
});
