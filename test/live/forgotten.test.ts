import { describe, expect, it } from 'vitest';
import { asId } from '../../server/core/kernel/ids.ts';
import type { CallId, EndpointId, LegId, SessionId } from '../../server/core/kernel/ids.ts';
import type { CallState } from '../../server/core/model/call.ts';
import { emptyTeam } from '../../server/core/model/team.ts';
import { indexed } from '../../server/core/team/reindex.ts';
import { DeskPhones } from '../../server/live/devices/desk-phones.ts';
import { BrowserDevices } from '../../server/live/devices/browser-devices.ts';
import { teamSettings } from '../../server/live/commands/desk-service.ts';
import { OpenPages } from '../../server/live/open-pages.ts';
import { TeamTopics } from '../../server/live/projections/team-topics.ts';
import { LiveMeters } from '../../server/live/live-meters.ts';
import { TeamRuntime } from '../../server/live/runtime.ts';
import { Teams, type LiveTeam } from '../../server/live/teams.ts';
import { AppBed } from '../support/app-bed.ts';
import { HOTLINE, SALES, TEAM, agentId, configOf, fill, group } from '../support/builders.ts';
import { FakeSwitch } from '../support/fake-switch.ts';
import { ManualClock, settle } from '../support/manual-clock.ts';
import { sureLease } from '../support/owns-all.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { SequenceIds } from '../support/sequence-ids.ts';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const ANNA = agentId('1001');

/** One team's runtime, with the legs that it has claimed and not given back. */
async function liveTeam() {
  const store = new MemoryStore();
  await fill(store);
  const [clock, ids] = [new ManualClock(), new SequenceIds()];
  const telephone = new FakeSwitch(clock, ids);
  const legs = new Set<LegId>();
  const meters = new LiveMeters();
  const deps = {
    unitOfWork: store,
    switch: telephone,
    clock,
    ids,
    logger: silent,
    meters,
    lease: sureLease,
  };
  const runtime = new TeamRuntime(indexed(emptyTeam(configOf(), clock.now()), clock.now()), deps, {
    changed: () => undefined,
    measured: () => undefined,
    legDialled: (legId) => legs.add(legId),
    legForgotten: (legId) => legs.delete(legId),
  });
  return { store, clock, ids, telephone, legs, deps, runtime };
}

function online(runtime: TeamRuntime, endpointId: EndpointId): Promise<void> {
  const link = { online: true, address: null, userAgent: null };
  return runtime.tell({ type: 'EndpointOnline', endpointId, link });
}

describe('what is over is forgotten', () => {
  it('an endpoint of a page that was loaded anew', async () => {
    const { store, deps, runtime } = await liveTeam();
    const teams = new Teams();
    const place = { name: 'home', switch: deps.switch, phones: new DeskPhones(deps) };
    const [row] = await store.run((each) => each.teams.all());
    const topics = new TeamTopics(runtime, () => teamSettings(team), deps);
    const team: LiveTeam = {
      row: row!,
      desk: { reasons: [], fields: [] },
      runtime,
      topics,
      lease: sureLease,
      place,
    };
    teams.add(team);
    const devices = new BrowserDevices({
      ...deps,
      teams,
      pages: new OpenPages(silent),
      sip: {
        domain: 'telebar.test',
        realm: 'telebar.test',
        ownPath: '/sip',
        registrarPort: null,
        iceServers: () => [],
        newPassword: () => 'password',
        ha1: () => 'ha1',
        ha1Sha256: () => 'sha256',
      },
    });
    const who = {
      kind: 'agent',
      teamId: TEAM,
      agentId: ANNA,
      sessionId: asId<SessionId>('session'),
      role: 'agent',
      expiresAt: Number.MAX_SAFE_INTEGER,
    } as const;
    for (let load = 0; load < 200; load++) {
      const { endpointId } = await devices.issue(who, `page-${load}`);
      await online(runtime, asId<EndpointId>(endpointId));
    }
    expect(runtime.state.endpoints.size).toBeLessThanOrEqual(2);
    await devices.end(who);
    expect(runtime.state.endpoints.size).toBe(0);
    devices.stop();
    await runtime.stop();
  });

  it('a leg that the switch has refused, and every leg of a call that has left the desks', async () => {
    const { clock, ids, telephone, legs, runtime } = await liveTeam();
    const endpointId = asId<EndpointId>('ep');
    await runtime.tell({ type: 'BrowserChosen', agentId: ANNA, endpointId, clientId: 'page' });
    await online(runtime, endpointId);
    await runtime.command({ type: 'SignIn', agentId: ANNA, ignore: [], address: null });
    for (let round = 0; round < 50; round++) {
      await runtime.heartbeat(ANNA, 'page', { registered: true, microphone: 'ready' });
      telephone.failNext('dial', 'endpoint-offline');
      await runtime.command({
        type: 'Dial',
        agentId: ANNA,
        callId: ids.next<CallId>('call'),
        to: { kind: 'number', number: '13900000001' },
        groupId: null,
        callerId: null,
        customer: null,
        data: {},
        known: true,
        ownLeg: null,
      });
      await settle();
      expect(legs.size).toBe(0);
    }
    await clock.advance(11_000);
    expect(runtime.state.calls.size).toBe(0);
    await runtime.stop();
  });

  it('but the records keep the leg of every offer, also of those that came while the store was away', async () => {
    const bed = await AppBed.start({ groups: [group(SALES, { ringMs: 5_000, retryMs: 1_000 })] });
    await bed.agent('1001');
    bed.telephone.trunk.callIn('13900000001', HOTLINE);
    await bed.clock.advance(100_000);
    bed.store.failures = Infinity;
    await bed.clock.advance(200_000);
    bed.store.failures = 0;
    await bed.clock.advance(10_000);
    const [record] = bed.store.tables.calls;
    const snapshot = record?.call.state as CallState | undefined;
    expect(snapshot?.legs.length).toBeLessThanOrEqual(23);
    expect(record?.legs.length).toBeGreaterThan(45);
  });
});
