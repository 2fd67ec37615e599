import { createHmac, timingSafeEqual } from 'node:crypto';

/** RFC 6238 §4.1, as every app takes it. */
const STEP_MS = 30_000;
const DIGITS = 6;
/** Clocks of telephones go wrong by as much (§5.2). */
const STEPS_ASIDE = 1;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The code of a step, HOTP with SHA-1 (RFC 4226 §5.3). */
export function codeOf(key: Buffer, step: number, digits = DIGITS): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', key).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 0x0f;
  const number = mac.readUInt32BE(offset) & 0x7fff_ffff;
  return String(number % 10 ** digits).padStart(digits, '0');
}

/**
 * The step whose code it is, now or beside that; null: of none.
 * @param now ms since the epoch
 */
export function stepOf(key: Buffer, code: string, now: number): number | null {
  if (!/^\d{6}$/.test(code)) return null;
  const present = Math.floor(now / STEP_MS);
  for (let step = present - STEPS_ASIDE; step <= present + STEPS_ASIDE; step += 1) {
    if (timingSafeEqual(Buffer.from(codeOf(key, step)), Buffer.from(code))) return step;
  }
  return null;
}

/** As apps take a key that is typed (RFC 4648 §6), without padding. */
export function base32(bytes: Uint8Array): string {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? [])
    .map((five) => ALPHABET[parseInt(five.padEnd(5, '0'), 2)] ?? '')
    .join('');
}

/** What an app reads from a link, or from a picture of it. */
export function keyUri(key: Buffer, { team, username }: { team: string; username: string }): string {
  const issuer = `Telebar ${team}`;
  const query = new URLSearchParams({
    secret: base32(key),
    issuer,
    algorithm: 'SHA1',
    digits: '6',
    period: '30',
  });
  return `otpauth://totp/${encodeURIComponent(issuer)}:${encodeURIComponent(username)}?${query.toString().replaceAll('+', '%20')}`;
}
