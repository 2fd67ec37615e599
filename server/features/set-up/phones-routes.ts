import { PhoneCredential, PhoneInput, PhoneListQuery, PhonePage, PhoneSetUp } from '../../contract/people.ts';
import { PhonePath } from '../../http/path-ids.ts';
import { teamRoute, versionedRoute, type Feature } from '../../http/route.ts';
import { effectsRoute } from './effects-routes.ts';
import type { SetUpFeature } from './set-up.ts';

const right = 'change-set-up';

const PHONE: PhoneSetUp = {
  id: 'phone_01k0front',
  name: '前台 Front desk',
  username: 'd4207719358',
  version: 1,
};
const CREDENTIAL: PhoneCredential = {
  ...PHONE,
  credential: {
    username: PHONE.username,
    password: 'kQ2mT8sWn4Xr7bVd',
    realm: 'telebar',
    port: 5060,
    text: `user name: ${PHONE.username}\npassword: kQ2mT8sWn4Xr7bVd`,
  },
};

/** Its answers hold passwords, and are written down nowhere. */
export function phoneRoutes(setUp: Pick<SetUpFeature, 'phones'>): Feature {
  return {
    tag: 'Desk phones',
    routes: [
      teamRoute({
        method: 'get',
        path: '/set-up/phones',
        right,
        summary: 'The desk phones',
        query: PhoneListQuery,
        status: 200,
        response: PhonePage,
        problems: [],
        example: { response: { items: [PHONE], next: null } },
        run: (who, { query }) => setUp.phones.list(who, query),
      }),
      teamRoute({
        method: 'get',
        path: '/set-up/phones/:id',
        right,
        summary: 'One desk phone',
        params: PhonePath,
        status: 200,
        response: PhoneSetUp,
        problems: ['not-found'],
        example: { response: PHONE },
        run: (who, { params }) => setUp.phones.get(who, params.id),
      }),
      effectsRoute({
        path: '/set-up/phones/:id',
        params: PhonePath,
        summary: 'Who works with a desk phone now',
        run: (who, id) => setUp.phones.effects(who, id),
      }),
      teamRoute({
        method: 'post',
        path: '/set-up/phones',
        right,
        summary: 'Make a desk phone; its password is told this once',
        body: PhoneInput,
        status: 201,
        response: PhoneCredential,
        problems: ['number-taken'],
        example: { body: { name: PHONE.name }, response: CREDENTIAL },
        run: (who, { body }) => setUp.phones.create(who, body),
      }),
      versionedRoute({
        method: 'patch',
        path: '/set-up/phones/:id',
        right,
        summary: 'Give a desk phone another name',
        params: PhonePath,
        body: PhoneInput,
        status: 200,
        response: PhoneSetUp,
        problems: ['not-found'],
        example: { body: { name: PHONE.name }, response: PHONE },
        run: (who, { params, version, body }) => setUp.phones.rename(who, params.id, version, body),
      }),
      versionedRoute({
        method: 'post',
        path: '/set-up/phones/:id/credential',
        right,
        summary: 'Give a desk phone another password, told this once; it has to register anew with it',
        params: PhonePath,
        status: 200,
        response: PhoneCredential,
        problems: ['not-found'],
        example: { response: CREDENTIAL },
        run: (who, { params, version }) => setUp.phones.renew(who, params.id, version),
      }),
      versionedRoute({
        method: 'delete',
        path: '/set-up/phones/:id',
        right,
        summary: 'Delete a desk phone',
        params: PhonePath,
        status: 204,
        problems: ['not-found'],
        run: (who, { params, version }) => setUp.phones.remove(who, params.id, version),
      }),
    ],
  };
}
