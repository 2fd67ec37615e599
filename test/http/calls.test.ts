import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CallRecordDetail } from '../../server/contract/call-record.ts';
import { AgentView, CallView } from '../../server/contract/desk.ts';
import { WrapUpAnswer } from '../../server/contract/commands.ts';
import { asId } from '../../server/core/kernel/ids.ts';
import { settle } from '../support/manual-clock.ts';
import { AgentPage } from './agent-page.ts';
import { Bed } from './bed.ts';

let bed: Bed;
let page: AgentPage;

async function begin(environment: Record<string, string> = {}): Promise<void> {
  bed = await Bed.start(environment);
  page = await AgentPage.open(bed, '1001');
  AgentView.parse(await page.command('POST', '/agent/sign-in', {}));
  await page.until(() => page.agent?.state === 'idle');
}
afterEach(async () => {
  page.close();
  await bed.stop();
});

describe('numbers of the country that the server was told', () => {
  beforeEach(() => begin({ TELEBAR_COUNTRY: 'GB', TELEBAR_OUTSIDE_DIGIT: '9' }));

  it('are one number for cards, calls and dialling, with the digit for a line outside or without', async () => {
    const numbers = ['9, 020 7946/0000'];
    const { id: customerId } = await page.command('POST', '/customers', { name: '', numbers });
    for (const spelling of ['+44 20 7946 0000', '02079460000', '442079460000', '9+44 (0)20 7946 0000']) {
      const found = await page.command('GET', `/customers?number=${encodeURIComponent(spelling)}`);
      expect(found['items'], spelling).toMatchObject([{ id: customerId, numbers }]);
      const twice = await page.refused('/customers', { name: 'Twice', numbers: [spelling] });
      expect(twice.body, spelling).toMatchObject({ code: 'duplicate-number', customerId });
    }
    const caller = bed.switch.trunk.callIn('442079460000', '400100');
    await page.until(() => page.calls.size > 0);
    expect(page.only.customerId).toBe(customerId);
    caller.hangup();
    await page.until(() => page.agent?.state === 'idle');

    const dialled = CallView.parse(await page.command('POST', '/calls', { number: '9 020 7946 0000' }));
    expect(dialled).toMatchObject({ number: '02079460000', customerId });
    expect(bed.switch.trunk.call.request?.target).toEqual({ kind: 'number', number: '02079460000' });
    const { items } = await page.command('GET', `/calls?customerId=${String(customerId)}`);
    expect(items).toMatchObject([{ direction: 'outbound' }, { direction: 'queue' }]);
  });

  it('leave colleagues who begin with that digit where they are', async () => {
    const number = '9110';
    await bed.inStore(async ({ agents }) => {
      const agent = await agents.byUsername(asId('team_demo'), '1002');
      if (agent !== null) await agents.insert({ ...agent, id: asId('agent_9110'), number, username: number });
    });
    page.close();
    await bed.restart();
    page = await AgentPage.open(bed, '1001');
    await page.command('POST', '/agent/sign-in', {});
    const answer = await page.refused('/calls', { number });
    expect(answer.body.code).toBe('target-unavailable');
  });
});

describe('a call through REST and realtime', () => {
  beforeEach(() => begin());

  it('is offered, answered, held, taken back, muted and ended, each time as both doors say', async () => {
    const caller = bed.switch.trunk.callIn('13800138001', '400100');
    await page.until(() => page.calls.size > 0 && page.only.phase === 'offered');
    const { id, name, customerId } = page.only;
    expect({ name, customerId }).toMatchObject({ customerId: 'customer_demo_1' });

    expect((await page.call(id, 'answer')).phase).toBe('talking');
    expect((await page.call(id, 'answer')).phase).toBe('talking');
    expect((await page.call(id, 'hold')).phase).toBe('held');
    expect(bed.switch.heard(caller.legId).music).toBe(true);
    expect((await page.call(id, 'resume')).phase).toBe('talking');
    expect((await page.call(id, 'mute')).muted).toBe(true);
    expect((await page.call(id, 'unmute')).muted).toBe(false);
    await page.call(id, 'digits', 'POST', { digits: '1-2 #w' });
    expect(caller.receivedDigits).toBe('12#');
    const none = await page.refused(`/calls/${id}/digits`, { digits: 'call 7' });
    expect(none).toMatchObject({ status: 400, body: { errors: [{ path: 'digits' }] } });
    const data = await page.call(id, 'data', 'PATCH', { data: { order: 'A-1' } });
    expect(data.data).toEqual({ order: 'A-1' });
    const linked = await page.call(id, 'customer', 'PUT', { customerId: 'customer_demo_2' });
    expect(linked.customerId).toBe('customer_demo_2');

    expect((await page.call(id, 'hangup')).phase).toBe('ended');
    await page.until(() => page.agent?.state === 'acw');
    expect(caller.cause).toBe('normal');
    AgentView.parse(await page.command('POST', '/agent/end-acw'));
    const record = CallRecordDetail.parse(await page.command('GET', `/calls/${id}`));
    expect(record).toMatchObject({ customerId: 'customer_demo_2', data: { order: 'A-1' }, cause: 'normal' });
    expect(record.legs.map(({ role }) => role).toSorted()).toEqual(['agent', 'customer']);
  });

  it('is wrapped up and finished in one request, and the record says so', async () => {
    bed.switch.trunk.callIn('13800138001', '400100');
    await page.until(() => page.calls.size > 0 && page.only.phase === 'offered');
    const { id } = page.only;
    await page.call(id, 'answer');
    await page.call(id, 'hangup');
    await page.until(() => page.agent?.state === 'acw');
    const path = `/calls/${id}/wrap-up`;
    const unknown = await page.refused(path, { reasonId: 'reason_demo_lunch' });
    expect(unknown).toMatchObject({ status: 422, body: { code: 'unknown-reason' } });
    const noResult = await page.refused(path, { resultId: 'reason_demo_order' });
    expect(noResult).toMatchObject({ body: { code: 'unknown-reason' } });
    const tooLong = await page.refused(path, { notes: 'x'.repeat(2001) });
    expect(tooLong).toMatchObject({
      status: 400,
      body: { code: 'invalid-request', errors: [{ path: 'notes' }] },
    });
    const stranger = await bed.send('POST', path, { token: await bed.login('1002'), body: { notes: 'x' } });
    expect(stranger.body.code).toBe('no-such-call');

    // What came of it stands beside what it was about; each stays when the other is said.
    await page.command('POST', path, { resultId: 'reason_demo_to-follow' });
    const request = { reasonId: 'reason_demo_order', notes: ' 20 more ', finish: true };
    const answer = WrapUpAnswer.parse(await page.command('POST', path, request));
    expect(answer.agent).toMatchObject({ state: 'idle', acw: null });
    await page.until(() => page.agent?.state === 'idle');
    const wrapUp = {
      reasonId: 'reason_demo_order',
      label: { en: 'Order' },
      notes: '20 more',
      result: {
        ...{ id: 'reason_demo_to-follow', label: { en: 'To follow up', 'zh-CN': '待跟进' } },
        marks: ['connected', 'valid'],
      },
      agentNumber: '1001',
    };
    expect(page.agent?.wrapUp).toMatchObject({ ...wrapUp, callId: id });
    expect(page.calls.get(id)?.wrapUp).toMatchObject(wrapUp);
    const record = CallRecordDetail.parse(await page.command('GET', `/calls/${id}`));
    expect(record.wrapUp).toMatchObject(wrapUp);
    await page.command('POST', path, { resultId: null });
    const later = CallRecordDetail.parse(await page.command('GET', `/calls/${id}`));
    expect(later.wrapUp).toMatchObject({ ...wrapUp, result: null });
  });

  it('is dialled: the agent answers by itself, then the number rings', async () => {
    const answer = bed.send('POST', '/calls', {
      token: await bed.login('1001'),
      body: { number: '139 0013 9000' },
    });
    const { status, body } = await answer;
    expect(status).toBe(200);
    const call = CallView.parse(body);
    expect(call).toMatchObject({ direction: 'outbound', number: expect.stringContaining('139') });
    await settle();
    bed.switch.trunk.call.answer();
    await page.until(() => page.calls.get(call.id)?.phase === 'talking');
    expect((await page.call(call.id, 'hangup')).phase).toBe('ended');
  });

  it('belongs to its agent: another one cannot touch it', async () => {
    bed.switch.trunk.callIn('13800138001', '400100');
    await page.until(() => page.calls.size > 0);
    const token = await bed.login('1002');
    for (const action of ['answer', 'hangup', 'hold', 'mute']) {
      const answer = await bed.send('POST', `/calls/${page.only.id}/${action}`, { token });
      expect(answer.body.code).toBe('no-such-call');
    }
    expect(page.only.phase).toBe('offered');
  });

  it('is closed in the records when the server restarts', async () => {
    bed.switch.trunk.callIn('13800138001', '400100');
    await page.until(() => page.calls.size > 0);
    const { id } = page.only;
    await page.call(id, 'answer');
    await bed.restart();
    const token = await bed.login('1001');
    const record = CallRecordDetail.parse((await bed.send('GET', `/calls/${id}`, { token })).body);
    expect(record.endedAt).not.toBeNull();
    expect(record.cause).toBe('server-restart');
    expect(record.legs.every(({ endedAt }) => endedAt !== null)).toBe(true);
  });

  it("refuses to show a caller id that is not the team's, and to dial for an unknown customer", async () => {
    const foreign = await page.refused('/calls', { number: '13800138001', callerId: '110' });
    expect([foreign.status, foreign.body.code]).toEqual([403, 'forbidden']);
    const nobody = await page.refused('/calls', { number: '13800138001', customerId: 'customer_none' });
    expect([nobody.status, nobody.body.code]).toEqual([404, 'not-found']);
  });
});
