import { hasTone, rms } from '../support/goertzel.ts';
import type { PeerCall } from '../support/peer-call.ts';
import type { SipPeer } from '../support/sip-peer.ts';
import type { FarCall, FarPhone, FarTrunk } from './switch-harness.ts';

/** How a far end comes to its media. */
export interface FarMedia {
  /** Makes the description with which a call is answered; undefined: the peer's own, for plain RTP. */
  answer(call: PeerCall): Promise<string | undefined>;
  /** A call that it made or took has been answered: resolves when voice can flow. */
  up(call: PeerCall): Promise<void>;
  /** It dies without a word. */
  vanish(call: PeerCall): Promise<void>;
}

const PLAIN: FarMedia = {
  answer: async () => undefined,
  up: async () => undefined,
  vanish: async (call) => call.rtp.pause(),
};

/** Hands out each call that came in once. */
export function nextOf(peer: SipPeer, media: FarMedia = PLAIN): () => Promise<FarCall> {
  let taken = 0;
  return async () => farCall(peer, await peer.incoming(taken++), media);
}

/** A phone that is driven by a scripted SIP peer. */
export function farPhone(peer: SipPeer): FarPhone {
  return {
    register: async () => {
      peer.alive = true;
      return (await peer.register()).status;
    },
    die: () => {
      peer.alive = false;
    },
    unregister: async () => void (await peer.register(0)),
    nextCall: nextOf(peer),
    dial: async (number) => farCall(peer, await peer.call(number)),
  };
}

/** A carrier that is driven by a scripted SIP peer. */
export function farTrunk(peer: SipPeer): FarTrunk {
  return {
    call: async (from, dialled, name) => {
      const quoted = name === undefined ? '' : `"${name.replace(/["\\]/g, '\\$&')}" `;
      return farCall(peer, await peer.call(dialled, { from: `${quoted}<sip:${from}@127.0.0.1>` }));
    },
    nextCall: nextOf(peer),
  };
}

export function farCall(peer: SipPeer, call: PeerCall, media: FarMedia = PLAIN): FarCall {
  const get = (name: string): string | null => call.invite?.headers.get(name) ?? null;
  let answered = false;
  let referred = 0;
  let told = 0;
  const reached = {
    ringing: () => call.statuses.some((status) => status === 180 || status === 183),
    up: () => answered || call.statuses.includes(200),
    over: () => call.ended,
  };
  return {
    caller: call.invite?.from.uri?.user ?? '',
    // Browsers read the one header, desk phones the other.
    autoAnswer: get('Call-Info')?.includes('answer-after=0') ? get('X-Telebar-Auto-Answer') : null,
    header: get,
    ring: async (options) => (options?.earlyMedia ? call.progress() : call.ring()),
    answer: async () => {
      const description = await media.answer(call);
      answered = true;
      call.answer(description);
      await media.up(call);
    },
    refuse: async (status) => call.reject(status),
    hangup: async () => {
      if (call.invite === null && !call.final) call.cancel();
      else call.bye();
    },
    vanish: async () => {
      peer.alive = false;
      await media.vanish(call);
    },
    hold: async () => {
      if (peer.options.webSocketUrl !== undefined) throw new Error('a page holds at the bar');
      await call.reinvite(call.rtp.description('sendonly'));
      call.rtp.pause();
    },
    resume: async () => {
      call.rtp.start();
      await call.reinvite(call.rtp.description());
    },
    transfer: async (to) => {
      told = call.requests.length;
      const { switchHost: host = '127.0.0.1' } = peer.options;
      const refer = call.request('REFER', [
        ['Refer-To', `<sip:${to}@${host}>`],
        ['Referred-By', `<sip:${peer.options.username ?? 'carrier'}@${host}>`],
      ]);
      referred = (await call.response('REFER', refer)).status;
    },
    transferred: () => {
      if (referred >= 300) return 'refused';
      const notices = call.requests.slice(told).filter(({ method }) => method === 'NOTIFY');
      const last = notices.findLast(({ headers }) =>
        headers.get('subscription-state')?.startsWith('terminated'),
      );
      if (!last) return null;
      return last.body.startsWith('SIP/2.0 200') ? 'done' : 'refused';
    },
    until: async (progress) => {
      await peer.waiters.until(progress, () => (reached[progress]() ? true : undefined));
      if (progress === 'up') await media.up(call);
    },
    refusedWith: () => (call.final && call.final.status >= 300 ? call.final.status : null),
    sendDigits: async (digits, keyMs) => {
      for (const digit of digits) await call.rtp.sendDigit(digit, keyMs);
    },
    digits: async () => call.rtp.digits(),
    say: (hz) => call.rtp.say(hz),
    voice: () => call.rtp.traffic(),
    trace: (hz) => {
      const from = performance.now();
      return () => {
        const heardAt = call.rtp.tonesSince(from, hz);
        return { from, to: performance.now(), heardAt };
      };
    },
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
