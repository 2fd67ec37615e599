import { RemoveRoleQuery, RoleInput, RolePage, RolePatch, RoleSetUp } from '../../contract/people.ts';
import { RolePath } from '../../http/path-ids.ts';
import { teamRoute, versionedRoute, type Route } from '../../http/route.ts';
import { effectsRoute } from './effects-routes.ts';
import type { SetUpFeature } from './set-up.ts';

const right = 'change-set-up';

const ROLE: RoleSetUp = {
  id: 'role_01k0reports',
  name: '报表 Reports',
  reach: 'team',
  rights: ['use-desk', 'read-reports', 'watch-queues'],
  builtIn: false,
  version: 1,
};

export function roleRoutes(setUp: Pick<SetUpFeature, 'roles'>): Route[] {
  return [
    teamRoute({
      method: 'get',
      path: '/set-up/roles',
      right,
      summary: 'What people may do: the roles that every team has, and its own',
      status: 200,
      response: RolePage,
      problems: [],
      example: { response: { items: [ROLE], next: null } },
      run: (who) => setUp.roles.list(who),
    }),
    teamRoute({
      method: 'get',
      path: '/set-up/roles/:id',
      right,
      summary: 'One role',
      params: RolePath,
      status: 200,
      response: RoleSetUp,
      problems: ['not-found'],
      example: { response: ROLE },
      run: (who, { params }) => setUp.roles.get(who, params.id),
    }),
    effectsRoute({
      path: '/set-up/roles/:id',
      params: RolePath,
      summary: 'Whom a change or a removal of a role would meet now',
      example: { uses: [{ kind: 'role', id: 'agent_01k0lilei', name: '李雷 Li Lei' }] },
      run: (who, id) => setUp.roles.effects(who, id),
    }),
    teamRoute({
      method: 'post',
      path: '/set-up/roles',
      right,
      summary: 'Make a role of single rights, of those that one has oneself',
      body: RoleInput,
      status: 201,
      response: RoleSetUp,
      problems: [],
      example: { body: { name: ROLE.name, reach: ROLE.reach, rights: ROLE.rights }, response: ROLE },
      run: (who, { body }) => setUp.roles.create(who, body),
    }),
    versionedRoute({
      method: 'patch',
      path: '/set-up/roles/:id',
      right,
      summary: "Change a role of the team's own; who has it has its rights at once",
      params: RolePath,
      body: RolePatch,
      status: 200,
      response: RoleSetUp,
      problems: ['not-found', 'own-rights'],
      example: { body: { name: ROLE.name }, response: { ...ROLE, version: 2 } },
      run: (who, { params, version, body }) => setUp.roles.change(who, params.id, version, body),
    }),
    versionedRoute({
      method: 'delete',
      path: '/set-up/roles/:id',
      right,
      summary: "Delete a role of the team's own; who has it gets another one",
      params: RolePath,
      query: RemoveRoleQuery,
      status: 204,
      problems: ['not-found', 'in-use', 'own-rights'],
      run: (who, { params, query, version }) => setUp.roles.remove(who, params.id, version, query),
    }),
  ];
}
