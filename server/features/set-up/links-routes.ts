import {
  LinkListQuery,
  LinkPage,
  LinkSetUp,
  LinkSetUpInput,
  LinkSetUpPatch,
  WorkLinks,
} from '../../contract/work-links.ts';
import { LinkPath } from '../../http/path-ids.ts';
import { sessionRoute, teamRoute, versionedRoute, type Route } from '../../http/route.ts';
import { effectsRoute } from './effects-routes.ts';
import type { SetUpFeature } from './set-up.ts';

const right = 'change-set-up';

const LINK: LinkSetUp = {
  id: 'link_01k0orders',
  label: { en: 'Orders', 'zh-CN': '订单' },
  url: 'https://crm.example/orders?phone={customer.number}&call={call.id}',
  groupIds: [],
  position: 1,
  version: 1,
};
const { id, label, url } = LINK;

export function linkRoutes(setUp: Pick<SetUpFeature, 'links'>): Route[] {
  return [
    sessionRoute({
      method: 'get',
      path: '/work-links',
      right: 'use-desk',
      summary: 'Addresses that the agent opens during a call, in their order',
      status: 200,
      response: WorkLinks,
      problems: [],
      example: { response: [{ id, label, url }] },
      run: (who) => setUp.links.of(who),
    }),
    teamRoute({
      method: 'get',
      path: '/set-up/work-links',
      right,
      summary: 'Addresses that agents open during a call',
      query: LinkListQuery,
      status: 200,
      response: LinkPage,
      problems: [],
      example: { response: { items: [LINK], next: null } },
      run: (who, { query }) => setUp.links.list(who, query),
    }),
    teamRoute({
      method: 'get',
      path: '/set-up/work-links/:id',
      right,
      summary: 'One address that agents open during a call',
      params: LinkPath,
      status: 200,
      response: LinkSetUp,
      problems: ['not-found'],
      example: { response: LINK },
      run: (who, { params }) => setUp.links.get(who, params.id),
    }),
    effectsRoute({
      path: '/set-up/work-links/:id',
      params: LinkPath,
      summary: 'Who is signed in now, and may open it',
      run: (who, id) => setUp.links.effects(who, id),
    }),
    teamRoute({
      method: 'post',
      path: '/set-up/work-links',
      right,
      summary: 'Make an address that agents open during a call',
      body: LinkSetUpInput,
      status: 201,
      response: LinkSetUp,
      problems: ['not-found'],
      example: { body: { label, url, position: 1 }, response: LINK },
      run: (who, { body }) => setUp.links.create(who, body),
    }),
    versionedRoute({
      method: 'patch',
      path: '/set-up/work-links/:id',
      right,
      summary: 'Change an address that agents open during a call',
      params: LinkPath,
      body: LinkSetUpPatch,
      status: 200,
      response: LinkSetUp,
      problems: ['not-found'],
      example: {
        body: { groupIds: ['group_01k0service'] },
        response: { ...LINK, groupIds: ['group_01k0service'], version: 2 },
      },
      run: (who, { params, version, body }) => setUp.links.change(who, params.id, version, body),
    }),
    versionedRoute({
      method: 'delete',
      path: '/set-up/work-links/:id',
      right,
      summary: 'Take away an address that agents open during a call',
      params: LinkPath,
      status: 204,
      problems: ['not-found'],
      run: (who, { params, version }) => setUp.links.remove(who, params.id, version),
    }),
  ];
}
