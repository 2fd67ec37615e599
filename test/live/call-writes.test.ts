import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AgentId, CallId } from '../../server/core/kernel/ids.ts';
import type { CallState } from '../../server/core/model/call.ts';
import type { LegRow } from '../../server/core/ports/live-store.ts';
import { WholeCalls, legRows } from '../../server/live/call-writes.ts';
import type { CallWrite } from '../../server/live/call-writes.ts';
import { merge, writesOf } from '../../server/live/writes.ts';
import type { Writes } from '../../server/live/writes.ts';
import { World, step } from '../core/world.ts';

type Side = 'inbound' | 'outbound';

function sideOf(direction: string, legs: Iterable<LegRow>, agentId: AgentId): Side {
  if (direction !== 'internal') return direction === 'outbound' ? 'outbound' : 'inbound';
  return [...legs].some((leg) => leg.role === 'peer' && leg.agentId === agentId) ? 'inbound' : 'outbound';
}

/** As a database keeps them: rows are replaced by their keys, and the side of an agent follows from the legs that are given with it. */
class Kept {
  readonly legs = new Map<CallId, Map<string, LegRow>>();
  readonly sides = new Map<CallId, Map<AgentId, Side>>();

  save({ call, legs, agents }: CallWrite): void {
    const ofCall = this.legs.get(call.id) ?? new Map<string, LegRow>();
    this.legs.set(call.id, ofCall);
    for (const leg of legs) ofCall.set(leg.id, leg);
    const sides = this.sides.get(call.id) ?? new Map<AgentId, Side>();
    this.sides.set(call.id, sides);
    for (const agentId of agents) sides.set(agentId, sideOf(call.direction, legs, agentId));
  }
}

/** What is different of calls, stored in groups of any size; sometimes a group is set aside, or another server goes on. */
function live(each: Parameters<World['run']>[0][], ends: number[], faults: ('none' | 'aside' | 'restart')[]) {
  const world = new World();
  const kept = new Kept();
  const latest = new Map<CallId, CallState>();
  let whole = new WholeCalls();
  let waiting: Writes[] = [];
  let [groups, written] = [0, 0];
  const flush = (fault = faults[groups] ?? 'none') => {
    const { calls } = merge(...waiting);
    waiting = [];
    groups += 1;
    if (fault === 'restart') whole = new WholeCalls();
    if (fault === 'aside') return whole.forget(calls.keys());
    for (const write of whole.completed(calls)) {
      written += write.legs.length;
      kept.save(write);
    }
    return whole.stored(calls);
  };
  world.check = ({ changes, events }) => {
    waiting.push(writesOf(world.team.config, changes, events, world.now, { spans: [], parts: [] }));
    for (const [callId, { after }] of changes.calls) if (after) latest.set(callId, after);
    if (waiting.length > (ends[groups % ends.length] ?? 0)) flush();
  };
  for (const one of each) world.run(one);
  flush('none');
  return { world, kept, latest, written: () => written, flush };
}

const steps = fc.array(step, { maxLength: 60 });
const sizes = fc.array(fc.nat(5), { minLength: 1, maxLength: 20 });

describe('what is written of a call that has changed', () => {
  it('comes to what all of it would have come to, however it was stored', () => {
    fc.assert(
      fc.property(steps, sizes, (each, ends) => {
        const { kept, latest } = live(each, ends, []);
        for (const [callId, call] of latest) {
          const stored = kept.legs.get(callId) ?? new Map<string, LegRow>();
          for (const row of legRows(call)) expect(stored.get(row.id)).toEqual(row);
          const sides = new Map(
            call.agentIds.map((agentId) => [agentId, sideOf(call.direction, stored.values(), agentId)]),
          );
          expect(kept.sides.get(callId)).toEqual(sides);
        }
      }),
      { numRuns: 200 },
    );
  });

  it.each(['aside', 'restart'] as const)('is all of it once more after %s', (fault) => {
    const call: Parameters<World['run']>[0][] = [
      { kind: 'arrive' },
      { kind: 'leg-answers', pick: 0 },
      { kind: 'page', agent: 2, what: 5 },
    ];
    // The answer is set aside, or an earlier server has failed to write it.
    const { world, kept, latest, flush } = live(call, [0], ['none', 'aside', fault]);
    const [before] = world.team.calls.values();
    const known = [...(kept.legs.get(before?.id as CallId)?.values() ?? [])];
    expect(known.map(({ answeredAt }) => answeredAt)).toEqual([null, null]);
    for (let owed = world.owed.shift(); owed; owed = world.owed.shift()) world.take(owed);
    flush('none');
    const after = latest.get(before?.id as CallId);
    expect(after).not.toBe(before);
    const rows = after ? legRows(after) : [];
    expect(rows.some(({ answeredAt }) => answeredAt !== null)).toBe(true);
    expect([...(kept.legs.get(before?.id as CallId)?.values() ?? [])]).toEqual(rows);
  });

  it('is a leg or two of many', () => {
    const call: Parameters<World['run']>[0][] = [{ kind: 'arrive' }, { kind: 'leg-answers', pick: 0 }];
    const { world, written } = live(call, [0], []);
    const [before] = world.team.calls.values();
    expect(before?.legs.length).toBe(2);
    const writtenBefore = written();
    for (let owed = world.owed.shift(); owed; owed = world.owed.shift()) world.take(owed);
    world.take({ type: 'Hold', agentId: before?.agentId as AgentId, callId: before?.id as CallId });
    expect(world.team.calls.get(before?.id as CallId)?.version).toBeGreaterThan(before?.version ?? 0);
    expect(written() - writtenBefore).toBeLessThan(2);
  });
});
