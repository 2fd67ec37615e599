import { afterEach, beforeEach, expect, it } from 'vitest';
import { CallRecordDetail } from '../../server/contract/call-record.ts';
import { CallPartPage } from '../../server/contract/report-facts.ts';
import { AgentPage } from './agent-page.ts';
import { Bed } from './bed.ts';

let bed: Bed;
const pages: AgentPage[] = [];

async function begin(number: string): Promise<AgentPage> {
  const opened = await AgentPage.open(bed, number);
  pages.push(opened);
  await opened.command('POST', '/agent/sign-in', {});
  await opened.until(() => opened.agent?.state === 'idle');
  return opened;
}

beforeEach(async () => {
  bed = await Bed.start();
});

afterEach(async () => {
  for (const page of pages.splice(0)) page.close();
  await bed.stop();
});

async function ladder(username: string, id: string): Promise<CallRecordDetail['parts']> {
  const answer = await bed.send('GET', `/calls/${id}`, { token: await bed.login(username) });
  return CallRecordDetail.parse(answer.body).parts;
}

it('a call says who was in it, who called them in, and how each has left, while it goes on and afterwards', async () => {
  const anna = await begin('1001');
  bed.switch.trunk.callIn('13800138001', '400100');
  await anna.until(() => anna.calls.size > 0);
  const { id } = anna.only;
  await anna.call(id, 'answer');
  const ben = await begin('1002');
  const leader = await begin('1000');
  await leader.command('POST', '/agents/1001/listen');
  await anna.command('POST', `/calls/${id}/consult`, { target: { agent: '1002' } });
  await ben.until(() => ben.calls.get(id)?.phase === 'offered');
  await ben.call(id, 'answer');
  await anna.command('POST', `/calls/${id}/transfer`, {});
  await anna.until(() => anna.calls.get(id)?.phase === 'ended');

  const shown = (parts: CallRecordDetail['parts']) =>
    parts.map(({ role, number, broughtBy, cause, endedAt }) => [
      role,
      number,
      broughtBy?.number ?? null,
      endedAt === null ? 'in it' : cause,
    ]);
  const during = await ladder('1001', id);
  expect(shown(during)).toEqual([
    ['customer', '13800138001', null, 'in it'],
    // In after-call work, which is no part of the call.
    ['agent', '1001', null, 'handed-over'],
    ['supervisor', '1000', null, 'normal'],
    ['consulted', '1002', '1001', 'in it'],
  ]);
  await anna.command('POST', '/agent/end-acw');
  await ben.call(id, 'hangup');
  await ben.until(() => ben.calls.get(id)?.phase === 'ended');
  const token = await bed.login('1002');
  await ben.command('POST', '/agent/end-acw');
  const after = await ladder('1001', id);
  expect(shown(after)).toEqual([
    ['customer', '13800138001', null, 'normal'],
    ['agent', '1001', null, 'handed-over'],
    ['supervisor', '1000', null, 'normal'],
    ['consulted', '1002', '1001', 'normal'],
  ]);
  const [customer, agent, supervisor, consulted] = after;
  if (!customer || !agent || !supervisor || !consulted) throw new Error('somebody is missing');
  expect(agent.answeredAt).toBe(customer.answeredAt);
  expect(agent.endedAt).toBeLessThanOrEqual(consulted.endedAt ?? 0);
  expect([customer.outcome, agent.outcome, supervisor.talkMs]).toEqual(['answered', 'answered', 0]);

  // Where the team does not show who listens, the record does not tell the agents either.
  const admin = await bed.login('admin');
  const team = await bed.send('GET', '/set-up/team', { token: admin });
  const { version } = team.body as unknown as { version: number };
  await bed.send('PATCH', '/set-up/team', {
    token: admin,
    headers: { 'if-match': `"${String(version)}"` },
    body: { monitorNotice: 'none' },
  });
  expect((await ladder('1001', id)).map(({ role }) => role)).not.toContain('supervisor');
  const record = await bed.send('GET', `/calls/${id}`, { token: await bed.login('1001') });
  const { legs } = record.body as unknown as CallRecordDetail;
  expect(legs.map(({ number }) => number).toSorted()).toEqual(['1001', '1002', '13800138001']);
  expect((await ladder('1000', id)).map(({ role }) => role)).toContain('supervisor');
  const range = `?from=0&to=${Date.now() + 60_000}`;
  const parts = await bed.send('GET', `/reports/call-parts${range}`, { token });
  expect(CallPartPage.parse(parts.body).items.map(({ role }) => role)).not.toContain('supervisor');
});
