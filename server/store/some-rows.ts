import type { EntityManager, EntitySchema, FindOptionsWhere, ObjectLiteral } from 'typeorm';

/** Deletes at most so many rows, so that nobody waits long for it; returns how many. */
export async function deleteSome<T extends ObjectLiteral & { id: string }>(
  manager: EntityManager,
  schema: EntitySchema<T>,
  where: FindOptionsWhere<T> | Array<FindOptionsWhere<T>>,
  most: number,
): Promise<number> {
  const found = await manager.find(schema, { where, select: { id: true }, take: most } as never);
  if (found.length > 0)
    await manager.delete(
      schema,
      found.map((row) => row.id),
    );
  return found.length;
}
