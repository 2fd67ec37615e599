import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BaresipOptions } from './baresip.ts';
import { findExecutable, requireExecutable } from './executables.ts';
import { sine } from './goertzel.ts';
import { wav } from './wav.ts';

const VOICE_MS = 60_000;

/** A real phone of another family: the console of Linphone, which says a tone, answers by itself, and writes down what it hears. */
export class Linphone {
  readonly #folder: string;
  readonly #process: ChildProcess;
  readonly #switchPort: number;
  #output = '';

  private constructor(folder: string, process: ChildProcess, switchPort: number) {
    this.#folder = folder;
    this.#process = process;
    this.#switchPort = switchPort;
    for (const stream of [process.stdout, process.stderr]) {
      stream?.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
    }
  }

  static get isInstalled(): boolean {
    return findExecutable('linphonec', 'LINPHONE_PATH') !== null;
  }

  /** Everything that it printed, for failing tests. */
  get output(): string {
    return this.#output;
  }

  /** It registers by itself. */
  static async start({ switchPort, username, password, hz }: BaresipOptions): Promise<Linphone> {
    const folder = await mkdtemp(join(tmpdir(), 'telebar-linphone-'));
    // Without them it has no database, and then no account.
    for (const part of ['.local/share/linphone', '.config/linphone']) {
      await mkdir(join(folder, part), { recursive: true });
    }
    const [voice, ear, settings] = ['voice.wav', 'ear.wav', 'settings'].map((name) => join(folder, name));
    await writeFile(voice ?? '', wav(sine(hz, VOICE_MS), 8_000));
    await writeFile(
      settings ?? '',
      '[sip]\nsip_port=-1\nsip_tcp_port=-1\nsip_tls_port=0\n[rtp]\naudio_rtp_port=-1\n',
    );
    const child = spawn(requireExecutable('linphonec', 'LINPHONE_PATH'), ['-a', '-c', settings ?? ''], {
      cwd: folder,
      env: { ...process.env, HOME: folder },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const phone = new Linphone(folder, child, switchPort);
    phone.#command('soundcard use files');
    // Files have one rate, so one codec is left: PCMU, the fourth in its list.
    phone.#command('codec disable all');
    phone.#command('codec enable 3');
    phone.#command(`play ${voice}`);
    phone.#command(`record ${ear}`);
    phone.#command(
      `register sip:${username}@127.0.0.1:${switchPort} sip:127.0.0.1:${switchPort} ${password}`,
    );
    return phone;
  }

  /** Dials a number at the switch. */
  dial(number: string): void {
    this.#command(`call sip:${number}@127.0.0.1:${this.#switchPort}`);
  }

  hold(): void {
    this.#command('pause');
  }

  resume(): void {
    this.#command('resume');
  }

  hangUp(): void {
    this.#command('terminate');
  }

  /** What it has heard in its calls so far, 8 kHz. */
  async heard(): Promise<Int16Array> {
    const bytes = await readFile(join(this.#folder, 'ear.wav')).catch(() => Buffer.alloc(0));
    const samples: number[] = [];
    for (let at = 44; at + 1 < bytes.length; at += 2) samples.push(bytes.readInt16LE(at));
    return Int16Array.from(samples);
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const gone = once(this.#process, 'exit');
      this.#process.kill('SIGKILL');
      await gone;
    }
    await rm(this.#folder, { recursive: true, force: true });
  }

  #command(line: string): void {
    this.#process.stdin?.write(`${line}\n`);
  }
}
