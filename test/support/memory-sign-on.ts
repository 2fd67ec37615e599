import type {
  LoginChallengeRow,
  LoginChallengeStore,
} from '../../server/features/login-challenges/login-challenges-store.ts';
import type { SignOnRow, SignOnStore } from '../../server/features/single-sign-on/single-sign-on-store.ts';

/** Providers of teams, and logins under way, in memory. */
export function memorySignOn(tables: { signOn: SignOnRow[]; loginChallenges: LoginChallengeRow[] }): {
  signOn: SignOnStore;
  loginChallenges: LoginChallengeStore;
} {
  return {
    signOn: {
      byTeam: async (teamId) => tables.signOn.find((row) => row.teamId === teamId) ?? null,
      insert: async (row) => void tables.signOn.push(row),
      update: async (row) => {
        const at = tables.signOn.findIndex(
          ({ teamId, version }) => teamId === row.teamId && version === row.version - 1,
        );
        if (at !== -1) tables.signOn[at] = row;
        return at !== -1;
      },
    },
    loginChallenges: {
      add: async (row) => void tables.loginChallenges.push(row),
      take: async (id, kind) => {
        const found = tables.loginChallenges.find((row) => row.id === id && row.kind === kind) ?? null;
        tables.loginChallenges = tables.loginChallenges.filter((row) => row !== found);
        return found;
      },
      deleteExpired: async (before, most) => {
        const old = tables.loginChallenges.filter(({ expiresAt }) => expiresAt < before).slice(0, most);
        tables.loginChallenges = tables.loginChallenges.filter((row) => !old.includes(row));
        return old.length;
      },
    },
  };
}
