import { expect, it } from 'vitest';
import { asId, type AgentId, type ContactId } from '../../server/core/kernel/ids.ts';
import type { ContactRow } from '../../server/features/contacts/contacts-store.ts';
import { china } from '../../server/core/kernel/number/china.ts';
import { Numbers } from '../../server/core/kernel/number/numbers.ts';
import { describeStore, openBedStore, silent } from './store-bed.ts';
import * as rows from './rows.ts';

const { teamId, otherTeamId, agentId, otherAgentId } = rows;

function contact(name: string, change: Partial<ContactRow> = {}): ContactRow {
  return {
    id: asId<ContactId>(`contact_${name}`),
    teamId,
    ownerId: null,
    name,
    number: '13800138000',
    note: '',
    version: 1,
    createdAt: 1,
    ...change,
  };
}

describeStore('phone books', (bed) => {
  const names = async (who: AgentId, q: string | null = null) =>
    (await bed.store.run(({ contacts }) => contacts.search(teamId, who, q, null, 10))).items.map(
      ({ name }) => name,
    );

  it("are the team's and one's own, found by a part of the name or number, and page by page", async () => {
    await bed.store.run(async ({ contacts }) => {
      await contacts.insert(contact('Lawyer 100%', { createdAt: 1 }));
      await contacts.insert(contact('Garage', { createdAt: 2, ownerId: agentId, number: '02066668888' }));
      await contacts.insert(contact('Mother', { createdAt: 3, ownerId: otherAgentId }));
      await contacts.insert(contact('Elsewhere', { createdAt: 4, teamId: otherTeamId }));
    });
    expect(await names(agentId)).toEqual(['Garage', 'Lawyer 100%']);
    expect(await names(otherAgentId)).toEqual(['Mother', 'Lawyer 100%']);
    expect(await names(agentId, 'AWY')).toEqual(['Lawyer 100%']);
    expect(await names(agentId, '100%')).toEqual(['Lawyer 100%']);
    expect(await names(agentId, '6666')).toEqual(['Garage']);
    const [first, second] = await bed.store.run(async ({ contacts }) => {
      const page = await contacts.search(teamId, agentId, null, null, 1);
      return [page, await contacts.search(teamId, agentId, null, page.next, 1)];
    });
    expect([first, second].map((page) => page?.items[0]?.name)).toEqual(['Garage', 'Lawyer 100%']);
    expect(second?.next).toBeNull();
  });

  it('find a number by any spelling of it, or by a part of one', async () => {
    const kept = { Mobile: '+86 139-0000 0011', Line: '(020) 6277 0141', Abroad: '001 212 555 0100' };
    await bed.store.run(async ({ contacts }) => {
      for (const [name, number] of Object.entries(kept)) await contacts.insert(contact(name, { number }));
    });
    for (const q of ['13900000011', '139 0000', '0139 0000 0011', '0086-139-0000-0011', '００００００１１']) {
      expect([q, await names(agentId, q)]).toEqual([q, ['Mobile']]);
    }
    for (const q of ['02062770141', '+862062770141', '020-62', '6277 01', '86 20 6277 0141']) {
      expect([q, await names(agentId, q)]).toEqual([q, ['Line']]);
    }
    for (const q of ['+1 (212) 555-0100', '2125550100']) {
      expect([q, await names(agentId, q)]).toEqual([q, ['Abroad']]);
    }
    // A name with a digit in it is no number, and what is none matches none.
    expect(await names(agentId, 'Room 2')).toEqual([]);
    expect(await names(agentId, '+-')).toEqual([]);
  });

  it('are compared anew when numbers are read in another way from now on', async () => {
    await bed.store.run(({ contacts }) => contacts.insert(contact('Line', { number: '020-6277 0141' })));
    await bed.store.close();
    bed.store = await openBedStore(bed, silent, new Numbers(china, '9'));
    expect(await names(agentId, '9 02062770141')).toEqual(['Line']);
  });

  it('change and lose a contact in its next version only, and hide that of another', async () => {
    const row = contact('Garage', { ownerId: agentId });
    await bed.store.run(({ contacts }) => contacts.insert(row));
    const changed = { ...row, note: 'ask for Li', version: 2 };
    expect(await bed.store.run(({ contacts }) => contacts.update(changed))).toBe(true);
    expect(await bed.store.run(({ contacts }) => contacts.update({ ...changed, note: 'late' }))).toBe(false);
    expect(await bed.store.run(({ contacts }) => contacts.byId(teamId, agentId, row.id))).toEqual(changed);
    expect(await bed.store.run(({ contacts }) => contacts.byId(teamId, otherAgentId, row.id))).toBeNull();
    expect(await bed.store.run(({ contacts }) => contacts.delete(row))).toBe(false);
    expect(await bed.store.run(({ contacts }) => contacts.delete(changed))).toBe(true);
    expect(await names(agentId)).toEqual([]);
  });
});

describeStore("a team's and a group's rules", (bed) => {
  it('are as nobody has said otherwise, and are kept', async () => {
    const group = { ...rows.group(), transferOutside: true, lastAgent: 'talk-on', talkOnMs: 60_000 } as const;
    await bed.store.run(async ({ groups, teams }) => {
      expect((await teams.byId(teamId))?.monitorNotice).toBe('shown');
      expect((await groups.all(teamId))[0]).toMatchObject({
        transferReturn: 'return',
        lastAgent: 'end',
        transferOutside: false,
        talkOnMs: 1_800_000,
      });
      expect(await teams.byId(teamId)).toMatchObject({
        outsidePhones: 'assigned',
        outsideConfirm: 'queue-calls',
      });
      const outside = { outsidePhones: 'own', outsideConfirm: 'always' } as const;
      await teams.setRules(teamId, { monitorNotice: 'none', priorityPointMs: 30_000, ...outside });
      await groups.update({ ...group, version: 2 });
    });
    await bed.store.run(async ({ groups, teams }) => {
      expect(await teams.byId(teamId)).toMatchObject({ monitorNotice: 'none', outsidePhones: 'own' });
      expect((await groups.all(teamId))[0]).toMatchObject({ ...group, version: 2 });
    });
  });
});
