import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { generateTypes, TYPES_FILE } from '../support/asterisk/generate-types.ts';

it('the types of ARI are those that the installed Asterisk describes', async () => {
  expect(await readFile(TYPES_FILE, 'utf8')).toBe(await generateTypes());
});
