import { createHmac, randomBytes } from 'node:crypto';
import { SignJWT, decodeJwt, errors, jwtVerify, type JWTPayload } from 'jose';
import { DomainError } from '../../core/kernel/domain-error.ts';

/** A signed token may live this long at most, in seconds: it is for logging in once, now. */
const HOST_TOKEN_LIFETIME_S = 300;
/** How far the clocks of the host's server and ours may differ, in seconds. */
const CLOCK_TOLERANCE_S = 30;

/** A new bearer token: 256 random bits that mean nothing to anybody but the session table. */
export function newBearerToken(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * What is kept of a bearer token, hex. It has full entropy, so that a fast hash is enough; keyed with the server's
 * secret, so that whoever can write to the database alone cannot make a session.
 */
export function hashBearerToken(token: string, secret: string): string {
  return createHmac('sha256', secret).update(token).digest('hex');
}

/** What the host's back end says in a token that it signs (HS256) with the team's embedding secret. */
export interface HostClaims {
  /** Slug of the team. */
  team: string;
  /** User name of the agent. */
  sub: string;
  /** Used once; kept until `expiresAt`. */
  jti: string;
  /** ms since the epoch. */
  expiresAt: number;
}

/** The team that a token speaks of, before it is known to be genuine; null when it is no token at all. */
export function claimedTeam(token: string): string | null {
  try {
    const { team } = decodeJwt(token);
    // Nobody has vouched for it yet, and it is about to be looked up.
    return typeof team === 'string' && /^[^\0]{1,64}$/.test(team) ? team : null;
  } catch (error) {
    if (error instanceof errors.JWTInvalid) return null;
    throw error;
  }
}

/**
 * Checks signature, algorithm and times.
 * @param now ms since the epoch
 * @throws DomainError `token-expired`, `token-invalid`
 */
export async function verifyHostToken(token: string, secret: string, now: number): Promise<HostClaims> {
  try {
    const { payload } = await jwtVerify(token, new TextEncoder().encode(secret), {
      algorithms: ['HS256'],
      requiredClaims: ['team', 'sub', 'iat', 'exp', 'jti'],
      clockTolerance: CLOCK_TOLERANCE_S,
      currentDate: new Date(now),
    });
    const [team, sub, jti] = [
      textOf(payload, 'team', 64),
      textOf(payload, 'sub', 64),
      textOf(payload, 'jti', 128),
    ];
    const [iat, exp] = [timeOf(payload, 'iat'), timeOf(payload, 'exp')];
    if (exp - iat > HOST_TOKEN_LIFETIME_S) {
      throw invalid(`The token is valid for longer than ${HOST_TOKEN_LIFETIME_S} seconds.`);
    }
    if (iat * 1000 > now + CLOCK_TOLERANCE_S * 1000) throw invalid('The token is from the future.');
    // Past the tolerance nobody can come back with it. Times may have fractions (RFC 7519 §2, NumericDate).
    return { team, sub, jti, expiresAt: Math.ceil((exp + CLOCK_TOLERANCE_S) * 1000) };
  } catch (cause) {
    if (cause instanceof errors.JWTExpired) {
      throw new DomainError('token-expired', 'The signed token has expired.', {}, { cause });
    }
    if (cause instanceof errors.JOSEError) throw invalid('The signed token is not genuine.', cause);
    throw cause;
  }
}

/** A claim that is looked up or kept: whatever JSON a back end has put there instead is refused by its name. */
function textOf(payload: JWTPayload, name: string, most: number): string {
  const value = payload[name];
  if (typeof value === 'string' && value !== '' && value.length <= most && !value.includes('\0'))
    return value;
  throw invalid(`The claim ${name} must be a text of 1 to ${most} characters.`);
}

/** Seconds since the epoch. */
function timeOf(payload: JWTPayload, name: string): number {
  const value = payload[name];
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw invalid(`The claim ${name} must be a number: seconds since 1970.`);
}

/**
 * Signs a token as the host's back end does.
 * @param now ms since the epoch
 */
export function signHostToken(
  claims: { team: string; sub: string; jti: string },
  secret: string,
  now: number,
): Promise<string> {
  const issued = Math.floor(now / 1000);
  return new SignJWT({ team: claims.team })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(claims.sub)
    .setJti(claims.jti)
    .setIssuedAt(issued)
    .setExpirationTime(issued + HOST_TOKEN_LIFETIME_S)
    .sign(new TextEncoder().encode(secret));
}

function invalid(message: string, cause?: unknown): DomainError {
  return new DomainError('token-invalid', message, {}, { cause });
}
