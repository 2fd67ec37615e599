import type { ApiKeySetUp } from '../../../server/contract/api-keys.ts';
import type { EmbeddingSetUp } from '../../../server/contract/embedding.ts';
import type {
  AgentSetUp,
  Effects,
  PhoneCredential,
  PhoneSetUp,
  RoleSetUp,
} from '../../../server/contract/people.ts';
import type { OpenSession } from '../../../server/contract/session.ts';
import type { PeopleReport } from '../../../server/contract/people-file.ts';
import type { Passkey } from '../../../server/contract/passkeys.ts';
import type { SignOnSetUp } from '../../../server/contract/single-sign-on.ts';
import type { GroupSetUp, TeamSetUp } from '../../../server/contract/set-up.ts';
import type { Delivery, WebhookSetUp } from '../../../server/contract/webhooks.ts';
import type { HttpRequest } from '../../../widget/api/http-client.ts';
import { CommandError } from '../../../widget/live/command-error.ts';

export function agentSetUp(patch: Partial<AgentSetUp> = {}): AgentSetUp {
  return {
    id: 'agent-1',
    number: '1001',
    username: 'lilei',
    name: '李雷',
    email: '',
    role: 'agent',
    active: true,
    passwordMustChange: false,
    hasPin: true,
    outsideNumber: null,
    groups: [{ groupId: 'group-1', static: true, level: 3 }],
    leads: [],
    version: 3,
    ...patch,
  };
}

function apiKey(patch: Partial<ApiKeySetUp>): ApiKeySetUp {
  return {
    ...{ id: 'key-1', name: 'CRM', prefix: 'tbk_7fq2x9ak', rights: ['read-calls'], madeBy: 'agent-1' },
    ...{ createdAt: 1, expiresAt: null, lastUsedAt: null, revokedAt: null, version: 1 },
    ...patch,
  };
}

function openSession(patch: Partial<OpenSession> = {}): OpenSession {
  return {
    id: 'session-2',
    via: 'password',
    since: Date.now() - 3_600_000,
    seenAt: Date.now(),
    expiresAt: Date.now() + 3_600_000,
    address: '192.0.2.17',
    userAgent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36',
    current: false,
    ...patch,
  };
}

function conflict(current: object): CommandError {
  return new CommandError({ code: 'version-conflict', message: '', retryable: false, details: { current } });
}

const GROUP: GroupSetUp = {
  ...{ id: 'group-1', name: '客户服务', number: '2001', ringMs: 20_000, retryMs: 5_000 },
  ...{ acwMode: 'after-answer', acwLimitMs: 30_000, dialling: 'free', callerId: null },
  ...{ transferReturn: 'return', lastAgent: 'end', transferOutside: false, talkOnMs: 1_800_000 },
  ...{ strategy: 'longest-idle', skillSteps: [], priority: 0, sticky: null, maxWaitMs: null },
  ...{ maxLength: null, overflow: null, whenNobody: 'wait', whenPaused: 'wait', whenBusy: 'wait' },
  ...{ pauseAfterMissed: null, announcements: null, sounds: null },
  serviceLevel: { withinMs: 20_000, percent: 80, shortAbandonMs: 5_000 },
  members: [{ agentId: 'agent-1', static: true, level: 3 }],
  ...{ leaders: [], closedAt: null, version: 4 },
};

const WEBHOOK: WebhookSetUp = {
  ...{ id: 'webhook-1', name: 'CRM', url: 'https://crm.example/telebar', events: ['call.ended'] },
  ...{ active: true, fault: null, failingSince: null, previousSecretUntil: null, createdAt: 1, version: 1 },
};
const DELIVERY: Delivery = {
  ...{ id: 'ended.webhook-1', eventId: 'ended', type: 'call.ended', state: 'failed', createdAt: 1, dueAt: 1 },
  ...{ attempts: 10, lastAttemptAt: 1, lastStatus: 500, lastError: null, lastMs: 12 },
};

type PlainRow = Readonly<Record<string, unknown>> & { readonly id: string; readonly version: number };

/** What a row has of which its maker says nothing. */
const PLAIN: Readonly<Record<string, object>> = {
  'customer-fields': { key: 'made', required: false, readOnly: false, options: [] },
  'work-links': { groupIds: [] },
  reasons: { parentId: null, above: [], colour: null, paid: false, limitMs: null, marks: [] },
};

/** The routes of the set-up, on a few agents and one group. */
export class FakeSetUp {
  agents: AgentSetUp[] = [
    agentSetUp(),
    agentSetUp({ id: 'agent-2', number: '1002', name: '韩梅梅', groups: [] }),
  ];
  readonly keys: ApiKeySetUp[] = [];
  sessions: OpenSession[] = [openSession({ id: 'session-1', current: true }), openSession()];
  hasFactor = false;
  /** Where logging out leads to; null: nowhere. */
  providerLogout: string | null = null;
  takesPasskeys = true;
  passkeys: Passkey[] = [];
  readonly signOnPatches: object[] = [];
  signOn: SignOnSetUp = {
    ...{ active: false, label: '', issuer: '', clientId: '', hasSecret: false, fixed: false, version: 0 },
    ...{ claim: 'preferred_username', matches: 'username', unknownUsers: 'refuse', domains: [] },
    ...{ trustsFactor: false, endsSession: false, redirectUri: 'https://phone.example/admin/' },
  };
  embedding: EmbeddingSetUp = {
    ...{ team: 'demo', origins: ['https://crm.example'], fixed: false, previousSecretUntil: null },
    version: 1,
  };
  phone: PhoneSetUp | null = null;
  roles: RoleSetUp[] = [
    { id: 'agent', name: 'agent', reach: 'own', rights: ['use-desk'], builtIn: true, version: 1 },
    { id: 'role-1', name: '排班', reach: 'team', rights: ['watch-queues'], builtIn: false, version: 2 },
  ];
  groups: GroupSetUp[] = [
    GROUP,
    {
      ...{ ...GROUP, id: 'group-2', name: '后备', number: '2002', members: [] },
      overflow: { afterMs: 90_000, to: { kind: 'end' } },
    },
  ];
  webhook: WebhookSetUp | null = null;
  /** Rows of sections that are all alike, by the last part of their path. */
  readonly plain: Record<string, PlainRow[]> = {
    'customer-fields': [],
    reasons: [],
    'work-links': [],
    'app-bindings': [],
  };
  deliveries: Delivery[] = [DELIVERY];
  team: TeamSetUp = {
    ...{ name: '示例', slug: 'demo', locale: 'zh-CN', timeZone: 'Asia/Shanghai', monitorNotice: 'shown' },
    ...{ priorityPointMs: 60_000, outsidePhones: 'assigned', outsideConfirm: 'queue-calls', version: 5 },
  };
  report: PeopleReport = {
    applied: false,
    fault: null,
    encoding: 'gb18030',
    ignored: ['血型'],
    created: 1,
    updated: 0,
    unchanged: 0,
    refused: 0,
    rows: [],
    passwords: [{ number: '1009', name: '=王芳', username: 'wangfang', password: 'k7mw-p3xa-9tqe' }],
  };
  /** What has been asked for, as `GET /set-up/agents?q=…`. */
  readonly asked: string[] = [];
  readonly bodies: unknown[] = [];
  /** What a change of an agent would meet. */
  effects: Effects = { signedIn: [], signedInCount: 0, waitingCalls: 0, openCalls: 0, uses: [] };
  /** Thrown by the next request for more than effects. */
  refusal: CommandError | null = null;

  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- as the client has it
  request = async <T>(request: HttpRequest<T>): Promise<T> => {
    const query = new URLSearchParams(
      Object.entries(request.query ?? {}).flatMap(([key, value]) =>
        value === undefined ? [] : [[key, String(value)]],
      ),
    );
    this.asked.push(`${request.method} ${request.path}${query.size === 0 ? '' : `?${query}`}`);
    if (request.body !== undefined) this.bodies.push(request.body);
    if (request.path.endsWith('/effects')) return this.effects as T;
    const { refusal } = this;
    this.refusal = null;
    if (refusal !== null) throw refusal;
    return this.#answer(request, query) as T;
  };

  #embedding(method: string, path: string, body: unknown, version: number | undefined): unknown {
    if (method === 'GET') return this.embedding;
    if (version !== this.embedding.version) throw conflict(this.embedding);
    this.embedding = { ...this.embedding, version: version + 1 };
    if (path.endsWith('/previous-secret')) this.embedding.previousSecretUntil = null;
    if (method === 'PATCH') this.embedding = { ...this.embedding, ...(body as Partial<EmbeddingSetUp>) };
    if (!path.endsWith('/secret')) return method === 'DELETE' ? undefined : this.embedding;
    this.embedding.previousSecretUntil = Date.now() + 86_400_000;
    return { ...this.embedding, secret: 'the-new-secret' };
  }

  #webhook(method: string, path: string, body: unknown, version: number | undefined): unknown {
    if (path.endsWith('/deliveries')) return { items: this.deliveries, next: null };
    if (path.endsWith('/test')) {
      this.deliveries = [{ ...DELIVERY, type: 'webhook.test', state: 'waiting' }, ...this.deliveries];
      return this.deliveries[0];
    }
    if (method === 'POST' && path === '/set-up/webhooks') {
      this.webhook = { ...WEBHOOK, ...(body as Partial<WebhookSetUp>) };
      return { ...this.webhook, secret: 'whsec_c2VjcmV0' };
    }
    if (method === 'GET') {
      if (path !== '/set-up/webhooks') return this.webhook;
      return { items: this.webhook === null ? [] : [this.webhook], next: null };
    }
    if (this.webhook === null) return undefined;
    if (version !== this.webhook.version) throw conflict(this.webhook);
    this.webhook = { ...this.webhook, version: version + 1 };
    if (path.endsWith('/previous-secret')) this.webhook.previousSecretUntil = null;
    else if (path.endsWith('/secret')) {
      this.webhook.previousSecretUntil = Date.now() + 86_400_000;
      return { ...this.webhook, secret: 'whsec_bmV4dA==' };
    } else if (method === 'DELETE') this.webhook = null;
    else this.webhook = { ...this.webhook, ...(body as Partial<WebhookSetUp>) };
    return method === 'DELETE' ? undefined : this.webhook;
  }

  #plain(name: string, id: string | undefined, method: string, body: unknown, version?: number): unknown {
    const rows = this.plain[name] ?? [];
    if (id === undefined && method === 'GET') return { items: rows, next: null };
    if (id === undefined) {
      const made = { ...PLAIN[name], ...(body as object), id: `${name}-${rows.length + 1}`, version: 1 };
      rows.push(made);
      return made;
    }
    const at = rows.findIndex((row) => row.id === id);
    const row = rows[at];
    if (row === undefined || method === 'GET') return row;
    if (version !== row.version) throw conflict(row);
    if (method === 'DELETE') return void rows.splice(at, 1);
    return (rows[at] = { ...row, ...(body as object), version: row.version + 1 });
  }

  #credential(phone: PhoneSetUp, password: string): PhoneCredential {
    const { username } = phone;
    return { ...phone, credential: { username, password, realm: 'telebar', port: 5070, text: '' } };
  }

  #answer({ method, path, body, version }: HttpRequest<unknown>, query: URLSearchParams): unknown {
    if (path === '/set-up/agents' && method === 'GET') {
      const q = query.get('q') ?? '';
      return {
        items: this.agents.filter(({ name, number }) => name.includes(q) || number.startsWith(q)),
        next: null,
      };
    }
    if (path === '/set-up/api-keys') {
      if (method === 'GET') return { items: this.keys, next: null };
      const made = apiKey(body as Partial<ApiKeySetUp>);
      this.keys.push(made);
      return { ...made, secret: 'tbk_7fq2x9ak_secret' };
    }
    if (path.endsWith('/sessions') && method === 'GET') {
      return { items: path === '/sessions' ? this.sessions : [], next: null };
    }
    if (path.startsWith('/sessions/') && method === 'DELETE') {
      this.sessions = this.sessions.filter(({ id, current }) => current || !path.endsWith(id));
      return undefined;
    }
    if (path === '/sessions/current/second-factor') {
      if (method === 'GET') return { active: this.hasFactor, recoveryCodes: this.hasFactor ? 10 : 0 };
      return { key: 'JBSWY3DPEHPK3PXP', uri: 'otpauth://totp/Telebar:admin?secret=JBSWY3DPEHPK3PXP' };
    }
    if (path.startsWith('/sessions/current/second-factor/')) {
      this.hasFactor = path.endsWith('/confirm');
      return this.hasFactor ? { codes: ['k7mw-p3xa-9tqe'] } : undefined;
    }
    if (path.endsWith('/second-factor')) return undefined;
    if (path === '/sessions/current/password') return undefined;
    if (path.endsWith('/password')) return { username: 'lilei', password: 'k7mw-p3xa-9tqe' };
    if (path === '/set-up/agents/import')
      return { ...this.report, applied: (body as { apply: boolean }).apply };
    if (path === '/set-up/agents/export')
      return { name: 'people.csv', csv: '\uFEFFnumber\r\n1001\r\n', rows: 1 };
    if (path === '/set-up/team') {
      if (method === 'GET') return this.team;
      if (version !== this.team.version) throw conflict(this.team);
      this.team = { ...this.team, ...(body as Partial<TeamSetUp>), version: version + 1 };
      return this.team;
    }
    if (path === '/login-ways')
      return {
        origin: location.origin,
        singleSignOn: query.get('team') === 'staff' ? { label: 'Staff' } : null,
        passkeys: this.takesPasskeys,
      };
    if (path === '/sessions/current/passkeys') return { origin: location.origin, items: this.passkeys };
    if (path === '/single-sign-on')
      return { url: `#${(body as { team: string }).team}`, secret: 'of-this-window' };
    if (path === '/sessions/current/provider-logout') return { url: this.providerLogout };
    if (path === '/set-up/single-sign-on') {
      if (method === 'GET') return this.signOn;
      if (version !== this.signOn.version) throw conflict(this.signOn);
      this.signOnPatches.push(body as object);
      this.signOn = { ...this.signOn, ...(body as Partial<SignOnSetUp>), version: version + 1 };
      return this.signOn;
    }
    if (path === '/password-resets/complete') return undefined;
    if (path.startsWith('/set-up/embedding')) return this.#embedding(method, path, body, version);
    if (path.startsWith('/set-up/webhooks')) return this.#webhook(method, path, body, version);
    if (path === '/set-up/phones' && method === 'GET')
      return { items: this.phone === null ? [] : [this.phone], next: null };
    if (path === '/set-up/phones') {
      this.phone = { id: 'phone-1', name: (body as PhoneSetUp).name, username: 'd4207719358', version: 1 };
      return this.#credential(this.phone, 'first-password');
    }
    if (path === '/set-up/phones/phone-1' && this.phone !== null) {
      if (method === 'DELETE') this.phone = null;
      return this.phone;
    }
    if (path === '/set-up/phones/phone-1/credential' && this.phone !== null) {
      if (version !== this.phone.version) throw conflict(this.phone);
      this.phone = { ...this.phone, version: version + 1 };
      return this.#credential(this.phone, 'second-password');
    }
    const plain = /^\/set-up\/([\w-]+)(\/[\w-]+)?$/.exec(path);
    if (plain !== null && plain[1] !== undefined && plain[1] in this.plain) {
      return this.#plain(plain[1], plain[2]?.slice(1), method, body, version);
    }
    if (path === '/set-up/roles' && method === 'GET') return { items: this.roles, next: null };
    if (path === '/set-up/roles') {
      this.roles.push({ ...(body as RoleSetUp), id: 'role-2', builtIn: false, version: 1 });
      return this.roles.at(-1);
    }
    const role = this.roles.find(({ id }) => path === `/set-up/roles/${id}`);
    if (role !== undefined && method === 'DELETE') {
      if (version !== role.version) throw conflict(role);
      this.roles = this.roles.filter(({ id }) => id !== role.id);
      return undefined;
    }
    if (role !== undefined) return role;
    if (path === '/set-up/groups')
      return {
        items: this.groups.map((group) => ({ ...group, memberCount: 1, leaderCount: 0 })),
        next: null,
      };
    const group = this.groups.find(({ id }) => path === `/set-up/groups/${id}`);
    if (group !== undefined) {
      if (method === 'GET') return group;
      if (version !== group.version) throw conflict(group);
      const patched = { ...group, ...(body as Partial<GroupSetUp>), version: version + 1 };
      this.groups = this.groups.map((each) => (each.id === group.id ? patched : each));
      return patched;
    }
    if (path === '/set-up/agents' && method === 'POST') {
      const made = agentSetUp({
        ...(body as Partial<AgentSetUp>),
        id: `agent-${this.agents.length + 1}`,
        version: 1,
      });
      this.agents.push(made);
      return made;
    }
    const at = this.agents.findIndex(({ id }) => path === `/set-up/agents/${id}`);
    const known = this.agents[at];
    if (known === undefined) return { items: [], next: null };
    if (method === 'GET') return known;
    if (version !== known.version) throw conflict(known);
    if (method === 'DELETE') {
      this.agents.splice(at, 1);
      return null;
    }
    const changed = { ...known, ...(body as Partial<AgentSetUp>), version: known.version + 1 };
    this.agents[at] = changed;
    return changed;
  }
}
