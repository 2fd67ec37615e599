import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { encodeG711 } from '../../server/switch/embedded/media/g711.ts';
import { waitForNoTone, waitForTone } from '../support/browsers.ts';
import { freePort, freeRtpPort } from '../support/ports.ts';
import { requireExecutable } from '../support/executables.ts';
import { sine } from '../support/goertzel.ts';
import { AgentDesk } from './agent-desk.ts';
import { AGENT_HZ, Stage } from './voices.ts';

const SIPP_HZ = 1050;

/** Runs one call of a scenario; `ended` resolves with sipp's exit code, 0 when every step of it happened. */
class Sipp {
  readonly ended: Promise<number | null>;
  output = '';
  readonly #process: ChildProcess;

  constructor(args: string[], folder: string) {
    this.#process = spawn(requireExecutable('sipp', 'SIPP_PATH'), args, {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.output += chunk.toString();
      });
    }
    this.ended = once(this.#process, 'exit').then(([code]) => code as number | null);
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }
}

describe('a foreign SIP client on the trunk', () => {
  let stage: Stage;
  let folder: string;
  let running: Sipp[] = [];
  beforeAll(async () => {
    stage = await Stage.build();
    folder = await mkdtemp(join(tmpdir(), 'telebar-sipp-'));
    // Two seconds of a tone as raw PCMU: sipp streams the bytes of the file, again and again.
    const bytes = Buffer.alloc(16_000);
    encodeG711('pcmu', sine(SIPP_HZ, 2000), bytes.length, bytes, 0);
    await writeFile(join(folder, 'tone.ul'), bytes);
  });
  afterEach(async () => {
    for (const sipp of running) sipp.kill();
    running = [];
    await stage.clear();
  });
  afterAll(async () => {
    await stage.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function call(scenario: string, number: string, ...more: string[]): Promise<Sipp> {
    const [port, media] = await Promise.all([freePort(), freeRtpPort()]);
    const sipp = new Sipp(
      [
        ...[`127.0.0.1:${stage.centre.sipPort}`, '-s', number],
        ...['-sf', join(import.meta.dirname, 'scenarios', `${scenario}.xml`)],
        ...['-i', '127.0.0.1', '-p', String(port), '-mi', '127.0.0.1', '-mp', String(media)],
        ...['-m', '1', '-nostdin', '-timeout', '60s', '-timeout_error', ...more],
      ],
      folder,
    );
    running.push(sipp);
    return sipp;
  }

  it('rings the hotline; the agent hears its tone, hangs up, and every step of its dialogue was as expected', async () => {
    const agent = await AgentDesk.ready(stage.agents, stage.centre, '1001');
    const sipp = await call('caller', '400100');
    await agent.waitForState('Ringing');
    await agent.answer();
    await waitForTone(agent.page, SIPP_HZ);
    await agent.button('Hold').click();
    await agent.waitForState('On hold');
    await waitForNoTone(agent.page, SIPP_HZ);
    await agent.resume();
    await waitForTone(agent.page, SIPP_HZ);
    await agent.hangUp();
    expect(await sipp.ended, sipp.output).toBe(0);
  });

  it('hears the agent: what it sends back is the agent’s own tone', async () => {
    const agent = await AgentDesk.ready(stage.agents, stage.centre, '1001');
    const sipp = await call('echo', '1001', '-rtp_echo');
    await agent.waitForState('Ringing');
    await agent.answer();
    await waitForTone(agent.page, AGENT_HZ);
    await agent.button('Mute').click();
    await waitForNoTone(agent.page, AGENT_HZ);
    await agent.hangUp();
    expect(await sipp.ended, sipp.output).toBe(0);
  });
});
