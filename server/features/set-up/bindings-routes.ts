import {
  BindingListQuery,
  BindingPage,
  BindingSetUp,
  BindingSetUpInput,
  BindingSetUpPatch,
} from '../../contract/app-bindings.ts';
import { BindingPath } from '../../http/path-ids.ts';
import { teamRoute, versionedRoute, type Route } from '../../http/route.ts';
import { effectsRoute } from './effects-routes.ts';
import type { SetUpFeature } from './set-up.ts';

const right = 'change-set-up';

const BINDING: BindingSetUp = {
  id: 'binding_01k0orders',
  name: '热线 Hotline',
  directions: ['queue'],
  dids: ['4001234567'],
  groupIds: [],
  onAnswer: true,
  mode: 'url',
  url: 'https://crm.example/pop?phone={number}&call={callId}',
  position: 1,
  version: 1,
};
const { id: _id, version: _version, ...INPUT } = BINDING;

export function bindingRoutes(setUp: Pick<SetUpFeature, 'bindings'>): Route[] {
  return [
    teamRoute({
      method: 'get',
      path: '/set-up/app-bindings',
      right,
      summary: 'What pops for which calls, where the team says it and not the page',
      query: BindingListQuery,
      status: 200,
      response: BindingPage,
      problems: [],
      example: { response: { items: [BINDING], next: null } },
      run: (who, { query }) => setUp.bindings.list(who, query),
    }),
    teamRoute({
      method: 'get',
      path: '/set-up/app-bindings/:id',
      right,
      summary: 'One binding of calls to what pops',
      params: BindingPath,
      status: 200,
      response: BindingSetUp,
      problems: ['not-found'],
      example: { response: BINDING },
      run: (who, { params }) => setUp.bindings.get(who, params.id),
    }),
    effectsRoute({
      path: '/set-up/app-bindings/:id',
      params: BindingPath,
      summary: 'Who is signed in now, and follows it from the next pop on',
      run: (who, id) => setUp.bindings.effects(who, id),
    }),
    teamRoute({
      method: 'post',
      path: '/set-up/app-bindings',
      right,
      summary: 'Say what pops for some calls',
      body: BindingSetUpInput,
      status: 201,
      response: BindingSetUp,
      problems: ['not-found'],
      example: { body: INPUT, response: BINDING },
      run: (who, { body }) => setUp.bindings.create(who, body),
    }),
    versionedRoute({
      method: 'patch',
      path: '/set-up/app-bindings/:id',
      right,
      summary: 'Change what pops for some calls',
      params: BindingPath,
      body: BindingSetUpPatch,
      status: 200,
      response: BindingSetUp,
      problems: ['not-found'],
      example: {
        body: { onAnswer: false },
        response: { ...BINDING, onAnswer: false, version: 2 },
      },
      run: (who, { params, version, body }) => setUp.bindings.change(who, params.id, version, body),
    }),
    versionedRoute({
      method: 'delete',
      path: '/set-up/app-bindings/:id',
      right,
      summary: 'Take a binding away: the next that fits counts, or what the page says',
      params: BindingPath,
      status: 204,
      problems: ['not-found'],
      run: (who, { params, version }) => setUp.bindings.remove(who, params.id, version),
    }),
  ];
}
