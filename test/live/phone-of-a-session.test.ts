import { afterEach, expect, it } from 'vitest';
import { asId } from '../../server/core/kernel/ids.ts';
import type { EndpointId, SessionId } from '../../server/core/kernel/ids.ts';
import { AppBed, Desk, refusal } from '../support/app-bed.ts';
import { settle } from '../support/manual-clock.ts';

const HOUR = 60 * 60 * 1000;
let bed: AppBed;
afterEach(() => bed.centre.stop());

/** Which endpoints the switch was told to retire. */
const retired = () => bed.telephone.asked.filter(({ op }) => op === 'retire').map(({ argument }) => argument);
const endpointOf = async (desk: Desk) =>
  asId<EndpointId>((await bed.centre.agents.browserDevice(desk.who, desk.clientId)).endpointId);

it('is retired at once when the session ends: it registers no more and is registered no more', async () => {
  bed = await AppBed.start();
  const desk = await bed.agent('1001');
  const endpointId = await endpointOf(desk);
  await bed.centre.sessionEnded(desk.who);
  expect(retired()).toEqual([endpointId]);
  expect(desk.phone.online).toBe(false);
  await settle();
  expect((await desk.view()).device.online).toBe(false);
});

it('is another one when the agent logs in again in the same page, which is not told of a take-over', async () => {
  bed = await AppBed.start();
  const desk = await bed.agent('1001');
  const before = await endpointOf(desk);
  await bed.centre.sessionEnded(desk.who);
  const again = new Desk(bed, '1001', desk.clientId);
  again.who.sessionId = asId<SessionId>('session-later');
  await again.open();
  expect(await endpointOf(again)).not.toBe(before);
  expect(retired()).toEqual([before]);
  expect([...desk.events, ...again.events].filter(({ type }) => type === 'taken-over')).toEqual([]);
  expect((await again.view()).device.online).toBe(true);
});

it('stays when another session of the agent ends', async () => {
  bed = await AppBed.start();
  const desk = await bed.agent('1001');
  await bed.centre.sessionEnded({ ...desk.who, sessionId: asId<SessionId>('session-elsewhere') });
  expect(retired()).toEqual([]);
  expect(desk.phone.online).toBe(true);
});

it('lives no longer than its session, and ends with it when nobody logs out', async () => {
  bed = await AppBed.start();
  const desk = new Desk(bed, '1001');
  desk.who.expiresAt = bed.clock.now() + HOUR;
  await desk.open();
  const account = await bed.centre.agents.browserDevice(desk.who, desk.clientId);
  expect(account.expiresAt).toBe(bed.clock.now() + 600_000);
  await bed.clock.advance(HOUR - 60_000);
  const late = await bed.centre.agents.browserDevice(desk.who, desk.clientId);
  expect(late.expiresAt).toBe(desk.who.expiresAt);
  await bed.clock.advance(60_000);
  expect(retired()).toEqual([account.endpointId]);
});

it('is not given to a session that ended while it was asked for', async () => {
  bed = await AppBed.start();
  const desk = new Desk(bed, '1001');
  const ended = bed.centre.sessionEnded(desk.who);
  expect(await refusal(bed.centre.agents.browserDevice(desk.who, desk.clientId))).toBe('token-invalid');
  await ended;
});

it('is not restored by the next server process when its session has ended', async () => {
  bed = await AppBed.outlived();
  const desk = await bed.agent('1001');
  expect(bed.store.tables.browserPhones).toHaveLength(1);
  await bed.centre.sessionEnded(desk.who);
  expect(bed.store.tables.browserPhones).toEqual([]);
});

it('is given anew when an earlier server process gave it, and a session of the agent ends', async () => {
  bed = await AppBed.outlived();
  const desk = await bed.agent('1001');
  const endpointId = await endpointOf(desk);
  bed = await bed.successor();
  const again = new Desk(bed, '1001', desk.clientId);
  await again.reconnect(desk.phone);
  await bed.centre.sessionEnded({ ...desk.who, sessionId: asId<SessionId>('session-elsewhere') });
  expect(retired()).toEqual([endpointId]);
  expect(again.events.filter(({ type }) => type === 'phone-moved')).toHaveLength(1);
  expect(await endpointOf(again)).not.toBe(endpointId);
});
