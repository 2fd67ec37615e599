import type { AssignNumberRequest, NumberListQuery, NumberSetUp } from '../../contract/set-up.ts';
import type { Page } from '../../contract/wire.ts';
import type { Requester } from '../../core/kernel/actor.ts';
import { asId } from '../../core/kernel/ids.ts';
import type { AgentId, GroupId, TeamId } from '../../core/kernel/ids.ts';
import { refuseDialled } from './numbers-that-lead-here.ts';
import { checkSaved, checkVersion, missing, numberTaken } from './set-up-changes.ts';
import type { SetUpChanges, SetUpStores } from './set-up-changes.ts';
import { openGroup } from './set-up-groups.ts';
import type { RouteRow } from './set-up-store.ts';

/** Numbers that callers dial, and where they lead. The next call finds it so; who waits already stays where they are. */
export class SetUpNumbers {
  readonly #changes: SetUpChanges;

  constructor(changes: SetUpChanges) {
    this.#changes = changes;
  }

  list({ teamId }: Requester, query: NumberListQuery): Promise<Page<NumberSetUp>> {
    return this.#changes.read(async ({ teams }) => {
      const { items, next } = await teams.searchRoutes(teamId, query);
      return { items: items.map(shown), next };
    });
  }

  get({ teamId }: Requester, number: string): Promise<NumberSetUp> {
    return this.#changes.read(async ({ teams }) => {
      const found = await teams.route(number);
      if (found?.teamId !== teamId) throw missing('number');
      return shown(found);
    });
  }

  /** @param version null: the number is new */
  assign(
    who: Requester,
    number: string,
    version: number | null,
    request: AssignNumberRequest,
  ): Promise<NumberSetUp> {
    return this.#changes.change(who, async (stores) => {
      const target = await targetOf(stores, who.teamId, request.target);
      const found = await stores.teams.route(number);
      if (found && found.teamId !== who.teamId) throw numberTaken(number);
      if (!found) {
        if (version !== null) throw missing('number');
        const { deps } = this.#changes;
        const now = deps.outsidePhones();
        await refuseDialled(stores, deps.numbers, { teamId: who.teamId, number, now });
        const { priority = 0 } = request;
        // A number that comes back is another one: no version of before means it.
        const first = (await stores.teams.byId(who.teamId))?.setUpVersion ?? 1;
        const row = { number, teamId: who.teamId, target, priority, version: first };
        await stores.teams.insertRoute(row);
        await this.#changes.record(stores, who, 'number', { before: null, after: { ...row, id: number } });
        return shown(row);
      }
      checkVersion(found, version, shown(found));
      const { priority = found.priority } = request;
      const row = { ...found, target, priority, version: found.version + 1 };
      checkSaved(await stores.teams.updateRoute(row));
      await this.#changes.record(stores, who, 'number', {
        before: { ...found, id: number },
        after: { ...row, id: number },
      });
      return shown(row);
    });
  }

  async remove(who: Requester, number: string, version: number): Promise<void> {
    await this.#changes.change(who, async (stores) => {
      const found = await stores.teams.route(number);
      if (!found || found.teamId !== who.teamId) throw missing('number');
      checkVersion(found, version, shown(found));
      await stores.teams.deleteRoute(found);
      await this.#changes.record(stores, who, 'number', { before: { ...found, id: number }, after: null });
    });
  }
}

async function targetOf(
  stores: SetUpStores,
  teamId: TeamId,
  target: AssignNumberRequest['target'],
): Promise<RouteRow['target']> {
  if (target.kind === 'group') {
    const groupId = asId<GroupId>(target.groupId);
    await openGroup(stores, teamId, groupId);
    return { kind: 'group', groupId };
  }
  const agentId = asId<AgentId>(target.agentId);
  const agent = await stores.agents.byId(teamId, agentId);
  if (!agent || agent.deletedAt !== null) throw missing('agent');
  return { kind: 'agent', agentId };
}

function shown({ number, target, priority, version }: RouteRow): NumberSetUp {
  return { number, target, priority, version };
}
