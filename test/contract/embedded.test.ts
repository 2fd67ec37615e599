import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SIP_REALM } from '../../server/switch/embedded/sip-realm.ts';
import { hasTone, rms } from '../support/goertzel.ts';
import { SequenceIds } from '../support/sequence-ids.ts';
import { type PeerCall, SipPeer } from '../support/sip-peer.ts';
import { SwitchBed } from '../support/switch-bed.ts';
import type { FarCall, FarPhone, FarTrunk, SwitchHarness } from './switch-harness.ts';
import { describeSwitch } from './switch-suite.ts';

/** The embedded switch with phones and a carrier on UDP, and sound. */
async function embeddedHarness(): Promise<SwitchHarness> {
  const folder = await mkdtemp(join(tmpdir(), 'telebar-switch-'));
  const ids = new SequenceIds();
  // The carrier is there first, because the switch is told its port.
  const carrier = await SipPeer.open({ switchPort: 0, incoming: 'wait' });
  const bed = await SwitchBed.open({
    ids,
    config: {
      trunk: {
        allowedAddresses: ['127.0.0.1'],
        target: { host: '127.0.0.1', port: carrier.localPort },
      },
    },
  });
  carrier.options.switchPort = bed.sw.sipPort;
  return {
    telephone: bed.sw,
    ids,
    folder,
    trunk: farTrunk(carrier),
    ha1: (username, password) =>
      createHash('md5').update(`${username}:${SIP_REALM}:${password}`).digest('hex'),
    phone: async ({ username, password }) =>
      farPhone(await bed.peer({ username, password, incoming: 'wait' })),
    dropTrunk: null,
    stop: async () => {
      await bed.close();
      await carrier.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Hands out each call that came in once. */
function nextOf(peer: SipPeer): () => Promise<FarCall> {
  let taken = 0;
  return async () => farCall(peer, await peer.incoming(taken++));
}

function farPhone(peer: SipPeer): FarPhone {
  return {
    register: async () => (await peer.register()).status,
    unregister: async () => void (await peer.register(0)),
    nextCall: nextOf(peer),
    dial: async (number) => farCall(peer, await peer.call(number)),
  };
}

function farTrunk(peer: SipPeer): FarTrunk {
  return {
    call: async (from, dialled) =>
      farCall(peer, await peer.call(dialled, { from: `<sip:${from}@127.0.0.1>` })),
    nextCall: nextOf(peer),
  };
}

function farCall(peer: SipPeer, call: PeerCall): FarCall {
  const get = (name: string): string | null => call.invite?.headers.get(name) ?? null;
  let answered = false;
  const reached = {
    ringing: () => call.statuses.some((status) => status === 180 || status === 183),
    up: () => answered || call.statuses.includes(200),
    over: () => call.ended,
  };
  return {
    caller: call.invite?.from.uri?.user ?? '',
    autoAnswer: get('Call-Info')?.includes('answer-after=0') ?? false,
    header: get,
    ring: async (options) => (options?.earlyMedia ? call.progress() : call.ring()),
    answer: async () => {
      answered = true;
      call.answer();
    },
    refuse: async (status) => call.reject(status),
    hangup: async () => {
      if (call.invite === null && !call.final) call.cancel();
      else call.bye();
    },
    vanish: async () => {
      peer.alive = false;
      call.rtp.pause();
    },
    until: async (progress) => {
      await peer.waiters.until(progress, () => (reached[progress]() ? true : undefined));
    },
    refusedWith: () => (call.final && call.final.status >= 300 ? call.final.status : null),
    sendDigits: async (digits) => {
      for (const digit of digits) await call.rtp.sendDigit(digit);
    },
    digits: async () => call.rtp.digits(),
    say: (hz) => call.rtp.say(hz),
    listen: async (candidates) => {
      // What was said before passes the jitter buffers first.
      await call.rtp.listen(300);
      const samples = await call.rtp.listen(400);
      return {
        tones: candidates.filter((hz) => hasTone(samples, hz)).toSorted((a, b) => a - b),
        silent: rms(samples) < 50,
      };
    },
  };
}

describeSwitch('the embedded switch', embeddedHarness);
