/**
 * What a page needs of `zod/mini`, a seventh of its weight; in the build of the widget it stands in its place (`vite.config.ts`). It judges
 * JSON as zod does (`test/contract/schema-reader.test.ts` holds both against each other over every schema of the contract), with two
 * liberties: of what is wrong it names the first place only, and it says where and not why.
 */

/** What was expected is not there. */
class Refused {
  readonly path: (string | number)[] = [];

  at(key: string | number): this {
    this.path.unshift(key);
    return this;
  }
}

/** Gives what it has read, or a `Refused`. */
type Read = (value: unknown) => unknown;
type Shape = Record<string, Schema>;
/** What becomes of the keys that the shape does not name. */
type Others = 'dropped' | 'kept' | 'refused';

/** What others ask of a schema that holds it. */
interface Traits {
  /** It may be absent from an object, or has a value for that. */
  absent?: boolean;
  /** All that it accepts, where it is one of some values. */
  values?: readonly unknown[];
  shape?: Shape;
}

class Schema {
  readonly read: Read;
  readonly traits: Traits;

  constructor(read: Read, traits: Traits = {}) {
    this.read = read;
    this.traits = traits;
  }

  get shape(): Shape {
    return this.traits.shape ?? {};
  }

  /** Each check sees what the one before has left; after a refusal none is asked. */
  check(...checks: readonly Read[]): Schema {
    return new Schema(
      (value) =>
        checks.reduce<unknown>(
          (read, check) => (read instanceof Refused ? read : check(read)),
          this.read(value),
        ),
      this.traits,
    );
  }

  safeParse(
    value: unknown,
  ): { success: true; data: unknown } | { success: false; error: { issues: Refused[] } } {
    const data = this.read(value);
    return data instanceof Refused ? { success: false, error: { issues: [data] } } : { success: true, data };
  }
}

const demand =
  (holds: (value: never) => boolean): Read =>
  (value) =>
    holds(value as never) ? value : new Refused();

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const unknown = (): Schema => new Schema((value) => value);
export const string = (): Schema => new Schema(demand((value) => typeof value === 'string'));
export const number = (): Schema => new Schema(demand((value) => Number.isFinite(value)));
export const boolean = (): Schema => new Schema(demand((value) => typeof value === 'boolean'));

const oneOf = (values: readonly unknown[]): Schema =>
  new Schema(
    demand((value) => values.includes(value)),
    { values },
  );
export const literal = (value: unknown): Schema => oneOf([value]);
const nothing = (): Schema => oneOf([null]);
export { oneOf as enum, nothing as null };

export const optional = (inner: Schema): Schema =>
  new Schema((value) => (value === undefined && !inner.traits.absent ? value : inner.read(value)), {
    absent: true,
  });
export const nullable = (inner: Schema): Schema =>
  new Schema((value) => (value === null ? value : inner.read(value)), inner.traits);
export const _default = (inner: Schema, value: unknown): Schema =>
  new Schema((given) => (given === undefined ? value : inner.read(given)), { absent: true });
export const coerce = {
  number: (): Schema => new Schema((value) => number().read(Number(value))),
};

export const array = (item: Schema): Schema =>
  new Schema((value) => {
    if (!Array.isArray(value)) return new Refused();
    const items: unknown[] = [];
    for (let at = 0; at < value.length; at += 1) {
      const read = item.read(value[at]);
      if (read instanceof Refused) return read.at(at);
      items.push(read);
    }
    return items;
  });

function shaped(shape: Shape, others: Others): Schema {
  return new Schema(
    (value) => {
      if (!isObject(value)) return new Refused();
      const read: Record<string, unknown> = {};
      for (const key of Object.keys(shape)) {
        const schema = shape[key] as Schema;
        const given = Object.hasOwn(value, key);
        const item = given || schema.traits.absent ? schema.read(value[key]) : new Refused();
        if (item instanceof Refused) return item.at(key);
        if (given || item !== undefined) read[key] = item;
      }
      if (others === 'dropped') return read;
      for (const key of Object.keys(value)) {
        if (Object.hasOwn(shape, key)) continue;
        if (others === 'refused') return new Refused();
        if (key !== '__proto__') read[key] = value[key];
      }
      return read;
    },
    { shape },
  );
}
export const object = (shape: Shape): Schema => shaped(shape, 'dropped');
export const looseObject = (shape: Shape): Schema => shaped(shape, 'kept');
export const strictObject = (shape: Shape): Schema => shaped(shape, 'refused');
export const extend = (whole: Schema, shape: Shape): Schema => object({ ...whole.shape, ...shape });

const entriesOf = ({ shape }: Schema): [string, Schema][] => Object.entries(shape);
export const partial = (whole: Schema): Schema =>
  object(Object.fromEntries(entriesOf(whole).map(([key, schema]) => [key, optional(schema)])));
export const pick = (whole: Schema, keys: Record<string, true>): Schema =>
  object(Object.fromEntries(entriesOf(whole).filter(([key]) => Object.hasOwn(keys, key))));
export const omit = (whole: Schema, keys: Record<string, true>): Schema =>
  object(Object.fromEntries(entriesOf(whole).filter(([key]) => !Object.hasOwn(keys, key))));

export const record = (name: Schema, item: Schema): Schema =>
  new Schema((value) => {
    if (!isObject(value)) return new Refused();
    const read: Record<string, unknown> = {};
    for (const key of Object.keys(value)) {
      if (key === '__proto__') continue;
      const to = name.read(key);
      if (to instanceof Refused) return to.at(key);
      const entry = item.read(value[key]);
      if (entry instanceof Refused) return entry.at(key);
      if (to !== '__proto__') read[to as string] = entry;
    }
    return read;
  });

export const union = (options: readonly Schema[]): Schema =>
  new Schema((value) => {
    for (const option of options) {
      const read = option.read(value);
      if (!(read instanceof Refused)) return read;
    }
    return new Refused();
  });

export const discriminatedUnion = (key: string, options: readonly Schema[]): Schema =>
  new Schema((value) => {
    const word = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
    const option = options.find(({ traits }) => traits.shape?.[key]?.traits.values?.includes(word));
    return option === undefined ? new Refused().at(key) : option.read(value);
  });

/** Characters, of which an emoji is one; items of a list. */
const lengthOf = (value: string | unknown[]): number => Array.from<unknown>(value).length;

export const minLength = (least: number): Read => demand((value: string) => lengthOf(value) >= least);
/** What is twice as long in UTF-16 needs no counting, however long it is. */
export const maxLength = (most: number): Read =>
  demand((value: string) => value.length <= 2 * most && lengthOf(value) <= most);
export const regex = (pattern: RegExp): Read => demand((value: string) => value.search(pattern) >= 0);
export const minimum = (least: number): Read => demand((value: number) => value >= least);
export const maximum = (most: number): Read => demand((value: number) => value <= most);
export const nonnegative = (): Read => minimum(0);
export const positive = (): Read => demand((value: number) => value > 0);
export const int = (): Read => demand((value) => Number.isSafeInteger(value));
export const refine = (holds: (value: never) => boolean): Read => demand(holds);
export const overwrite = (write: (value: never) => unknown): Read => write as Read;
export const trim = (): Read => (value) => (value as string).trim();
export const meta = (): Read => (value) => value;
