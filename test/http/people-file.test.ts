import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AgentSetUp } from '../../server/contract/people.ts';
import type { PeopleReport } from '../../server/contract/people-file.ts';
import type { GroupSetUp } from '../../server/contract/set-up.ts';
import { Bed } from './bed.ts';

const LEI = 'agent_demo_1001';
const CHEN = 'agent_demo_admin';
const MEI = 'agent_demo_1002';

let bed: Bed;
let token: string;
beforeAll(async () => {
  bed = await Bed.start();
  token = await bed.login('admin');
});
afterAll(() => bed.stop());

const send = async (text: string, how: { existing?: 'update' | 'refuse'; apply?: boolean } = {}) => {
  const body = { text, existing: 'update', apply: false, ...how };
  const answer = await bed.send('POST', '/set-up/agents/import', { token, body });
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
  return answer.body as unknown as PeopleReport;
};
const faults = (report: PeopleReport) =>
  Object.fromEntries(report.rows.map(({ line, faults: of }) => [line, of.map(({ code }) => code)]));
const read = async (path: string) => (await bed.send('GET', path, { token })).body;
const agent = async (id: string) => (await read(`/set-up/agents/${id}`)) as unknown as AgentSetUp;
const everybody = async () => JSON.stringify(await read('/set-up/agents?limit=100'));

describe('a table of people', () => {
  it('is looked at first: each row that cannot be taken is told with a sentence, and nothing is done', async () => {
    const before = await everybody();
    const report = await send(
      [
        '工号,姓名,邮箱,角色,技能组,状态,血型',
        '7,王芳,,,,,A',
        '3001,,,,,,',
        '3002,王芳,nowhere,king,99999 2001/11,maybe,B',
        '3003,赵云,,,2001/3 2002,,',
        '3003,赵云,,,,,',
        '3004,马超,,,,,,one too many',
        '1099,陈静,,坐席,,,',
        '1001,李雷,,,,,',
      ].join('\n'),
      { apply: true },
    );
    expect(faults(report)).toEqual({
      2: ['number'],
      3: ['name'],
      4: ['email', 'role', 'active', 'group', 'group'],
      5: [],
      6: ['number-twice'],
      7: ['cells'],
      8: ['own-rights', 'last-administrator'],
      9: [],
    });
    expect(report).toMatchObject({
      applied: false,
      refused: 6,
      created: 1,
      ignored: ['血型'],
      passwords: [],
    });
    expect(report.rows[0]?.faults[0]?.message).toContain('zeros');
    expect(report.rows.every(({ faults: of }) => of.every(({ message }) => message.length > 10))).toBe(true);
    expect(await everybody()).toBe(before);
  });

  it('is taken as a whole: new people log in with passwords that are told once, others are changed', async () => {
    const lei = await agent(LEI);
    const service = (await read('/set-up/groups/group_demo_service')) as unknown as GroupSetUp;
    const file = Buffer.from(
      'number,name,e-mail,groups,leads\n3101,周瑜,zhou@example.com,2001/3;2002,2002\n1001,李雷二,,2001,\n',
    ).toString('base64');
    const body = { file, existing: 'update', apply: true };
    const answer = await bed.send('POST', '/set-up/agents/import', { token, body });
    const report = answer.body as unknown as PeopleReport;
    expect(report).toMatchObject({ applied: true, encoding: 'utf-8', created: 1, updated: 1, refused: 0 });
    const [made] = report.passwords;
    expect(made).toMatchObject({ number: '3101', username: '3101' });
    const login = { team: 'demo', username: '3101', password: made?.password };
    expect((await bed.send('POST', '/sessions', { body: login })).body['code']).toBe('password-must-change');
    const opened = await bed.send('POST', '/sessions', {
      body: { ...login, newPassword: 'nine loud red kettles' },
    });
    expect(opened.status).toBe(201);

    const changed = await agent(LEI);
    expect(changed).toMatchObject({ name: '李雷二', username: lei.username, version: lei.version + 1 });
    expect(changed.groups.map(({ groupId }) => groupId)).toEqual(['group_demo_service']);
    const after = (await read('/set-up/groups/group_demo_service')) as unknown as GroupSetUp;
    expect(after.version).toBe(service.version + 1);
    expect(after.members).toContainEqual(expect.objectContaining({ level: 3, static: false }));
    const log = async () => {
      await bed.clock.advance(1000);
      return JSON.stringify(await read(`/audit?recordId=${LEI}`));
    };
    await expect.poll(log).toContain('李雷二');

    expect(await send('number,name\n1001,李雷二\n', { apply: true })).toMatchObject({
      updated: 0,
      unchanged: 1,
    });
    const refused = await send('number,name\n1001,李雷三\n3102,鲁肃\n', { existing: 'refuse', apply: true });
    expect(refused).toMatchObject({ applied: false, created: 1, refused: 1 });
    expect(faults(refused)[2]).toEqual(['number-exists']);
  });

  it('takes a role of the team by its exact name before a built-in one, and asks when a word names two', async () => {
    const makeRole = async (name: string) =>
      String(
        (
          await bed.send('POST', '/set-up/roles', {
            token,
            body: { name, reach: 'own', rights: ['use-desk'] },
          })
        ).body['id'],
      );
    const own = await makeRole('质检');
    const capital = await makeRole('Leader');
    const rolesOf = async () => [(await agent(LEI)).role, (await agent(MEI)).role];
    const line = (one: string, other: string) => `number,role\n1001,${one}\n1002,${other}\n`;
    expect(await send(line('质检', 'quality'), { apply: true })).toMatchObject({ applied: true });
    expect(await rolesOf()).toEqual([own, 'quality']);
    expect(faults(await send(line('leader', 'LEADER')))).toEqual({
      2: ['role-ambiguous'],
      3: ['role-ambiguous'],
    });
    await send(line('Leader', '组长'), { apply: true });
    expect(await rolesOf()).toEqual([capital, 'leader']);
    // What comes out names the same roles when it comes back.
    const { csv } = (await read('/set-up/agents/export?locale=zh-CN')) as unknown as { csv: string };
    expect(csv).toContain('组长');
    expect(await send(csv)).toMatchObject({ updated: 0, refused: 0 });
  });

  it('keeps the last administrator, and the user names of others', async () => {
    expect(faults(await send('number,username\n3201,1001\n'))[2]).toEqual(['name', 'username-taken']);
    const headline = 'number,name,role,active';
    expect(faults(await send(`${headline}\n1099,陈静,agent,yes\n`))[2]).toContain('last-administrator');
    expect(faults(await send(`${headline}\n1099,陈静,admin,no\n3202,曹操,admin,yes\n`))[2]).toEqual([
      'own-rights',
    ]);
    expect((await agent(CHEN)).role).toBe('admin');
  });

  it('says why a file cannot be read', async () => {
    const codes = async (text: string) => (await send(text)).fault?.code;
    expect(await codes('')).toBe('empty');
    expect(await codes('number,name\n')).toBe('empty');
    expect(await codes('name\nAda\n')).toBe('no-number-column');
    expect(await codes('number,name,姓名\n3301,a,b\n')).toBe('column-twice');
    expect(await codes('number,name\n3301,"a\n')).toBe('quotes');
    expect(await codes(`number,name\n${'3301,a\n'.repeat(5001)}`)).toBe('too-many-rows');
    const broken = { file: Buffer.from([0xff, 0x00, 0x81]).toString('base64') };
    const body = { ...broken, existing: 'update', apply: true };
    const answer = await bed.send('POST', '/set-up/agents/import', { token, body });
    expect(answer.body['fault']).toMatchObject({ code: 'encoding' });
    const tooMuch = { ...body, file: 'A'.repeat(3.1 * 1024 * 1024) };
    expect((await bed.send('POST', '/set-up/agents/import', { token, body: tooMuch })).status).toBe(413);
  });

  it('comes out again as it went in', async () => {
    const made = await bed.send('PATCH', `/set-up/agents/${LEI}`, {
      token,
      body: { name: '=cmd|calc' },
      headers: { 'if-match': `"${(await agent(LEI)).version}"` },
    });
    expect(made.status).toBe(200);
    for (const locale of ['en', 'zh-CN']) {
      const { csv } = (await read(`/set-up/agents/export?locale=${locale}`)) as unknown as { csv: string };
      expect(csv.charCodeAt(0)).toBe(0xfeff);
      expect(csv).toContain("'=cmd|calc");
      const report = await send(csv, { apply: true });
      expect(report).toMatchObject({ created: 0, updated: 0, refused: 0 });
      expect(report.unchanged).toBeGreaterThan(3);
    }
  });
});
