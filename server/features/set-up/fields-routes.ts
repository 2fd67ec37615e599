import {
  FieldListQuery,
  FieldPage,
  FieldSetUp,
  FieldSetUpInput,
  FieldSetUpPatch,
} from '../../contract/customer-fields.ts';
import { FieldPath } from '../../http/path-ids.ts';
import { teamRoute, versionedRoute, type Route } from '../../http/route.ts';
import { effectsRoute } from './effects-routes.ts';
import type { SetUpFeature } from './set-up.ts';

const right = 'change-set-up';

const FIELD: FieldSetUp = {
  id: 'field_01k0level',
  key: 'level',
  label: { en: 'Level', 'zh-CN': '客户等级' },
  type: 'choice',
  required: false,
  readOnly: false,
  options: [
    { value: 'Standard', en: 'Standard', 'zh-CN': '普通' },
    { value: 'Gold', en: 'Gold', 'zh-CN': '金卡' },
  ],
  position: 1,
  version: 1,
};
const { value: _value, ...STANDARD } = FIELD.options[0] ?? { value: '', en: '', 'zh-CN': '' };

export function fieldRoutes(setUp: Pick<SetUpFeature, 'fields'>): Route[] {
  return [
    teamRoute({
      method: 'get',
      path: '/set-up/customer-fields',
      right,
      summary: 'Fields of customer cards that the team has made',
      query: FieldListQuery,
      status: 200,
      response: FieldPage,
      problems: [],
      example: { response: { items: [FIELD], next: null } },
      run: (who, { query }) => setUp.fields.list(who, query),
    }),
    teamRoute({
      method: 'get',
      path: '/set-up/customer-fields/:id',
      right,
      summary: 'One field of customer cards',
      params: FieldPath,
      status: 200,
      response: FieldSetUp,
      problems: ['not-found'],
      example: { response: FIELD },
      run: (who, { params }) => setUp.fields.get(who, params.id),
    }),
    effectsRoute({
      path: '/set-up/customer-fields/:id',
      params: FieldPath,
      summary: 'Who is signed in, and so has the field on the page',
      run: (who, id) => setUp.fields.effects(who, id),
    }),
    teamRoute({
      method: 'post',
      path: '/set-up/customer-fields',
      right,
      summary: 'Make a field of customer cards',
      body: FieldSetUpInput,
      status: 201,
      response: FieldSetUp,
      problems: [],
      example: {
        body: { key: 'level', label: FIELD.label, type: 'choice', options: [STANDARD], position: 1 },
        response: { ...FIELD, options: FIELD.options.slice(0, 1) },
      },
      run: (who, { body }) => setUp.fields.create(who, body),
    }),
    versionedRoute({
      method: 'patch',
      path: '/set-up/customer-fields/:id',
      right,
      summary: 'Change a field: an option that is called otherwise keeps its value, and cards keep theirs',
      params: FieldPath,
      body: FieldSetUpPatch,
      status: 200,
      response: FieldSetUp,
      problems: ['not-found'],
      example: { body: { required: true }, response: { ...FIELD, required: true, version: 2 } },
      run: (who, { params, version, body }) => setUp.fields.change(who, params.id, version, body),
    }),
    versionedRoute({
      method: 'delete',
      path: '/set-up/customer-fields/:id',
      right,
      summary: 'Remove a field: cards show it no more, and keep what was entered',
      params: FieldPath,
      status: 204,
      problems: ['not-found'],
      run: (who, { params, version }) => setUp.fields.remove(who, params.id, version),
    }),
  ];
}
