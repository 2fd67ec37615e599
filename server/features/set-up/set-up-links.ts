import type { Effects } from '../../contract/people.ts';
import type {
  LinkListQuery,
  LinkSetUp,
  LinkSetUpInput,
  LinkSetUpPatch,
  WorkLinks,
} from '../../contract/work-links.ts';
import type { Page } from '../../contract/wire.ts';
import type { Identity, Requester } from '../../core/kernel/actor.ts';
import { asId } from '../../core/kernel/ids.ts';
import type { GroupId, LinkId, TeamId } from '../../core/kernel/ids.ts';
import { patched } from '../../core/kernel/patched.ts';
import { checkSaved, checkVersion, missing } from './set-up-changes.ts';
import type { SetUpChanges, SetUpStores } from './set-up-changes.ts';
import type { LinkRow } from './set-up-store.ts';

/** Addresses that agents open during a call. */
export class SetUpLinks {
  readonly #changes: SetUpChanges;

  constructor(changes: SetUpChanges) {
    this.#changes = changes;
  }

  /** Those of an agent, by the groups of which the agent is a member or leader. */
  of({ teamId, agentId }: Identity): Promise<WorkLinks> {
    return this.#changes.read(async ({ links, groups }) => {
      const rows = [
        ...(await groups.membershipsOf(teamId, [agentId])),
        ...(await groups.leadershipsOf(teamId, [agentId])),
      ];
      const own = new Set(rows.map(({ groupId }) => groupId));
      return (await links.all(teamId))
        .filter(({ groupIds }) => groupIds.length === 0 || groupIds.some((groupId) => own.has(groupId)))
        .map(({ id, label, url }) => ({ id, label, url }));
    });
  }

  list({ teamId }: Requester, query: LinkListQuery): Promise<Page<LinkSetUp>> {
    return this.#changes.read(async ({ links }) => {
      const { items, next } = await links.search(teamId, query);
      return { items: items.map(shown), next };
    });
  }

  get({ teamId }: Requester, id: LinkId): Promise<LinkSetUp> {
    return this.#changes.read(async (stores) => shown(await existing(stores, teamId, id)));
  }

  effects({ teamId }: Requester, id: LinkId): Promise<Effects> {
    return this.#changes.read(async (stores) => {
      await existing(stores, teamId, id);
      return this.#changes.effects(teamId, { kind: 'team' }, []);
    });
  }

  create(who: Requester, input: LinkSetUpInput): Promise<LinkSetUp> {
    return this.#changes.change(who, async (stores) => {
      const { label, url, position, groupIds = [] } = input;
      const id = this.#changes.deps.ids.next<LinkId>('link');
      const known = await knownGroups(stores, who.teamId, groupIds);
      const row: LinkRow = { id, teamId: who.teamId, label, url, groupIds: known, position, version: 1 };
      await stores.links.insert(row);
      await this.#changes.record(stores, who, 'work-link', { before: null, after: row });
      return shown(row);
    });
  }

  change(who: Requester, id: LinkId, version: number, patch: LinkSetUpPatch): Promise<LinkSetUp> {
    return this.#changes.change(who, async (stores) => {
      const found = await existing(stores, who.teamId, id);
      checkVersion(found, version, shown(found));
      const { groupIds, ...rest } = patch;
      const known = groupIds && (await knownGroups(stores, who.teamId, groupIds));
      const row = { ...patched(found, { ...rest, groupIds: known }), version: version + 1 };
      checkSaved(await stores.links.update(row));
      await this.#changes.record(stores, who, 'work-link', { before: found, after: row });
      return shown(row);
    });
  }

  async remove(who: Requester, id: LinkId, version: number): Promise<void> {
    await this.#changes.change(who, async (stores) => {
      const found = await existing(stores, who.teamId, id);
      checkVersion(found, version, shown(found));
      await stores.links.remove(found);
      await this.#changes.record(stores, who, 'work-link', { before: found, after: null });
    });
  }
}

async function existing({ links }: Pick<SetUpStores, 'links'>, teamId: TeamId, id: LinkId): Promise<LinkRow> {
  const found = (await links.all(teamId)).find((each) => each.id === id);
  if (!found) throw missing('link');
  return found;
}

/** @throws not-found: no such group */
export async function knownGroups(
  { groups }: Pick<SetUpStores, 'groups'>,
  teamId: TeamId,
  ids: readonly string[],
): Promise<GroupId[]> {
  const known = new Set((await groups.all(teamId)).map(({ id }) => id as string));
  if (ids.some((id) => !known.has(id))) throw missing('group');
  return [...new Set(ids)].map((id) => asId<GroupId>(id));
}

function shown({ teamId: _teamId, ...link }: LinkRow): LinkSetUp {
  return link;
}
