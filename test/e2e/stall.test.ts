import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { waitForTone } from '../support/browsers.ts';
import { onAsterisk } from '../support/call-centre.ts';
import { hasTone } from '../support/goertzel.ts';
import { SipCaller } from '../support/sip-caller.ts';
import { AgentDesk } from './agent-desk.ts';
import { AGENT_HZ, Stage } from './voices.ts';

const CALLER_HZ = 1050;

describe('a process that stands still in a call', () => {
  let stage: Stage;
  let agent: AgentDesk;
  let caller: SipCaller;
  beforeAll(async () => {
    stage = await Stage.build({ TELEBAR_LOG_LEVEL: 'warn' });
  });
  afterEach(async () => {
    caller.close();
    await stage.clear();
  });
  afterAll(() => stage.close());

  async function ring(): Promise<{ final: Promise<number> }> {
    caller = await SipCaller.open(stage.centre.sipPort);
    caller.rtp.say(CALLER_HZ);
    const final = caller.answered();
    caller.invite('400100', '13800138001');
    await agent.waitForState('Ringing');
    return { final };
  }

  async function talk(): Promise<void> {
    agent = await AgentDesk.ready(stage.agents, stage.centre, '1001');
    const { final } = await ring();
    await agent.answer();
    expect(await final).toBe(200);
    await bothHear();
  }

  async function bothHear(): Promise<void> {
    await waitForTone(agent.page, CALLER_HZ, 10_000);
    expect(hasTone(await caller.rtp.listen(400), AGENT_HZ)).toBe(true);
  }

  /** Stops processes for a time, as a paused machine does. `meanwhile` looks at what goes on without them. */
  async function stopped(
    pids: readonly number[],
    ms: number,
    meanwhile: () => Promise<void> = async () => {},
  ): Promise<void> {
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    try {
      await Promise.all([delay(ms), meanwhile()]);
    } finally {
      for (const pid of pids) process.kill(pid, 'SIGCONT');
    }
  }

  /** What was there before the stall is there after it, and the next call comes as if nothing had been. */
  async function allIsWell(): Promise<void> {
    const [media] = await stage.centre.children();
    await agent.waitForState('Talking');
    // Longer than any watchdog would have waited.
    await delay(6_000);
    await bothHear();
    await agent.waitForState('Talking');
    expect((await stage.centre.children())[0]).toBe(media);
    await agent.hangUp();
    caller.close();
    await agent.becomeReady();
    const { final } = await ring();
    await agent.answer();
    expect(await final).toBe(200);
    await bothHear();
    await agent.hangUp();
  }

  it('the server stands still for ten seconds: the voices go on, and the call and the agent are as before', async () => {
    await talk();
    const [media] = await stage.centre.children();
    await stopped([stage.centre.pid], 10_000, async () => {
      await delay(8_000);
      await bothHear();
    });
    expect((await stage.centre.children())[0]).toBe(media);
    await allIsWell();
  }, 90_000);

  // Asterisk carries the voices itself, and is nobody's child.
  it.skipIf(onAsterisk)(
    'what carries the voices stands still for three seconds: both hear each other again',
    async () => {
      await talk();
      const [media] = await stage.centre.children();
      if (media === undefined) throw new Error('there is no media child');
      await stopped([media], 3_000);
      expect((await stage.centre.children())[0]).toBe(media);
      await allIsWell();
    },
    90_000,
  );

  it.skipIf(onAsterisk)(
    'the whole machine stands still for ten seconds: both hear each other again',
    async () => {
      await talk();
      const [media] = await stage.centre.children();
      if (media === undefined) throw new Error('there is no media child');
      await stopped([media, stage.centre.pid], 10_000);
      expect((await stage.centre.children())[0]).toBe(media);
      await allIsWell();
    },
    90_000,
  );
});
