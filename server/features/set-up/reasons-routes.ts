import {
  ReasonListQuery,
  ReasonPage,
  ReasonSetUp,
  ReasonSetUpInput,
  ReasonSetUpPatch,
} from '../../contract/set-up.ts';
import { ReasonPath } from '../../http/path-ids.ts';
import { teamRoute, versionedRoute, type Route } from '../../http/route.ts';
import { effectsRoute } from './effects-routes.ts';
import type { SetUpFeature } from './set-up.ts';

const right = 'change-set-up';

const REASON: ReasonSetUp = {
  id: 'reason_01k0lunch',
  kind: 'pause',
  label: { en: 'Lunch', 'zh-CN': '午餐' },
  parentId: null,
  above: [],
  colour: 'orange',
  paid: false,
  limitMs: 1_800_000,
  marks: [],
  position: 1,
  version: 1,
};

export function reasonRoutes(setUp: Pick<SetUpFeature, 'reasons'>): Route[] {
  return [
    teamRoute({
      method: 'get',
      path: '/set-up/reasons',
      right,
      summary: 'Reasons of pauses and of calls, and results of calls',
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
    effectsRoute({
      path: '/set-up/reasons/:id',
      params: ReasonPath,
      summary: 'Who pauses with a reason now, and what stands below it',
      example: { openCalls: 0, uses: [{ kind: 'reason', id: 'reason_01k0tea', name: '茶歇 Tea' }] },
      run: (who, id) => setUp.reasons.effects(who, id),
    }),
    teamRoute({
      method: 'post',
      path: '/set-up/reasons',
      right,
      summary: 'Make a reason',
      body: ReasonSetUpInput,
      status: 201,
      response: ReasonSetUp,
      problems: ['not-found', 'reason-loop', 'reason-depth'],
      example: {
        body: {
          ...{ kind: 'pause', label: REASON.label, position: 1 },
          ...{ parentId: null, colour: 'orange', limitMs: 1_800_000 },
        },
        response: REASON,
      },
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
      problems: ['not-found', 'reason-loop', 'reason-depth'],
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
      problems: ['not-found', 'reasons-below'],
      run: (who, { params, version }) => setUp.reasons.remove(who, params.id, version),
    }),
  ];
}
