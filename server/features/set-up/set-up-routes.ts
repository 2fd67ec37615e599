import { Effects } from '../../contract/people.ts';
import {
  AssignNumberRequest,
  NumberListQuery,
  NumberPage,
  NumberPath,
  NumberSetUp,
  TeamSetUp,
  TeamSetUpPatch,
} from '../../contract/set-up.ts';
import { teamRoute, versionedRoute, type Feature, type Route } from '../../http/route.ts';
import { versionOf } from '../../http/versions.ts';
import { agentRoutes } from './agents-routes.ts';
import { bindingRoutes } from './bindings-routes.ts';
import { fieldRoutes } from './fields-routes.ts';
import { groupRoutes } from './groups-routes.ts';
import { linkRoutes } from './links-routes.ts';
import { reasonRoutes } from './reasons-routes.ts';
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
      ...fieldRoutes(setUp),
      ...linkRoutes(setUp),
      ...bindingRoutes(setUp),
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
