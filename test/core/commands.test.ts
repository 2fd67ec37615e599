import { describe, expect, it } from 'vitest';
import type { Actor } from '../../server/core/kernel/actor.ts';
import { asId } from '../../server/core/kernel/ids.ts';
import type { AgentId, SessionId } from '../../server/core/kernel/ids.ts';
import type { Role } from '../../server/vocabulary/roles.ts';
import type { Right } from '../../server/vocabulary/rights.ts';
import { LUNCH, TEAM, agentId } from '../support/builders.ts';
import { CALL, Given, ready } from './given.ts';

const ANNA = agentId('1001');
const PAUSE = { type: 'Pause', agentId: ANNA, reasonId: LUNCH } as const;

function person(id: AgentId, role: Role = 'agent'): Actor {
  const sessionId = asId<SessionId>('session');
  return { kind: 'agent', teamId: TEAM, agentId: id, sessionId, role, expiresAt: Infinity };
}

function program(...rights: Right[]): Actor {
  return { kind: 'api-key', teamId: TEAM, keyId: asId('key_1'), rights: new Set(rights) };
}

describe('a command', () => {
  it.each([
    ['the agent', person(ANNA)],
    ['a program with the right', program('use-desk')],
    ['Telebar itself', { kind: 'system', teamId: TEAM } as Actor],
    ['nobody, at a telephone', undefined],
  ])('of %s is carried out', (_, actor) => {
    const given = new Given({}, ready('1001'));
    given.when({ ...PAUSE, ...(actor ? { actor } : {}) });
    expect(given.state.agents.get(ANNA)?.pause?.reasonId).toBe(LUNCH);
  });

  it.each([
    ['another agent', person(agentId('1002'))],
    ['an administrator', person(agentId('1002'), 'admin')],
    ['a program without the right', program('control-calls')],
  ])('of %s is forbidden', (_, actor) => {
    expect(new Given({}, ready('1001')).refused({ ...PAUSE, actor })).toBe('forbidden');
  });

  it('is refused by a locked desk, unless it answers, refuses or ends a call', () => {
    const given = new Given({}, ready('1001'));
    given.when({ type: 'Lock', agentId: ANNA });
    expect(given.refused(PAUSE)).toBe('locked');
    expect(given.refused({ type: 'Hold', agentId: ANNA, callId: CALL })).toBe('locked');
    for (const type of ['Answer', 'Reject', 'Hangup'] as const) {
      expect(given.refused({ type, agentId: ANNA, callId: CALL })).toBe('no-such-call');
    }
    given.when({ type: 'Unlock', agentId: ANNA });
    expect(given.state.agents.get(ANNA)?.locked).toBe(false);
  });
});
