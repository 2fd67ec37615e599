import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';

/**
 * A name for this process that no other ever has, from which a later one on the same machine can tell that it is dead:
 * `boot/namespace/pid/start/random`, and without what a system does not tell only the random part.
 */
export function processIdentity(): string {
  const random = randomUUID();
  const here = whereabouts();
  const started = startOf(process.pid);
  if (here === null || started === null) return random;
  return `${here}/${process.pid}/${started}/${random}`;
}

/**
 * Whether the process is surely dead: it was one of this boot of this machine and this namespace of processes, and there is
 * none of its number, or it is another one. Of a process elsewhere nothing is known, and one that is stopped is not dead.
 */
export function isDead(identity: string): boolean {
  const [, boot, namespace, pid, started] = /^([^/]+)\/([^/]+)\/(\d+)\/(\d+)\/[^/]+$/.exec(identity) ?? [];
  if (pid === undefined || `${boot}/${namespace}` !== whereabouts()) return false;
  return startOf(Number(pid)) !== started;
}

/** Linux only: a boot of a machine, and whose numbers its processes have (a container has its own). */
function whereabouts(): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot}/${readlinkSync('/proc/self/ns/pid').replaceAll(/\D/g, '')}`;
  } catch {
    return null;
  }
}

/** When a process began, in ticks since the boot (proc_pid_stat(5), field 22); null: there is none, or nothing but its rest. */
function startOf(pid: number): string | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may hold anything.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const [state = 'X'] = fields;
    return 'ZX'.includes(state) ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}
