import { asId } from '../../server/core/kernel/ids.ts';
import type { CallId, LegId } from '../../server/core/kernel/ids.ts';
import { AppBed } from './app-bed.ts';
import type { Plan } from './builders.ts';
import type { Desk } from './app-bed.ts';
import type { FakeCall } from './fake-far-end.ts';
import { settle } from './manual-clock.ts';

/** What each sends, Hz. */
export const [CUSTOMER, ANNA, BEN, OUTSIDE] = [400, 800, 1200, 1600] as const;

export interface Scene {
  bed: AppBed;
  customer: FakeCall;
  anna: Desk;
  ben: Desk;
  id: CallId;
}

/** Anna (1001) talks with a caller of the queue; Ben (1002) is idle. */
export async function talk(plan: Plan = {}): Promise<Scene> {
  const bed = await AppBed.start(plan);
  const anna = await bed.agent('1001');
  const customer = bed.telephone.trunk.callIn('13900000001', '400100');
  await settle();
  const id = asId<CallId>((await anna.call()).id);
  await bed.centre.calls.answer(anna.who, id);
  const ben = await bed.agent('1002');
  customer.send(CUSTOMER);
  anna.phone.call.send(ANNA);
  return { bed, customer, anna, ben, id };
}

/** Anna has asked Ben, whose phone rings. */
export async function ringing(): Promise<Scene> {
  const scene = await talk();
  await scene.bed.centre.parties.consult(scene.anna.who, scene.id, { agent: '1002' });
  await settle();
  return scene;
}

/** And Ben has answered. */
export async function consulting(): Promise<Scene> {
  const scene = await ringing();
  await scene.bed.centre.calls.answer(scene.ben.who, scene.id);
  await settle();
  scene.ben.phone.call.send(BEN);
  return scene;
}

/** And all hear all. */
export async function conference(): Promise<Scene> {
  const scene = await consulting();
  await scene.bed.centre.parties.conference(scene.anna.who, scene.id);
  return scene;
}

export function hears({ bed }: Scene, who: { legId: LegId }): string {
  const { frequencies, music } = bed.telephone.heard(who.legId);
  return music ? 'music' : [...frequencies].sort((a, b) => a - b).join(' ');
}

/** What the customer, Anna and Ben hear. */
export function all(scene: Scene): string[] {
  const { customer, anna, ben } = scene;
  return [customer, anna.phone.call, ben.phone.call].map((each) => hears(scene, each));
}
