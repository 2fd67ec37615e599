import { Effects } from '../../contract/people.ts';
import {
  AssignNumberRequest,
  NumberListQuery,
  NumberPage,
  NumberPath,
  NumberSetUp,
  ReasonListQuery,
  ReasonPage,
  ReasonSetUp,
  ReasonSetUpInput,
  ReasonSetUpPatch,
  TeamSetUp,
  TeamSetUpPatch,
} from '../../contract/set-up.ts';
import { ReasonPath } from '../../http/path-ids.ts';
import { teamRoute, versionedRoute, type Feature, type Route } from '../../http/route.ts';
import { versionOf } from '../../http/versions.ts';
import { agentRoutes } from './agents-routes.ts';
import { groupRoutes } from './groups-routes.ts';
import { roleRoutes } from './roles-routes.ts';
import type { SetUpFeature } from './set-up.ts';

const right = 'change-set-up';

const TEAM: TeamSetUp = {
  name: '北方 North',
  slug: 'north',
  locale: 'zh-CN',
  timeZone: 'Asia/Shanghai',
  monitorNotice: 'shown',
  priorityPointMs: 60_000,
  outsidePhones: 'assigned',
  outsideConfirm: 'queue-calls',
  version: 7,
};
const NUMBER: NumberSetUp = {
  number: '4001234567',
  target: { kind: 'group', groupId: 'group_01k0service' },
  priority: 0,
  version: 1,
};
const REASON: ReasonSetUp = {
  id: 'reason_01k0lunch',
  kind: 'pause',
  label: { en: 'Lunch', 'zh-CN': '午餐' },
  position: 1,
  version: 1,
};

export function setUpRoutes(setUp: SetUpFeature): Feature {
  return {
    tag: 'Set-up',
    routes: [
      ...teamRoutes(setUp),
      ...agentRoutes(setUp),
      ...groupRoutes(setUp),
      ...roleRoutes(setUp),
      ...numberRoutes(setUp),
      ...reasonRoutes(setUp),
    ],
  };
}

function teamRoutes(setUp: SetUpFeature): Route[] {
  return [
    teamRoute({
      method: 'get',
      path: '/set-up/team',
      right,
      summary: 'What holds for the whole team',
      status: 200,
      response: TeamSetUp,
      problems: [],
      example: { response: TEAM },
      run: (who) => setUp.team.get(who),
    }),
    teamRoute({
      method: 'get',
      path: '/set-up/team/effects',
      right,
      summary: 'Who is signed in, waits and talks in the whole team now',
      status: 200,
      response: Effects,
      problems: [],
      example: {
        response: {
          signedIn: [{ id: 'agent_01k0lilei', number: '1001', name: '李雷 Li Lei' }],
          signedInCount: 1,
          waitingCalls: 3,
          openCalls: 1,
          uses: [],
        },
      },
      run: (who) => Promise.resolve(setUp.team.effects(who)),
    }),
    versionedRoute({
      method: 'patch',
      path: '/set-up/team',
      right,
      summary: 'Change what holds for the whole team',
      body: TeamSetUpPatch,
      status: 200,
      response: TeamSetUp,
      problems: [],
      example: {
        body: { monitorNotice: 'none' },
        response: { ...TEAM, monitorNotice: 'none', version: 8 },
      },
      run: (who, { version, body }) => setUp.team.change(who, version, body),
    }),
  ];
}

function numberRoutes(setUp: SetUpFeature): Route[] {
  return [
    teamRoute({
      method: 'get',
      path: '/set-up/numbers',
      right,
      summary: 'Numbers that callers dial, and where they lead',
      query: NumberListQuery,
      status: 200,
      response: NumberPage,
      problems: [],
      example: { response: { items: [NUMBER], next: null } },
      run: (who, { query }) => setUp.numbers.list(who, query),
    }),
    teamRoute({
      method: 'get',
      path: '/set-up/numbers/:number',
      right,
      summary: 'One number, and where it leads',
      params: NumberPath,
      status: 200,
      response: NumberSetUp,
      problems: ['not-found'],
      example: { response: NUMBER },
      run: (who, { params }) => setUp.numbers.get(who, params.number),
    }),
    teamRoute({
      ifMatch: 'optional',
      method: 'put',
      path: '/set-up/numbers/:number',
      right,
      summary: 'Say where a number leads from the next call on; a new one is assigned without If-Match',
      params: NumberPath,
      body: AssignNumberRequest,
      status: 200,
      response: NumberSetUp,
      problems: ['not-found', 'version-conflict', 'version-required', 'number-taken', 'number-leads-here'],
      example: { body: { target: NUMBER.target }, response: NUMBER },
      run: (who, { params, body, request }) =>
        setUp.numbers.assign(who, params.number, versionOf(request), body),
    }),
    versionedRoute({
      method: 'delete',
      path: '/set-up/numbers/:number',
      right,
      summary: 'Take a number away: it leads nowhere from the next call on',
      params: NumberPath,
      status: 204,
      problems: ['not-found'],
      run: (who, { params, version }) => setUp.numbers.remove(who, params.number, version),
    }),
  ];
}

function reasonRoutes(setUp: SetUpFeature): Route[] {
  return [
    teamRoute({
      method: 'get',
      path: '/set-up/reasons',
      right,
      summary: 'Reasons of pauses and of calls',
      query: ReasonListQuery,
      status: 200,
      response: ReasonPage,
      problems: [],
      example: { response: { items: [REASON], next: null } },
      run: (who, { query }) => setUp.reasons.list(who, query),
    }),
    teamRoute({
      method: 'get',
      path: '/set-up/reasons/:id',
      right,
      summary: 'One reason',
      params: ReasonPath,
      status: 200,
      response: ReasonSetUp,
      problems: ['not-found'],
      example: { response: REASON },
      run: (who, { params }) => setUp.reasons.get(who, params.id),
    }),
    teamRoute({
      method: 'post',
      path: '/set-up/reasons',
      right,
      summary: 'Make a reason',
      body: ReasonSetUpInput,
      status: 201,
      response: ReasonSetUp,
      problems: [],
      example: { body: { kind: 'pause', label: REASON.label, position: 1 }, response: REASON },
      run: (who, { body }) => setUp.reasons.create(who, body),
    }),
    versionedRoute({
      method: 'patch',
      path: '/set-up/reasons/:id',
      right,
      summary: 'Change a reason',
      params: ReasonPath,
      body: ReasonSetUpPatch,
      status: 200,
      response: ReasonSetUp,
      problems: ['not-found'],
      example: { body: { position: 2 }, response: { ...REASON, position: 2, version: 2 } },
      run: (who, { params, version, body }) => setUp.reasons.change(who, params.id, version, body),
    }),
    versionedRoute({
      method: 'delete',
      path: '/set-up/reasons/:id',
      right,
      summary: 'Delete a reason; who is paused with it stays so, under its name',
      params: ReasonPath,
      status: 204,
      problems: ['not-found'],
      run: (who, { params, version }) => setUp.reasons.remove(who, params.id, version),
    }),
  ];
}
