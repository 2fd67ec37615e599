import { expect, it } from 'vitest';
import { importCircles } from './import-circles.ts';

const root = new URL('../../', import.meta.url).pathname;

it('finds circles of types and of dynamic imports, and none where there is none', async () => {
  const planted = await importCircles(`${root}test/lint/fixtures`, ['circles']);
  expect(planted).toEqual([
    ['circles/dynamic-a.ts', 'circles/dynamic-b.ts'],
    ['circles/type-a.ts', 'circles/type-b.ts', 'circles/type-c.ts'],
  ]);
});

it('the house has none', async () => {
  expect(await importCircles(root, ['server', 'widget', 'demo'])).toEqual([]);
});
