import { EntitySchema, In, IsNull, LessThan, type EntityManager } from 'typeorm';
import type { ClaimOptions, JobEnd, JobRow, JobStore, NewJob } from '../core/ports/jobs.ts';
import { id, integer, json, milliseconds, nullable, primaryId, text } from '../store/columns.ts';
import { insertNewRow } from '../store/new-row.ts';
import { deleteSome } from '../store/some-rows.ts';

const Job = new EntitySchema<JobRow>({
  name: 'job',
  columns: {
    id: primaryId,
    teamId: nullable(id),
    kind: text,
    payload: json,
    dueAt: milliseconds,
    createdAt: milliseconds,
    attempts: integer,
    claim: nullable(id),
    leaseUntil: nullable(milliseconds),
    progress: nullable({ type: 'double precision' }),
    progressText: nullable(text),
    lastError: nullable(text),
    startedAt: nullable(milliseconds),
    finishedAt: nullable(milliseconds),
    outcome: nullable(text),
  },
});

export const jobEntities = [Job];

const NEW = {
  attempts: 0,
  claim: null,
  leaseUntil: null,
  progress: null,
  progressText: null,
  lastError: null,
  startedAt: null,
  finishedAt: null,
  outcome: null,
};

export class JobRows implements JobStore {
  readonly #manager: EntityManager;
  constructor(manager: EntityManager) {
    this.#manager = manager;
  }

  add(job: NewJob): Promise<boolean> {
    return insertNewRow(this.#manager, Job, { ...job, ...NEW }, ['id']);
  }

  async claim({ kinds, except, claim, now, leaseMs }: ClaimOptions): Promise<JobRow | null> {
    const time = await this.#time(now);
    const query = this.#manager
      .createQueryBuilder(Job, 'j')
      .where('j.finishedAt IS NULL AND j.dueAt <= :now', { now })
      .andWhere('(j.leaseUntil IS NULL OR j.leaseUntil <= :time)', { time })
      .andWhere({ kind: In([...kinds]) })
      .orderBy('j.dueAt')
      .addOrderBy('j.id')
      .limit(1);
    if (except.length > 0) query.andWhere('j.id NOT IN (:...except)', { except: [...except] });
    if (this.#isPostgres) query.setLock('pessimistic_write').setOnLocked('skip_locked');
    const found = await query.getOne();
    if (found === null) return null;
    const held = { claim, leaseUntil: time + leaseMs, attempts: found.attempts + 1, startedAt: now };
    await this.#manager.update(Job, { id: found.id }, held);
    return { ...found, ...held };
  }

  async renew(jobId: string, claim: string, now: number, leaseMs: number): Promise<boolean> {
    const leaseUntil = (await this.#time(now)) + leaseMs;
    const { affected } = await this.#manager.update(Job, { id: jobId, claim }, { leaseUntil });
    return affected === 1;
  }

  async showProgress(
    jobId: string,
    claim: string,
    progress: number,
    progressText: string | null,
  ): Promise<void> {
    await this.#manager.update(Job, { id: jobId, claim }, { progress, progressText });
  }

  async release(jobId: string, claim: string, end: JobEnd): Promise<boolean> {
    const free = { ...end, claim: null, leaseUntil: null };
    const { affected } = await this.#manager.update(Job, { id: jobId, claim }, free);
    return affected === 1;
  }

  async hasten(jobId: string, dueAt: number): Promise<void> {
    await this.#manager
      .createQueryBuilder()
      .update(Job)
      .set({ dueAt })
      .where({ id: jobId, claim: IsNull() })
      .andWhere('due_at > :dueAt', { dueAt })
      .execute();
  }

  byId(jobId: string): Promise<JobRow | null> {
    return this.#manager.findOneBy(Job, { id: jobId });
  }

  deleteFinished(outcome: 'done' | 'dead', before: number, most: number): Promise<number> {
    return deleteSome(this.#manager, Job, { outcome, finishedAt: LessThan(before) }, most);
  }

  get #isPostgres(): boolean {
    return this.#manager.connection.options.type === 'postgres';
  }

  async #time(now: number): Promise<number> {
    if (!this.#isPostgres) return now;
    const rows = (await this.#manager.query(
      'SELECT floor(extract(epoch FROM clock_timestamp()) * 1000) AS ms',
    )) as Array<{ ms: string }>;
    return Number(rows[0]?.ms);
  }
}
