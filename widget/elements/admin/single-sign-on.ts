import { SignOnSetUp } from '../../../server/contract/single-sign-on.ts';
import type { Field, Sheet, Values } from './kind.ts';

const PATH = '/set-up/single-sign-on';

/** With which provider the people of the team log in. There is one of it, without a list. */
export const singleSignOn: Sheet<SignOnSetUp, SignOnSetUp> = {
  section: 'signOn',
  idOf: () => 'signOn',
  form: {
    nameOf: (_row, text) => text.t('admin.signOn'),
    versionOf: ({ version }) => version,
    read: () => ({ method: 'GET', path: PATH, schema: SignOnSetUp }),
    parts: (row) => {
      const fixed = row?.fixed === true ? { fixed: true } : {};
      const all = (fields: readonly Field[]) => fields.map((field) => ({ ...field, ...fixed }));
      return [
        {
          title: 'admin.signOn.provider',
          fields: all([
            { key: 'active', label: 'admin.signOn.active', hint: 'admin.signOn.active.hint', kind: 'switch' },
            {
              key: 'redirectUri',
              label: 'admin.signOn.redirect',
              hint: 'admin.signOn.redirect.hint',
              kind: 'text',
              max: 500,
              fixed: true,
            },
            {
              key: 'label',
              label: 'admin.signOn.label',
              hint: 'admin.signOn.label.hint',
              kind: 'text',
              max: 60,
            },
            {
              key: 'issuer',
              label: 'admin.signOn.issuer',
              hint: 'admin.signOn.issuer.hint',
              kind: 'text',
              max: 500,
            },
            { key: 'clientId', label: 'admin.signOn.clientId', kind: 'text', max: 300 },
            {
              key: 'clientSecret',
              label: 'admin.signOn.secret',
              hint: 'admin.signOn.secret.hint',
              kind: 'password',
              max: 1000,
            },
          ]),
        },
        {
          title: 'admin.signOn.who',
          fields: all([
            {
              key: 'claim',
              label: 'admin.signOn.claim',
              hint: 'admin.signOn.claim.hint',
              kind: 'text',
              max: 100,
            },
            {
              key: 'matches',
              label: 'admin.signOn.matches',
              kind: 'choice',
              options: [
                { value: 'username', label: 'admin.signOn.matches.username' },
                { value: 'email', label: 'admin.signOn.matches.email' },
              ],
            },
            {
              key: 'unknownUsers',
              label: 'admin.signOn.unknown',
              kind: 'radios',
              options: [
                { value: 'refuse', label: 'admin.signOn.unknown.refuse' },
                {
                  value: 'make',
                  label: 'admin.signOn.unknown.make',
                  hint: 'admin.signOn.unknown.make.hint',
                },
              ],
            },
            {
              key: 'domains',
              label: 'admin.signOn.domains',
              hint: 'admin.signOn.domains.hint',
              kind: 'lines',
              max: 10_000,
            },
          ]),
        },
        {
          title: 'admin.signOn.more',
          fields: all([
            {
              key: 'trustsFactor',
              label: 'admin.signOn.trusts',
              hint: 'admin.signOn.trusts.hint',
              kind: 'switch',
            },
            { key: 'endsSession', label: 'admin.signOn.ends', kind: 'switch' },
          ]),
        },
      ];
    },
    valuesOf: (row) => ({
      active: row?.active ?? false,
      redirectUri: row?.redirectUri ?? '',
      label: row?.label ?? '',
      issuer: row?.issuer ?? '',
      clientId: row?.clientId ?? '',
      clientSecret: '',
      claim: row?.claim ?? '',
      matches: row?.matches ?? 'username',
      unknownUsers: row?.unknownUsers ?? 'refuse',
      domains: row?.domains ?? [],
      trustsFactor: row?.trustsFactor ?? false,
      endsSession: row?.endsSession ?? false,
    }),
    create: (values) => ({ method: 'PATCH', path: PATH, body: bodyOf(values), schema: SignOnSetUp }),
    change: (_row, changed, _values, version) => ({
      method: 'PATCH',
      path: PATH,
      body: bodyOf(changed),
      schema: SignOnSetUp,
      version,
    }),
    remove: null,
  },
};

/** A secret that was not typed stays. */
function bodyOf({ redirectUri: _redirectUri, clientSecret, ...values }: Values): unknown {
  return clientSecret === undefined || clientSecret === '' ? values : { ...values, clientSecret };
}
