import { createHmac } from 'node:crypto';
import { SignJWT, errors, jwtVerify } from 'jose';
import { DomainError } from '../../core/kernel/domain-error.ts';
import { asId, type AgentId, type SessionId, type TeamId } from '../../core/kernel/ids.ts';
import type { EndedSession } from '../../core/kernel/actor.ts';

/** Its own key: no other signature of this server passes for a ticket, and a ticket for nothing else. */
function keyOf(secret: string): Uint8Array {
  return createHmac('sha256', secret).update('telebar: ticket that ends a session').digest();
}

/**
 * A signed text that ends one session. An agent who logs out while the server is away has given up the token by then; this
 * may wait in the browser's storage, because it opens nothing.
 * @param session with the end of its time, ms since the epoch
 */
export function endTicket(session: EndedSession & { expiresAt: number }, secret: string): Promise<string> {
  return new SignJWT({ team: session.teamId, agent: session.agentId })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(session.sessionId)
    .setExpirationTime(Math.ceil(session.expiresAt / 1000))
    .sign(keyOf(secret));
}

/**
 * @param now ms since the epoch
 * @throws DomainError `token-expired`, `token-invalid`
 */
export async function endedByTicket(ticket: string, secret: string, now: number): Promise<EndedSession> {
  try {
    const { payload } = await jwtVerify<{ team: string; agent: string }>(ticket, keyOf(secret), {
      algorithms: ['HS256'],
      requiredClaims: ['sub', 'team', 'agent', 'exp'],
      currentDate: new Date(now),
    });
    return {
      sessionId: asId<SessionId>(payload.sub ?? ''),
      teamId: asId<TeamId>(payload.team),
      agentId: asId<AgentId>(payload.agent),
    };
  } catch (cause) {
    if (cause instanceof errors.JWTExpired) {
      throw new DomainError('token-expired', 'The session is over by itself.', {}, { cause });
    }
    if (cause instanceof errors.JOSEError) {
      throw new DomainError('token-invalid', 'The ticket is not one of this server.', {}, { cause });
    }
    throw cause;
  }
}
