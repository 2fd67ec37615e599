import type {
  LoginChallengeRow,
  LoginChallengeStore,
} from '../../server/features/login-challenges/login-challenges-store.ts';
import type { PasskeyRow, PasskeyStore } from '../../server/features/passkeys/passkeys-store.ts';
import { insertNew } from './memory-rows.ts';
import type { SignOnRow, SignOnStore } from '../../server/features/single-sign-on/single-sign-on-store.ts';

/** Providers of teams, and logins under way, in memory. */
export function memorySignOn(tables: {
  signOn: SignOnRow[];
  passkeys: PasskeyRow[];
  loginChallenges: LoginChallengeRow[];
}): {
  signOn: SignOnStore;
  passkeys: PasskeyStore;
  loginChallenges: LoginChallengeStore;
} {
  const ofAgent = (teamId: string, agentId: string) =>
    tables.passkeys.filter((row) => row.teamId === teamId && row.agentId === agentId);
  return {
    passkeys: {
      byAgent: async (teamId, agentId) => ofAgent(teamId, agentId),
      byCredential: async (id) => tables.passkeys.find(({ credentialId }) => credentialId === id) ?? null,
      insert: async (row) => insertNew(tables.passkeys, row, ['id'], ['credentialId']),
      use: async ({ id, counter: was }, counter, at) => {
        const row = tables.passkeys.find((each) => each.id === id && each.counter === was);
        if (row) Object.assign(row, { counter, lastUsedAt: at });
        return row !== undefined;
      },
      remove: async ({ id, teamId, agentId }) => {
        const found = ofAgent(teamId, agentId).find((each) => each.id === id);
        tables.passkeys = tables.passkeys.filter((row) => row !== found);
        return found !== undefined;
      },
      removeAll: async (teamId, agentId) => {
        const gone = ofAgent(teamId, agentId);
        tables.passkeys = tables.passkeys.filter((row) => !gone.includes(row));
        return gone.length;
      },
    },
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
