import { beforeEach, describe, expect, it } from 'vitest';
import { PhoneWatch } from '../../server/switch/embedded/phone-watch.ts';
import type { Binding } from '../../server/switch/embedded/sip/registrar.ts';
import { SipStack } from '../../server/switch/embedded/sip/sip-stack.ts';
import { writeMessage } from '../../server/switch/embedded/sip/write-message.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { LogBook } from '../support/switch-bed.ts';
import { RecordingFlow } from './recording-flow.ts';
import { responseTo } from './sip-messages.ts';

let clock: ManualClock;
let stack: SipStack;
let flow: RecordingFlow;
let told: string[];
let watch: PhoneWatch;
let binding: Binding;

beforeEach(() => {
  clock = new ManualClock();
  flow = new RecordingFlow();
  told = [];
  stack = new SipStack({
    clock,
    log: new LogBook(),
    host: '127.0.0.1',
    listener: {
      onRequest: () => undefined,
      onFlowClosed: () => undefined,
      onLatency: () => undefined,
      isFamiliar: () => true,
      wasChallenged: () => true,
    },
  });
  watch = new PhoneWatch(clock, stack, {
    onLatency: (_binding, ms) => told.push(`${ms} ms`),
    onSilent: () => told.push('silent'),
    onHeard: () => told.push('heard'),
  });
  binding = {
    username: '1001',
    contact: 'sip:1001@192.0.2.7',
    instance: 'boot',
    flow,
    userAgent: '',
    expiresAt: Number.MAX_SAFE_INTEGER,
    cseq: 1,
  };
});

/** Asked so often, retransmissions apart. */
function asked(): number {
  return new Set(flow.requests.map(({ callId }) => callId)).size;
}

/** The phone answers what it was asked last. */
function answer(status = 200): void {
  const request = flow.requests.at(-1);
  if (!request) throw new Error('it was not asked');
  stack.receive(Buffer.from(writeMessage(responseTo(request, flow, status))), flow);
}

describe('a phone that is watched', () => {
  it('is asked at once and again after a while, whatever it answers', () => {
    watch.watch(binding);
    clock.advanceNow(30);
    answer(501);
    expect(told).toEqual(['30 ms']);
    clock.advanceNow(19_000);
    expect(asked()).toBe(1);
    clock.advanceNow(1_000);
    expect(asked()).toBe(2);
  });

  it('is silent when nothing has come for four seconds, which is told once', () => {
    watch.watch(binding);
    clock.advanceNow(3_999);
    expect(watch.isSilent('1001')).toBe(false);
    clock.advanceNow(1);
    expect(watch.isSilent('1001')).toBe(true);
    clock.advanceNow(600_000);
    expect(told).toEqual(['silent']);
  });

  it('is asked on for as long as it is registered, and is heard with the first answer', () => {
    watch.watch(binding);
    clock.advanceNow(120_000);
    const before = flow.requests.length;
    clock.advanceNow(8_000);
    expect(flow.requests.length).toBeGreaterThan(before);
    answer();
    expect(told.filter((word) => !word.endsWith('ms'))).toEqual(['silent', 'heard']);
    expect(watch.isSilent('1001')).toBe(false);
    clock.advanceNow(20_000);
    answer();
    expect(told.filter((word) => !word.endsWith('ms'))).toEqual(['silent', 'heard']);
  });

  it('is silent at once when a call to it was answered by nothing, and is asked in that moment', () => {
    watch.watch(binding);
    answer();
    clock.advanceNow(10_000);
    watch.suspect('1001');
    watch.suspect('1001');
    expect(told).toEqual(['0 ms', 'silent']);
    expect(asked()).toBe(2);
    answer();
    expect(told).toEqual(['0 ms', 'silent', '0 ms', 'heard']);
  });

  it('is not asked any more when it is forgotten', () => {
    watch.watch(binding);
    watch.forget('1001');
    answer();
    clock.advanceNow(60_000);
    expect(told).toEqual([]);
    expect(asked()).toBe(1);
  });
});
