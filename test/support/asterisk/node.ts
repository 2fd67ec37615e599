import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { composeMelody } from '../../../server/switch/embedded/media/melody.ts';
import { wav } from '../wav.ts';
import { asteriskTree } from './install.ts';
import { selfSigned } from '../certificate.ts';
import { freePort } from '../ports.ts';
import { nodeFiles, TLS_FILES, type NodeConfig } from './node-config.ts';

const START_MS = 60_000;
const USER = 'telebar';

export interface AsteriskNodeOptions {
  /** Where calls to outside numbers go. */
  readonly carrier?: { host: string; port: number };
  readonly password?: string;
  /** Left out of the modules that are loaded. */
  readonly without?: readonly string[];
  /** Fixed ports, for the demo. */
  readonly httpPort?: number;
  readonly sipPort?: number;
  /** Values for further lines of the guide's files that are the integrator's, by file: NAT, crypt. */
  readonly yours?: NodeConfig['yours'];
  /** What is appended to files of the guide. */
  readonly appended?: NodeConfig['appended'];
  /** Files beside those of the guide, or in place of one: an Asterisk that has a life of its own. */
  readonly files?: NodeConfig['files'];
  /** Its address when it is not the loopback's, the network namespace that has it, and how this process reaches it. */
  readonly network?: { namespace?: string; address: string; reachedAt?: string };
}

/** An Asterisk of its own: folders, ports and processes belong to it alone; several run side by side. */
export class AsteriskNode {
  readonly httpPort: number;
  readonly httpsPort: number;
  readonly sipPort: number;
  readonly sipTlsPort: number;
  /** Under which it is reached from here. */
  readonly address: string;
  readonly user = USER;
  readonly password: string;
  readonly folder: string;
  readonly #config: NodeConfig;
  /** What runs a program in its network namespace. */
  readonly #within: readonly string[];
  #process: ChildProcess | null = null;

  private constructor(config: NodeConfig, network: AsteriskNodeOptions['network']) {
    this.#config = config;
    this.#within = network?.namespace === undefined ? [] : ['ip', 'netns', 'exec', network.namespace];
    this.address = network?.reachedAt ?? config.address;
    this.httpPort = config.httpPort;
    this.httpsPort = config.httpsPort;
    this.sipPort = config.sipPort;
    this.sipTlsPort = config.sipTlsPort;
    this.password = config.password;
    this.folder = config.folder;
  }

  /** @throws Error that says to run `npm run asterisk:install` */
  static async start(options: AsteriskNodeOptions = {}): Promise<AsteriskNode> {
    const { folder: tree } = asteriskTree;
    if (!(await asteriskTree.isInstalled())) {
      throw new Error(`There is no Asterisk in ${tree}: npm run asterisk:install unpacks one.`);
    }
    // Not os.tmpdir(), which may be long.
    const folder = await mkdtemp('/tmp/tb-ast-');
    const rtpFirst = 30_000 + Math.floor(Math.random() * 90) * 300;
    const node = new AsteriskNode(
      {
        tree,
        folder,
        modulesFolder: join(asteriskTree.libraries, 'asterisk/modules'),
        httpPort: options.httpPort ?? (await freePort()),
        sipPort: options.sipPort ?? (await freePort()),
        rtpPorts: [rtpFirst, rtpFirst + 299],
        password: options.password ?? 'test-only-password',
        carrier: options.carrier ?? null,
        appended: options.appended ?? {},
        disabledModules: options.without ?? [],
        address: options.network?.address ?? '127.0.0.1',
        httpsPort: await freePort(),
        sipTlsPort: await freePort(),
        yours: options.yours ?? {},
        files: options.files ?? {},
      },
      options.network,
    );
    await node.#prepare();
    try {
      await node.launch();
    } catch (error) {
      await node.stop();
      throw error;
    }
    return node;
  }

  /** Whether calls to outside numbers go anywhere. */
  get hasTrunk(): boolean {
    return this.#config.carrier !== null;
  }

  get ariUrl(): string {
    return `http://${this.address}:${this.httpPort}`;
  }

  /** SIP over WebSocket. */
  get webSocketUrl(): string {
    return `ws://${this.address}:${this.httpPort}/ws`;
  }

  /** SIP over WebSocket with TLS; its certificate is `selfSigned()`. */
  get secureWebSocketUrl(): string {
    return `wss://${this.address}:${this.httpsPort}/ws`;
  }

  get pid(): number | null {
    return this.#process?.pid ?? null;
  }

  /** Starts the process; resolves when ARI answers. */
  async launch(): Promise<void> {
    const command = [
      // Dies with its parent, however that ends.
      ...this.#within,
      ...['setpriv', '--pdeathsig', 'KILL', ...asteriskTree.command('usr/sbin/asterisk')],
      ...['-C', join(this.folder, 'etc/asterisk.conf'), '-f'],
    ];
    const [file = '', ...args] = command;
    const child = spawn(file, args, { cwd: this.folder, stdio: 'ignore' });
    this.#process = child;
    let failure: Error | null = null;
    child.once('error', (error) => {
      failure = error;
    });
    const deadline = Date.now() + START_MS;
    while (!(await this.#answers())) {
      if (failure !== null || child.exitCode !== null || child.signalCode !== null || Date.now() > deadline) {
        throw new Error(`Asterisk does not start: ${String(failure ?? '')}\n${await this.log()}`);
      }
      await new Promise((done) => setTimeout(done, 40));
    }
  }

  /** What an operator types at its prompt, and gets for it. */
  async atPrompt(command: string): Promise<string> {
    const [file = '', ...args] = [
      ...this.#within,
      ...asteriskTree.command('usr/sbin/asterisk'),
      ...['-C', join(this.folder, 'etc/asterisk.conf'), '-rx', command],
    ];
    const { stdout } = await promisify(execFile)(file, args);
    return stdout;
  }

  /** Ends the process by force, as a crash does; `launch()` starts it again with what it kept on disk. */
  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** The end of its log, for failing tests. */
  async log(bytes = 4_000): Promise<string> {
    return (await readFile(join(this.folder, 'log/messages'), 'utf8').catch(() => '(no log)')).slice(-bytes);
  }

  /** Its channels, what they have sent and received, and its bridges: for failing tests. */
  async voices(): Promise<string> {
    const commands = ['core show channels concise', 'pjsip show channelstats', 'bridge show all'];
    const shown = commands.map((command) => this.atPrompt(command));
    const channels = await this.ari<{ id: string }[]>('GET', '/channels').catch(() => []);
    // Which streams (SSRC) it sends and takes.
    const counted = channels.map(({ id }) =>
      this.ari('GET', `/channels/${id}/rtp_statistics`).then(
        (counts) => `${id} ${JSON.stringify(counts)}`,
        () => `${id} has no stream`,
      ),
    );
    return (await Promise.all([...shown, ...counted])).join('\n');
  }

  /** Says where the carrier is, in a node that was started without one. */
  async connectCarrier(host: string, port: number, more: Record<string, string> = {}): Promise<void> {
    // An update would keep the contact that was there before.
    await this.ari('DELETE', '/asterisk/config/dynamic/res_pjsip/aor/trunk').catch(() => undefined);
    await this.#configure('aor', { contact: `sip:${host}:${port}`, ...more });
  }

  /** Who failed to log in, and from where. */
  async securityLog(): Promise<string> {
    return readFile(join(this.folder, 'log/security'), 'utf8').catch(() => '');
  }

  /** One ARI request, past the adapter under test. */
  async ari<T>(method: string, path: string): Promise<T> {
    const response = await fetch(`${this.ariUrl}/ari${path}`, { method, headers: this.#headers });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === '' ? null : JSON.parse(text)) as T;
  }

  get #headers(): Record<string, string> {
    return { authorization: `Basic ${Buffer.from(`${USER}:${this.password}`).toString('base64')}` };
  }

  async #configure(objectType: string, fields: Record<string, string>): Promise<void> {
    const response = await fetch(`${this.ariUrl}/ari/asterisk/config/dynamic/res_pjsip/${objectType}/trunk`, {
      method: 'PUT',
      headers: { ...this.#headers, 'content-type': 'application/json' },
      body: JSON.stringify({
        fields: Object.entries(fields).map(([attribute, value]) => ({ attribute, value })),
      }),
    });
    if (!response.ok) throw new Error(`the ${objectType} of the trunk: ${await response.text()}`);
  }

  async #answers(): Promise<boolean> {
    // `fully booted` comes later than the first answer of the web server.
    return fetch(`${this.ariUrl}/ari/asterisk/ping`, { headers: this.#headers }).then(
      (response) => response.ok,
      () => false,
    );
  }

  async #prepare(): Promise<void> {
    for (const part of ['etc', 'run', 'lib', 'log', 'moh', 'spool/recording', 'spool/tmp', 'cache']) {
      await mkdir(join(this.folder, part), { recursive: true });
    }
    await chmod(this.folder, 0o700);
    for (const [name, text] of Object.entries(nodeFiles(this.#config))) {
      await writeFile(join(this.folder, 'etc', name), text);
    }
    const { certificate, key } = await selfSigned();
    await writeFile(join(this.folder, TLS_FILES.certificate), certificate);
    await writeFile(join(this.folder, TLS_FILES.key), key, { mode: 0o600 });
    await writeFile(join(this.folder, 'moh/melody.wav'), wav(composeMelody(), 8_000));
  }
}
