import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { asId } from '../../server/core/kernel/ids.ts';
import type { ApiKeyId, EndpointId } from '../../server/core/kernel/ids.ts';
import { chineseNumbers } from '../../server/core/kernel/number/numbers.ts';
import { Secrets, UnreadableSecret } from '../../server/store/secrets.ts';
import { tables } from '../../server/start/tables.ts';
import { openStore } from '../../server/store/store.ts';
import { describeStore, openBedStore, secrets, silent, type StoreBed } from './store-bed.ts';
import * as rows from './rows.ts';

const OTHER = 'another secret of at least thirty-two characters';
const phone = {
  endpointId: asId<EndpointId>('phone_1'),
  teamId: rows.teamId,
  username: '1001',
  name: 'Desk phone',
  ha1: 'a1'.repeat(16),
  ha1Sha256: 'b2'.repeat(32),
  version: 1,
};

const key = {
  ...{
    id: asId<ApiKeyId>('key_1'),
    teamId: rows.teamId,
    name: 'CRM',
    prefix: 'tbk_1',
    secretHash: 'c3'.repeat(32),
  },
  ...{ rights: [], madeBy: rows.agentId, createdAt: 1, expiresAt: null, lastUsedAt: null, revokedAt: null },
  version: 1,
};

function reopen(bed: StoreBed, keys: Secrets): Promise<StoreBed['store']> {
  return openStore(
    {
      dataFolder: bed.folder,
      databaseUrl: bed.databaseUrl,
      secrets: keys,
      numbers: chineseNumbers,
      logger: silent,
    },
    tables,
  );
}

describeStore('secrets at rest', (bed) => {
  it('are not readable in the database, and come back as they were', async () => {
    await bed.store.run((r) => r.phones.insert(phone));
    expect(await bed.store.run((r) => r.phones.all(rows.teamId))).toEqual([phone]);
    const { embedSecret } = rows.team();
    expect((await bed.store.run((r) => r.teams.byId(rows.teamId)))?.embedSecret).toBe(embedSecret);
    await bed.store.close();
    if (bed.databaseUrl === null) {
      const bytes = await readFile(join(bed.folder, 'telebar.sqlite'), 'latin1');
      for (const secret of [embedSecret, phone.ha1, phone.ha1Sha256]) expect(bytes).not.toContain(secret);
      expect(bytes).toContain('sealed:1:');
    }
    bed.store = await openBedStore(bed);
  });

  it('cannot be opened with another secret, are told so, and change over when both are given', async () => {
    await bed.store.run(async (r) => {
      await r.phones.insert(phone);
      await r.apiKeys.insert(key);
    });
    await bed.store.close();
    await expect(reopen(bed, new Secrets(OTHER))).rejects.toBeInstanceOf(UnreadableSecret);
    const changing = await reopen(bed, new Secrets(OTHER, ['a secret of at least thirty-two characters']));
    expect(await changing.run((r) => r.phones.all(rows.teamId))).toEqual([phone]);
    expect(await changing.run((r) => r.apiKeys.byPrefix('tbk_1'))).toEqual(key);
    await changing.close();
    bed.store = await reopen(bed, new Secrets(OTHER));
    expect(await bed.store.run((r) => r.phones.all(rows.teamId))).toEqual([phone]);
  });
});

describe('rows from before secrets were encrypted', () => {
  it('work on, and are encrypted at the next start', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'telebar-plain-'));
    const bed = { folder, databaseUrl: null };
    // As it was: nothing is sealed.
    const plain = Object.assign(new Secrets('x'), { seal: (value: string) => value, isStale: () => false });
    const before = await openStore(
      {
        dataFolder: folder,
        databaseUrl: null,
        secrets: plain,
        numbers: chineseNumbers,
        logger: silent,
      },
      tables,
    );
    await before.run(rows.insertTeams);
    await before.run((r) => r.phones.insert(phone));
    await before.close();
    const path = join(folder, 'telebar.sqlite');
    expect(await readFile(path, 'latin1')).toContain(phone.ha1);
    const after = await openBedStore(bed);
    expect(await after.run((r) => r.phones.all(rows.teamId))).toEqual([phone]);
    await after.close();
    const bytes = await readFile(path, 'latin1');
    expect(bytes).toContain('sealed:1:');
    for (const secret of [phone.ha1, phone.ha1Sha256, rows.team().embedSecret])
      expect(bytes).not.toContain(secret);
    await rm(folder, { recursive: true });
  });
});

describe('a sealed value', () => {
  it('opens only in its own place, and only whole', () => {
    const sealed = secrets.seal('hunter2', 'team.embed_secret/team_1');
    expect(secrets.open(sealed, 'team.embed_secret/team_1')).toBe('hunter2');
    expect(() => secrets.open(sealed, 'team.embed_secret/team_2')).toThrow(UnreadableSecret);
    expect(() => secrets.open(sealed.slice(0, -4), 'team.embed_secret/team_1')).toThrow(UnreadableSecret);
    expect(() => secrets.open('sealed:1:', 'team.embed_secret/team_1')).toThrow(UnreadableSecret);
    expect(secrets.seal('hunter2', 'a')).not.toBe(secrets.seal('hunter2', 'a'));
  });
});
