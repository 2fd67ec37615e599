import { expect, it } from 'vitest';
import type { SecondFactorRow } from '../../server/features/second-factors/second-factors-store.ts';
import { NO_PROVIDER, type SignOnRow } from '../../server/features/single-sign-on/single-sign-on-store.ts';
import type { PasskeyRow } from '../../server/features/passkeys/passkeys-store.ts';
import { describeRepositories } from './store-bed.ts';
import * as rows from './rows.ts';

const { teamId, otherTeamId, agentId, otherAgentId } = rows;

describeRepositories('the rows of what people prove themselves with', (bed) => {
  it('replace a password that is still the one that was proved, and nothing else', async () => {
    await bed.store.run(async ({ agents }) => {
      const before = { ...(await agents.byId(teamId, agentId)) };
      const was = before.passwordHash ?? '';
      expect(await agents.replacePassword({ teamId, id: agentId }, `${was}x`, 'next')).toBe(false);
      expect(await agents.replacePassword({ teamId: otherTeamId, id: agentId }, was, 'next')).toBe(false);
      expect(await agents.replacePassword({ teamId, id: agentId }, was, 'next')).toBe(true);
      const version = (before.version ?? 0) + 1;
      const after = { ...before, passwordHash: 'next', passwordMustChange: false, version };
      expect(await agents.byId(teamId, agentId)).toEqual(after);
    });
  });

  it('have one link for each agent, which is used once', async () => {
    await bed.store.run(async ({ passwordResets }) => {
      const link = (id: string, expiresAt: number, of = agentId) => ({ id, teamId, agentId: of, expiresAt });
      await passwordResets.set(link('a', 10));
      await passwordResets.set(link('b', 20));
      await passwordResets.set(link('c', 5, otherAgentId));
      expect(await passwordResets.byHash('a')).toBeNull();
      expect(await passwordResets.byHash('b')).toEqual(link('b', 20));
      expect([await passwordResets.use('b'), await passwordResets.use('b')]).toEqual([true, false]);
      await passwordResets.set(link('d', 20));
      await passwordResets.endOf(agentId);
      expect(await passwordResets.byHash('d')).toBeNull();
      expect(await passwordResets.deleteExpired(5, 10)).toBe(0);
      expect(await passwordResets.deleteExpired(6, 10)).toBe(1);
    });
  });

  it('take each code of a second factor once', async () => {
    const row: SecondFactorRow = {
      ...{ agentId, teamId, secret: 'abcd', confirmedAt: null, lastStep: 0, recovery: ['x', 'y'] },
      ...{ wrongCodes: 0, wrongSince: 0 },
    };
    await bed.store.run(async ({ secondFactors }) => {
      await secondFactors.set({ ...row, secret: 'before' });
      await secondFactors.set({ ...row, confirmedAt: 7 });
      expect(await secondFactors.byAgent(teamId, agentId)).toEqual({ ...row, confirmedAt: 7 });
      expect(await secondFactors.byAgent(otherTeamId, agentId)).toBeNull();
      const steps = [60_000_000, 60_000_000, 59_999_999, 60_000_001];
      const taken: boolean[] = [];
      for (const step of steps) taken.push(await secondFactors.takeStep(agentId, step));
      expect(taken).toEqual([true, false, false, true]);
      expect(await secondFactors.keepRecovery(agentId, ['x', 'y'], ['y'])).toBe(true);
      expect(await secondFactors.keepRecovery(agentId, ['x', 'y'], ['x'])).toBe(false);
      expect((await secondFactors.byAgent(teamId, agentId))?.recovery).toEqual(['y']);
      const counted = async () => (await secondFactors.byAgent(teamId, agentId))?.wrongCodes;
      for (const now of [100, 101]) await secondFactors.countAttempt(agentId, now, now - 50);
      expect(await counted()).toBe(2);
      await secondFactors.uncountAttempt(agentId);
      expect(await counted()).toBe(1);
      await secondFactors.countAttempt(agentId, 150, 100);
      expect(await counted()).toBe(1);
      expect(await secondFactors.remove(otherTeamId, agentId)).toBe(false);
      expect(await secondFactors.remove(teamId, agentId)).toBe(true);
    });
  });

  it('keep the provider of a team, its secret encrypted, and change it by its version', async () => {
    const row: SignOnRow = {
      ...NO_PROVIDER,
      teamId,
      domains: ['example.com'],
      clientSecret: 'abc',
      version: 1,
    };
    await bed.store.run(async ({ signOn }) => {
      await signOn.insert(row);
      expect(await signOn.byTeam(teamId)).toEqual(row);
      expect(await signOn.byTeam(otherTeamId)).toBeNull();
      const next = { ...row, active: true, clientSecret: null, version: 2 };
      expect(await signOn.update(next)).toBe(true);
      expect(await signOn.update(next)).toBe(false);
      expect(await signOn.byTeam(teamId)).toEqual(next);
    });
  });

  it('take each challenge of a login once', async () => {
    const challenge = (id: string, expiresAt: number) => ({
      ...{ id, teamId, agentId: null, content: { state: 'x' }, expiresAt },
      kind: 'single-sign-on' as const,
    });
    await bed.store.run(async ({ loginChallenges }) => {
      for (const [id, at] of Object.entries({ a: 10, b: 20 })) await loginChallenges.add(challenge(id, at));
      expect(await loginChallenges.take('a', 'passkey-login')).toBeNull();
      expect(await loginChallenges.take('a', 'single-sign-on')).toEqual(challenge('a', 10));
      expect(await loginChallenges.take('a', 'single-sign-on')).toBeNull();
      expect(await loginChallenges.deleteExpired(20, 10)).toBe(0);
      expect(await loginChallenges.deleteExpired(21, 10)).toBe(1);
    });
  });

  it('keep passkeys, each with one count, until they are removed', async () => {
    const row = (id: string): PasskeyRow => ({
      ...{ id, teamId, agentId, name: 'Laptop', credentialId: `credential-${id}`, publicKey: 'AQ' },
      ...{ counter: 4_000_000_000, transports: ['usb'], createdAt: 7, lastUsedAt: null },
    });
    await bed.store.run(async ({ passkeys }) => {
      for (const id of ['a', 'b', 'c']) await passkeys.insert(row(id));
      expect(await passkeys.byAgent(teamId, agentId)).toEqual([row('a'), row('b'), row('c')]);
      expect(await passkeys.byAgent(otherTeamId, agentId)).toEqual([]);
      expect(await passkeys.use(row('a'), 4_000_000_001, 9)).toBe(true);
      expect(await passkeys.use(row('a'), 4_000_000_002, 9)).toBe(false);
      const used = { ...row('a'), counter: 4_000_000_001, lastUsedAt: 9 };
      expect(await passkeys.byCredential('credential-a')).toEqual(used);
      expect(await passkeys.remove({ ...row('a'), agentId: otherAgentId })).toBe(false);
      expect([await passkeys.remove(row('a')), await passkeys.remove(row('a'))]).toEqual([true, false]);
      expect(await passkeys.removeAll(teamId, agentId)).toBe(2);
    });
  });
});
