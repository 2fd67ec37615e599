import { afterEach, beforeEach, expect, it } from 'vitest';
import { RosterRow } from '../../server/contract/realtime/roster.ts';
import { DeskSnapshot } from '../../server/contract/desk.ts';
import { SupervisionAnswer } from '../../server/contract/supervision.ts';
import { TeamSetUp } from '../../server/contract/set-up.ts';
import { AgentPage } from './agent-page.ts';
import { Bed } from './bed.ts';

let bed: Bed;
let agent: AgentPage;
let leader: AgentPage;

async function begin(number: string): Promise<AgentPage> {
  const opened = await AgentPage.open(bed, number);
  await opened.command('POST', '/agent/sign-in', {});
  await opened.until(() => opened.agent?.state === 'idle');
  return opened;
}

beforeEach(async () => {
  bed = await Bed.start();
  agent = await begin('1001');
  bed.switch.trunk.callIn('13800138001', '400100');
  await agent.until(() => agent.calls.size > 0);
  await agent.call(agent.only.id, 'answer');
  leader = await begin('1000');
});

afterEach(async () => {
  agent.close();
  leader.close();
  await bed.stop();
});

it('a leader listens, speaks and changes states by number, and an agent may not', async () => {
  const listening = SupervisionAnswer.parse(await leader.command('POST', '/agents/1001/listen'));
  expect(listening.supervision).toMatchObject({
    agent: { number: '1001' },
    callId: agent.only.id,
    mode: 'listen',
    connected: true,
  });
  await leader.command('POST', '/agents/1001/barge');
  const desk = DeskSnapshot.parse((await bed.send('GET', '/desk', { token: await bed.login('1000') })).body);
  expect(desk.supervision).toMatchObject({ mode: 'barge' });
  const stopped = await leader.command('POST', '/agents/1001/stop-monitoring');
  expect(SupervisionAnswer.parse(stopped)).toEqual({ supervision: null });
  expect((await agent.refused('/agents/1000/listen')).body.code).toBe('forbidden');
  expect((await leader.refused('/agents/1001/idle', { basedOn: 'paused' })).body).toMatchObject({
    code: 'state-changed',
    state: 'talking',
  });
  const row = RosterRow.parse(await leader.command('POST', '/agents/1001/hangup', { basedOn: 'talking' }));
  expect(row).toMatchObject({ number: '1001' });
  await agent.until(() => agent.only.phase === 'ended');
});

it('an administrator says whether agents see who listens', async () => {
  const token = await bed.login('admin');
  const before = TeamSetUp.parse((await bed.send('GET', '/set-up/team', { token })).body);
  expect(before.monitorNotice).toBe('shown');
  const change = () =>
    bed.send('PATCH', '/set-up/team', {
      token,
      headers: { 'if-match': `"${before.version}"` },
      body: { monitorNotice: 'none' },
    });
  const after = await change();
  expect(TeamSetUp.parse(after.body)).toEqual({
    ...before,
    monitorNotice: 'none',
    version: before.version + 1,
  });
  expect((await change()).body.code).toBe('version-conflict');
});
