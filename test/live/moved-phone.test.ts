import { afterEach, expect, it } from 'vitest';
import { asId } from '../../server/core/kernel/ids.ts';
import type { EndpointId } from '../../server/core/kernel/ids.ts';
import { AppBed } from '../support/app-bed.ts';
import { settle } from '../support/manual-clock.ts';

let bed: AppBed;
afterEach(() => bed.centre.stop());

it('gives a page the address that the switch names, and its own path when it names none', async () => {
  bed = await AppBed.start();
  const desk = await bed.agent('1001');
  const own = await bed.centre.agents.browserDevice(desk.who, desk.clientId);
  bed.telephone.signallingUrl = 'wss://two.example/ws';
  const other = await bed.centre.agents.browserDevice(desk.who, desk.clientId);
  expect([own.server, other.server]).toEqual(['/sip', 'wss://two.example/ws']);
  expect(other.endpointId).toBe(own.endpointId);
});

it('tells the page whose phone has to register elsewhere, and no other', async () => {
  bed = await AppBed.start();
  const [desk, other] = [await bed.agent('1001'), await bed.agent('1002')];
  const account = await bed.centre.agents.browserDevice(desk.who, desk.clientId);
  bed.telephone.emit({ type: 'endpoint-moved', endpointId: asId<EndpointId>(account.endpointId) });
  expect(desk.events.filter(({ type }) => type === 'phone-moved')).toHaveLength(1);
  expect(other.events.filter(({ type }) => type === 'phone-moved')).toEqual([]);
});

it('gives a desk phone to the switch again when what it registers with has gone', async () => {
  bed = await AppBed.start();
  const given = () => bed.telephone.asked.filter(({ op }) => op === 'provision');
  const before = given();
  expect(before).toHaveLength(1);
  const endpointId = (before[0]?.argument as { endpointId: EndpointId } | undefined)?.endpointId;
  if (endpointId === undefined) throw new Error('no desk phone was given to the switch');
  bed.telephone.emit({ type: 'endpoint-moved', endpointId });
  await settle();
  expect(given()[1]?.argument).toEqual(before[0]?.argument);
});
