import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from './start-error.ts';

/** A demo's own secret, made on its first start and kept beside its database, so that a restart logs nobody out. */
export async function demoSecret(dataFolder: string): Promise<string> {
  const path = join(dataFolder, 'demo-secret');
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
  const secret = randomBytes(32).toString('base64url');
  await mkdir(dataFolder, { recursive: true });
  await writeFile(path, secret, { mode: 0o600 });
  return secret;
}
