import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DomainError } from '../../server/core/kernel/domain-error.ts';
import { asId } from '../../server/core/kernel/ids.ts';
import { settle } from '../support/manual-clock.ts';
import { WIRE_VERSION } from '../../server/contract/wire.ts';
import { patches, RealtimeBed, snapshot, who } from './realtime-bed.ts';

let bed: RealtimeBed;
beforeEach(async () => {
  bed = await RealtimeBed.open();
});
afterEach(() => bed.close());

describe('a page that connects', () => {
  it('gets a snapshot and then every change, numbered without a gap', async () => {
    const page = await bed.greeted();
    expect(page.messages[0]).toEqual({ type: 'welcome', version: WIRE_VERSION, time: bed.clock.now() });
    const first = { type: 'snapshot', topic: 'desk', sequence: 0, state: snapshot };
    expect(page.messages[1]).toMatchObject(first);
    for (const id of ['a', 'b', 'c']) bed.desks.change(id);
    await page.until(5);
    expect(patches(page)).toEqual(['1:a', '2:b', '3:c']);
  });

  it('has its heart heard, and hears a pulse with what it sent', async () => {
    const page = await bed.greeted();
    const phone = { registered: true, microphone: 'ready' };
    page.send({ type: 'heartbeat', sent: 1234.5, phone });
    await page.until(3);
    expect(page.last).toEqual({ type: 'pulse', sent: 1234.5, time: bed.clock.now() });
    expect(bed.desks.told).toEqual([`heartbeat page-1 ${JSON.stringify(phone)}`]);
  });

  it('is asked to answer a leg', async () => {
    const page = await bed.greeted();
    bed.desks.pages.get('page-1')?.({ type: 'answer-leg', legId: asId('leg_1') });
    await page.until(3);
    expect(page.last).toMatchObject({ type: 'answer-leg', legId: 'leg_1' });
  });
});

describe('a page whose phone has to register elsewhere', () => {
  it('is told at once', async () => {
    const page = await bed.greeted();
    bed.desks.pages.get('page-1')?.({ type: 'phone-moved' });
    await page.until(3);
    expect(page.last).toMatchObject({ type: 'phone-moved' });
  });
});

describe('a page that is refused', () => {
  it.each([
    ['a token that is not good', { token: 'forged' }, 'token-invalid', 4401],
    ['another version', { version: WIRE_VERSION + 1 }, 'version-mismatch', 4426],
    ['no name', { clientId: '' }, 'invalid-request', 4400],
  ])('because of %s is told why before the socket closes', async (_, overrides, code, close) => {
    const page = await bed.connect();
    page.hello(overrides);
    expect(await page.closed).toBe(close);
    expect(page.messages).toEqual([expect.objectContaining({ type: 'error', code })]);
  });

  it('says nothing for five seconds', async () => {
    const page = await bed.connect();
    await settle();
    bed.clock.advanceNow(5000);
    expect(await page.closed).toBe(4401);
    expect(page.last).toMatchObject({ type: 'error', code: 'token-missing' });
  });

  it.each(['{', '[]', '"hello"', '{"type":"nothing"}', '{"type":"hello","version":"1"}'])(
    'sends %s',
    async (text) => {
      const page = await bed.connect();
      page.send(text);
      expect(await page.closed).toBe(4400);
    },
  );

  it('sends a heartbeat before its hello', async () => {
    const page = await bed.connect();
    page.send({ type: 'heartbeat', sent: 1, phone: null });
    expect(await page.closed).toBe(4401);
  });

  it('sends bytes instead of text', async () => {
    const page = await bed.connect();
    page.socket.send(Buffer.from('{"type":"hello"}'));
    expect(await page.closed).toBe(4400);
  });

  it('sends a message of more than 16 KiB', async () => {
    const page = await bed.greeted();
    page.send({ type: 'hello', token: 'x'.repeat(17_000) });
    expect(await page.closed).toBe(1009);
  });

  it('floods the server', async () => {
    const page = await bed.greeted();
    for (let n = 0; n < 60; n++) page.send({ type: 'heartbeat', sent: n, phone: null });
    expect(await page.closed).toBe(4429);
    expect(page.last).toMatchObject({ type: 'error', code: 'rate-limited' });
  });

  it('says hello twice', async () => {
    const page = await bed.greeted();
    page.hello();
    expect(await page.closed).toBe(4400);
  });
});

describe('a page that comes back', () => {
  const from = (resume: object) => ({ topics: [{ topic: 'desk', resume }] });
  async function broken(): Promise<{ epoch: string }> {
    const page = await bed.greeted();
    const [, first] = page.messages;
    if (first?.type !== 'snapshot') throw new Error('no snapshot');
    bed.desks.change('seen');
    await page.until(3);
    page.socket.terminate();
    while (!bed.desks.told.includes('disconnected page-1')) await settle();
    return { epoch: first.epoch };
  }

  it('gets exactly what it missed', async () => {
    const { epoch } = await broken();
    bed.desks.change('missed-1');
    bed.desks.change('missed-2');
    const page = await bed.greeted(from({ epoch, sequence: 1 }));
    bed.desks.change('live');
    await page.until(5);
    expect(page.messages[1]).toMatchObject({ type: 'resumed', sequence: 1 });
    expect(patches(page)).toEqual(['2:missed-1', '3:missed-2', '4:live']);
  });

  it('gets a snapshot when it missed more than is kept', async () => {
    const { epoch } = await broken();
    for (let n = 0; n < 300; n++) bed.desks.change('x'.repeat(100_000));
    const page = await bed.greeted(from({ epoch, sequence: 1 }));
    expect(page.messages[1]).toMatchObject({ type: 'snapshot', sequence: 301, epoch });
  });

  it.each([
    ['of another epoch', { epoch: 'another', sequence: 1 }],
    ['that has not been yet', { sequence: 99 }],
  ])('gets a snapshot when it names a position %s', async (_, position) => {
    const { epoch } = await broken();
    const page = await bed.greeted(from({ epoch, ...position }));
    expect(page.messages[1]?.type).toBe('snapshot');
  });

  it('gets a snapshot after a minute, when its stream has been forgotten', async () => {
    const { epoch } = await broken();
    bed.clock.advanceNow(60_000);
    expect(bed.desks.told).toContain('closed desk agent_1');
    const page = await bed.greeted(from({ epoch, sequence: 1 }));
    expect(page.messages[1]).toMatchObject({ type: 'snapshot', sequence: 0 });
  });

  it('takes the place of its own dead socket without being reported gone', async () => {
    const old = await bed.greeted();
    const page = await bed.greeted();
    await old.closed;
    bed.desks.change('now');
    await page.until(3);
    expect(patches(page)).toEqual(['1:now']);
    expect(bed.desks.told).toEqual([]);
  });

  it('is told once that its phone registers elsewhere, when that came while it was away', async () => {
    const { epoch } = await broken();
    bed.desks.pages.get('page-1')?.({ type: 'phone-moved' });
    const page = await bed.greeted(from({ epoch, sequence: 1 }));
    await page.until(3);
    expect(page.last).toMatchObject({ type: 'phone-moved' });
    const again = await bed.greeted(from({ epoch, sequence: 1 }));
    bed.desks.change('now');
    await again.until(3);
    expect(again.messages.some(({ type }) => type === 'phone-moved')).toBe(false);
  });

  it('is asked to answer what began to ring while it was away, unless that is long ago', async () => {
    const { epoch } = await broken();
    bed.desks.pages.get('page-1')?.({ type: 'answer-leg', legId: asId('leg_1') });
    const page = await bed.greeted(from({ epoch, sequence: 1 }));
    await page.until(3);
    expect(page.last).toMatchObject({ type: 'answer-leg', legId: 'leg_1' });
  });

  it('is told once that another page has taken over meanwhile', async () => {
    await broken();
    bed.desks.pages.get('page-1')?.({ type: 'taken-over' });
    const page = await bed.connect();
    page.hello();
    expect(await page.closed).toBe(4409);
    const again = await bed.greeted();
    expect(again.messages[1]?.type).toBe('snapshot');
  });
});

describe('a connection', () => {
  it('shares the stream of the desk with the other pages, and nothing that is meant for one of them', async () => {
    const [one, two] = [await bed.greeted(), await bed.greeted({ clientId: 'page-2' })];
    bed.desks.pages.get('page-2')?.({ type: 'phone-moved' });
    bed.desks.change('for-both');
    await two.until(4);
    await one.until(3);
    expect([patches(one), patches(two)]).toEqual([['1:for-both'], ['1:for-both']]);
    expect(one.messages.some(({ type }) => type === 'phone-moved')).toBe(false);
  });

  it('ends when another page takes over', async () => {
    const page = await bed.greeted();
    bed.desks.pages.get('page-1')?.({ type: 'taken-over' });
    expect(await page.closed).toBe(4409);
    expect(page.last).toMatchObject({ type: 'error', code: 'taken-over' });
  });

  it('ends when the agent logs out', async () => {
    const page = await bed.greeted();
    bed.endSession(who);
    expect(await page.closed).toBe(4401);
    expect(bed.desks.told).toEqual(['disconnected page-1', 'unsubscribed page-1']);
  });

  it('ends when the session expires', async () => {
    const page = await bed.greeted();
    for (let minutes = 0; minutes < 60 * 4; minutes++) {
      // Alive all the time.
      page.send({ type: 'heartbeat', sent: minutes, phone: null });
      await page.until(Math.min(page.messages.length + 1, minutes + 3));
      if (page.last?.type === 'error') break;
      bed.clock.advanceNow(15_000);
      await settle(1);
    }
    expect(await page.closed).toBe(4401);
    expect(page.last).toMatchObject({ type: 'error', code: 'token-expired' });
  });

  it('ends when the session turns out to have been ended elsewhere', async () => {
    const page = await bed.greeted();
    page.send({ type: 'heartbeat', sent: 1, phone: null });
    await page.until(3);
    bed.refusal = new DomainError('token-invalid', 'Ended on another server.');
    bed.clock.advanceNow(15_000);
    page.send({ type: 'heartbeat', sent: 2, phone: null });
    await page.until(4);
    bed.clock.advanceNow(15_000);
    expect(await page.closed).toBe(4401);
  });

  it('is given up when the page is silent', async () => {
    const page = await bed.greeted();
    bed.clock.advanceNow(20_000);
    expect(await page.closed).toBe(1006);
    while (bed.desks.told.length === 0) await settle();
    expect(bed.desks.told).toEqual(['disconnected page-1']);
  });

  it('says that the server stops', async () => {
    const page = await bed.greeted();
    bed.realtime.close();
    expect(await page.closed).toBe(1001);
    expect(page.last).toMatchObject({ type: 'error', code: 'shutting-down' });
    expect(bed.desks.told).toContain('unsubscribed page-1');
  });

  it('shows a fault of the server as nothing but a fault', async () => {
    bed.refusal = new Error('SELECT password FROM agent');
    const page = await bed.connect();
    page.hello();
    expect(await page.closed).toBe(1011);
    expect(JSON.stringify(page.messages)).not.toContain('SELECT');
  });
});
