import { html } from 'lit';
import { AgentPage, AgentSetUp, Effects } from '../../../server/contract/people.ts';
import '../account/agent-access.ts';
import './people-tools.ts';
import './set-up-name.ts';
import { ROLE_NAMES, roleName } from './roles.ts';
import { entriesOf, type Kind, type Values } from './kind.ts';

const part = encodeURIComponent;

export const agents: Kind<AgentSetUp, AgentSetUp> = {
  section: 'agents',
  path: '/set-up/agents',
  page: AgentPage,
  searchable: true,
  idOf: ({ id }) => id,
  tools: () => html`<telebar-people-tools></telebar-people-tools>`,
  columns: [
    {
      key: 'name',
      label: 'admin.name',
      sort: 'name',
      shown: true,
      cell: ({ name }) => name,
    },
    {
      key: 'number',
      label: 'admin.number',
      sort: 'number',
      shown: true,
      numeric: true,
      cell: ({ number }) => number,
    },
    {
      key: 'username',
      label: 'admin.username',
      sort: 'username',
      shown: true,
      cell: ({ username }) => username,
    },
    {
      key: 'role',
      label: 'admin.role',
      sort: 'role',
      shown: true,
      cell: ({ role }, text) =>
        Object.hasOwn(ROLE_NAMES, role)
          ? roleName({ id: role, name: role }, text)
          : html`<telebar-set-up-name of="roles" .id=${role}></telebar-set-up-name>`,
    },
    {
      key: 'groups',
      label: 'admin.groups',
      shown: true,
      cell: ({ groups, leads }, text) =>
        leads.length === 0
          ? text.number(groups.length)
          : text.t('admin.groupsAndLed', { groups: groups.length, led: leads.length }),
    },
    { key: 'email', label: 'admin.email', cell: ({ email }) => email },
    {
      key: 'active',
      label: 'admin.active',
      shown: true,
      cell: ({ active }, text) =>
        html`<span class="mark ${active ? 'on' : 'off'}"
          >${text.t(active ? 'admin.active.yes' : 'admin.active.no')}</span
        >`,
    },
  ],
  form: {
    nameOf: ({ name, number }) => `${name} · ${number}`,
    versionOf: ({ version }) => version,
    parts: (row) => [
      {
        title: 'admin.part.person',
        fields: [
          { key: 'name', label: 'admin.name', kind: 'text', max: 100, required: true },
          {
            key: 'number',
            label: 'admin.number',
            hint: 'admin.number.agentHint',
            kind: 'digits',
            max: 16,
            required: true,
          },
          { key: 'email', label: 'admin.email', kind: 'email', max: 254 },
          ...(row === null ? [] : [{ key: 'active', label: 'admin.mayWork', kind: 'switch' } as const]),
        ],
      },
      {
        title: 'admin.part.login',
        fields: [
          { key: 'username', label: 'admin.username', kind: 'text', max: 64, required: true },
          {
            key: 'password',
            label: row === null ? 'admin.password' : 'admin.newPassword',
            hint: row === null ? 'admin.password.hint' : 'admin.newPassword.hint',
            kind: 'password',
            max: 200,
            required: row === null,
          },
          { key: 'passwordMustChange', label: 'admin.passwordMustChange', kind: 'switch' },
          { key: 'role', label: 'admin.role', kind: 'role' },
          {
            key: 'pin',
            label: row?.hasPin === true ? 'admin.newPin' : 'admin.pin',
            hint: 'admin.pin.hint',
            kind: 'password',
            max: 12,
          },
          {
            key: 'outsideNumber',
            label: 'admin.outsideNumber',
            hint: 'admin.outsideNumber.hint',
            kind: 'text',
            max: 64,
          },
        ],
      },
      {
        title: 'admin.part.groups',
        fields: [
          {
            key: 'groups',
            label: 'admin.memberOf',
            hint: 'admin.memberOf.hint',
            kind: 'belonging',
            of: 'groups',
          },
          {
            key: 'leads',
            label: 'admin.leads',
            hint: 'admin.leads.hint',
            kind: 'pick',
            of: 'groups',
            several: true,
          },
        ],
      },
    ],
    valuesOf: (row) => ({
      name: row?.name ?? '',
      number: row?.number ?? '',
      email: row?.email ?? '',
      active: row?.active ?? true,
      username: row?.username ?? '',
      password: '',
      passwordMustChange: row?.passwordMustChange ?? true,
      role: row?.role ?? 'agent',
      pin: '',
      outsideNumber: row?.outsideNumber ?? '',
      groups:
        row?.groups.map(({ groupId, level, static: always }) => ({ id: groupId, level, static: always })) ??
        [],
      leads: row?.leads ?? [],
    }),
    beside: ({ id, name }) =>
      html`<telebar-agent-access .agentId=${id} .name=${name}></telebar-agent-access>`,
    read: (id) => ({ method: 'GET', path: `/set-up/agents/${part(id)}`, schema: AgentSetUp }),
    effects: (id) => ({ method: 'GET', path: `/set-up/agents/${part(id)}/effects`, schema: Effects }),
    create: (values) => ({
      method: 'POST',
      path: '/set-up/agents',
      body: bodyOf(values, null),
      schema: AgentSetUp,
    }),
    change: (row, changed, _values, version) => ({
      method: 'PATCH',
      path: `/set-up/agents/${part(row.id)}`,
      body: bodyOf(changed, row),
      schema: AgentSetUp,
      version,
    }),
    remove: {
      label: 'admin.agent.remove',
      sentence: 'admin.agent.remove.sentence',
      heirs: 'agents',
      request: ({ id }, version, heir) => ({
        method: 'DELETE',
        path: `/set-up/agents/${part(id)}`,
        query: heir === undefined ? {} : { moveTo: heir ?? 'nobody' },
        schema: null,
        version,
      }),
    },
  },
};

/** What was not typed stays as it is. */
function bodyOf(values: Values, row: AgentSetUp | null): unknown {
  const { password, pin, groups, active, outsideNumber, ...others } = values;
  return {
    ...others,
    ...(active === undefined || row === null ? {} : { active }),
    ...(typeof password === 'string' && password !== '' ? { password } : {}),
    ...(typeof pin === 'string' && pin !== '' ? { pin } : {}),
    ...(outsideNumber === undefined || (row === null && outsideNumber === '')
      ? {}
      : { outsideNumber: outsideNumber === '' ? null : outsideNumber }),
    ...(groups === undefined
      ? {}
      : { groups: entriesOf(groups).map(({ id, ...entry }) => ({ groupId: id, ...entry })) }),
  };
}
