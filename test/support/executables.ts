import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Path of a program from an environment variable or PATH; null when it is not installed. */
export function findExecutable(program: string, variable: string): string | null {
  const chosen = process.env[variable];
  if (chosen !== undefined && chosen !== '') return existsSync(chosen) ? chosen : null;
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, program);
    if (existsSync(path)) return path;
  }
  return null;
}

export function requireExecutable(program: string, variable: string): string {
  const path = findExecutable(program, variable);
  if (path === null) throw new Error(`${program} is not installed (or set ${variable})`);
  return path;
}
