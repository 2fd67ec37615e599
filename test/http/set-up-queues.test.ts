import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { GroupSetUp, NumberSetUp, TeamSetUp } from '../../server/contract/set-up.ts';
import { Bed } from './bed.ts';

let bed: Bed;
let token: string;
let group: GroupSetUp;
let count = 0;

beforeAll(async () => {
  bed = await Bed.start();
  token = await bed.login('admin');
});
afterAll(() => bed.stop());
beforeEach(async () => {
  group = await make();
});

const PLAIN = {
  ringMs: 20_000,
  retryMs: 5_000,
  acwMode: 'off',
  acwLimitMs: null,
  dialling: 'free',
  callerId: null,
  members: [],
  leaders: [],
};

async function make(fields: object = {}): Promise<GroupSetUp> {
  count += 1;
  const body = { ...PLAIN, name: `Group ${count}`, number: String(2_900 + count), ...fields };
  return GroupSetUp.parse(await done('POST', '/set-up/groups', body));
}

/** @param version what `If-Match` names */
function ask(method: string, path: string, body?: unknown, version?: number) {
  const headers: Record<string, string> = version === undefined ? {} : { 'if-match': `"${version}"` };
  return bed.send(method, path, { token, headers, ...(body === undefined ? {} : { body }) });
}

async function done(
  method: string,
  path: string,
  body?: unknown,
  version?: number,
): Promise<Record<string, unknown>> {
  const answer = await ask(method, path, body, version);
  if (answer.status >= 400) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

async function changed({ id, version }: GroupSetUp, fields: object): Promise<GroupSetUp> {
  return GroupSetUp.parse(await done('PATCH', `/set-up/groups/${id}`, fields, version));
}

async function refused({ id, version }: GroupSetUp, fields: object): Promise<Record<string, unknown>> {
  const answer = await ask('PATCH', `/set-up/groups/${id}`, fields, version);
  expect(answer.status).toBeGreaterThanOrEqual(400);
  return answer.body;
}

function overflowTo(to: object, afterMs: number | null = 30_000): object {
  return { overflow: { afterMs, to } };
}

describe('how the callers of a group wait', () => {
  it('is as it always was until somebody says otherwise', () => {
    expect(group).toMatchObject({
      strategy: 'longest-idle',
      priority: 0,
      overflow: null,
      maxWaitMs: null,
      whenNobody: 'wait',
      pauseAfterMissed: null,
      serviceLevel: { withinMs: 20_000, percent: 80, shortAbandonMs: 5_000 },
    });
  });

  it('is changed field by field, and kept', async () => {
    const rules = {
      strategy: 'skill-level',
      skillSteps: [
        { afterMs: 0, level: 5 },
        { afterMs: 30_000, level: 1 },
      ],
      priority: 3,
      sticky: { days: 30, waitMs: 20_000 },
      maxWaitMs: 600_000,
      maxLength: 40,
      whenNobody: 'end',
      whenPaused: 'overflow',
      whenBusy: 'wait',
      pauseAfterMissed: 3,
      announcements: { everyMs: 30_000, position: true, estimatedWait: true },
      sounds: 'sales',
      serviceLevel: { withinMs: 10_000, percent: 90, shortAbandonMs: 0 },
      ...overflowTo({ kind: 'end' }),
    };
    const saved = await changed(group, rules);
    expect(saved).toMatchObject(rules);
    const again = await changed(saved, { priority: 4, sticky: null });
    expect(again).toMatchObject({ ...rules, priority: 4, sticky: null });
  });

  it('says what each member can do', async () => {
    const agents = (await done('GET', '/set-up/agents'))['items'] as Array<{ id: string }>;
    const [first, second] = agents;
    const members = [
      { agentId: first?.id, static: false, level: 7 },
      { agentId: second?.id, static: true },
    ];
    const saved = await changed(group, { members });
    expect(saved.members.map(({ level }) => level).toSorted()).toEqual([1, 7]);
  });

  it.each([
    [
      'steps that rise',
      {
        skillSteps: [
          { afterMs: 0, level: 1 },
          { afterMs: 9, level: 2 },
        ],
      },
    ],
    ['steps that leave callers to experts for ever', { skillSteps: [{ afterMs: 0, level: 3 }] }],
    ['a level that there is not', { skillSteps: [{ afterMs: 0, level: 11 }] }],
    ['sounds outside the folder', { sounds: '../secrets' }],
    ['a strategy that there is not', { strategy: 'random' }],
    ['a priority below none', { priority: -1 }],
  ])('cannot be %s', async (_, fields) => {
    expect((await refused(group, fields))['code']).toBe('invalid-request');
  });
});

describe('an overflow', () => {
  it('that leads back is refused with the names of its groups', async () => {
    const next = await make({ name: 'Second level', ...overflowTo({ kind: 'group', groupId: group.id }) });
    const last = await make({
      name: 'Third level',
      ...overflowTo({ kind: 'group', groupId: next.id }, null),
    });
    const problem = await refused(group, overflowTo({ kind: 'group', groupId: last.id }));
    expect(problem).toMatchObject({
      code: 'overflow-loop',
      detail:
        `Callers would go round: from ${group.name} to Third level, from Third level to Second level, ` +
        `from Second level to ${group.name}. Let one of these groups overflow to somebody else.`,
      groups: [{ id: group.id }, { name: 'Third level' }, { name: 'Second level' }, { name: group.name }],
    });
  });

  it('to the group itself is refused', async () => {
    const problem = await refused(group, overflowTo({ kind: 'group', groupId: group.id }));
    expect(problem['code']).toBe('overflow-loop');
  });

  it('to somebody who is not there is refused', async () => {
    const problem = await refused(group, overflowTo({ kind: 'agent', agentId: 'agent_none' }));
    expect(problem['code']).toBe('not-found');
    expect((await refused(group, overflowTo({ kind: 'group', groupId: 'group_none' })))['code']).toBe(
      'not-found',
    );
  });

  it('to a number outside needs a group that may pass calls on outside', async () => {
    const outside = overflowTo({ kind: 'number', number: '4008001234' });
    expect((await refused(group, outside))['code']).toBe('overflow-outside');
    const saved = await changed(group, { ...outside, transferOutside: true });
    expect((await refused(saved, { transferOutside: false }))['code']).toBe('overflow-outside');
  });
});

describe('priorities', () => {
  it('of a number are added, and the team says what a point is worth', async () => {
    const target = { kind: 'group', groupId: group.id };
    const path = '/set-up/numbers/400778';
    const made = NumberSetUp.parse(await done('PUT', path, { target, priority: 2 }));
    expect(made.priority).toBe(2);
    expect(NumberSetUp.parse(await done('PUT', path, { target }, made.version)).priority).toBe(2);
    const { version } = TeamSetUp.parse(await done('GET', '/set-up/team'));
    const team = await done('PATCH', '/set-up/team', { priorityPointMs: 30_000 }, version);
    expect(TeamSetUp.parse(team)).toMatchObject({ priorityPointMs: 30_000, monitorNotice: 'shown' });
  });
});
