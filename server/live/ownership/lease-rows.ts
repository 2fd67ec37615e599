import type { EntityManager } from 'typeorm';
import { fencePutOff } from '../../store/postgres-inserts.ts';
import type { TeamId } from '../../core/kernel/ids.ts';
import type { Holder, LeaseStore, Place, TakeOptions, TeamLease } from '../../core/ports/lease-store.ts';

interface PlaceRecord {
  name: string;
  process: string;
  url: string;
  access: string | null;
  free: boolean | number;
  inhabited: boolean | number;
}

/** `process` of a place that was given back. */
const NOBODY = '';

/** Few statements with the database's own clock in them: written by hand, for both databases. */
export class LeaseRows implements LeaseStore {
  readonly #manager: EntityManager;
  readonly #isPostgres: boolean;

  constructor(manager: EntityManager) {
    this.#manager = manager;
    this.#isPostgres = manager.connection.options.type === 'postgres';
  }

  async renew(process: string, lifeMs: number): Promise<void> {
    await this.#run(`UPDATE server_place SET until = ${this.#now} + ? WHERE process = ?`, [lifeMs, process]);
  }

  async held(process: string): Promise<{ places: Pick<Place, 'name' | 'access'>[]; teams: TeamLease[] }> {
    const places = await this.#rows<Pick<Place, 'name' | 'access'>>(
      'SELECT name, access FROM server_place WHERE process = ?',
      [process],
    );
    const teams = await this.#rows<{ team_id: TeamId; place: string; epoch: number }>(
      `SELECT team_id, place, epoch FROM team_lease
       WHERE place IN (SELECT name FROM server_place WHERE process = ?) ORDER BY team_id`,
      [process],
    );
    return {
      places,
      teams: teams.map(({ team_id: teamId, place, epoch }) => ({ teamId, place, epoch })),
    };
  }

  async take(
    name: string,
    { process, url }: Holder,
    { lifeMs, givenBack, freeForMs, dead, access }: TakeOptions,
  ): Promise<boolean> {
    await this.#run(
      `INSERT INTO server_place (name, process, url, until) VALUES (?, ?, '', 0) ON CONFLICT DO NOTHING`,
      [name, NOBODY],
    );
    const givers = [...(givenBack === true ? [NOBODY] : []), ...(dead === undefined ? [] : [dead])];
    const from = [
      ...(freeForMs === undefined ? [] : [`until + ? < ${this.#now}`]),
      ...givers.map(() => 'process = ?'),
    ].join(' OR ');
    if (from === '') return false;
    await this.#run(
      `UPDATE server_place SET process = ?, url = ?, until = ${this.#now} + ?
       WHERE name = ? AND process <> ? AND (${from})`,
      [process, url, lifeMs, name, process, ...(freeForMs === undefined ? [] : [freeForMs]), ...givers],
    );
    const [row] = await this.#rows<{ process: string }>('SELECT process FROM server_place WHERE name = ?', [
      name,
    ]);
    if (row?.process !== process) return false;
    if (access !== undefined)
      await this.#run('UPDATE server_place SET access = ? WHERE name = ?', [access, name]);
    await this.#run('UPDATE team_lease SET epoch = epoch + 1 WHERE place = ?', [name]);
    return true;
  }

  async release(process: string, lifeMs: number, place?: string): Promise<void> {
    const one = place === undefined ? '' : ' AND name = ?';
    await this.#run(`UPDATE server_place SET process = ?, until = ${this.#now} + ? WHERE process = ?${one}`, [
      NOBODY,
      lifeMs,
      process,
      ...(place === undefined ? [] : [place]),
    ]);
  }

  async move(from: string, to: string): Promise<void> {
    await this.#run('UPDATE team_lease SET place = ?, epoch = epoch + 1 WHERE place = ?', [to, from]);
  }

  async places(): Promise<Place[]> {
    return (await this.#rows<PlaceRecord>(`SELECT ${this.#columns} FROM server_place ORDER BY name`)).map(
      placeOf,
    );
  }

  async settle(place: string, slugs: readonly string[] | null, fromLate: boolean): Promise<void> {
    const named = slugs === null ? '' : ` AND slug IN (${slugs.map(() => '?').join(', ')})`;
    const names = slugs ?? [];
    if (slugs?.length === 0) return;
    await this.#run(
      `INSERT INTO team_lease (team_id, place, epoch) SELECT id, ?, 1 FROM team
       WHERE id NOT IN (SELECT team_id FROM team_lease)${named} ON CONFLICT DO NOTHING`,
      [place, ...names],
    );
    if (slugs === null) return;
    if (fromLate) {
      // It must not have its place any more when teams of that go; who has others keeps its own.
      await this.#run(
        `UPDATE server_place SET process = ? WHERE until < ${this.#now} AND name <> ? AND name IN
         (SELECT place FROM team_lease WHERE team_id IN (SELECT id FROM team WHERE true${named}))`,
        [NOBODY, place, ...names],
      );
    }
    await this.#run(
      `UPDATE team_lease SET place = ?, epoch = epoch + 1
       WHERE team_id IN (SELECT id FROM team WHERE true${named}) AND place <> ?
       AND place NOT IN (SELECT name FROM server_place WHERE until >= ${this.#now} OR process <> ?)`,
      [place, ...names, place, NOBODY],
    );
  }

  async placeOf(teamId: TeamId): Promise<Place | null> {
    const [row] = await this.#rows<PlaceRecord>(
      `SELECT ${this.#columns} FROM server_place WHERE name = (SELECT place FROM team_lease WHERE team_id = ?)`,
      [teamId],
    );
    return row === undefined ? null : placeOf(row);
  }

  async holds(teamId: TeamId, epoch: number): Promise<boolean> {
    return (await this.#rows(this.#held, [teamId, epoch])).length > 0;
  }

  async fence(teamId: TeamId, epoch: number, lost: () => Error): Promise<void> {
    const text = this.#own(this.#held);
    if (fencePutOff(this.#manager, { text, values: [teamId, epoch], lost })) return;
    if (!(await this.holds(teamId, epoch))) throw lost();
  }

  /** Whoever takes the team waits for this transaction, or this one finds another epoch. */
  get #held(): string {
    return `SELECT 1 FROM team_lease WHERE team_id = ? AND epoch = ?${this.#isPostgres ? ' FOR SHARE' : ''}`;
  }

  get #now(): string {
    return this.#isPostgres
      ? '(extract(epoch FROM clock_timestamp()) * 1000)::bigint'
      : `CAST(unixepoch('subsec') * 1000 AS INTEGER)`;
  }

  get #columns(): string {
    return `name, process, url, access, until < ${this.#now} AS free,
      EXISTS (SELECT 1 FROM team_lease WHERE place = server_place.name) AS inhabited`;
  }

  async #run(sql: string, parameters: unknown[]): Promise<void> {
    await this.#manager.query(this.#own(sql), parameters);
  }

  async #rows<T>(sql: string, parameters: unknown[] = []): Promise<T[]> {
    return (await this.#manager.query(this.#own(sql), parameters)) as T[];
  }

  #own(sql: string): string {
    if (!this.#isPostgres) return sql;
    let count = 0;
    return sql.replaceAll('?', () => `$${++count}`);
  }
}

function placeOf({ name, process, url, access, free, inhabited }: PlaceRecord): Place {
  return {
    name,
    holder: process === NOBODY ? null : { process, url },
    free: Boolean(free),
    inhabited: Boolean(inhabited),
    access,
  };
}
