import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './ports.ts';
import { requireExecutable } from './executables.ts';
import { sine } from './goertzel.ts';
import { wav } from './wav.ts';

/** It says its tone once, for so long. */
const VOICE_MS = 60_000;
const MODULES = '/usr/lib/baresip/modules';

export interface BaresipOptions {
  /** UDP port of the switch, on 127.0.0.1. */
  readonly switchPort: number;
  readonly username: string;
  readonly password: string;
  /** The tone that it says in calls. */
  readonly hz: number;
}

/** A real desk phone without a screen: baresip, which says a tone, answers by itself, and writes down what it hears. */
export class Baresip {
  readonly #folder: string;
  readonly #process: ChildProcess;
  readonly #control: Socket;

  readonly #output: () => string;

  private constructor(folder: string, process: ChildProcess, control: Socket, output: () => string) {
    this.#folder = folder;
    this.#process = process;
    this.#control = control;
    this.#output = output;
  }

  /** Everything that it printed, for failing tests. */
  get output(): string {
    return this.#output();
  }

  /** Resolves when it takes commands; it registers by itself. */
  static async start({ switchPort, username, password, hz }: BaresipOptions): Promise<Baresip> {
    const folder = await mkdtemp(join(tmpdir(), 'telebar-baresip-'));
    const port = await freePort();
    const voice = join(folder, 'voice.wav');
    await writeFile(voice, wav(sine(hz, VOICE_MS), 8_000));
    await writeFile(
      join(folder, 'config'),
      [
        // It finds no route out of a machine without a network, so it is told where to be.
        'net_interface 127.0.0.1',
        'sip_listen 127.0.0.1:0',
        'poll_method poll',
        `module_path ${MODULES}`,
        ...['g711', 'aufile', 'aubridge', 'sndfile', 'ctrl_tcp'].map((name) => `module ${name}.so`),
        ...['account', 'menu'].map((name) => `module_app ${name}.so`),
        `ctrl_tcp_listen 127.0.0.1:${port}`,
        `audio_source aufile,${voice}`,
        'audio_player aubridge,ear',
        'audio_alert aubridge,bell',
        `snd_path ${folder}`,
        '',
      ].join('\n'),
    );
    await writeFile(
      join(folder, 'accounts'),
      `<sip:${username}@127.0.0.1:${switchPort};transport=udp>;auth_user=${username};auth_pass=${password}` +
        ';regint=60;answermode=auto;audio_codecs=PCMU/8000/1\n',
    );
    await writeFile(join(folder, 'contacts'), '');
    // In a session of its own it looks for no terminal.
    const child = spawn(requireExecutable('baresip', 'BARESIP_PATH'), ['-4', '-f', folder], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    }
    const printed = (): string => output;
    return new Baresip(folder, child, await commandsOf(child, port, printed), printed);
  }

  /** Dials a number at the switch. */
  dial(number: string): void {
    this.#command('dial', number);
  }

  hold(): void {
    this.#command('hold');
  }

  resume(): void {
    this.#command('resume');
  }

  hangUp(): void {
    this.#command('hangup');
  }

  /** What it has heard in its calls so far, 8 kHz. */
  async heard(): Promise<Int16Array> {
    const names = (await readdir(this.#folder)).filter((name) => name.endsWith('-dec.wav'));
    const samples: number[] = [];
    for (const name of names.toSorted()) {
      const bytes = await readFile(join(this.#folder, name));
      // The head counts 44 bytes; the lengths in it are written when the file is closed.
      for (let at = 44; at + 1 < bytes.length; at += 2) samples.push(bytes.readInt16LE(at));
    }
    return Int16Array.from(samples);
  }

  async stop(): Promise<void> {
    this.#control.destroy();
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const gone = once(this.#process, 'exit');
      this.#process.kill('SIGKILL');
      await gone;
    }
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** A netstring of JSON (module ctrl_tcp). */
  #command(command: string, params = ''): void {
    const text = JSON.stringify({ command, params });
    this.#control.write(`${Buffer.byteLength(text)}:${text},`);
  }
}

async function commandsOf(child: ChildProcess, port: number, output: () => string): Promise<Socket> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`baresip ended with ${child.exitCode}\n${output()}`);
    const socket = connect(port, '127.0.0.1');
    const open = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    if (open) {
      socket.on('error', () => undefined);
      socket.resume();
      return socket;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
