import { readdirSync } from 'node:fs';
import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks';
import type { Clock } from '../core/kernel/clock.ts';
import type { Tally } from '../core/kernel/meters.ts';
import type { standing } from '../core/model/parties.ts';
import { LEG_ROLES } from '../vocabulary/leg-roles.ts';
import { AGENT_STATE_WORDS } from '../vocabulary/state-words.ts';
import type { JobMeters } from '../jobs/job-meters.ts';
import type { CallCentre } from '../live/call-centre.ts';
import type { Metric, Sample } from '../http/metrics.ts';

/** How often the event loop is looked at, ms: longer stalls than this are seen. */
const RESOLUTION_MS = 10;
/** What nothing has been seen of yet is 0, so that an alert on it works from the start. */
const PHASES: Record<Exclude<ReturnType<typeof standing>, 'ended'>, 0> = {
  waiting: 0,
  offered: 0,
  connecting: 0,
  'calling-agent': 0,
  'calling-far': 0,
  talking: 0,
  held: 0,
  recovering: 0,
};

export interface MeasuredParts {
  readonly centre: Pick<CallCentre, 'meters' | 'gauges' | 'setAside'>;
  readonly jobs: JobMeters;
  /** Rows that were kept long enough. */
  readonly forgotten: Tally;
  readonly pages: () => number;
  readonly switchUp: () => boolean;
  readonly isReady: () => boolean;
  readonly clock: Clock;
  readonly version: string;
}

/** What `/metrics` says of this server. */
export class ServerMetrics {
  readonly #parts: MeasuredParts;
  readonly #loop: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

  constructor(parts: MeasuredParts) {
    this.#parts = parts;
    this.#loop.enable();
  }

  stop(): void {
    this.#loop.disable();
  }

  read(): Metric[] {
    return [...this.#live(), ...this.#jobs(), ...this.#process()];
  }

  #live(): Metric[] {
    const { centre, clock } = this.#parts;
    const { meters } = centre;
    const now = centre.gauges();
    const wait = now.longestWaitSince === null ? 0 : (clock.now() - now.longestWaitSince) / 1000;
    return [
      gauge('telebar_ready', '1 when calls are taken.', Number(this.#parts.isReady())),
      gauge('telebar_switch_up', '1 when the telephone switch is there.', Number(this.#parts.switchUp())),
      gauge('telebar_teams', 'Teams that live here.', now.teams),
      byKind('telebar_agents', 'Agents by state.', 'state', AGENT_STATE_WORDS, now.agents),
      byKind('telebar_calls', 'Calls that go on, by phase.', 'phase', Object.keys(PHASES), now.calls),
      byKind('telebar_legs', 'Connections of calls that go on, by role.', 'role', LEG_ROLES, now.legs),
      gauge('telebar_calls_waiting', 'Callers whom no agent has answered yet.', now.waiting),
      gauge('telebar_longest_wait_seconds', 'How long the first of them has waited.', wait),
      gauge('telebar_realtime_pages', 'Pages that are connected.', this.#parts.pages()),
      counter('telebar_decisions_total', 'Inputs that were decided, by type.', 'input', meters.decisions),
      gauge('telebar_mailbox_jobs', 'Inputs that wait for a decision.', now.mailbox),
      {
        name: 'telebar_commit_seconds',
        help: 'Time in the database, of what somebody waits for (live) and of what was kept back (backlog).',
        type: 'histogram',
        label: 'kind',
        kinds: meters.commits.kinds,
      },
      gauge('telebar_store_rows_kept_back', 'Events that wait for the database.', now.keptBack),
      {
        name: 'telebar_store_rows_set_aside_total',
        help: 'Rows that the database does not take.',
        type: 'counter',
        samples: [{ value: centre.setAside }],
      },
      {
        name: 'telebar_switch_seconds',
        help: 'Time until the switch has answered, by what it was asked for.',
        type: 'histogram',
        label: 'operation',
        kinds: meters.switchAnswers.kinds,
      },
    ];
  }

  #jobs(): Metric[] {
    const { running, done, failed, dead, duration, delay } = this.#parts.jobs;
    const ended = Object.entries({ done, failed, dead }).flatMap(([outcome, { counts }]) =>
      samplesOf('kind', counts).map(({ labels, value }) => ({ labels: { ...labels, outcome }, value })),
    );
    return [
      gauge('telebar_jobs_running', 'Jobs that run on this server.', running),
      {
        name: 'telebar_jobs_total',
        help: 'Jobs that have ended here: done, failed and tried again, or dead for good.',
        type: 'counter',
        samples: ended,
      },
      counter(
        'telebar_rows_deleted_total',
        'Rows that were kept long enough.',
        'what',
        this.#parts.forgotten,
      ),
      {
        name: 'telebar_job_seconds',
        help: 'How long jobs take.',
        type: 'histogram',
        label: 'kind',
        kinds: duration.kinds,
      },
      {
        name: 'telebar_job_delay_seconds',
        help: 'How long after their time jobs begin.',
        type: 'histogram',
        label: 'kind',
        kinds: delay.kinds,
      },
    ];
  }

  /** Under the names that the usual dashboards look for. */
  #process(): Metric[] {
    const memory = process.memoryUsage();
    const { user, system } = process.cpuUsage();
    return [
      {
        name: 'telebar_event_loop_delay_seconds',
        help: 'How late the event loop was since the last look.',
        type: 'gauge',
        samples: this.#delays(),
      },
      gauge('process_resident_memory_bytes', 'Resident memory.', memory.rss),
      gauge('nodejs_heap_size_used_bytes', 'Heap in use.', memory.heapUsed),
      gauge('nodejs_heap_size_total_bytes', 'Heap.', memory.heapTotal),
      gauge('nodejs_external_memory_bytes', 'Memory outside the heap.', memory.external),
      {
        name: 'process_cpu_seconds_total',
        help: 'Processor time.',
        type: 'counter',
        samples: [{ value: (user + system) / 1_000_000 }],
      },
      gauge(
        'process_start_time_seconds',
        'When the process began, since the epoch.',
        performance.timeOrigin / 1000,
      ),
      ...openFiles(),
      {
        name: 'telebar_info',
        help: 'What runs here.',
        type: 'gauge',
        samples: [{ labels: { version: this.#parts.version, node: process.version }, value: 1 }],
      },
    ];
  }

  #delays(): Sample[] {
    const seconds = (nanoseconds: number): number => {
      const late = nanoseconds / 1e9 - RESOLUTION_MS / 1000;
      return Number.isFinite(late) ? Math.max(0, late) : 0;
    };
    const samples = [50, 99, 100].map((percentile) => ({
      labels: { quantile: String(percentile / 100) },
      value: this.#loop.count === 0 ? 0 : seconds(this.#loop.percentile(percentile)),
    }));
    this.#loop.reset();
    return samples;
  }
}

function gauge(name: string, help: string, value: number): Metric {
  return { name, help, type: 'gauge', samples: [{ value }] };
}

function counter(name: string, help: string, label: string, { counts }: Tally): Metric {
  return { name, help, type: 'counter', samples: samplesOf(label, counts) };
}

function byKind(name: string, help: string, label: string, kinds: readonly string[], tally: Tally): Metric {
  const counts = new Map(kinds.map((kind) => [kind, 0]));
  for (const [kind, count] of tally.counts) counts.set(kind, count);
  return { name, help, type: 'gauge', samples: samplesOf(label, counts) };
}

function samplesOf(label: string, counts: ReadonlyMap<string, number>): Sample[] {
  return [...counts].map(([kind, value]) => ({ labels: { [label]: kind }, value }));
}

/** Linux only. */
function openFiles(): Metric[] {
  try {
    const files = readdirSync('/proc/self/fd').length;
    return [gauge('process_open_fds', 'Open files and sockets.', files)];
  } catch {
    return [];
  }
}
