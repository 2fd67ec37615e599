import type { Clock } from '../../core/kernel/clock.ts';
import type { TeamId } from '../../core/kernel/ids.ts';
import type { Logger } from '../../core/kernel/logger.ts';
import type { LiveRepositories } from '../../core/ports/live-store.ts';
import type { UnitOfWork } from '../../core/ports/unit-of-work.ts';
import type { DeskPhone } from '../../core/model/set-up.ts';
import { Mailbox } from '../mailbox.ts';
import type { LiveTeam, Teams } from '../teams.ts';
import { readSetUp } from './set-up-source.ts';

/** Who was not told of a change, because it was made elsewhere or could not be read, has it after so long at the latest, ms. */
const LOOK_EVERY_MS = 15_000;

export interface SetUpFollowerDeps {
  readonly teams: Teams;
  readonly unitOfWork: UnitOfWork<LiveRepositories>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Brings live teams up to what an administrator has stored. */
export class SetUpFollower {
  readonly #deps: SetUpFollowerDeps;
  /** Set-ups are learned in the order in which they were read. */
  readonly #turns = new Mailbox();
  #cancel: () => void = () => undefined;

  constructor(deps: SetUpFollowerDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#cancel = this.#deps.clock.after(LOOK_EVERY_MS, () => {
      this.start();
      void this.#look();
    });
  }

  stop(): void {
    this.#cancel();
  }

  /** Never rejects: what cannot be read now is read later. */
  follow(teamId: TeamId): Promise<void> {
    return this.#turns.run(() => this.#tried(() => this.#follow(teamId)));
  }

  async #look(): Promise<void> {
    await this.#tried(async () => {
      const rows = await this.#deps.unitOfWork.read(({ teams }) => teams.all());
      for (const { id, setUpVersion } of rows) {
        const live = this.#deps.teams.find(id);
        if (live && live.row.setUpVersion !== setUpVersion) await this.follow(id);
      }
    });
  }

  async #follow(teamId: TeamId): Promise<void> {
    const team = this.#deps.teams.find(teamId);
    if (!team) return;
    const setUp = await this.#deps.unitOfWork.read(async (repositories) => {
      const row = (await repositories.teams.all()).find(({ id }) => id === teamId);
      return row && readSetUp(repositories, row);
    });
    if (!setUp) return;
    team.row = setUp.row;
    team.desk = setUp.desk;
    await team.runtime.tell({ type: 'SetUpChanged', config: setUp.config });
    await this.#followPhones(team, setUp.phones);
    this.#deps.logger.info({ teamId, version: setUp.row.setUpVersion }, 'the set-up has changed');
  }

  async #followPhones(team: LiveTeam, phones: readonly DeskPhone[]): Promise<void> {
    const { teams } = this.#deps;
    for (const { endpointId } of phones) teams.ownEndpoint(endpointId, team);
    for (const endpointId of await team.place.phones.set(team.row.id, phones)) {
      teams.dropEndpoint(endpointId);
      await team.runtime.tell({ type: 'EndpointRetired', endpointId });
    }
  }

  async #tried(step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      this.#deps.logger.warn({ err: error }, 'a set-up could not be read; it is read again');
    }
  }
}
