import { AppBed } from '../support/app-bed.ts';
import type { Desk } from '../support/app-bed.ts';
import { SALES, TEAM, agent, agentId, group, member } from '../support/builders.ts';
import type { Plan } from '../support/builders.ts';
import type { FakeCall } from '../support/fake-far-end.ts';
import { asId } from '../../server/core/kernel/ids.ts';
import type { CallId, LegId } from '../../server/core/kernel/ids.ts';
import { settle } from '../support/manual-clock.ts';

export const [CUSTOMER, ANNA, BEN, LEADER, SECOND] = [400, 800, 1200, 1600, 2000];

export const PLAN: Plan = {
  agents: [
    agent('1001'),
    agent('1002'),
    agent('1008', { role: 'leader' }),
    agent('1009', { role: 'leader' }),
    agent('1010', { role: 'leader' }),
  ],
  groups: [group(SALES, { acwMode: 'after-answer', acwLimitMs: 30_000 })],
  members: [member('1001', SALES), member('1002', SALES)],
  leaders: [
    { teamId: TEAM, groupId: SALES, agentId: agentId('1008') },
    { teamId: TEAM, groupId: SALES, agentId: agentId('1009') },
  ],
};

export interface Scene {
  bed: AppBed;
  customer: FakeCall;
  anna: Desk;
  ben: Desk;
  /** Lead sales. */
  leader: Desk;
  second: Desk;
  id: CallId;
}

/** Anna (1001) talks with a caller; Ben (1002) and two leaders (1008, 1009) are free. */
export async function talk(plan: Plan = PLAN): Promise<Scene> {
  const bed = await AppBed.start(plan);
  const anna = await bed.agent('1001');
  const customer = bed.telephone.trunk.callIn('13900000001', '400100');
  await settle();
  const id = asId<CallId>((await anna.call()).id);
  await bed.centre.calls.answer(anna.who, id);
  const [ben, leader, second] = [
    await bed.agent('1002'),
    await leaderAt(bed, '1008'),
    await leaderAt(bed, '1009'),
  ];
  customer.send(CUSTOMER);
  anna.phone.call.send(ANNA);
  return { bed, customer, anna, ben, leader, second, id };
}

export async function leaderAt(bed: AppBed, number: string): Promise<Desk> {
  const desk = await bed.agent(number);
  Object.assign(desk.who, { role: 'leader' });
  return desk;
}

type Mode = 'listen' | 'whisper' | 'barge';

/** The leader's telephone answers by itself, and says its tone. */
export async function monitor(scene: Scene, mode: Mode, leader = scene.leader, tone = LEADER): Promise<void> {
  await scene.bed.centre.supervision.monitor(leader.who, '1001', mode);
  leader.phone.call.send(tone);
  await settle();
}

export function hears({ bed }: Scene, who: { legId: LegId }): string {
  const { frequencies, music } = bed.telephone.heard(who.legId);
  return music ? 'music' : [...frequencies].sort((a, b) => a - b).join(' ');
}

/** What the customer, Anna and the leader hear. */
export function all(scene: Scene): string[] {
  const { customer, anna, leader } = scene;
  return [customer, anna.phone.call, leader.phone.call].map((each) => hears(scene, each));
}

export const words = (...tones: number[]): string => tones.toSorted((a, b) => a - b).join(' ');
