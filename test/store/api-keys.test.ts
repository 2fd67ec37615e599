import { expect, it } from 'vitest';
import { asId, type ApiKeyId } from '../../server/core/kernel/ids.ts';
import type { ApiKeyRow } from '../../server/features/api-keys/api-keys-store.ts';
import { describeRepositories } from './store-bed.ts';
import { agentId, otherTeamId, teamId } from './rows.ts';

const key = (name: string, patch: Partial<ApiKeyRow> = {}): ApiKeyRow => ({
  ...{ id: asId<ApiKeyId>(`key_${name}`), teamId, name, prefix: `tbk_${name}`, secretHash: 'ab'.repeat(32) },
  ...{ rights: ['read-calls'], madeBy: agentId, createdAt: 1000, expiresAt: null, lastUsedAt: null },
  ...{ revokedAt: null, version: 1 },
  ...patch,
});

describeRepositories('keys of the API', (bed) => {
  it('are found by how they begin, listed by team, and changed over the version that was read', async () => {
    await bed.store.run(async ({ apiKeys }) => {
      await apiKeys.insert(key('b'));
      await apiKeys.insert(key('a', { createdAt: 2000, rights: ['read-calls', 'use-contacts'] }));
      await apiKeys.insert(key('c', { teamId: otherTeamId }));
    });
    await expect(
      bed.store.run(({ apiKeys }) => apiKeys.insert(key('d', { prefix: 'tbk_a' }))),
    ).rejects.toMatchObject({ code: 'duplicate' });
    await bed.store.run(async ({ apiKeys }) => {
      expect(await apiKeys.byPrefix('tbk_b')).toEqual(key('b'));
      expect(await apiKeys.byId(otherTeamId, key('b').id)).toBeNull();
      const names = async (sort: 'name' | '-createdAt', revoked: boolean, q?: string) =>
        (await apiKeys.search(teamId, { sort, revoked, q, limit: 10 })).items.map(({ name }) => name);
      expect(await names('name', false)).toEqual(['a', 'b']);
      expect(await names('-createdAt', false)).toEqual(['a', 'b']);
      expect(await names('name', false, 'tbk_b')).toEqual(['b']);
      const first = await apiKeys.search(teamId, { sort: 'name', revoked: false, limit: 1 });
      const rest = { sort: 'name', revoked: false, limit: 1, cursor: String(first.next) } as const;
      expect((await apiKeys.search(teamId, rest)).items).toMatchObject([{ name: 'b' }]);

      await apiKeys.used(teamId, key('b').id, 5000);
      expect(await apiKeys.update(key('b', { revokedAt: 6000, version: 2 }))).toBe(true);
      expect(await apiKeys.update(key('b', { name: 'late', version: 2 }))).toBe(false);
      expect(await names('name', true)).toEqual(['b']);
      expect(await apiKeys.byId(teamId, key('b').id)).toMatchObject({ name: 'b', version: 2 });
    });
  });
});
