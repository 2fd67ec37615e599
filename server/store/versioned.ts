import type { EntityManager, EntitySchema, FindOptionsWhere, ObjectLiteral } from 'typeorm';

interface Key {
  id?: string;
  number?: string;
  teamId: string;
  /** What the row is to have from now on. */
  version: number;
}

/** Writes the columns where the version is still the one before. @returns false when somebody was faster; nothing is written then */
export async function updateVersioned<Row extends ObjectLiteral & { version: number }>(
  manager: EntityManager,
  entity: EntitySchema<Row>,
  { version, ...key }: Key,
  columns: Partial<Row>,
): Promise<boolean> {
  const where = { ...key, version: version - 1 } as unknown as FindOptionsWhere<Row>;
  const { affected } = await manager.update(entity, where, { ...columns, version });
  return affected === 1;
}
