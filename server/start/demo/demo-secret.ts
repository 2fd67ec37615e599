import { randomBytes } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StartError } from '../start-error.ts';
import { makeDataFolder } from '../../store/data-folder.ts';

/** A demo's own secret, made on its first start and kept beside its database, so that a restart logs nobody out. */
export async function demoSecret(dataFolder: string): Promise<string> {
  const known = await knownDemoSecret(dataFolder);
  if (known !== null) return known;
  const secret = randomBytes(32).toString('base64url');
  makeDataFolder(dataFolder);
  await writeFile(join(dataFolder, 'demo-secret'), secret, { mode: 0o600 });
  return secret;
}

/** The one that was made before; null: there is none. */
export async function knownDemoSecret(dataFolder: string): Promise<string | null> {
  const path = join(dataFolder, 'demo-secret');
  if (!existsSync(path)) return null;
  // Reading a pipe would wait for ever.
  if (!statSync(path).isFile()) throw new StartError(`${path} is not a file: remove it.`);
  const secret = await readFile(path, 'utf8');
  // A key of nothing: a disk that was full when it was made.
  if (secret.length < 32)
    throw new StartError(`${path} is not a whole secret: remove it to start a new demo.`);
  return secret;
}
