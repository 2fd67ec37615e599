import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CallView } from '../../server/contract/desk.ts';
import { AgentPage } from './agent-page.ts';
import { Bed } from './bed.ts';

let bed: Bed;
let page: AgentPage;
let colleague: AgentPage;

async function begin(number: string): Promise<AgentPage> {
  const opened = await AgentPage.open(bed, number);
  await opened.command('POST', '/agent/sign-in', {});
  await opened.until(() => opened.agent?.state === 'idle');
  return opened;
}

beforeEach(async () => {
  bed = await Bed.start();
  page = await begin('1001');
  bed.switch.trunk.callIn('13800138001', '400100');
  await page.until(() => page.calls.size > 0);
  await page.call(page.only.id, 'answer');
  colleague = await begin('1002');
});

afterEach(async () => {
  page.close();
  colleague.close();
  await bed.stop();
});

describe('a call of many parties', () => {
  it('is one of three by consult and conference, and the other agent alone has it when the first leaves', async () => {
    const { id } = page.only;
    const path = `/calls/${id}`;
    const asked = CallView.parse(
      await page.command('POST', `${path}/consult`, { target: { agent: '1002' } }),
    );
    expect(asked.parties.map(({ role, held }) => [role, held])).toEqual([
      ['customer', true],
      ['agent', false],
      ['consulted', false],
    ]);
    await colleague.until(() => colleague.calls.get(id)?.phase === 'offered');
    await colleague.call(id, 'answer');
    const all = CallView.parse(await page.command('POST', `${path}/conference`));
    expect(all.parties.every(({ state }) => state === 'talking')).toBe(true);
    const other = all.parties.find(({ role }) => role === 'consulted')?.id;
    await page.command('POST', `${path}/parties/${other}/mute`);
    await colleague.until(() => colleague.calls.get(id)?.muted === true);
    expect((await colleague.refused(`${path}/parties/nobody/unmute`)).body.code).toBe('call-not-active');
    await page.command('POST', `${path}/parties/${other}/unmute`);
    await colleague.until(() => colleague.calls.get(id)?.muted === false);
    await page.command('POST', `${path}/leave`);
    await page.until(() => page.calls.get(id)?.phase === 'ended');
    expect(colleague.calls.get(id)?.phase).toBe('talking');
  });

  it('is refused what is no target, and what cannot be now', async () => {
    const path = `/calls/${page.only.id}`;
    const both = await page.refused(`${path}/consult`, { target: { agent: '1002', number: '1002' } });
    expect(both.body.code).toBe('invalid-request');
    expect((await page.refused(`${path}/swap`)).body.code).toBe('call-not-active');
    expect((await page.refused(`${path}/transfer`, { type: 'blind' })).body.code).toBe('invalid-request');
    expect((await page.refused(`${path}/transfer`, {})).body.code).toBe('call-not-active');
  });
});
