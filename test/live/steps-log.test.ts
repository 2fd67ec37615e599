import { expect, it } from 'vitest';
import { AppBed, type Desk } from '../support/app-bed.ts';
import { HOTLINE, LUNCH, TEAM, agentId, customer } from '../support/builders.ts';
import { settle } from '../support/manual-clock.ts';

const steps = (bed: AppBed, id: object): string[] =>
  bed.lines
    .filter(({ details }) => Object.entries(id).every(([key, value]) => Reflect.get(details, key) === value))
    .map(({ message }) => message);

async function answered(bed: AppBed, desk: Desk): Promise<string> {
  const { id } = await desk.call();
  await bed.centre.calls.answer(desk.who, id as never);
  await settle();
  return id;
}

it('writes each step of a call once, under its id', async () => {
  const bed = await AppBed.start({ customers: [customer('Li Wei', ['138 0013 8000'])] });
  const caller = bed.telephone.trunk.callIn('13800138000', HOTLINE);
  await settle();
  const desk = await bed.agent('1001');
  await settle();
  const callId = await answered(bed, desk);
  await bed.centre.calls.hold(desk.who, callId as never);
  await bed.centre.calls.resume(desk.who, callId as never);
  caller.hangup();
  await settle();
  expect(steps(bed, { teamId: TEAM, callId })).toEqual([
    'a call begins',
    'the call rings at an agent',
    'the call is connected',
    'the call has ended',
  ]);
  const [begin] = bed.lines.filter(({ message }) => message === 'a call begins');
  expect(begin?.details).toMatchObject({ direction: 'queue', legIds: [caller.legId] });
  const [end] = bed.lines.filter(({ message }) => message === 'the call has ended');
  expect(end?.details).toMatchObject({ agentId: agentId('1001'), cause: 'normal', by: 'customer' });
});

it('writes where an agent begins, pauses and ends work, and names neither people nor numbers', async () => {
  const bed = await AppBed.start({ customers: [customer('Li Wei', ['138 0013 8000'])] });
  const desk = await bed.agent('1001');
  bed.telephone.trunk.callIn('13800138000', HOTLINE).hangup();
  await settle();
  await bed.centre.agents.pause(desk.who, LUNCH);
  await bed.centre.agents.resume(desk.who);
  await bed.centre.agents.signOut(desk.who, undefined);
  expect(
    steps(bed, { teamId: TEAM, agentId: agentId('1001') }).filter((each) => each.startsWith('the agent')),
  ).toEqual([
    'the agent has signed in',
    'the agent pauses',
    'the agent is back at work',
    'the agent has signed out',
  ]);
  expect(JSON.stringify(bed.lines)).not.toMatch(/13800138000|Li Wei/);
});
