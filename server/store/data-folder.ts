import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  statSync,
} from 'node:fs';
import type { Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import { driverCode } from './database-error.ts';

const DATABASE = 'telebar.sqlite';
const OWN_FOLDER = 0o700;
const OWN_FILE = 0o600;
const OTHERS = 0o077;

/** Nothing can be kept there. The message is a sentence that says why. */
export class DataFolderUnusable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DataFolderUnusable';
  }
}

/**
 * Makes the folder and those above it, for this user alone. Not by `recursive`: some versions of Node try for ever to make
 * a folder below /proc, or where a link leads to nothing.
 * @throws DataFolderUnusable
 */
export function makeDataFolder(path: string): void {
  make(path, OWN_FOLDER);
  try {
    accessSync(path, constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new DataFolderUnusable(`nothing can be written in ${path}: ${reasonOf(cause)}.`, { cause });
  }
}

function make(path: string, mode: number): void {
  const found = look(path);
  if (found?.isDirectory() === true) return;
  if (found !== undefined) throw new DataFolderUnusable(`${path} is ${kindOf(found)}, not a folder.`);
  if (isLink(path)) throw new DataFolderUnusable(`${path} is a link to something that does not exist.`);
  const parent = dirname(path);
  if (parent === path) throw new DataFolderUnusable(`${path} does not exist.`);
  make(parent, 0o755);
  try {
    mkdirSync(path, { mode });
  } catch (cause) {
    throw new DataFolderUnusable(`The folder ${path} cannot be made: ${reasonOf(cause)}.`, { cause });
  }
}

/**
 * The database's file, made when it is missing; SQLite gives the files beside it the same rights.
 * @throws DataFolderUnusable
 */
export function makeDatabaseFile(folder: string): string {
  const path = join(folder, DATABASE);
  for (const each of [path, `${path}-wal`, `${path}-shm`]) {
    const found = look(each);
    // Opening a pipe waits until somebody opens its other end.
    if (found?.isFile() === false) {
      throw new DataFolderUnusable(`${each} is ${kindOf(found)}, not the file of a database.`);
    }
  }
  try {
    closeSync(openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NONBLOCK, OWN_FILE));
  } catch (cause) {
    throw new DataFolderUnusable(`The file ${path} cannot be opened: ${reasonOf(cause)}.`, { cause });
  }
  return path;
}

/**
 * Takes the rights of other users from what was made before: the database, its copies and its secret; the folder only when
 * nothing else is in it, because it may be one that others use.
 * @returns a sentence for each that stays open to others
 */
export function narrowDataFolder(folder: string): string[] {
  const warnings: string[] = [];
  const names = readdirSync(folder);
  const own = names.filter(isOurs);
  for (const name of own) narrow(join(folder, name), OWN_FILE, warnings);
  if (own.length === names.length) narrow(folder, OWN_FOLDER, warnings);
  else if (isOpen(folder)) {
    warnings.push(
      `Other users can look into ${folder}, and it has files in it that are not Telebar's: give Telebar a folder of its own.`,
    );
  }
  return warnings;
}

/** Also backups that somebody has put beside the database. */
function isOurs(name: string): boolean {
  return name === 'demo-secret' || /\.sqlite(3|-|\.|$)/.test(name) || name.startsWith('telebar');
}

function narrow(path: string, mode: number, warnings: string[]): void {
  if (!isOpen(path)) return;
  try {
    chmodSync(path, look(path)?.isDirectory() === true ? OWN_FOLDER : mode);
  } catch {
    // Told below: some file systems refuse, others do as if.
  }
  if (isOpen(path)) {
    warnings.push(
      `Other users can read ${path}, which has secrets in it, and that could not be changed: chmod go= ${path}`,
    );
  }
}

function isOpen(path: string): boolean {
  const found = look(path);
  return found !== undefined && (found.mode & OTHERS) !== 0;
}

function look(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (cause) {
    throw new DataFolderUnusable(`${path} cannot be used: ${reasonOf(cause)}.`, { cause });
  }
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function kindOf(found: Stats): string {
  if (found.isDirectory()) return 'a folder';
  if (found.isFIFO()) return 'a pipe';
  if (found.isSocket()) return 'a socket';
  if (found.isFile()) return 'a file';
  return 'a device';
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not',
  EPERM: 'this user may not',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
  ENOENT: 'nothing can be made there',
  ENOTDIR: 'a part of the path is not a folder',
  ELOOP: 'its links lead in a circle',
  ENAMETOOLONG: 'the path is too long',
  EMFILE: 'too many files are open',
};

function reasonOf(error: unknown): string {
  const code = driverCode(error) ?? 'unknown';
  return REASONS[code] ?? code;
}
