import type { DataSource, EntityManager, EntitySchema, ObjectLiteral } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { insertIntoPostgres } from './postgres-inserts.ts';
import { replacingClause } from './replacing-rows.ts';
import { runPrepared } from './sqlite-statements.ts';

/** SQLite takes 32,766 parameters in a statement. */
const MOST_PARAMETERS = 30_000;
/** What a decision writes is one statement a table; of more there are few sizes, so that SQLite has the statements prepared. */
const SIZES = [512, 256, 128, 64, ...Array.from({ length: 32 }, (_, index) => 32 - index)];

/** Types of which the driver takes the value as it is. */
const PLAIN_TYPES = new Set<unknown>(['varchar', 'text', 'integer', 'bigint']);

/** The first is quick to say no, which nearly every text is. */
const SURROGATE = /[\uD800-\uDFFF]/;
const LONE_SURROGATE = /\p{Surrogate}/gu;

interface Column {
  /** In the database. */
  readonly name: string;
  readonly valueOf: (row: ObjectLiteral) => unknown;
}

/** A table as its rows are written. */
interface Shape {
  readonly table: string;
  readonly columns: readonly Column[];
  /** By properties. */
  readonly names: ReadonlyMap<string, string>;
  /** Of SQLite: by the number of rows and what becomes of those that are there. */
  readonly texts: Map<string, string>;
}

const shapes = new WeakMap<DataSource, Map<object, Shape>>();

/** What becomes of a row that is there already; by properties. */
export interface Replacing<T> {
  /** By which it is found. */
  readonly by: ReadonlyArray<keyof T & string>;
  /** What never becomes another while the row lives: indices on it are left alone. */
  readonly lasting?: ReadonlyArray<keyof T & string>;
}

/**
 * Inserts rows, however many, in the order in which they are given: one statement for many, and none that the library has to
 * think about. `replacing`: rows that are there already are replaced; absent: they must be new.
 */
export async function insertRows<T extends ObjectLiteral>(
  manager: EntityManager,
  schema: EntitySchema<T>,
  rows: readonly T[],
  replacing: Replacing<T> = { by: [] },
): Promise<void> {
  if (rows.length === 0) return;
  const { table, columns, names, texts } = shapeOf(manager.connection, schema);
  const inDatabase = (properties: readonly string[] = []) =>
    properties.map((property) => names.get(property) ?? property);
  const [keys, lasting] = [inDatabase(replacing.by), inDatabase(replacing.lasting)];
  if (manager.connection.options.type === 'postgres') {
    const inserted = rows.map((row) => {
      const values: Record<string, unknown> = {};
      for (const { name, valueOf } of columns) values[name] = valueOf(row);
      return values;
    });
    const columnNames = columns.map(({ name }) => name);
    return insertIntoPostgres(manager, { table, columns: columnNames, keys, lasting, rows: inserted });
  }
  const most = Math.floor(MOST_PARAMETERS / columns.length);
  let from = 0;
  while (from < rows.length) {
    const left = rows.length - from;
    const size = SIZES.find((each) => each <= left && each <= most) ?? 1;
    const parameters: unknown[] = [];
    for (const row of rows.slice(from, from + size)) {
      for (const { valueOf } of columns) parameters.push(valueOf(row));
    }
    const name = `${size}/${keys.join()}/${lasting.join()}`;
    const text = texts.get(name) ?? textOf({ table, columns, keys, lasting, size });
    texts.set(name, text);
    runPrepared(manager, text, parameters);
    from += size;
  }
}

function shapeOf(source: DataSource, schema: EntitySchema<ObjectLiteral>): Shape {
  const known = shapes.get(source) ?? new Map<object, Shape>();
  shapes.set(source, known);
  const found = known.get(schema);
  if (found) return found;
  const metadata = source.getMetadata(schema);
  const columns = metadata.columns.filter((column) => !column.isGenerated);
  const shape: Shape = {
    table: metadata.tableName,
    columns: columns.map((column) => ({ name: column.databaseName, valueOf: valueReader(source, column) })),
    names: new Map(columns.map((column) => [column.propertyName, column.databaseName])),
    texts: new Map(),
  };
  known.set(schema, shape);
  return shape;
}

function valueReader(source: DataSource, column: ColumnMetadata): Column['valueOf'] {
  const { propertyName, transformer, type } = column;
  const driver = source.driver;
  if (!PLAIN_TYPES.has(type) || Array.isArray(transformer)) {
    return (row) => storable(driver.preparePersistentValue(row[propertyName], column));
  }
  if (!transformer) return (row) => storable(row[propertyName]);
  return (row) => storable(transformer.to(row[propertyName]));
}

function storable(value: unknown): unknown {
  // Half of a character, which no database reads as it was written.
  if (typeof value === 'string')
    return SURROGATE.test(value) ? value.replace(LONE_SURROGATE, '\uFFFD') : value;
  return value === undefined ? null : value;
}

function textOf({
  table,
  columns,
  keys,
  lasting,
  size,
}: Pick<Shape, 'table' | 'columns'> & { keys: string[]; lasting: string[]; size: number }): string {
  const names = columns.map(({ name }) => name);
  const tuple = `(${names.map(() => '?').join(', ')})`;
  const insert = `INSERT INTO ${table} (${names.join(', ')}) VALUES ${Array(size).fill(tuple).join(', ')}`;
  return insert + replacingClause(names, keys, lasting);
}
