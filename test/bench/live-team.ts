import { asId } from '../../server/core/kernel/ids.ts';
import type { AgentId, CallId, EndpointId, GroupId, LegId } from '../../server/core/kernel/ids.ts';
import type { Decision } from '../../server/core/model/draft.ts';
import type { Group } from '../../server/core/model/set-up.ts';
import { emptyTeam } from '../../server/core/model/team.ts';
import type { OwnedTeam } from '../../server/core/model/team.ts';
import { decide } from '../../server/core/team/decide.ts';
import type { Input } from '../../server/core/team/input.ts';
import { indexed, layOver } from '../../server/core/team/reindex.ts';
import { LinkBook, isNews } from '../../server/live/links/link-book.ts';
import { agent, agentId, configOf, group, member } from '../support/builders.ts';
import type { Plan } from '../support/builders.ts';
import { SequenceIds } from '../support/sequence-ids.ts';

const AGENTS = 1_000;
const GROUPS = 50;
/** Groups of each agent: so many that follow each other. */
const EACH = 5;

const groupId = (index: number): GroupId => asId<GroupId>(`group-${index % GROUPS}`);
const numberOf = (index: number): string => String(10_000 + index);

/** A team of 1,000 agents and 50 groups, each agent in five of them: agent `n` in those from `n` on. */
export function planOfLiveTeam(rules: Partial<Group> = {}): Plan {
  const indices = [...Array(AGENTS).keys()];
  return {
    groups: [...Array(GROUPS).keys()].map((index) => group(groupId(index), rules)),
    agents: indices.map((index) => agent(numberOf(index))),
    members: indices.flatMap((index) =>
      [...Array(EACH).keys()].map((offset) => ({
        ...member(numberOf(index), groupId(index + offset)),
        level: 5 + (Math.floor(index / GROUPS) % 6),
      })),
    ),
  };
}

/** The core of that team alone: no mailbox, no store, no switch; what it asks of the switch is confirmed when told to. */
export class LiveTeam {
  readonly agents: readonly AgentId[] = [...Array(AGENTS).keys()].map((index) => agentId(numberOf(index)));
  readonly team: OwnedTeam;
  now = 1_000_000;
  readonly #ids = new SequenceIds();
  readonly #links: LinkBook;

  constructor(plan = planOfLiveTeam()) {
    this.team = indexed(emptyTeam(configOf(plan), this.now), this.now);
    this.#links = new LinkBook(this.team, this.now);
  }

  take(input: Input): Decision {
    const decision = decide(this.team, input, this.now, this.#ids);
    layOver(this.team, decision.changes);
    this.#links.follow(decision.changes);
    return decision;
  }

  /** A page with a registered phone, signed in to all groups of the agent. */
  signIn(id: AgentId): void {
    const endpointId = asId<EndpointId>(`ep-${id}`);
    const link = { online: true, address: null, userAgent: null };
    this.take({ type: 'BrowserChosen', agentId: id, endpointId, clientId: 'page' });
    this.take({ type: 'EndpointOnline', endpointId, link });
    this.heartbeat(id);
    this.take({ type: 'SignIn', agentId: id, ignore: [], address: null });
  }

  /** As the runtime takes it. */
  heartbeat(id: AgentId): void {
    const page = this.team.pages.get(id);
    if (!page) return;
    this.#links.heard(id, this.now);
    const phone = { registered: true, microphone: 'ready' } as const;
    if (isNews(page, phone)) this.take({ type: 'PageSeen', agentId: id, clientId: 'page', phone });
  }

  /** A caller for the group. @returns the decision, the call and the caller's leg */
  arrive(index: number, more: object = {}): { decision: Decision; callId: CallId; legId: LegId } {
    const callId = this.#ids.next<CallId>('call');
    const legId = this.#ids.next<LegId>('leg');
    const decision = this.take({
      type: 'CallArrived',
      callId,
      legId,
      number: '13900000001',
      name: null,
      did: '400100',
      target: { kind: 'group', groupId: groupId(index) },
      customer: null,
      ...more,
    });
    return { decision, callId, legId };
  }
}
