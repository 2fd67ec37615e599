import type { EntityManager, ObjectLiteral } from 'typeorm';
import type { Secrets } from './secrets.ts';

/** Every column with a secret that has to be known again; passwords, PINs and session tokens are kept as hashes only. */
const SEALED = [
  {
    table: 'team',
    key: 'id',
    columns: { embedSecret: 'embed_secret', previousEmbedSecret: 'previous_embed_secret' },
  },
  { table: 'phone', key: 'endpointId', columns: { ha1: 'ha1', ha1Sha256: 'ha1_sha256' } },
  { table: 'browser_phone', key: 'agentId', columns: { ha1: 'ha1', ha1Sha256: 'ha1_sha256' } },
  { table: 'api_key', key: 'id', columns: { secretHash: 'secret_hash' } },
  { table: 'webhook', key: 'id', columns: { secret: 'secret', previousSecret: 'previous_secret' } },
  { table: 'single_sign_on', key: 'teamId', columns: { clientSecret: 'client_secret' } },
  { table: 'second_factor', key: 'agentId', columns: { secret: 'secret' } },
] as const;

export function placeOf(table: string, column: string, key: string): string {
  return `${table}.${column}/${key}`;
}

/**
 * Encrypts what was stored before secrets were, or with an earlier secret; resolves with whether anything was.
 * @throws UnreadableSecret when a row was encrypted with a secret that is not known
 */
export async function sealStored(manager: EntityManager, secrets: Secrets): Promise<boolean> {
  let changed = false;
  for (const { table, key, columns } of SEALED) {
    for (const row of await manager.find<ObjectLiteral>(table)) {
      const id = String(row[key]);
      const changes: Record<string, string> = {};
      for (const [property, column] of Object.entries(columns)) {
        const stored: unknown = row[property];
        if (typeof stored !== 'string') continue;
        const place = placeOf(table, column, id);
        const value = secrets.open(stored, place);
        if (secrets.isStale(stored, place)) changes[property] = secrets.seal(value, place);
      }
      if (Object.keys(changes).length === 0) continue;
      await manager.update(table, { [key]: id }, changes);
      changed = true;
    }
  }
  return changed;
}
