import { describe, expect, it } from 'vitest';
import type { CallView, Party } from '../../server/contract/desk.ts';
import { asId } from '../../server/core/kernel/ids.ts';
import type { PartyId } from '../../server/core/kernel/ids.ts';
import { refusal } from '../support/app-bed.ts';
import type { Desk } from '../support/app-bed.ts';
import { ANNA, BEN, CUSTOMER, all, conference, hears, talk } from '../support/many-parties.ts';
import type { Scene } from '../support/many-parties.ts';
import { settle } from '../support/manual-clock.ts';

describe('a conference in which somebody is muted', () => {
  const idOf = async (desk: Desk, role: Party['role']): Promise<PartyId> =>
    asId<PartyId>((await desk.call()).parties.find((each) => each.role === role)?.id ?? '');
  /** Anna mutes, or unmutes, the customer or Ben. */
  async function mute(scene: Scene, role: Party['role'], muted: boolean): Promise<CallView> {
    const partyId = await idOf(scene.anna, role);
    return scene.bed.centre.parties.mute(scene.anna.who, scene.id, partyId, muted);
  }
  const voices = async (desk: Desk) =>
    (await desk.call()).parties.map(({ role, muted, mayMute }) => [role, muted, mayMute]);

  /** The numbers of those who have muted somebody, as the desk shows it. */
  const mutedBy = async (desk: Desk) =>
    (await desk.call()).parties.flatMap((party) => party.mutedBy?.number ?? []);

  it('does not hear whom the agent has muted, who hears all; told twice it is as told once', async () => {
    const scene = await conference();
    for (let times = 0; times < 2; times++) {
      const view = await mute(scene, 'customer', true);
      expect(view.muted).toBe(false);
      expect(all(scene)).toEqual([`${ANNA} ${BEN}`, String(BEN), String(ANNA)]);
    }
    expect(await voices(scene.anna)).toEqual([
      ['customer', true, true],
      ['agent', false, false],
      ['consulted', false, true],
    ]);
    // Any agent of the call can let the customer be heard again.
    expect(await voices(scene.ben)).toContainEqual(['customer', true, true]);
    for (let times = 0; times < 2; times++) {
      await mute(scene, 'customer', false);
      expect(all(scene)).toEqual([`${ANNA} ${BEN}`, `${CUSTOMER} ${BEN}`, `${CUSTOMER} ${ANNA}`]);
    }
  });

  it('has an agent muted who sees it, can end it, and whose own mute only that agent ends', async () => {
    const scene = await conference();
    const { bed, ben, id } = scene;
    await mute(scene, 'consulted', true);
    expect(all(scene)).toEqual([String(ANNA), String(CUSTOMER), `${CUSTOMER} ${ANNA}`]);
    expect(await ben.call()).toMatchObject({ muted: true });
    expect(await mutedBy(ben)).toEqual(['1001']);
    expect(await mutedBy(scene.anna)).toEqual(['1001']);
    await bed.centre.calls.mute(ben.who, id, false);
    expect(await mutedBy(ben)).toEqual([]);
    expect(hears(scene, scene.customer)).toBe(`${ANNA} ${BEN}`);
    await mute(scene, 'consulted', true);
    await mute(scene, 'consulted', false);
    expect(await ben.call()).toMatchObject({ muted: false });
    // Muted by the other, and then by its own wish too.
    await mute(scene, 'consulted', true);
    await bed.centre.calls.mute(ben.who, id, true);
    expect(await refusal(mute(scene, 'consulted', false))).toBe('forbidden');
    expect(await voices(scene.anna)).toContainEqual(['consulted', true, false]);
    expect(await mutedBy(ben)).toEqual([]);
    expect(hears(scene, scene.customer)).toBe(String(ANNA));
    await bed.centre.calls.mute(ben.who, id, false);
    expect(hears(scene, scene.customer)).toBe(`${ANNA} ${BEN}`);
  });

  it('keeps muted whose page is loaded anew, and lets the other end it', async () => {
    const scene = await conference();
    const { bed, ben } = scene;
    await mute(scene, 'consulted', true);
    ben.phone.leave('voice');
    await settle();
    expect(await refusal(mute(scene, 'consulted', false))).toBe('call-not-active');
    ben.phone.register();
    await bed.clock.advance(3_000);
    ben.phone.call.send(BEN);
    expect(await ben.call()).toMatchObject({ phase: 'talking', muted: true });
    expect(hears(scene, scene.customer)).toBe(String(ANNA));
    await mute(scene, 'consulted', false);
    expect(hears(scene, scene.customer)).toBe(`${ANNA} ${BEN}`);
  });

  it('keeps muted whose page goes in the instant of the mute', async () => {
    const scene = await conference();
    const { bed, ben } = scene;
    const release = bed.telephone.gate('place');
    const muting = mute(scene, 'consulted', true).catch(() => undefined);
    await settle();
    ben.phone.leave('voice');
    await settle();
    release();
    await muting;
    ben.phone.register();
    await bed.clock.advance(3_000);
    ben.phone.call.send(BEN);
    expect(await ben.call()).toMatchObject({ phase: 'talking', muted: true });
    expect(hears(scene, scene.customer)).toBe(String(ANNA));
  });

  it('mutes nobody who has called it in, rings, has left, or is itself', async () => {
    const scene = await conference();
    const { bed, anna, ben, id } = scene;
    const { parties } = bed.centre;
    const own = (await anna.call()).parties.find(({ self }) => self)?.id ?? '';
    expect(await refusal(parties.mute(ben.who, id, asId<PartyId>(own), true))).toBe('forbidden');
    expect(await refusal(parties.mute(anna.who, id, asId<PartyId>(own), true))).toBe('call-not-active');
    const benId = await idOf(anna, 'consulted');
    await parties.kick(anna.who, id, benId);
    await settle();
    expect(await refusal(parties.mute(anna.who, id, benId, true))).toBe('call-not-active');
    await parties.add(anna.who, id, { number: '13800000002' });
    await settle();
    const ringing = (await anna.call()).parties.find(({ number }) => number === '13800000002');
    expect(ringing).toMatchObject({ mayMute: false, mayKick: true });
    expect(await refusal(parties.mute(anna.who, id, asId<PartyId>(ringing?.id ?? ''), true))).toBe(
      'call-not-active',
    );
  });

  it('hears the customer again when who has muted it leaves', async () => {
    const scene = await conference();
    await mute(scene, 'customer', true);
    expect(hears(scene, scene.ben.phone.call)).toBe(String(ANNA));
    await scene.bed.centre.parties.leave(scene.anna.who, scene.id);
    await settle();
    expect(hears(scene, scene.ben.phone.call)).toBe(String(CUSTOMER));
    expect(await voices(scene.ben)).toContainEqual(['customer', false, true]);
  });

  it('passes a muted customer on to be heard', async () => {
    const scene = await talk();
    await mute(scene, 'customer', true);
    expect(hears(scene, scene.anna.phone.call)).toBe('');
    const { parties, calls } = scene.bed.centre;
    await parties.transfer(scene.anna.who, scene.id, { to: { agent: '1002' }, type: 'blind' });
    await settle();
    await calls.answer(scene.ben.who, scene.id);
    await settle();
    expect(hears(scene, scene.ben.phone.call)).toBe(String(CUSTOMER));
  });
});
