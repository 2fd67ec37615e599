import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';

const root = new URL('../../', import.meta.url).pathname;

/** One planted violation per rule: the file below `fixtures/`, and the rule that has to find it. */
const planted: Record<string, string> = {
  'server/vocabulary/imports-vocabulary.ts': 'house(imports)',
  'server/contract/imports-core.ts': 'house(imports)',
  'server/contract/imports-package.ts': 'house(imports)',
  'server/core/imports-contract.ts': 'house(imports)',
  'server/core/imports-live.ts': 'house(imports)',
  'server/core/imports-package.ts': 'house(imports)',
  'server/live/imports-feature.ts': 'house(imports)',
  'server/live/imports-http.ts': 'house(imports)',
  'server/live/imports-row-file.ts': 'house(imports)',
  'server/live/imports-test.ts': 'house(imports)',
  'server/live/imports-typeorm.ts': 'house(imports)',
  'server/features/customers/imports-http.ts': 'house(imports)',
  'server/features/customers/imports-live.ts': 'house(imports)',
  'server/features/customers/imports-row-file.ts': 'house(imports)',
  'server/features/customers/imports-store.ts': 'house(imports)',
  'server/features/customers/imports-typeorm.ts': 'house(imports)',
  'server/features/customers/http-rows.ts': 'house(imports)',
  'server/features/customers/typeorm-routes.ts': 'house(imports)',
  'server/features/customers/express-routes.ts': 'house(imports)',
  'server/features/customers/typeorm-jobs.ts': 'house(imports)',
  'server/jobs/imports-feature.ts': 'house(imports)',
  'server/jobs/imports-typeorm.ts': 'house(imports)',
  'server/switch/imports-model.ts': 'house(imports)',
  'server/switch/imports-store.ts': 'house(imports)',
  'server/store/imports-feature.ts': 'house(imports)',
  'server/store/imports-switch.ts': 'house(imports)',
  'server/http/imports-feature.ts': 'house(imports)',
  'server/http/imports-store.ts': 'house(imports)',
  'server/realtime/imports-http.ts': 'house(imports)',
  'server/realtime/imports-live.ts': 'house(imports)',
  'server/start/imports-typeorm.ts': 'house(imports)',
  'widget/elements/imports-server.ts': 'house(imports)',
  'widget/elements/imports-core.ts': 'house(imports)',
  'widget/elements/imports-jssip.ts': 'house(imports)',
  'demo/imports-element.ts': 'house(imports)',
  'widget/elements/circle-a.ts': 'import(no-cycle)',
  'widget/elements/circle-b.ts': 'import(no-cycle)',
  'server/core/floating-promise.ts': 'typescript(no-floating-promises)',
  'server/core/call-manager.ts': 'house(names)',
  'server/core/utils.ts': 'house(names)',
};

interface Finding {
  filename: string;
  code: string;
}

async function lint(): Promise<Finding[]> {
  // oxlint exits with 1 when it finds something, which is what is wanted here.
  const run = promisify(execFile)(
    process.execPath,
    ['node_modules/oxlint/bin/oxlint', '--type-aware', '--format=json', 'test/lint/fixtures'],
    { cwd: root },
  ).catch((error: unknown) => error as { stdout: string });
  const { stdout } = await run;
  return (JSON.parse(stdout) as { diagnostics: Finding[] }).diagnostics;
}

describe('the rules of the house', () => {
  let found: Map<string, string[]>;
  beforeAll(async () => {
    found = new Map();
    for (const { filename, code } of await lint()) {
      const file = filename.replace(/^.*test\/lint\/fixtures\//, '');
      found.set(file, [...(found.get(file) ?? []), code]);
    }
  }, 60_000);

  it.each(Object.entries(planted))('find the violation planted in %s', (file, rule) => {
    expect(found.get(file)).toEqual([rule]);
  });

  it('accept every other file of the planted house', async () => {
    const files = (await readdir(`${root}test/lint/fixtures`, { recursive: true })).filter((file) =>
      file.endsWith('.ts'),
    );
    const clean = files.filter((file) => !(file in planted));
    expect(clean.length).toBeGreaterThan(5);
    expect([...found.keys()].sort()).toEqual(Object.keys(planted).sort());
  });
});
