import { describe, expect, it } from 'vitest';
import { asId } from '../../server/core/kernel/ids.ts';
import type { CallId } from '../../server/core/kernel/ids.ts';
import { AppBed, type Desk } from '../support/app-bed.ts';
import { settle } from '../support/manual-clock.ts';

async function talking(): Promise<{ bed: AppBed; desk: Desk; id: CallId; heard: () => string }> {
  const bed = await AppBed.start();
  const desk = await bed.agent('1001');
  const customer = bed.telephone.trunk.callIn('13800138000', '400100');
  await settle();
  const id = asId<CallId>((await desk.call())?.id ?? '');
  await bed.centre.calls.answer(desk.who, id);
  return { bed, desk, id, heard: () => customer.receivedDigits };
}

describe('a row of digits', () => {
  it('of any length is sent in parts and in order, each pause in its place', async () => {
    const { bed, desk, id, heard } = await talking();
    const row = '0123456789'.repeat(4);
    await bed.centre.calls.digits(desk.who, id, `${row},,1#`);
    expect(heard()).toBe(row.slice(0, 8));
    await bed.clock.advance(4 * 2_000);
    expect(heard()).toBe(row);
    await bed.clock.advance(2_000 + 3_999);
    expect(heard()).toBe(row);
    await bed.clock.advance(1);
    expect(heard()).toBe(`${row}1#`);
    // Nothing is under way any more: the next is sent at once.
    await bed.centre.calls.digits(desk.who, id, '9');
    expect(heard()).toBe(`${row}1#9`);
  });

  it('goes before what is asked for after it, also after a pause at its end', async () => {
    const { bed, desk, id, heard } = await talking();
    await bed.centre.calls.digits(desk.who, id, ',12,');
    await bed.centre.calls.digits(desk.who, id, '34');
    expect(heard()).toBe('');
    await bed.clock.advance(2_000);
    expect(heard()).toBe('12');
    await bed.clock.advance(2_499);
    expect(heard()).toBe('12');
    await bed.clock.advance(1);
    expect(heard()).toBe('1234');
  });

  it('ends with a hold and with the call, and what is asked for then is refused', async () => {
    const { bed, desk, id, heard } = await talking();
    await bed.centre.calls.digits(desk.who, id, '12,34,56');
    await bed.centre.calls.hold(desk.who, id);
    await expect(bed.centre.calls.digits(desk.who, id, '7')).rejects.toMatchObject({ code: 'call-held' });
    await bed.clock.advance(2_500);
    await bed.centre.calls.resume(desk.who, id);
    await bed.clock.advance(10_000);
    expect(heard()).toBe('12');
    await bed.centre.calls.digits(desk.who, id, '12,34');
    await bed.centre.calls.hangup(desk.who, id);
    await bed.clock.advance(10_000);
    expect(heard()).toBe('1212');
    expect(bed.errors).toEqual([]);
  });

  it('is one of each call: nobody else waits for it, and it has an end', async () => {
    const { bed, desk, id } = await talking();
    await bed.centre.calls.digits(desk.who, id, `1${',1'.repeat(199)}`);
    await expect(bed.centre.calls.digits(desk.who, id, '1,1')).rejects.toMatchObject({
      code: 'invalid-request',
    });
    await expect(bed.centre.calls.digits(desk.who, asId('call_x'), '1')).rejects.toMatchObject({
      code: 'no-such-call',
    });
  });
});

describe('an extension', () => {
  it.each([
    ['010-62627410转8001', ',8001'],
    ['tel:62627410;phone-context=+86-10;ext=12', ',12'],
    ['+86 10 6262 7410;postd=p1p2*', ',1,2*'],
  ])('of %s is keyed when the other side has answered', async (number, row) => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    await bed.centre.calls.dial(desk.who, { number });
    const far = bed.telephone.trunk.call;
    expect(far.request?.target).toEqual({ kind: 'number', number: '01062627410' });
    far.ring();
    await bed.clock.advance(9_000);
    expect(far.receivedDigits).toBe('');
    far.answer();
    await settle();
    await bed.clock.advance(1_999);
    expect(far.receivedDigits).toBe('');
    await bed.clock.advance(6_000);
    expect(far.receivedDigits).toBe(row.replaceAll(',', ''));
    expect(bed.errors).toEqual([]);
  });

  it('of a call that nobody answers is forgotten', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    await bed.centre.calls.dial(desk.who, { number: '01062627410,12' });
    const far = bed.telephone.trunk.call;
    far.refuse(486);
    await settle();
    await bed.clock.advance(700_000);
    expect(far.receivedDigits).toBe('');
    expect(bed.errors).toEqual([]);
  });
});
