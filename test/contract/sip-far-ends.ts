import { hasTone, rms } from '../support/goertzel.ts';
import type { PeerCall, SipPeer } from '../support/sip-peer.ts';
import type { FarCall, FarPhone, FarTrunk } from './switch-harness.ts';

/** Hands out each call that came in once. */
function nextOf(peer: SipPeer): () => Promise<FarCall> {
  let taken = 0;
  return async () => farCall(peer, await peer.incoming(taken++));
}

/** A phone that is driven by a scripted SIP peer. */
export function farPhone(peer: SipPeer): FarPhone {
  return {
    register: async () => (await peer.register()).status,
    unregister: async () => void (await peer.register(0)),
    nextCall: nextOf(peer),
    dial: async (number) => farCall(peer, await peer.call(number)),
  };
}

/** A carrier that is driven by a scripted SIP peer. */
export function farTrunk(peer: SipPeer): FarTrunk {
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
