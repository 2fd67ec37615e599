import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { networkTools } from './asterisk/network-tools.ts';

const execute = promisify(execFile);

/**
 * Networks of this machine's own: hosts are network namespaces, joined by virtual cables. Addresses are of the range for
 * measurements (RFC 2544), with a part of our own so that several beds stand side by side. Needs root.
 */
export class NetworkBed {
  static #made = 0;
  readonly #prefix: string;
  /** Third byte of all addresses. */
  readonly #part: number;
  readonly #namespaces: string[] = [];
  #cables = 0;

  constructor() {
    NetworkBed.#made += 1;
    this.#prefix = `tb${process.pid}x${NetworkBed.#made}`;
    this.#part = (process.pid + NetworkBed.#made) % 250;
  }

  /** Why it cannot be had here; null: it can. */
  static async refusal(): Promise<string | null> {
    if (process.getuid?.() !== 0) return 'network namespaces need root';
    const name = `tb${process.pid}try`;
    try {
      await execute('ip', ['netns', 'add', name]);
      await execute('ip', ['netns', 'delete', name]);
      return null;
    } catch (error) {
      return `this machine gives no network namespaces: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  /** @param net 18 or 19, two networks that do not know of each other */
  address(net: 18 | 19, host: number): string {
    return `198.${net}.${this.#part}.${host}`;
  }

  network(net: 18 | 19): string {
    return `${this.address(net, 0)}/24`;
  }

  /** A new host with nothing but its loopback; resolves with its name. */
  async host(name: string): Promise<string> {
    const namespace = `${this.#prefix}${name}`;
    await execute('ip', ['netns', 'add', namespace]);
    this.#namespaces.push(namespace);
    await execute('ip', ['-n', namespace, 'link', 'set', 'lo', 'up']);
    return namespace;
  }

  /** A cable between two hosts; null is this machine itself. Resolves with the names of its ends. */
  async cable(one: [string | null, string], other: [string | null, string]): Promise<[string, string]> {
    this.#cables += 1;
    // 15 bytes at most (IFNAMSIZ).
    const ends: [string, string] = [`${this.#prefix}${this.#cables}a`, `${this.#prefix}${this.#cables}b`];
    await execute('ip', ['link', 'add', ends[0], 'type', 'veth', 'peer', 'name', ends[1]]);
    for (const [at, [namespace, address]] of [one, other].entries()) {
      const end = ends[at] ?? '';
      if (namespace !== null) await execute('ip', ['link', 'set', end, 'netns', namespace]);
      const place = namespace === null ? [] : ['-n', namespace];
      await execute('ip', [...place, 'address', 'add', `${address}/24`, 'dev', end]);
      await execute('ip', [...place, 'link', 'set', end, 'up']);
    }
    return ends;
  }

  async defaultRoute(namespace: string, via: string): Promise<void> {
    await execute('ip', ['-n', namespace, 'route', 'add', 'default', 'via', via]);
  }

  async forward(namespace: string): Promise<void> {
    await execute('ip', ['netns', 'exec', namespace, 'sysctl', '-q', '-w', 'net.ipv4.ip_forward=1']);
  }

  /** Rules of nftables. */
  async rules(namespace: string, text: string): Promise<void> {
    const child = execute('ip', [
      ...['netns', 'exec', namespace, ...networkTools.command('usr/sbin/nft')],
      ...['-f', '-'],
    ]);
    child.child.stdin?.end(text);
    await child;
  }

  /** Everything goes: cables end with the hosts that they are plugged into. */
  async remove(): Promise<void> {
    for (const namespace of this.#namespaces.splice(0)) {
      if (existsSync(`/run/netns/${namespace}`)) await execute('ip', ['netns', 'delete', namespace]);
    }
  }
}
