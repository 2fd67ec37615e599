import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { DebianTree } from '../debian-tree.ts';

/** What stands around an Asterisk in production, for tests of the guide's files: proxies, TURN, NAT. */
export const networkTools = new DebianTree({
  name: 'network-tools',
  variable: 'TELEBAR_NETWORK_TOOLS_DIR',
  mark: 'telebar-network-tools-1',
  packages: ['nginx', 'kamailio', 'coturn', 'nftables'],
  proof: 'usr/sbin/kamailio',
  libraryFolders: ['kamailio'],
});

const START_MS = 10_000;

export interface ServiceOptions {
  /** In the tree. */
  readonly program: string;
  /** @param folder where its files are */
  readonly args: (folder: string) => readonly string[];
  /** Its configuration, by path in its folder. */
  readonly files: (folder: string) => Readonly<Record<string, string>>;
  /** TCP address that answers when it is ready, or a line that it writes then. */
  readonly ready: { readonly host: string; readonly port: number } | RegExp;
  /** Network namespace. */
  readonly namespace?: string;
}

/** One program of the tree that runs in the foreground, with a folder of its own. */
export class Service {
  /** Everything that it wrote, for failing tests. */
  log = '';
  readonly folder: string;
  readonly #process: ChildProcess;

  private constructor(folder: string, child: ChildProcess) {
    this.folder = folder;
    this.#process = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.log += chunk.toString();
      });
    }
  }

  /** @throws Error with what it wrote, when it is not ready in time */
  static async start({ program, args, files, ready, namespace }: ServiceOptions): Promise<Service> {
    const folder = await mkdtemp('/tmp/tb-net-');
    for (const [name, text] of Object.entries(files(folder))) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), text);
    }
    const [file = '', ...rest] = [
      ...(namespace === undefined ? [] : ['ip', 'netns', 'exec', namespace]),
      ...['setpriv', '--pdeathsig', 'KILL', ...networkTools.command(program), ...args(folder)],
    ];
    const child = spawn(file, rest, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    const service = new Service(folder, child);
    child.once('error', (error) => {
      service.log += String(error);
    });
    const deadline = Date.now() + START_MS;
    while (!(ready instanceof RegExp ? ready.test(service.log) : await listens(ready.host, ready.port))) {
      if (child.exitCode !== null || child.signalCode !== null || Date.now() > deadline) {
        await service.stop();
        throw new Error(`${program} does not start:\n${service.log.slice(-4_000)}`);
      }
      await new Promise((done) => setTimeout(done, 25));
    }
    return service;
  }

  async stop(): Promise<void> {
    const child = this.#process;
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      // In order, because a master process takes its workers along only then.
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 3_000);
      await ended;
      clearTimeout(timer);
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}

function listens(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('close', () => socket.destroy());
    socket.once('connect', () => socket.destroy());
  });
}
