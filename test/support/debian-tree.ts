import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { access, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

const SUITE = 'forky';
const MIRROR = process.env['TELEBAR_DEBIAN_MIRROR'] ?? 'http://deb.debian.org/debian';
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
const TRIPLE = process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu';
const LOADER = process.arch === 'arm64' ? 'ld-linux-aarch64.so.1' : 'ld-linux-x86-64.so.2';

export interface DebianTreeOptions {
  /** Of the folder in the project's cache. */
  readonly name: string;
  /** Environment variable that names another folder. */
  readonly variable: string;
  /** Changes with what is unpacked, so that an old folder is made anew. */
  readonly mark: string;
  readonly packages: readonly string[];
  /** Path in the tree that is there when it is whole. */
  readonly proof: string;
  /** Folders beside the usual ones that its libraries are in. */
  readonly libraryFolders?: readonly string[];
  /** Last touches before the tree counts as complete. */
  readonly finish?: (folder: string) => Promise<void>;
}

/**
 * Programs of Debian's forky suite, unpacked with all their libraries into a folder of their own, without root: nothing of
 * the machine is changed, and they run on any distribution because they bring their own C library.
 */
export class DebianTree {
  readonly folder: string;
  readonly #options: DebianTreeOptions;

  constructor(options: DebianTreeOptions) {
    this.#options = options;
    this.folder = resolve(
      process.env[options.variable] ?? join(import.meta.dirname, '../../node_modules/.cache', options.name),
    );
  }

  /** Whether a complete tree is there. */
  async isInstalled(): Promise<boolean> {
    const mark = await readFile(join(this.folder, '.complete'), 'utf8').catch(() => '');
    return mark.trim() === this.#options.mark && existsSync(join(this.folder, this.#options.proof));
  }

  /** Folder of libraries. */
  get libraries(): string {
    return join(this.folder, 'usr/lib', TRIPLE);
  }

  /** The beginning of the command that runs a program of the tree. @param path in the tree */
  command(path: string): [string, ...string[]] {
    const { folder, libraries } = this;
    const own = (this.#options.libraryFolders ?? []).map((name) => join(libraries, name));
    const paths = [libraries, join(folder, 'usr/lib'), ...own];
    return [join(libraries, LOADER), '--library-path', paths.join(':'), join(folder, path)];
  }

  /** A complete folder is left as it is. @throws Error with a sentence that says what to do */
  async install(say: (line: string) => void = () => undefined): Promise<void> {
    const { folder } = this;
    if (await this.isInstalled()) return;
    for (const tool of ['apt-get', 'dpkg-deb']) {
      await execute('which', [tool]).catch(() => {
        throw new Error(
          `${tool} is missing: ${this.#options.name} is unpacked on Debian or Ubuntu, on amd64 or arm64.`,
        );
      });
    }
    await access(KEYRING).catch(() => {
      throw new Error(`${KEYRING} is missing: install the package debian-archive-keyring.`);
    });
    // Of its own: whoever installs at the same time does so beside it.
    await mkdir(dirname(folder), { recursive: true });
    const scratch = await mkdtemp(`${folder}-new-`);
    try {
      const tree = await this.#unpack(scratch, say);
      if (await this.isInstalled()) return;
      await rm(folder, { recursive: true, force: true });
      await rename(tree, folder);
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }

  /** @returns the folder of a complete tree in `scratch` */
  async #unpack(scratch: string, say: (line: string) => void): Promise<string> {
    const { name, packages, mark, finish } = this.#options;
    const work = join(scratch, 'tree');
    await mkdir(work);
    const state = join(scratch, 'apt');
    const apt = await aptState(state);
    say(`reading the package lists of ${SUITE}`);
    await run(name, 'apt-get', [...apt, 'update', '-q']);
    say(`fetching ${packages.join(', ')} and their libraries`);
    // An empty status file makes apt fetch what every machine has, too: the tree stands on its own C library.
    const fetch = ['install', '-q', '-y', '--download-only', '--no-install-recommends', ...packages];
    await run(name, 'apt-get', [...apt, ...fetch]);
    const archives = join(state, 'cache/archives');
    const files = (await readdir(archives)).filter((file) => file.endsWith('.deb'));
    say(`unpacking ${files.length} packages`);
    // The suite has merged /usr; dpkg-deb would otherwise make folders where links belong.
    for (const part of ['bin', 'sbin', 'lib', 'lib64']) {
      await mkdir(join(work, 'usr', part), { recursive: true });
      await symlink(`usr/${part}`, join(work, part));
    }
    for (const file of files) await run(name, 'dpkg-deb', ['--extract', join(archives, file), work]);
    await finish?.(work);
    await writeFile(join(work, '.complete'), `${mark}\n`);
    return work;
  }
}

/** Options of an apt that knows only our suite and writes only into our folder. */
async function aptState(state: string): Promise<string[]> {
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

async function run(what: string, file: string, args: readonly string[]): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C', HOME: homedir() };
  await execute(file, args, { env, maxBuffer: 1 << 26 }).catch((error: Error & { stderr?: string }) => {
    const tail = (error.stderr ?? '').trim().split('\n').slice(-5).join('\n');
    throw new Error(
      `${what} could not be installed: ${file} failed.\n${tail}\nIs ${MIRROR} reachable? TELEBAR_DEBIAN_MIRROR names another mirror.`,
      { cause: error },
    );
  });
}
