import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { requireExecutable } from './executables.ts';

export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

let made: Promise<Certificate> | null = null;

/** A certificate for this machine that it signs itself, PEM; one per process, for everything in the tests that ends TLS. */
export function selfSigned(): Promise<Certificate> {
  made ??= make();
  return made;
}

async function make(): Promise<Certificate> {
  const folder = await mkdtemp(join(tmpdir(), 'telebar-tls-'));
  const [key, certificate] = [join(folder, 'key'), join(folder, 'certificate')];
  try {
    await promisify(execFile)(requireExecutable('openssl', 'OPENSSL_PATH'), [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30'],
      ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'],
      ...['-keyout', key, '-out', certificate],
    ]);
    return { certificate: await readFile(certificate, 'utf8'), key: await readFile(key, 'utf8') };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
