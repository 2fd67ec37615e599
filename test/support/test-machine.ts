import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findExecutable } from './executables.ts';

/** What the tests need of the machine besides npm packages: the program, and the Debian package that brings it. */
const needed = [
  { program: 'chromium', variable: 'CHROMIUM_PATH', debian: 'chromium' },
  { program: 'sipp', variable: 'SIPP_PATH', debian: 'sip-tester' },
  { program: 'baresip', variable: 'BARESIP_PATH', debian: 'baresip-core' },
  { program: 'openssl', variable: 'OPENSSL_PATH', debian: 'openssl' },
];

/**
 * Installs what is missing with apt when that is possible (Debian, root), otherwise says what to install.
 * Throws when something is still missing.
 */
export function prepareMachine(): Promise<void> {
  const missing = needed.filter(({ program, variable }) => findExecutable(program, variable) === null);
  if (missing.length === 0) return Promise.resolve();
  const packages = missing.map(({ debian }) => debian);
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.log(`installing ${packages.join(', ')} …`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const apt = (...args: string[]) =>
      spawnSync('apt-get', ['-qq', ...args], { env, stdio: ['ignore', 'ignore', 'inherit'] });
    apt('update');
    apt('install', '-y', '--no-install-recommends', ...packages, 'fonts-noto-cjk');
  }
  const still = missing.filter(({ program, variable }) => findExecutable(program, variable) === null);
  if (still.length > 0) {
    return Promise.reject(
      new Error(
        still
          .map(
            ({ program, variable, debian }) =>
              `${program} is missing: install the package '${debian}' or set ${variable}`,
          )
          .join('\n'),
      ),
    );
  }
  return Promise.resolve();
}
