import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openBedStore, silent } from './store-bed.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'telebar-data-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function opened(path: string): Promise<void> {
  const store = await openBedStore({ folder: path, databaseUrl: null });
  await store.close();
}

const modeOf = async (path: string) => (await stat(path)).mode & 0o777;

describe('a data folder that cannot be one', () => {
  it.each([
    ['/proc/nothing/data', /cannot be made/],
    ['/proc', /cannot be (opened|made)|may not|nothing can be/],
    ['/dev/null', /is a device, not a folder/],
    ['/dev/null/data', /a part of the path is not a folder/],
    [`/tmp/${'x'.repeat(300)}`, /too long/],
  ])('like %s is refused in a sentence, at once', async (path, sentence) => {
    await expect(opened(path)).rejects.toThrow(sentence);
  });

  it('because something else has its name is refused in a sentence', async () => {
    await writeFile(join(folder, 'file'), '');
    await symlink(join(folder, 'nothing'), join(folder, 'dangling'));
    await symlink(join(folder, 'circle'), join(folder, 'circle'));
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    await expect(opened(join(folder, 'file'))).rejects.toThrow(/is a file, not a folder/);
    await expect(opened(join(folder, 'dangling'))).rejects.toThrow(/link to something that does not exist/);
    await expect(opened(join(folder, 'dangling/data'))).rejects.toThrow(/link to something that does not/);
    await expect(opened(join(folder, 'circle'))).rejects.toThrow(/circle/);
    await expect(opened(join(folder, 'pipe'))).rejects.toThrow(/is a pipe, not a folder/);
  });

  it('because a pipe or a folder lies where its database should is refused, and not waited for', async () => {
    execFileSync('mkfifo', [join(folder, 'telebar.sqlite')]);
    await expect(opened(folder)).rejects.toThrow(/is a pipe, not the file of a database/);
    await rm(join(folder, 'telebar.sqlite'));
    await mkdir(join(folder, 'telebar.sqlite-wal'));
    await expect(opened(folder)).rejects.toThrow(/is a folder, not the file/);
  });

  it('because its database is no database is told in a sentence', async () => {
    await writeFile(join(folder, 'telebar.sqlite'), 'not a database, but longer than a header '.repeat(100));
    await expect(opened(folder)).rejects.toThrow(/damaged/);
  });
});

describe('a data folder', () => {
  it('may have spaces, marks and missing parents', async () => {
    const path = join(folder, 'a folder', '#1 %41?', '数据');
    await opened(path);
    expect(await readdir(path)).toContain('telebar.sqlite');
  });

  it('is for its user alone, and so is everything in it', async () => {
    const path = join(folder, 'data');
    const store = await openBedStore({ folder: path, databaseUrl: null });
    await store.ping();
    expect(await modeOf(path)).toBe(0o700);
    for (const name of await readdir(path))
      expect([name, await modeOf(join(path, name))]).toEqual([name, 0o600]);
    expect(await readdir(path)).toHaveLength(3);
    await store.close();
  });

  it('of before, and the copies in it, are narrowed', async () => {
    const path = join(folder, 'data');
    await opened(path);
    await writeFile(join(path, 'telebar.sqlite.bak'), '');
    await chmod(path, 0o755);
    for (const name of await readdir(path)) await chmod(join(path, name), 0o644);
    await opened(path);
    expect(await modeOf(path)).toBe(0o700);
    for (const name of await readdir(path)) expect(await modeOf(join(path, name))).toBe(0o600);
  });

  it('that others use as well is left as it is, and the operator is told', async () => {
    await chmod(folder, 0o755);
    await writeFile(join(folder, 'letter.txt'), '');
    const warnings: string[] = [];
    const warn = (_details: object, message: string) => void warnings.push(message);
    const store = await openBedStore({ folder, databaseUrl: null }, { ...silent, warn });
    expect(await modeOf(folder)).toBe(0o755);
    expect(await modeOf(join(folder, 'telebar.sqlite'))).toBe(0o600);
    expect(warnings).toEqual([expect.stringContaining('give Telebar a folder of its own')]);
    await store.close();
  });
});
