import {
  AgentListQuery,
  AgentPage,
  AgentSetUp,
  AgentSetUpInput,
  AgentSetUpPatch,
  RemoveAgentQuery,
  TemporaryPassword,
} from '../../contract/people.ts';
import { AgentPath } from '../../http/path-ids.ts';
import { sessionRoute, teamRoute, versionedRoute, type Feature, type Route } from '../../http/route.ts';
import { effectsRoute } from './effects-routes.ts';
import type { SetUpFeature } from './set-up.ts';

const right = 'change-set-up';

const AGENT: AgentSetUp = {
  id: 'agent_01k0lilei',
  number: '1001',
  username: 'lilei',
  name: '李雷 Li Lei',
  email: 'li.lei@example.com',
  role: 'agent',
  active: true,
  passwordMustChange: false,
  hasPin: true,
  outsideNumber: '13800138000',
  groups: [{ groupId: 'group_01k0service', static: false, level: 2 }],
  leads: [],
  version: 3,
};

export function agentRoutes(setUp: Pick<SetUpFeature, 'agents'>): Route[] {
  return [
    teamRoute({
      method: 'get',
      path: '/set-up/agents',
      right,
      summary:
        'Who works in the team, found by a part of the name or by how number, user name or address begin',
      query: AgentListQuery,
      status: 200,
      response: AgentPage,
      problems: ['not-found'],
      example: { response: { items: [AGENT], next: null } },
      run: (who, { query }) => setUp.agents.list(who, query),
    }),
    teamRoute({
      method: 'get',
      path: '/set-up/agents/:id',
      right,
      summary: 'One agent',
      params: AgentPath,
      status: 200,
      response: AgentSetUp,
      problems: ['not-found'],
      example: { response: AGENT },
      run: (who, { params }) => setUp.agents.get(who, params.id),
    }),
    effectsRoute({
      path: '/set-up/agents/:id',
      params: AgentPath,
      summary: 'Whom a change or the removal of an agent would meet now, and what leads there',
      example: { uses: [{ kind: 'number', id: '1001', name: '1001' }] },
      run: (who, id) => setUp.agents.effects(who, id),
    }),
    teamRoute({
      method: 'post',
      path: '/set-up/agents',
      right,
      summary: 'Make an agent, who may log in at once',
      body: AgentSetUpInput,
      status: 201,
      response: AgentSetUp,
      problems: ['not-found', 'number-taken', 'username-taken', 'unknown-number', 'number-leads-here'],
      example: {
        body: {
          number: AGENT.number,
          username: AGENT.username,
          name: AGENT.name,
          email: AGENT.email,
          role: AGENT.role,
          password: 'three quiet grey herons',
          pin: '2580',
          outsideNumber: AGENT.outsideNumber,
          groups: AGENT.groups,
        },
        response: { ...AGENT, version: 1 },
      },
      run: (who, { body }) => setUp.agents.create(who, body),
    }),
    versionedRoute({
      method: 'patch',
      path: '/set-up/agents/:id',
      right,
      summary: 'Change an agent; one who is made inactive is signed out, after the present call',
      params: AgentPath,
      body: AgentSetUpPatch,
      status: 200,
      response: AgentSetUp,
      problems: [
        'not-found',
        'number-taken',
        'username-taken',
        'unknown-number',
        'number-leads-here',
        'own-rights',
        'last-administrator',
      ],
      example: {
        body: { active: false },
        response: { ...AGENT, active: false, version: 4 },
      },
      run: (who, { params, version, body }) => setUp.agents.change(who, params.id, version, body),
    }),
    versionedRoute({
      method: 'delete',
      path: '/set-up/agents/:id',
      right,
      summary: 'Delete an agent; what leads there goes to another one, and the number may be given anew',
      params: AgentPath,
      query: RemoveAgentQuery,
      status: 204,
      problems: ['not-found', 'in-use', 'own-rights', 'last-administrator'],
      run: (who, { params, query, version }) => setUp.agents.remove(who, params.id, version, query),
    }),
  ];
}

/** Its answers hold passwords, and so are not written down. */
export function passwordRoutes(setUp: Pick<SetUpFeature, 'agents'>): Feature {
  return {
    tag: 'Set-up',
    routes: [
      sessionRoute({
        method: 'post',
        path: '/set-up/agents/:id/password',
        right,
        summary:
          'Make a password for an agent, who has to put another one in its place with the next login; the sessions of the agent end',
        params: AgentPath,
        status: 200,
        response: TemporaryPassword,
        problems: ['not-found', 'own-rights'],
        example: { response: { username: 'lilei', password: 'k7mw-p3xa-9tqe' } },
        run: (who, { params }) => setUp.agents.resetPassword(who, params.id),
      }),
    ],
  };
}
