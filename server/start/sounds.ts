import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Saying } from '../core/ports/effects.ts';
import { TONE } from '../live/effects/sounds.ts';
import type { Sounds } from '../live/effects/sounds.ts';

/**
 * Sounds that an administrator has put into a folder of that one: `position-3.wav`, `wait-5.wav` (minutes), `waiting.wav` for what has no
 * file of its own. Where there is none a short tone is played.
 */
export function soundsIn(folder: string): Sounds {
  return async ({ sounds, of }) => {
    if (sounds === null) return TONE;
    for (const name of namesFor(of)) {
      const path = join(folder, sounds, name);
      if (await isThere(path)) return { kind: 'file', path };
    }
    return TONE;
  };
}

function namesFor(of: Saying['of']): string[] {
  switch (of.kind) {
    case 'position':
      return [`position-${of.position}.wav`, 'waiting.wav'];
    case 'wait':
      return [`wait-${of.minutes}.wav`, 'waiting.wav'];
    case 'waiting':
      return ['waiting.wav'];
    default:
      return of satisfies never;
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    // There is none.
    return false;
  }
}
