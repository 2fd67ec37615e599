import { afterEach, beforeEach, describe } from 'vitest';
import { asId } from '../../server/core/kernel/ids.ts';
import type { EndpointId } from '../../server/core/kernel/ids.ts';
import type { Clock } from '../../server/core/kernel/clock.ts';
import type { SwitchCapabilities } from '../../server/core/ports/switch.ts';
import { describeCapabilities } from './switch-capabilities.ts';
import { SuiteBed } from './suite-bed.ts';
import type { FakeCall, FakePhone, FakeTrunk } from '../support/fake-far-end.ts';
import { FakeSwitch } from '../support/fake-switch.ts';
import { settle } from '../support/manual-clock.ts';
import { SequenceIds } from '../support/sequence-ids.ts';
import type { FarBrowser, FarCall, FarPhone, FarTrunk, SwitchHarness } from './switch-harness.ts';
import { describeSwitch } from './switch-suite.ts';

const STATUS: Record<string, number> = { busy: 486, 'unknown-number': 404, unreachable: 480 };

/** The fake keeps real time here: the suite waits for what takes time. */
const clock: Clock = {
  now: () => Date.now(),
  after: (ms, fn) => {
    const timer = setTimeout(fn, ms);
    return () => clearTimeout(timer);
  },
};

async function fakeHarness(line: boolean, can: Partial<SwitchCapabilities> = {}): Promise<SwitchHarness> {
  const ids = new SequenceIds();
  const telephone = new FakeSwitch(clock, ids, can);
  telephone.hasTrunk = line;
  await telephone.start();
  return {
    telephone,
    ids,
    folder: '/nowhere',
    hasSound: false,
    trunk: farTrunk(telephone, telephone.trunk),
    ha1: (username, password) => `${username}:${password}`,
    phone: async ({ endpointId }) => farPhone(telephone, telephone.phone(asId<EndpointId>(endpointId))),
    browser: async ({ endpointId }) => farBrowser(telephone, telephone.phone(asId<EndpointId>(endpointId))),
    stop: () => telephone.stop(),
  };
}

function farPhone(telephone: FakeSwitch, phone: FakePhone): FarPhone {
  phone.ringsItself = false;
  return {
    register: async () => {
      phone.register();
      return 200;
    },
    die: () => {
      phone.dead = true;
    },
    unregister: async () => phone.goOffline('unregistered'),
    nextCall: async () => farCall(telephone, phone.call),
    dial: async (number) => farCall(telephone, phone.dial(number)),
  };
}

function farBrowser(telephone: FakeSwitch, phone: FakePhone): FarBrowser {
  return {
    ...farPhone(telephone, phone),
    reload: async () => {
      phone.leave('socket');
      phone.register();
    },
    leave: async (first) => phone.leave(first),
    breakSocket: async () => phone.goOffline('lost'),
    reconnect: async () => phone.register(),
    loseVoice: async () => phone.loseVoice(),
  };
}

function farTrunk(telephone: FakeSwitch, trunk: FakeTrunk): FarTrunk {
  return {
    call: async (from, dialled, name) => {
      const number = from === 'anonymous' ? '' : plain(decodeURIComponent(from), 64);
      return farCall(telephone, trunk.callIn(number, dialled, name && plain(name, 128)));
    },
    nextCall: async () => farCall(telephone, trunk.call),
  };
}

function farCall(telephone: FakeSwitch, call: FakeCall): FarCall {
  const progress = { ringing: 'hears-ringing', up: 'up', over: 'over' } as const;
  return {
    caller: call.request?.callerId.number ?? '',
    autoAnswer: call.request?.autoAnswer ?? null,
    header: (name) => call.request?.headers?.[name] ?? null,
    ring: async (options) => call.ring(options?.earlyMedia ?? false),
    answer: async () => call.answer(),
    refuse: async (status) => call.refuse(status),
    hangup: async () => call.hangup(),
    vanish: async () => call.vanish(),
    hold: async () => call.hold(),
    resume: async () => call.resume(),
    transfer: async (to) => call.transfer(to),
    transferred: () => (call.transferred === 'asked' ? null : call.transferred),
    until: async (wanted) => {
      const deadline = clock.now() + 5_000;
      await settle();
      while (call.state !== progress[wanted] && clock.now() < deadline) {
        await new Promise<void>((resolve) => clock.after(10, resolve));
      }
      if (call.state !== progress[wanted]) throw new Error(`the call is ${call.state}, not ${wanted}`);
    },
    refusedWith: () => (call.cause ? (STATUS[call.cause] ?? null) : null),
    sendDigits: async (digits) => call.digits(digits),
    digits: async () => call.receivedDigits,
    say: (hz) => call.send(hz),
    voice: () => call.state,
    trace: (hz) => {
      const from = performance.now();
      const heardAt: number[] = [];
      const look = setInterval(() => {
        if (telephone.heard(call.legId).frequencies.includes(hz)) heardAt.push(performance.now());
      }, 5);
      return () => {
        clearInterval(look);
        return { from, to: performance.now(), heardAt };
      };
    },
    listen: async (candidates) => {
      const { frequencies, music } = telephone.heard(call.legId);
      return {
        tones: candidates.filter((hz) => frequencies.includes(hz)).toSorted((a, b) => a - b),
        silent: frequencies.length === 0 && !music,
      };
    },
  };
}

/** Real switches clean what strangers write; the fake is told it clean. */
function plain(text: string, most: number): string {
  return text.replace(/\p{Cc}/gu, '').slice(0, most);
}

describeSwitch('the fake', ({ line }) => fakeHarness(line));

describe('a fake that can do less', () => {
  let bed: SuiteBed;
  beforeEach(async () => {
    const less = {
      whisper: false,
      recordLeg: false,
      recordRoom: false,
      pauseRecording: false,
      handOver: false,
    };
    bed = await SuiteBed.make(() => fakeHarness(true, less));
  });
  afterEach(() => bed.stop());
  describeCapabilities(() => bed);
});
