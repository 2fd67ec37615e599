import { randomBytes, randomInt, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';

/** N = 2^15, r = 8, p = 3: 32 MiB for each check (OWASP password storage cheat sheet, scrypt). */
const COST = { ln: 15, r: 8, p: 3 };
/** For passwords that everybody may know, or nobody can guess. */
const PUBLIC_COST = { ln: 10, r: 8, p: 1 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** A check that costs more than this is not one of ours, and would be a way to stop the server. */
const MOST_MEMORY = 256 * 1024 * 1024;

/** PHC string of a password or PIN: `$scrypt$ln=15,r=8,p=3$<salt>$<hash>`, base64 without padding. */
export function hashPassword(password: string): Promise<string> {
  return hashAt(COST, password);
}

/** The same for the password of a demo, which is written on its first page. */
export function hashPublicPassword(password: string): Promise<string> {
  return hashAt(PUBLIC_COST, password);
}

/** Without those that are taken for one another. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';

/** One that the server makes, for reading out and typing once: 59 bits. */
export function newTemporaryPassword(): string {
  const letter = () => LETTERS[randomInt(LETTERS.length)] ?? '';
  return [4, 4, 4].map((letters) => Array.from({ length: letters }, letter).join('')).join('-');
}

/** The same for one that the server has made: nobody guesses it, however fast. */
export function hashTemporaryPassword(password: string): Promise<string> {
  return hashAt(PUBLIC_COST, password);
}

async function hashAt(cost: Cost, password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt, HASH_BYTES, cost);
  return `$scrypt$ln=${cost.ln},r=${cost.r},p=${cost.p}$${unpadded(salt)}$${unpadded(hash)}`;
}

/**
 * Whether the password is the one of the PHC string, compared in constant time. A wrong one costs the same whatever it is
 * compared with, a costly hash, a cheap one or none (nobody has that name): each wrong one is derived at every cost, so
 * that the time of an answer tells neither which names exist nor who has a temporary password.
 */
export async function verifyPassword(password: string, phc: string | null): Promise<boolean> {
  const stored = phc === null ? null : parse(phc);
  if (stored !== null) {
    const hash = await derive(password, stored.salt, stored.hash.length, stored.cost);
    if (timingSafeEqual(hash, stored.hash)) return true;
  }
  for (const cost of [COST, PUBLIC_COST]) {
    const isDone = stored !== null && stored.cost.ln === cost.ln && stored.cost.p === cost.p;
    if (!isDone) await derive(password, randomBytes(SALT_BYTES), HASH_BYTES, cost);
  }
  return false;
}

type Cost = typeof COST;

interface Stored {
  cost: Cost;
  salt: Buffer;
  hash: Buffer;
}

function parse(phc: string): Stored | null {
  const match = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(
    phc,
  );
  if (match === null) return null;
  const [, ln, r, p, salt = '', hash = ''] = match;
  return {
    cost: { ln: Number(ln), r: Number(r), p: Number(p) },
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(hash, 'base64'),
  };
}

function derive(password: string, salt: Buffer, length: number, cost: Cost): Promise<Buffer> {
  const options: ScryptOptions = { N: 2 ** cost.ln, r: cost.r, p: cost.p, maxmem: MOST_MEMORY };
  return new Promise((resolve, reject) => {
    // NFC: the same characters typed on different keyboards are the same password (RFC 8265 §4.2).
    scrypt(password.normalize('NFC'), salt, length, options, (error, hash) => {
      if (error === null) resolve(hash);
      else reject(error);
    });
  });
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
