import { expect } from '@open-wc/testing';
import type { CallQuality } from '../../../widget/softphone/call-quality.ts';
import { JsSipLeg, callCause, type LegSession } from '../../../widget/softphone/jssip-leg.ts';
import { Microphone } from '../../../widget/softphone/microphone.ts';
import { RemoteAudio } from '../../../widget/softphone/remote-audio.ts';
import { until } from '../support/scripted-server.ts';

/** A JsSIP session that does what the test says; its connection is a real one, so that tracks and senders are. */
class ScriptedSession {
  connection: RTCPeerConnection | undefined;
  muted = false;
  ended = false;
  answers = 0;
  terminatedWith: number | null | undefined = null;
  restarts = 0;
  busy = false;
  readonly digits: { tones: unknown; transport: unknown }[] = [];
  readonly #listeners = new Map<string, ((event: never) => void)[]>();

  on(type: string, listener: (event: never) => void): this {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
    return this;
  }

  emit(type: string, event: unknown = {}): void {
    for (const listener of this.#listeners.get(type) ?? []) listener(event as never);
  }

  answer({ mediaStream }: { mediaStream?: MediaStream }): void {
    this.answers += 1;
    this.connection = new RTCPeerConnection();
    this.emit('peerconnection', { peerconnection: this.connection });
    for (const track of mediaStream?.getTracks() ?? []) this.connection.addTrack(track);
  }

  terminate({ status_code }: { status_code?: number } = {}): void {
    this.terminatedWith = status_code;
    this.ended = true;
    this.emit('failed', { cause: 'Rejected' });
  }

  mute(): void {
    this.muted = true;
  }

  unmute(): void {
    this.muted = false;
  }

  sendDTMF(tones: unknown, options: { transportType?: unknown }): void {
    this.digits.push({ tones, transport: options.transportType });
  }

  renegotiate(options: { rtcOfferConstraints?: { iceRestart?: boolean } }): boolean {
    if (this.busy) return false;
    if (options.rtcOfferConstraints?.iceRestart === true) this.restarts += 1;
    return true;
  }

  isEnded(): boolean {
    return this.ended;
  }

  get track(): MediaStreamTrack | null | undefined {
    return this.connection?.getSenders()[0]?.track;
  }
}

class SilentAudio extends RemoteAudio {
  played = 0;
  stopped = 0;
  override play(): void {
    this.played += 1;
  }
  override stop(): void {
    this.stopped += 1;
  }
}

describe('a leg of the browser phone', () => {
  let session: ScriptedSession;
  let microphone: Microphone;
  let audio: SilentAudio;
  let ended: string[];
  let qualities: CallQuality[];

  beforeEach(() => {
    session = new ScriptedSession();
    microphone = new Microphone({ changed: () => {}, replaced: () => {}, inUse: () => false });
    audio = new SilentAudio();
    ended = [];
    qualities = [];
  });

  afterEach(() => {
    session.connection?.close();
    microphone.close();
  });

  function incoming(): JsSipLeg {
    const identity = {
      legId: 'leg-1',
      callId: 'call-1',
      direction: 'incoming',
      remoteNumber: '10086',
      autoAnswer: false,
    } as const;
    return new JsSipLeg(identity, session as unknown as LegSession, microphone, audio, {
      changed: () => {},
      quality: (quality) => qualities.push(quality),
      ended: (cause) => ended.push(cause),
    });
  }

  it('rings, is answered once with a live microphone, and talks when SIP says so', async () => {
    const leg = incoming();
    expect(leg.view.phase).to.equal('ringing');
    await Promise.all([leg.answer({}), leg.answer({})]);
    expect(session.answers).to.equal(1);
    expect(leg.view.phase).to.equal('connecting');
    expect(session.track?.readyState).to.equal('live');
    session.emit('accepted');
    session.emit('confirmed');
    expect(leg.view.phase).to.equal('established');
  });

  it('refuses the call with 480 when there is no microphone', async () => {
    const original = navigator.mediaDevices.getUserMedia;
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'));
    try {
      const leg = incoming();
      const failure = await leg.answer({}).catch((error: unknown) => error);
      expect(failure).to.have.property('name', 'NotAllowedError');
      expect(session.terminatedWith).to.equal(480);
      expect(microphone.state).to.equal('refused');
      expect(session.answers).to.equal(0);
    } finally {
      navigator.mediaDevices.getUserMedia = original;
    }
  });

  it('does not answer a call that was given up while the microphone was opened', async () => {
    const leg = incoming();
    const answering = leg.answer({}).catch((error: unknown) => String(error));
    session.ended = true;
    session.emit('failed', { cause: 'Canceled' });
    expect(await answering).to.contain('gone');
    expect(session.answers).to.equal(0);
    expect(ended).to.deep.equal(['cancelled']);
  });

  it('cuts and opens the track itself', async () => {
    const leg = incoming();
    await leg.answer({});
    session.emit('accepted');
    leg.setMuted(true);
    expect(session.track?.enabled).to.equal(false);
    expect(session.muted).to.equal(true);
    leg.setMuted(false);
    expect(session.track?.enabled).to.equal(true);
  });

  it('stays muted when it was muted before it was connected', async () => {
    const leg = incoming();
    leg.setMuted(true);
    await leg.answer({});
    session.emit('accepted');
    expect(session.track?.enabled).to.equal(false);
  });

  it('changes the microphone in the middle of the call and stays muted', async () => {
    const leg = incoming();
    await leg.answer({});
    session.emit('accepted');
    leg.setMuted(true);
    const before = session.track;
    microphone.select('another');
    await leg.changeMicrophone();
    expect(session.track).not.to.equal(before);
    expect(before?.readyState).to.equal('ended');
    expect(session.track?.enabled).to.equal(false);
  });

  it('gives the microphone back and falls silent when the leg is over, once', async () => {
    const leg = incoming();
    await leg.answer({});
    const { track } = session;
    session.emit('ended', { cause: 'RTP Timeout' });
    session.emit('failed', { cause: 'RTP Timeout' });
    expect(track?.readyState).to.equal('ended');
    expect(audio.stopped).to.equal(1);
    expect(ended).to.deep.equal(['media-lost']);
  });

  it('sends digits as INFO while telephone-event is not agreed on', async () => {
    const leg = incoming();
    await leg.answer({});
    session.emit('accepted');
    leg.sendDigits('12#');
    expect(session.digits).to.deep.equal([{ tones: '12#', transport: 'INFO' }]);
  });

  it('looks for a new way when the network has changed, again while SIP is busy', async () => {
    const leg = incoming();
    await leg.answer({});
    session.emit('accepted');
    session.busy = true;
    leg.recover();
    expect(session.restarts).to.equal(0);
    session.busy = false;
    await until(() => session.restarts === 1, 'an ICE restart');
  });

  it('ends gathering by the rule of the first usable candidate', () => {
    incoming();
    let ready = 0;
    session.emit('icecandidate', { candidate: { type: 'srflx' }, ready: () => (ready += 1) });
    expect(ready).to.equal(1);
  });

  it('says why it has ended in words of the contract', () => {
    expect(
      ['Terminated', 'Busy', 'Not Found', 'Incompatible SDP', 'Never Heard Of'].map(callCause),
    ).to.deep.equal(['normal', 'busy', 'unknown-number', 'not-acceptable', 'switch-failure']);
  });
});
