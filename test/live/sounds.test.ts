import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { soundsIn } from '../../server/start/sounds.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'telebar-sounds-'));
  await mkdir(join(folder, 'sales'));
});
afterEach(() => rm(folder, { recursive: true }));

it('plays the sentence for the place, otherwise that for waiting, otherwise a tone', async () => {
  const say = soundsIn(folder);
  const third = { sounds: 'sales', of: { kind: 'position', position: 3 } } as const;
  expect(await say(third)).toEqual({ kind: 'tone', tone: 'beep' });
  await writeFile(join(folder, 'sales', 'waiting.wav'), '');
  expect(await say(third)).toEqual({ kind: 'file', path: join(folder, 'sales', 'waiting.wav') });
  await writeFile(join(folder, 'sales', 'position-3.wav'), '');
  expect(await say(third)).toEqual({ kind: 'file', path: join(folder, 'sales', 'position-3.wav') });
  expect(await say({ sounds: null, of: { kind: 'wait', minutes: 2 } })).toEqual({
    kind: 'tone',
    tone: 'beep',
  });
});
