import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { areas, type Area } from '../../widget/i18n/areas.ts';
import type { Plural } from '../../widget/i18n/sentences.ts';

type Words = Readonly<Record<string, string | Plural>>;
const load = async (language: 'en' | 'zh-CN'): Promise<(readonly [Area, Words])[]> =>
  Promise.all(
    (Object.keys(areas) as Area[]).map(
      async (area) => [area, (await areas[area][language]()).words] as const,
    ),
  );
const [english, chinese] = await Promise.all([load('en'), load('zh-CN')]);

const forms = (sentence: string | Plural): string[] =>
  typeof sentence === 'string' ? [sentence] : Object.values<string>({ ...sentence });
const parameters = (sentence: string | Plural): string[] =>
  [...(forms(sentence).at(-1) ?? '').matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '').sort();

const root = join(import.meta.dirname, '../../widget');
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !/\.(en|zh-cn)\.ts$/.test(name))
  .map((name) => readFileSync(join(root, name), 'utf8'));

/** Keys as the sources have them: whole, or with parts that come in between. */
function keysIn(source: string): (string | RegExp)[] {
  const keys: (string | RegExp)[] = [...source.matchAll(/'([\w-]+(?:\.[\w-]+)+)'/g)].map(
    (match) => match[1] ?? '',
  );
  for (const [, template = ''] of source.matchAll(/`([\w-]+\.(?:[\w.-]|\$\{[^}]*\})*)`/g)) {
    const pattern = template.split(/\$\{[^}]*\}/).map((part) => part.replaceAll('.', '\\.'));
    keys.push(new RegExp(`^${pattern.join('[\\w-]+')}$`));
  }
  return keys;
}
const used = sources.flatMap(keysIn);
const isUsed = (key: string): boolean =>
  used.some((one) => (typeof one === 'string' ? one === key : one.test(key)));

describe('what the widget says', () => {
  it.each(english)('is there in both languages, with the same parameters: %s', (area, words) => {
    const other = new Map(chinese).get(area) ?? {};
    const shape = (of: Words): unknown =>
      Object.fromEntries(Object.entries(of).map(([key, sentence]) => [key, parameters(sentence)]));
    expect(shape(other)).toEqual(shape(words));
    expect(
      Object.values(words)
        .flatMap(forms)
        .filter((sentence) => sentence.trim() === ''),
    ).toEqual([]);
  });

  it('belongs to one area', () => {
    const keys = english.flatMap(([, words]) => Object.keys(words));
    expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
  });

  it.each(english)('is said somewhere: %s', (_, words) => {
    expect(isUsed('bar.nobody-says-this')).toBe(false);
    expect(Object.keys(words).filter((key) => !isUsed(key))).toEqual([]);
  });

  it.each(chinese)('has no half-width punctuation between Chinese words: %s', (_, words) => {
    expect(
      Object.values(words)
        .flatMap(forms)
        .filter((sentence) => /\p{Script=Han}[,;:!?()]/u.test(sentence)),
    ).toEqual([]);
  });
});
