import { describe, expect, it } from 'vitest';
import { asId } from '../../server/core/kernel/ids.ts';
import type { EndpointId } from '../../server/core/kernel/ids.ts';
import type { Repositories } from '../../server/start/tables.ts';
import { AppBed, refusal } from '../support/app-bed.ts';
import { CARE, DESK_PHONE, HOTLINE, SALES, TEAM, agentId, deskPhone, group } from '../support/builders.ts';
import { settle } from '../support/manual-clock.ts';

const ANNA = agentId('1001');

/** Another server, or a person at the database, changes the set-up. */
async function elsewhere(
  bed: AppBed,
  change: (repositories: Repositories) => Promise<unknown>,
): Promise<void> {
  await bed.store.run(async (repositories) => {
    await change(repositories);
    await repositories.teams.raiseSetUpVersion(TEAM);
  });
}

async function deactivate(repositories: Repositories): Promise<void> {
  const anna = await repositories.agents.byId(TEAM, ANNA);
  if (anna) await repositories.agents.update({ ...anna, active: false, version: anna.version + 1 });
}

describe('a live team', () => {
  it('follows by itself what was set up elsewhere', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    await elsewhere(bed, async ({ groups }) => {
      await groups.insert(group(CARE, { number: '2' }));
      await groups.insertMember({ teamId: TEAM, groupId: CARE, agentId: ANNA, static: false });
    });
    expect((await desk.view()).groups).toHaveLength(1);
    await bed.clock.advance(15_000);
    expect((await desk.view()).groups.map(({ groupId }) => groupId)).toEqual([SALES, CARE]);
  });

  it('reads again what it could not read', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    const { read } = bed.process.unitOfWork;
    bed.process.unitOfWork.read = () => Promise.reject(new Error('away'));
    await elsewhere(bed, deactivate);
    await bed.centre.setUpChanged(TEAM);
    expect(await desk.state()).toBe('idle');
    bed.process.unitOfWork.read = read;
    await bed.clock.advance(15_000);
    expect(await desk.state()).toBe('signed-out');
  });

  it('takes a call for a group of which it has not heard yet', async () => {
    const bed = await AppBed.start();
    await elsewhere(bed, async ({ groups, teams }) => {
      await groups.insert(group(CARE, { number: '2' }));
      await teams.insertRoute({ number: '400777', teamId: TEAM, target: { kind: 'group', groupId: CARE } });
    });
    const caller = bed.telephone.trunk.callIn('13900000001', '400777');
    await settle();
    expect(caller.state).toBe('up');
    expect(bed.centre.gauges().waiting).toBe(1);
  });

  it('gives new desk phones to the switch and takes away those that are no more', async () => {
    const bed = await AppBed.start();
    const next = asId<EndpointId>('next-phone');
    bed.telephone.phone(DESK_PHONE).register();
    bed.store.tables.phones = [deskPhone({ endpointId: next, username: 'next' })];
    await elsewhere(bed, async () => undefined);
    await bed.centre.setUpChanged(TEAM);
    bed.telephone.phone(next).register();
    await settle();
    expect(bed.telephone.phone(next).online).toBe(true);
    expect(() => bed.telephone.phone(DESK_PHONE)).toThrow('no endpoint');
  });
});

describe('an agent who may not work any more', () => {
  it('loses sessions and phone at once when idle, and gets no other phone', async () => {
    const bed = await AppBed.start();
    const desk = await bed.agent('1001');
    await elsewhere(bed, deactivate);
    await bed.centre.setUpChanged(TEAM);
    await settle();
    expect(bed.departed).toContain(ANNA);
    expect(desk.phone.online).toBe(false);
    expect(await refusal(bed.centre.agents.browserDevice(desk.who, desk.clientId))).toBe('not-found');
  });

  it('finishes a call over a reload of the page, and over a restart of the server', async () => {
    const before = await AppBed.outlived();
    const first = await before.agent('1001');
    const caller = before.telephone.trunk.callIn('13900000001', HOTLINE);
    await settle();
    await before.centre.calls.answer(first.who, asId((await first.call()).id));
    const { phone } = first;
    await elsewhere(before, deactivate);
    const bed = await before.successor();
    expect(caller.state).toBe('up');
    expect(bed.departed).toEqual([]);
    const account = await bed.centre.agents.browserDevice(first.who, 'page-after-reload');
    bed.telephone.phone(asId<EndpointId>(account.endpointId)).register();
    await settle();
    expect(phone.online).toBe(false);
    expect(caller.state).toBe('up');
    caller.hangup();
    await settle();
    expect(bed.departed).toContain(ANNA);
    expect(() => bed.telephone.phone(asId<EndpointId>(account.endpointId))).toThrow('no endpoint');
  });
});
