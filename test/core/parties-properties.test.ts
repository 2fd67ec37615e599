import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { currentCall } from '../../server/core/model/agent.ts';
import type { AgentId, CallId } from '../../server/core/kernel/ids.ts';
import { isEnded } from '../../server/core/model/call.ts';
import {
  askedAside,
  everybodyIn,
  isHere,
  legOfParty,
  partyOf,
  presentParties,
  supervisorsIn,
} from '../../server/core/model/parties.ts';
import { planOf } from '../../server/core/model/plan.ts';
import { COMMANDS } from './parties-commands.ts';
import { PartiesWorld, step } from './parties-world.ts';
import type { Step } from './parties-world.ts';

const STEPS_A_RUN = 200;
/** What has to be so at any time is looked at after each so many steps, and in the end. */
const LOOK_EVERY = 31;
const RUNS = Number(process.env['TELEBAR_TEST_RUNS'] ?? 600);

/** Who listens is heard by nobody, who whispers by the agent alone: at no step of a plan, whatever was before. */
function expectNoCoaching({ team, telephone }: PartiesWorld): void {
  for (const call of team.calls.values()) {
    for (const party of supervisorsIn(call)) {
      const leg = legOfParty(call, party);
      if (!leg || party.monitor?.mode === 'barge') continue;
      const agent = party.monitor && partyOf(call, party.monitor.agentId);
      const own = agent && legOfParty(call, agent)?.id;
      for (const ear of telephone.legs.keys()) {
        if (!telephone.heardBy(ear).includes(leg.id)) continue;
        expect(party.monitor?.mode, 'a leader who listens is heard').toBe('whisper');
        expect(ear, 'coaching is heard by somebody else').toBe(own);
      }
    }
  }
}

/** The switch has what the plans say, and nothing else. */
function expectPlans({ team, telephone }: PartiesWorld): void {
  const rooms = new Set<string>();
  for (const call of team.calls.values()) {
    const plan = planOf(call);
    for (const roomId of plan.rooms) rooms.add(roomId);
    for (const [legId, { roomId, voice, music }] of plan.legs) {
      const leg = telephone.legs.get(legId);
      if (!leg) continue;
      const has = { roomId: leg.roomId, music: leg.music, voice: roomId ? leg.voice : voice };
      if (has.roomId !== roomId || has.music !== music || has.voice.kind !== voice.kind) {
        expect(has, `${call.phase.kind} ${legId}`).toEqual({ roomId, music, voice });
      }
    }
  }
  for (const roomId of telephone.rooms) if (!rooms.has(roomId)) expect(roomId).toBe('closed');
}

/** No customer who has answered sits in silence, and no agent in two calls; who works at a call is a party of it. */
function expectPeople({ team, telephone }: PartiesWorld): void {
  const busy = new Map<AgentId, CallId>();
  for (const call of team.calls.values()) {
    if (isEnded(call)) continue;
    for (const { agentId } of everybodyIn(call)) {
      if (!agentId) continue;
      expect(busy.get(agentId), `${agentId} in two calls`).toBeUndefined();
      busy.set(agentId, call.id);
      const agent = team.agents.get(agentId);
      expect(agent && currentCall(agent), `${agentId} ${call.phase.kind}`).toBe(call.id);
    }
    if (call.phase.kind !== 'conversation') continue;
    const present = presentParties(call);
    expect(present.length).toBeGreaterThan(1);
    const aside = present.filter(({ place }) => place === 'consult');
    expect(aside.length, 'two talks aside in one').toBeLessThan(3);
    const asked = askedAside(call);
    if (aside.length > 0) expect(asked !== undefined || Boolean(call.asking), 'aside alone').toBe(true);
    if (asked?.broughtBy) {
      expect(partyOf(call, asked.broughtBy), 'asked by who has left').toBeDefined();
      expect(present.length, 'aside of nobody').toBeGreaterThan(2);
    }
    if (!call.aloneUntil) expect(present.some(({ agentId }) => agentId !== null)).toBe(true);
    for (const party of present) {
      if (party.agentId !== null || party.called || !isHere(call, party)) continue;
      const leg = legOfParty(call, party);
      const muter = (leg?.muteWish ?? { by: leg?.mutedBy }).by;
      if (muter) expect(partyOf(call, muter), 'muted by who has left').toBeDefined();
      if (!muter) expect((leg?.muteWish ?? leg)?.muted, 'muted by nobody').toBe(false);
      const model = leg && telephone.legs.get(leg.id);
      if (!leg || !model || model.music || leg.withoutMusic) continue;
      const company = [...telephone.legs].filter(
        ([id, { roomId }]) => id !== leg.id && roomId === model.roomId,
      );
      expect(company.length, 'a customer in silence').toBeGreaterThan(0);
    }
  }
  for (const agent of team.agents.values()) {
    const callId = currentCall(agent);
    if (callId) expect(busy.get(agent.id), `${agent.id} ${agent.activity.kind}`).toBe(callId);
  }
}

/** Everybody is free, everything is closed, and the times of the parts are those of the agents. */
function expectRecords({ team, telephone, rows, calls }: PartiesWorld): void {
  expect(telephone.legs.size).toBe(0);
  expect(telephone.rooms.size).toBe(0);
  expect(team.calls.size).toBe(0);
  for (const agent of team.agents.values()) expect(currentCall(agent)).toBeNull();
  for (const call of calls.values()) {
    expect(call.phase.kind).toBe('ended');
    for (const party of call.parties) expect(party.left).not.toBeNull();
  }
  const talk = new Map<string, number>();
  for (const { agentId, callId, state, startedAt, endedAt } of rows.spans.values()) {
    if (state !== 'talking' || !callId) continue;
    const key = `${agentId}/${callId}`;
    talk.set(key, (talk.get(key) ?? 0) + (endedAt ?? startedAt) - startedAt);
  }
  const told = new Map<string, number>();
  for (const part of rows.parts.values()) {
    expect(part.endedAt, `part ${part.id} of ${part.role}`).not.toBeNull();
    expect(part.outcome).not.toBeNull();
    if (part.role === 'supervisor') expect(part.talkMs + part.holdMs).toBe(0);
    if (part.agentId === null) continue;
    const key = `${part.agentId}/${part.callId}`;
    told.set(key, (told.get(key) ?? 0) + part.talkMs);
  }
  for (const [key, ms] of talk) expect(told.get(key), key).toBe(ms);
}

describe('whatever happens to calls of many parties', () => {
  it(
    'nobody is heard who is not to be, nobody waits in silence or is in two calls, and the records are whole',
    { timeout: 180_000 },
    () => {
      const done = new Map<string, number>();
      let steps = 0;
      let keyed = 0;
      fc.assert(
        fc.property(fc.array(step, { maxLength: 2 * STEPS_A_RUN, size: 'max' }), (all: readonly Step[]) => {
          const world = new PartiesWorld();
          world.telephone.looked = () => expectNoCoaching(world);
          for (const each of all) {
            world.run(each);
            steps += 1;
            if (world.isSettled && steps % LOOK_EVERY === 0) {
              expectPlans(world);
              expectPeople(world);
            }
          }
          world.settle();
          expectPlans(world);
          expectPeople(world);
          keyed += world.keyed;
          world.end();
          expectRecords(world);
          for (const [name, times] of world.done) done.set(name, (done.get(name) ?? 0) + times);
        }),
        // A failure is made small for so long, rather than to the end.
        { numRuns: RUNS, interruptAfterTimeLimit: 150_000 },
      );
      // What never happens proves nothing.
      if (RUNS >= 500) {
        expect(steps).toBeGreaterThanOrEqual(100_000);
        expect(keyed).toBeGreaterThan(50);
        for (const name of COMMANDS) expect([name, (done.get(name) ?? 0) > 50]).toEqual([name, true]);
      }
      if (process.env['TELEBAR_TEST_LOG']) console.log(steps, keyed, Object.fromEntries(done));
    },
  );
});
