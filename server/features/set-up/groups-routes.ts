import { BelongingQuery, LeaderPage, MemberPage, MemberRequest } from '../../contract/people.ts';
import {
  CloseGroupRequest,
  GroupInList,
  GroupListQuery,
  GroupPage,
  GroupSetUp,
  GroupSetUpInput,
  GroupSetUpPatch,
} from '../../contract/set-up.ts';
import { GroupAgentPath, GroupPath } from '../../http/path-ids.ts';
import { teamRoute, versionedRoute, type Route } from '../../http/route.ts';
import { effectsRoute } from './effects-routes.ts';
import type { SetUpFeature } from './set-up.ts';

const right = 'change-set-up';

export function groupRoutes(setUp: Pick<SetUpFeature, 'groups'>): Route[] {
  return [...wholeGroups(setUp), ...belonging(setUp)];
}

function wholeGroups(setUp: Pick<SetUpFeature, 'groups'>): Route[] {
  return [
    teamRoute({
      method: 'get',
      path: '/set-up/groups',
      right,
      summary: 'The open groups, and how many belong to each',
      query: GroupListQuery,
      status: 200,
      response: GroupPage,
      problems: [],
      run: (who, { query }) => setUp.groups.list(who, query),
    }),
    teamRoute({
      method: 'get',
      path: '/set-up/groups/:id',
      right,
      summary: 'One open group with its members and leaders',
      params: GroupPath,
      status: 200,
      response: GroupSetUp,
      problems: ['not-found'],
      run: (who, { params }) => setUp.groups.get(who, params.id),
    }),
    effectsRoute({
      path: '/set-up/groups/:id',
      params: GroupPath,
      summary: 'Whom a change or the closing of a group would meet now, and what leads there',
      example: { waitingCalls: 3, uses: [{ kind: 'number', id: '4001234567', name: '4001234567' }] },
      run: (who, id) => setUp.groups.effects(who, id),
    }),
    teamRoute({
      method: 'post',
      path: '/set-up/groups',
      right,
      summary: 'Make a group',
      body: GroupSetUpInput,
      status: 201,
      response: GroupSetUp,
      problems: ['not-found', 'number-taken', 'overflow-loop', 'overflow-outside', 'number-leads-here'],
      run: (who, { body }) => setUp.groups.create(who, body),
    }),
    versionedRoute({
      method: 'patch',
      path: '/set-up/groups/:id',
      right,
      summary: 'Change a group; members and leaders replace those of before',
      params: GroupPath,
      body: GroupSetUpPatch,
      status: 200,
      response: GroupSetUp,
      problems: ['not-found', 'number-taken', 'overflow-loop', 'overflow-outside', 'number-leads-here'],
      run: (who, { params, version, body }) => setUp.groups.change(who, params.id, version, body),
    }),
    versionedRoute({
      method: 'post',
      path: '/set-up/groups/:id/close',
      right,
      summary: 'Close a group for good; who waits goes to its successor, or is sent away',
      params: GroupPath,
      body: CloseGroupRequest,
      status: 200,
      response: GroupSetUp,
      problems: ['not-found'],
      run: (who, { params, version, body }) => setUp.groups.close(who, params.id, version, body),
    }),
  ];
}

/** One after the other: whoever else comes and goes meanwhile is not overwritten, so that no version is asked for. */
function belonging(setUp: Pick<SetUpFeature, 'groups'>): Route[] {
  return [
    teamRoute({
      method: 'get',
      path: '/set-up/groups/:id/members',
      right,
      summary: 'Who takes calls of a group',
      params: GroupPath,
      query: BelongingQuery,
      status: 200,
      response: MemberPage,
      problems: ['not-found'],
      example: {
        response: {
          items: [
            {
              id: 'agent_01k0lilei',
              number: '1001',
              name: '李雷 Li Lei',
              active: true,
              static: false,
              level: 2,
            },
          ],
          next: null,
        },
      },
      run: (who, { params, query }) => setUp.groups.members(who, params.id, query),
    }),
    teamRoute({
      method: 'put',
      path: '/set-up/groups/:id/members/:agentId',
      right,
      summary: 'Make an agent a member of a group; a static one is always signed in',
      params: GroupAgentPath,
      body: MemberRequest,
      status: 200,
      response: GroupInList,
      problems: ['not-found'],
      example: { body: { static: false, level: 2 } },
      run: (who, { params, body }) => setUp.groups.setMember(who, params.id, params.agentId, body),
    }),
    teamRoute({
      method: 'delete',
      path: '/set-up/groups/:id/members/:agentId',
      right,
      summary: 'Let an agent be no member any more; who has a call of the group finishes it',
      params: GroupAgentPath,
      status: 200,
      response: GroupInList,
      problems: ['not-found'],
      run: (who, { params }) => setUp.groups.setMember(who, params.id, params.agentId, null),
    }),
    teamRoute({
      method: 'get',
      path: '/set-up/groups/:id/leaders',
      right,
      summary: 'Who leads a group',
      params: GroupPath,
      query: BelongingQuery,
      status: 200,
      response: LeaderPage,
      problems: ['not-found'],
      run: (who, { params, query }) => setUp.groups.leaders(who, params.id, query),
    }),
    teamRoute({
      method: 'put',
      path: '/set-up/groups/:id/leaders/:agentId',
      right,
      summary: 'Let an agent lead a group',
      params: GroupAgentPath,
      status: 200,
      response: GroupInList,
      problems: ['not-found'],
      run: (who, { params }) => setUp.groups.setLeader(who, params.id, params.agentId, true),
    }),
    teamRoute({
      method: 'delete',
      path: '/set-up/groups/:id/leaders/:agentId',
      right,
      summary: 'Let an agent lead a group no longer',
      params: GroupAgentPath,
      status: 200,
      response: GroupInList,
      problems: ['not-found'],
      run: (who, { params }) => setUp.groups.setLeader(who, params.id, params.agentId, false),
    }),
  ];
}
