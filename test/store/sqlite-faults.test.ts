import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, open, rename, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asId } from '../../server/core/kernel/ids.ts';
import type { CustomerId } from '../../server/core/kernel/ids.ts';
import type { StoreBed } from './store-bed.ts';
import { SmallDisk, limitFileSize, mayMount } from './full-disk.ts';
import * as rows from './rows.ts';
import { openBedStore } from './store-bed.ts';

let folder: string;
let store: StoreBed['store'];
let said: string[];
let children: ChildProcess[];
let numbers = 0;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'telebar-faults-'));
  children = [];
  numbers = 0;
  await start();
});
afterEach(async () => {
  limitFileSize('unlimited');
  await Promise.all(children.map(end));
  await store.close().catch(() => undefined);
  await rm(folder, { recursive: true, force: true });
});

async function start(): Promise<void> {
  said = [];
  const log = (_details: object, message: string) => void said.push(message);
  store = await openBedStore({ folder, databaseUrl: null }, { info: log, warn: log, error: log });
  if ((await store.run((r) => r.teams.all())).length === 0) await store.run(rows.insertTeams);
}

/** A row with so many bytes that it needs room. */
function write(bytes = 100): Promise<CustomerId> {
  numbers += 1;
  const id = asId<CustomerId>(`customer_${numbers}`);
  const customer = rows.customer({ id, note: 'n'.repeat(bytes) });
  return store.run(async ({ customers }) => {
    await customers.insert(customer, []);
    return id;
  });
}

async function stored(): Promise<string[]> {
  const page = await store.run((r) => r.customers.search(rows.teamId, null, null, 100));
  return page.items.map((customer) => customer.id).toSorted();
}

/** What the next server finds. */
async function storedAfterRestart(): Promise<string[]> {
  await store.close();
  await start();
  return stored();
}

const file = () => join(folder, 'telebar.sqlite');
const wal = () => `${file()}-wal`;
const unavailable = (sentence: RegExp) => ({ code: 'unavailable', message: expect.stringMatching(sentence) });

/** Another program with the database's write lock. */
async function lock(): Promise<ChildProcess> {
  const script = `
    const database = new (require('better-sqlite3'))(process.argv[1]);
    database.exec('BEGIN IMMEDIATE');
    console.log('locked');
    process.stdin.resume();
    process.stdin.on('end', () => process.exit(0));`;
  const child = spawn(process.execPath, ['-e', script, file()], {
    cwd: resolve(import.meta.dirname, '../..'),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(child);
  await once(child.stdout, 'data');
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = once(child, 'exit');
  child.stdin?.end();
  await gone;
}

describe('a commit that fails on SQLite', () => {
  it('leaves no transaction behind: what is stored later is there after a restart', async () => {
    await write();
    const { size } = await stat(wal());
    limitFileSize(size + 4096);
    await expect(write(100_000)).rejects.toMatchObject(unavailable(/disk/));
    await expect(write(100_000)).rejects.toMatchObject(unavailable(/disk/));
    await expect(store.ping()).rejects.toMatchObject(unavailable(/disk/));
    limitFileSize('unlimited');
    const after = [await write(100_000), await write()];
    await store.ping();
    expect(await storedAfterRestart()).toEqual(['customer_1', ...after]);
  });

  it.runIf(mayMount)(
    'because the disk is full is told as that, and recovers when there is room again',
    async () => {
      await store.close();
      const disk = await SmallDisk.mount();
      const before = folder;
      folder = disk.folder;
      try {
        await start();
        const first = await write();
        await disk.fill();
        await expect(write(200_000)).rejects.toMatchObject(unavailable(/disk.*full/));
        await expect(write(200_000)).rejects.toMatchObject(unavailable(/disk.*full/));
        await expect(store.ping()).rejects.toMatchObject(unavailable(/disk.*full/));
        expect(await stored()).toEqual([first]);
        await disk.empty();
        const later = await write(200_000);
        await store.ping();
        expect(said.at(-1)).toBe('The database can be used again.');
        expect(await storedAfterRestart()).toEqual([first, later]);
      } finally {
        await store.close();
        await disk.unmount();
        folder = before;
      }
      await start();
    },
  );

  it.runIf(mayMount)(
    'because the file system has become read-only recovers when it can be written again',
    async () => {
      await store.close();
      const disk = await SmallDisk.mount();
      const before = folder;
      folder = disk.folder;
      try {
        await start();
        const first = await write();
        // A file system with a file open for writing is not made read-only: this is what its errors come to.
        await store.close();
        disk.readOnly(true);
        await expect(start()).rejects.toThrow(/read-only/);
        disk.readOnly(false);
        await start();
        expect(await stored()).toEqual([first]);
      } finally {
        await store.close();
        await disk.unmount();
        folder = before;
      }
      await start();
    },
  );
});

describe('a database file that is not the one that was opened any more', () => {
  const replaced = async () => {
    await copyFile(file(), join(folder, 'other'));
    await rename(join(folder, 'other'), file());
  };
  it.each([
    ['deleted', /was deleted or moved/, () => rm(file())],
    ['moved', /was deleted or moved/, () => rename(file(), join(folder, 'elsewhere'))],
    ['replaced', /Another file was put in the place/, replaced],
    ['truncated', /was overwritten/, () => truncate(file(), 0)],
  ] as const)('because it was %s keeps nothing and says so', async (_what, sentence, harm) => {
    await write();
    await harm();
    await expect(write()).rejects.toMatchObject(unavailable(sentence));
    await expect(store.ping()).rejects.toMatchObject(unavailable(sentence));
    expect(said.filter((line) => sentence.test(line))).toHaveLength(1);
  });

  it('because another database was copied over it says so', async () => {
    await write();
    const bytes = Buffer.alloc(8192);
    bytes.write('SQLite format 3\0');
    const handle = await open(file(), 'r+');
    await handle.write(bytes, 0, bytes.length, 0);
    await handle.close();
    await expect(write()).rejects.toMatchObject(unavailable(/was overwritten/));
    await expect(store.ping()).rejects.toMatchObject(unavailable(/was overwritten/));
  });

  it('because an older copy of it was put over it takes nothing more, from the first row on', async () => {
    const backup = join(folder, 'backup');
    await copyFile(file(), backup);
    // So much that the log is written into the file.
    for (let rows = 0; rows < 50; rows += 1) await write(100_000);
    expect((await stat(wal())).size).toBeLessThan(5_000_000);
    await expect(write()).resolves.toBeDefined();
    await copyFile(file(), join(folder, 'newest'));
    await copyFile(backup, file());
    await expect(write()).rejects.toMatchObject(unavailable(/was overwritten/));
    await expect(store.ping()).rejects.toMatchObject(unavailable(/was overwritten/));
    await copyFile(join(folder, 'newest'), file());
    await write();
    await store.ping();
    expect(await storedAfterRestart()).toHaveLength(52);
  });

  it('is used again when it is put back, and reading goes on meanwhile', async () => {
    const first = await write();
    await rename(file(), join(folder, 'elsewhere'));
    await expect(write()).rejects.toMatchObject(unavailable(/deleted or moved/));
    expect(await stored()).toEqual([first]);
    await rename(join(folder, 'elsewhere'), file());
    const later = await write();
    await store.ping();
    expect(await storedAfterRestart()).toEqual([first, later]);
  });

  it('loses nothing when its write-ahead log is deleted', async () => {
    const first = await write();
    await rm(wal());
    const second = await write();
    await rm(wal(), { force: true });
    await rm(`${file()}-shm`, { force: true });
    const third = await write();
    await store.ping();
    expect(await storedAfterRestart()).toEqual([first, second, third]);
  });
});

describe('a database that another program has locked', () => {
  it('is waited for without blocking the process, and read meanwhile', async () => {
    const first = await write();
    const other = await lock();
    let late = 0;
    let last = performance.now();
    const beat = setInterval(() => {
      late = Math.max(late, performance.now() - last - 5);
      last = performance.now();
    }, 5);
    const writing = Promise.allSettled([write()]);
    expect(await stored()).toEqual([first]);
    await expect(store.ping()).rejects.toMatchObject({ message: expect.stringMatching(/has locked/) });
    await end(other);
    clearInterval(beat);
    expect(late).toBeLessThan(500);
    await writing;
    await write();
    await store.ping();
  });

  it('is given up by whoever has no more time, and nothing of that is written later', async () => {
    const other = await lock();
    const began = performance.now();
    const giveUp = store.run(({ customers }) => customers.insert(rows.customer(), []), {
      signal: AbortSignal.timeout(100),
    });
    await expect(giveUp).rejects.toMatchObject({ code: 'unavailable' });
    expect(performance.now() - began).toBeLessThan(1500);
    await end(other);
    const id = await write();
    expect(await stored()).toEqual([id]);
  });
});
