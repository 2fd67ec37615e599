/**
 * Unpacks Asterisk 22 of Debian's forky suite without root, into a cache folder of the project: `npm run asterisk:install`.
 * Nothing of the machine is changed; a folder that is complete is left as it is.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { access, mkdir, readdir, readFile, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

const SUITE = 'forky';
const MIRROR = process.env['TELEBAR_DEBIAN_MIRROR'] ?? 'http://deb.debian.org/debian';
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
/** Changes with what is unpacked, so that an old folder is made anew. */
const MARK = 'telebar-asterisk-1';

/** Where the tree is, or will be. */
export function asteriskFolder(): string {
  return resolve(
    process.env['TELEBAR_ASTERISK_DIR'] ?? join(import.meta.dirname, '../../../node_modules/.cache/asterisk'),
  );
}

/** Whether a complete tree is there. */
export async function isInstalled(folder = asteriskFolder()): Promise<boolean> {
  const mark = await readFile(join(folder, '.complete'), 'utf8').catch(() => '');
  return mark.trim() === MARK && existsSync(join(folder, 'usr/sbin/asterisk'));
}

/** @returns the folder; @throws Error with a sentence that says what to do. */
export async function installAsterisk(say: (line: string) => void = () => undefined): Promise<string> {
  const folder = asteriskFolder();
  if (await isInstalled(folder)) return folder;
  for (const tool of ['apt-get', 'dpkg-deb']) {
    await execute('which', [tool]).catch(() => {
      throw new Error(
        `${tool} is missing: asterisk:install needs a Debian or Ubuntu machine on amd64 or arm64.`,
      );
    });
  }
  await access(KEYRING).catch(() => {
    throw new Error(`${KEYRING} is missing: install the package debian-archive-keyring.`);
  });
  const work = `${folder}.new`;
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { recursive: true });
  const apt = await aptState(`${folder}.apt`);
  say(`reading the package lists of ${SUITE}`);
  await run('apt-get', [...apt, 'update', '-q']);
  say('fetching Asterisk and its libraries');
  await run('apt-get', [
    ...apt,
    'install',
    '-q',
    '-y',
    '--download-only',
    '--no-install-recommends',
    'asterisk',
    // An empty status file makes apt fetch what every machine has, too: the tree stands on its own C library.
  ]);
  const packages = (await readdir(join(`${folder}.apt`, 'cache/archives'))).filter((name) =>
    name.endsWith('.deb'),
  );
  say(`unpacking ${packages.length} packages`);
  // The suite has merged /usr; dpkg-deb would otherwise make folders where links belong.
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    await mkdir(join(work, 'usr', name), { recursive: true });
    await symlink(`usr/${name}`, join(work, name));
  }
  for (const name of packages) {
    await run('dpkg-deb', ['--extract', join(`${folder}.apt`, 'cache/archives', name), work]);
  }
  await linkSounds(work);
  await writeFile(join(work, '.complete'), `${MARK}\n`);
  await rm(folder, { recursive: true, force: true });
  await rename(work, folder);
  await rm(`${folder}.apt`, { recursive: true, force: true });
  return folder;
}

/** Options of an apt that knows only our suite and writes only into our folder. */
async function aptState(state: string): Promise<string[]> {
  await rm(state, { recursive: true, force: true });
  for (const part of ['lists/partial', 'cache/archives/partial', 'etc/parts', 'etc/preferences', 'log']) {
    await mkdir(join(state, part), { recursive: true });
  }
  await writeFile(join(state, 'status'), '');
  await writeFile(join(state, 'sources.list'), `deb [signed-by=${KEYRING}] ${MIRROR} ${SUITE} main\n`);
  const options = {
    'Dir::State': state,
    'Dir::State::lists': join(state, 'lists'),
    'Dir::State::status': join(state, 'status'),
    'Dir::Cache': join(state, 'cache'),
    'Dir::Cache::archives': join(state, 'cache/archives'),
    'Dir::Etc::sourcelist': join(state, 'sources.list'),
    'Dir::Etc::sourceparts': join(state, 'etc/parts'),
    'Dir::Etc::preferencesparts': join(state, 'etc/preferences'),
    'Dir::Log': join(state, 'log'),
    'APT::Install-Recommends': '0',
    'APT::Sandbox::User': '',
    'Acquire::Check-Valid-Until': 'false',
    'Acquire::Languages': 'none',
    'Acquire::Retries': '3',
    'Debug::NoLocking': '1',
  };
  return Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}

/** Asterisk looks for sounds of the language `en`; Debian names the voice. */
async function linkSounds(tree: string): Promise<void> {
  const sounds = join(tree, 'usr/share/asterisk/sounds');
  const link = join(sounds, 'en');
  const there = await readlink(link).catch(() => null);
  if (there === null && existsSync(join(sounds, 'en_US_f_Allison')) && !existsSync(link)) {
    await symlink('en_US_f_Allison', link);
  }
}

async function run(file: string, args: readonly string[]): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C', HOME: homedir() };
  await execute(file, args, { env, maxBuffer: 1 << 26 }).catch((error: Error & { stderr?: string }) => {
    const tail = (error.stderr ?? '').trim().split('\n').slice(-5).join('\n');
    throw new Error(
      `Asterisk could not be installed: ${file} failed.\n${tail}\nIs ${MIRROR} reachable? TELEBAR_DEBIAN_MIRROR names another mirror.`,
      { cause: error },
    );
  });
}

if (process.argv[1] === import.meta.filename) {
  try {
    const before = await isInstalled();
    const folder = await installAsterisk((line) => console.log(line));
    console.log(`Asterisk ${before ? 'is already' : 'is now'} in ${folder}`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
