import type { JobRow, JobStore } from '../../server/core/ports/jobs.ts';

/** Jobs in memory, held to what the databases do. */
export function memoryJobs(tables: { jobs: JobRow[] }): JobStore {
  const change = (held: (job: JobRow) => boolean, to: Partial<JobRow>): boolean => {
    const found = tables.jobs.find(held);
    tables.jobs = tables.jobs.map((job) => (job === found ? { ...job, ...to } : job));
    return found !== undefined;
  };
  const heldBy = (id: string, claim: string) => (job: JobRow) => job.id === id && job.claim === claim;
  return {
    add: async (job) => {
      if (tables.jobs.some(({ id }) => id === job.id)) return false;
      tables.jobs.push({
        ...job,
        attempts: 0,
        claim: null,
        leaseUntil: null,
        progress: null,
        progressText: null,
        lastError: null,
        startedAt: null,
        finishedAt: null,
        outcome: null,
      });
      return true;
    },
    claim: async ({ kinds, except, claim, now, leaseMs }) => {
      const found = tables.jobs
        .filter((job) => job.finishedAt === null && job.dueAt <= now)
        .filter((job) => job.leaseUntil === null || job.leaseUntil <= now)
        .filter((job) => kinds.includes(job.kind) && !except.includes(job.id))
        .toSorted((a, b) => a.dueAt - b.dueAt || (a.id < b.id ? -1 : 1))[0];
      if (found === undefined) return null;
      const held = { claim, leaseUntil: now + leaseMs, attempts: found.attempts + 1, startedAt: now };
      change((job) => job === found, held);
      return { ...found, ...held };
    },
    renew: async (id, claim, now, leaseMs) => change(heldBy(id, claim), { leaseUntil: now + leaseMs }),
    showProgress: async (id, claim, progress, progressText) => {
      change(heldBy(id, claim), { progress, progressText });
    },
    release: async (id, claim, end) => change(heldBy(id, claim), { ...end, claim: null, leaseUntil: null }),
    hasten: async (id, dueAt) => {
      change((job) => job.id === id && job.claim === null && job.dueAt > dueAt, { dueAt });
    },
    byId: async (id) => tables.jobs.find((job) => job.id === id) ?? null,
    deleteFinished: async (outcome, before, most) => {
      const ended = tables.jobs
        .filter((job) => job.outcome === outcome && job.finishedAt !== null && job.finishedAt < before)
        .slice(0, most);
      tables.jobs = tables.jobs.filter((job) => !ended.includes(job));
      return ended.length;
    },
  };
}
