import type { LoginRequest } from '../../server/contract/login.ts';
import type { DeskState } from './desk.ts';

interface Asked {
  readonly team?: unknown;
  readonly username?: unknown;
}

/** Whether whoever asks to log in is logged in here already: then there is nothing to do, and a call goes on undisturbed. */
export function isLoggedIn({ session, connection }: DeskState, request: LoginRequest): boolean {
  if (session === null || connection === 'anonymous' || connection === 'taken-over') return false;
  const asked: Asked = 'password' in request ? request : 'token' in request ? claimsOf(request.token) : {};
  return asked.username === session.agent.username && asked.team === session.team.slug;
}

/** Only compared, never trusted: the server checks the signature. */
function claimsOf(token: string): Asked {
  try {
    const payload = (token.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/');
    const { team, sub } = JSON.parse(atob(payload)) as { team?: unknown; sub?: unknown };
    return { team, username: sub };
  } catch {
    // Not one that we can read; the server will say what it thinks of it.
    return {};
  }
}
