import { html } from 'lit';
import { RolePage, RoleSetUp } from '../../../server/contract/people.ts';
import { RIGHTS, type Right } from '../../../server/vocabulary/rights.ts';
import type { Reach, Role } from '../../../server/vocabulary/roles.ts';
import { idsOf, type Kind, type Word, type Words } from './kind.ts';
import { requestsOf } from './set-up-requests.ts';
import './role-holders.ts';

const requests = requestsOf('/set-up/roles', RoleSetUp);

/** The roles that every team has, in the words of the page. */
export const ROLE_NAMES = {
  agent: 'admin.role.agent',
  leader: 'admin.role.leader',
  quality: 'admin.role.quality',
  admin: 'admin.role.admin',
} as const satisfies Record<Role, Word>;

export function roleName({ id, name }: { readonly id: string; readonly name: string }, text: Words): string {
  return Object.hasOwn(ROLE_NAMES, id) ? text.t(ROLE_NAMES[id as Role]) : name;
}

const REACHES = {
  own: { label: 'admin.reach.own', hint: 'admin.reach.own.hint' },
  groups: { label: 'admin.reach.groups', hint: 'admin.reach.groups.hint' },
  team: { label: 'admin.reach.team', hint: 'admin.reach.team.hint' },
} as const satisfies Record<Reach, { label: Word; hint: Word }>;

const EXPLAINED = {
  'use-desk': { label: 'admin.may.useDesk', hint: 'admin.may.useDesk.hint' },
  'control-calls': { label: 'admin.may.controlCalls', hint: 'admin.may.controlCalls.hint' },
  'read-calls': { label: 'admin.may.readCalls', hint: 'admin.may.readCalls.hint' },
  'read-reports': { label: 'admin.may.readReports', hint: 'admin.may.readReports.hint' },
  'watch-queues': { label: 'admin.may.watchQueues', hint: 'admin.may.watchQueues.hint' },
  'watch-agents': { label: 'admin.may.watchAgents', hint: 'admin.may.watchAgents.hint' },
  supervise: { label: 'admin.may.supervise', hint: 'admin.may.supervise.hint' },
  'use-contacts': { label: 'admin.may.useContacts', hint: 'admin.may.useContacts.hint' },
  'read-customers': { label: 'admin.may.readCustomers', hint: 'admin.may.readCustomers.hint' },
  'write-customers': { label: 'admin.may.writeCustomers', hint: 'admin.may.writeCustomers.hint' },
  'read-audit': { label: 'admin.may.readAudit', hint: 'admin.may.readAudit.hint' },
  'change-set-up': { label: 'admin.may.changeSetUp', hint: 'admin.may.changeSetUp.hint' },
} as const satisfies Record<Right, { label: Word; hint: Word }>;

export const roles: Kind<RoleSetUp, RoleSetUp> = {
  section: 'roles',
  path: '/set-up/roles',
  page: RolePage,
  searchable: false,
  idOf: ({ id }) => id,
  columns: [
    { key: 'name', label: 'admin.name', shown: true, cell: (role, text) => roleName(role, text) },
    {
      key: 'reach',
      label: 'admin.reach',
      shown: true,
      cell: ({ reach }, text) => text.t(REACHES[reach].label),
    },
    {
      key: 'rights',
      label: 'admin.rights',
      shown: true,
      cell: ({ rights }, text) =>
        rights.length === RIGHTS.length
          ? text.t('admin.rights.all')
          : text.t('admin.rights.some', { rights: rights.length, all: RIGHTS.length }),
    },
    {
      key: 'builtIn',
      label: 'admin.role.kind',
      shown: true,
      cell: ({ builtIn }, text) => text.t(builtIn ? 'admin.role.builtIn' : 'admin.role.teams'),
    },
  ],
  form: {
    nameOf: (role, text) => roleName(role, text),
    versionOf: ({ version }) => version,
    fixed: ({ builtIn }) => (builtIn ? 'admin.role.fixed' : null),
    read: requests.read,
    effects: requests.effects,
    parts: (row) => {
      const fixed = row?.builtIn === true;
      return [
        {
          title: 'admin.part.role',
          fields: [
            ...(fixed
              ? []
              : [{ key: 'name', label: 'admin.name', kind: 'text', max: 100, required: true } as const]),
            {
              key: 'reach',
              label: 'admin.reach.of',
              kind: 'radios',
              options: Object.entries(REACHES).map(([value, words]) => ({ value, ...words })),
              fixed,
              wrong: (reach, { rights }) =>
                reach !== 'team' && idsOf(rights).includes('change-set-up') ? 'admin.reach.wrong' : null,
            },
            {
              key: 'rights',
              label: 'admin.rights',
              kind: 'choices',
              options: RIGHTS.map((value) => ({ value, ...EXPLAINED[value] })),
              fixed,
              required: true,
            },
          ],
        },
      ];
    },
    valuesOf: (row) => ({
      name: row?.name ?? '',
      reach: row?.reach ?? 'own',
      rights: row?.rights ?? ['use-desk', 'control-calls', 'use-contacts'],
    }),
    below: {
      title: 'admin.role.holders',
      render: ({ id }) => html`<telebar-role-holders .roleId=${id}></telebar-role-holders>`,
    },
    create: requests.create,
    change: ({ id }, changed, _values, version) => requests.change(id, changed, version),
    remove: {
      label: 'admin.role.remove',
      sentence: 'admin.role.remove.sentence',
      heirs: 'roles',
      request: ({ id }, version, heir) => ({
        ...requests.remove(id, version),
        query: typeof heir === 'string' ? { moveTo: heir } : {},
      }),
    },
  },
};
