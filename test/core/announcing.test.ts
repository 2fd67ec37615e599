import { describe, expect, it } from 'vitest';
import { asId } from '../../server/core/kernel/ids.ts';
import type { CallId, LegId } from '../../server/core/kernel/ids.ts';
import { nextDeadline } from '../../server/core/team/deadlines.ts';
import type { Intent } from '../../server/core/ports/effects.ts';
import type { Input } from '../../server/core/team/input.ts';
import { SALES, agentId, configOf, group } from '../support/builders.ts';
import { CALL, CUSTOMER, Given, REACHED, arrival, ready } from './given.ts';

const PLAN = {
  groups: [
    group(SALES, {
      announcements: { everyMs: 30_000, position: true, estimatedWait: true },
      sounds: 'sales',
      maxWaitMs: 3_600_000,
    }),
  ],
};

function waiting(): Given {
  const given = new Given(PLAN);
  given.when(arrival());
  given.when({ type: 'LegUp', callId: CALL, legId: CUSTOMER });
  return given;
}

function said(intents: readonly Intent[]) {
  return intents.flatMap((intent) => (intent.op === 'announce' ? [intent.saying] : []));
}

/** Five calls, each answered a minute after the one before. */
function busyLine(): Given {
  const given = new Given(PLAN, ready('1001'));
  for (const name of ['a', 'b', 'c', 'd', 'e']) {
    const callId = asId<CallId>(name);
    given.when(arrival(callId, asId<LegId>(`${name}-customer`)), 60_000);
    const phase = given.state.calls.get(callId)?.phase;
    if (phase?.kind !== 'offered') throw new Error('it does not ring');
    given.when({ type: 'LegAnswered', legId: phase.legId });
    given.when({ type: 'PlanReached', callId, version: Infinity });
    given.when({ type: 'LegEnded', legId: asId<LegId>(`${name}-customer`), cause: 'normal', side: 'far' });
  }
  given.when({ type: 'Pause', agentId: agentId('1001'), reasonId: asId('lunch') });
  return given;
}

describe('a caller who waits', () => {
  it('is told the place in the line at an interval', () => {
    const given = waiting();
    const second = asId<LegId>('second-customer');
    given.when(arrival(asId<CallId>('second'), second));
    given.when({ type: 'LegUp', callId: asId<CallId>('second'), legId: second });
    given.now = nextDeadline(given.state) ?? 0;
    const { intents } = given.when({ type: 'Tick' });
    expect(said(intents)).toEqual([
      { sounds: 'sales', of: { kind: 'position', position: 1 } },
      { sounds: 'sales', of: { kind: 'position', position: 2 } },
    ]);
    given.when({ type: 'LegEnded', legId: CUSTOMER, cause: 'normal', side: 'far' });
    const next = given.when({ type: 'Tick' }, 30_000);
    expect(said(next.intents)).toEqual([{ sounds: 'sales', of: { kind: 'position', position: 1 } }]);
    expect(next.intents.map(({ op }) => op)).toEqual(['stop-playback', 'announce']);
  });

  it('hears no more of it in the moment in which an agent is rung, and nothing waits for its end', () => {
    const given = waiting();
    given.when({ type: 'Tick' }, 30_000);
    const events: Input[] = [
      { type: 'BrowserChosen', agentId: agentId('1001'), endpointId: asId('ep-1001'), clientId: 'page' },
      { type: 'EndpointOnline', endpointId: asId('ep-1001'), link: LINK },
      { type: 'PageSeen', agentId: agentId('1001'), clientId: 'page', phone: PHONE },
    ];
    for (const event of events) given.when(event);
    const { intents } = given.when({ type: 'SignIn', agentId: agentId('1001'), ignore: [], address: null });
    expect(intents.map(({ op }) => op)).toEqual(['stop-playback', 'dial']);
    const phase = given.state.calls.get(CALL)?.phase;
    if (phase?.kind !== 'offered') throw new Error('it does not ring');
    // Back in the line: what was said is not said again before its time.
    const missed = given.when({ type: 'Reject', agentId: agentId('1001'), callId: CALL }, 1_000);
    expect(said(missed.intents)).toEqual([]);
    given.when(REACHED);
    expect(said(given.when({ type: 'Tick' }, 29_000).intents)).toHaveLength(1);
  });

  it('is told by turns how long it takes as soon as that is known, and never a longer time than before', () => {
    const given = busyLine();
    given.when(arrival());
    given.when({ type: 'LegUp', callId: CALL, legId: CUSTOMER });
    const all = [1, 2, 3, 4].map(() => said(given.when({ type: 'Tick' }, 30_000).intents)[0]?.of);
    expect(all).toEqual([
      { kind: 'position', position: 1 },
      { kind: 'wait', minutes: 1 },
      { kind: 'position', position: 1 },
      { kind: 'wait', minutes: 1 },
    ]);
    // The line stands still, and the pace of it falls: what was said is not taken back.
    given.now += 20 * 60_000;
    const later = [1, 2].map(() => said(given.when({ type: 'Tick' }, 30_000).intents)[0]?.of);
    expect(later).toContainEqual({ kind: 'wait', minutes: 1 });
  });

  it('is told nothing more when the group has no announcements any more, or never had any', () => {
    const given = waiting();
    given.when({ type: 'SetUpChanged', config: configOf({ groups: [group(SALES)] }) });
    expect(nextDeadline(given.state)).toBeNull();
    const plain = new Given();
    plain.when(arrival());
    plain.when({ type: 'LegUp', callId: CALL, legId: CUSTOMER });
    expect(nextDeadline(plain.state)).toBeNull();
  });

  it('waits on when the switch refuses what it is told', () => {
    const given = waiting();
    given.when({ type: 'Tick' }, 30_000);
    const steps = [{ op: 'announce', legId: CUSTOMER }] as const;
    given.when({ type: 'PlanFailed', callId: CALL, version: Infinity, steps, away: false });
    expect(given.state.calls.get(CALL)?.phase.kind).toBe('waiting');
    expect(said(given.when({ type: 'Tick' }, 30_000).intents)).toHaveLength(1);
  });

  it('is not told the same once more when calls are compared with the switch', () => {
    const given = waiting();
    given.when({ type: 'Tick' }, 30_000);
    const legs = [{ legId: CUSTOMER, state: 'answered', roomId: null, endpointId: null }] as const;
    const compared = { type: 'Compared', legs, believed: new Set([CUSTOMER]), dials: new Map() } as const;
    expect(said(given.when(compared, 1_000).intents)).toEqual([]);
  });
});

describe('the service level of a group', () => {
  it('counts what was answered in time, and short abandons apart, day by day', () => {
    const given = busyLine();
    const abandon = (name: string, afterMs: number): void => {
      given.when(arrival(asId<CallId>(name), asId<LegId>(`${name}-customer`)), 1);
      const legId = asId<LegId>(`${name}-customer`);
      given.when({ type: 'LegEnded', legId, cause: 'normal', side: 'far' }, afterMs);
    };
    abandon('short', 2_000);
    abandon('long', 40_000);
    expect(given.state.indices.counts.dayOf(SALES)).toMatchObject({
      answered: 5,
      inTime: 5,
      abandoned: 2,
      shortAbandoned: 1,
    });
    given.now += 86_400_000;
    abandon('next', 40_000);
    expect(given.state.indices.counts.dayOf(SALES)).toMatchObject({ answered: 0, abandoned: 1 });
  });
});

const LINK = { online: true, address: null, userAgent: null };
const PHONE = { registered: true, microphone: 'ready' } as const;
