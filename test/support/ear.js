// Runs in the page before its own scripts. Taps what peer connections receive, so that tests can ask which frequencies
// arrive, and takes the processing off the microphone: noise suppression removes a steady tone as noise.
// Plain JavaScript, because the file goes into the browser as it is.
(() => {
  // esbuild (tsx) wraps functions with this to keep their names, also those that tests send into the page.
  window.__name = (value) => value;

  const media = navigator.mediaDevices;
  if (media !== undefined) {
    const getUserMedia = media.getUserMedia.bind(media);
    media.getUserMedia = (constraints) => {
      const audio = typeof constraints?.audio === 'object' ? constraints.audio : {};
      const raw = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
      return getUserMedia(constraints?.audio ? { ...constraints, audio: { ...audio, ...raw } } : constraints);
    };
  }

  const taps = [];
  const peers = [];
  const listenTo = (track) => {
    // A page has some fifty outputs for sound: those of calls that are over are given back.
    for (const tap of taps) if (tap.track.readyState === 'ended') void tap.context.close().catch(() => {});
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    analyser.fftSize = 4096;
    context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
    taps.push({ context, analyser, track });
  };
  const Native = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Native {
    constructor(...args) {
      super(...args);
      peers.push(this);
      this.addEventListener('track', (event) => {
        if (event.track.kind === 'audio') listenTo(event.track);
      });
    }
  };

  /** Goertzel: peak amplitude (0 to 1) of a frequency. */
  const amplitude = (samples, hz, sampleRate) => {
    const coefficient = 2 * Math.cos((2 * Math.PI * hz) / sampleRate);
    let previous = 0;
    let before = 0;
    for (const sample of samples) {
      const current = sample + coefficient * previous - before;
      before = previous;
      previous = current;
    }
    const power = previous * previous + before * before - coefficient * previous * before;
    return (2 * Math.sqrt(Math.max(0, power))) / samples.length;
  };

  /** What has come over a connection so far: each stream that is known, and all that its way has brought. */
  const received = async (peer) => {
    const reports = [...(await peer.getStats()).values()];
    const of = (wanted) => reports.filter(({ type }) => type === wanted);
    return {
      streams: of('inbound-rtp').map(
        ({ ssrc, packetsReceived, audioLevel, totalSamplesReceived, concealedSamples }) =>
          `${ssrc}: ${packetsReceived} packets, level ${audioLevel}, ${concealedSamples} of ${totalSamplesReceived} samples made up`,
      ),
      packets: of('transport').map((each) => `${each.packetsReceived} ${each.dtlsState} ${each.srtpCipher}`),
    };
  };

  window.telebarEar = {
    peers,
    /** For a failure: what each connection that is not closed receives within 400 ms, and whether it is listened to. */
    async story() {
      const told = peers
        .filter((peer) => peer.connectionState !== 'closed')
        .map(async (peer) => {
          const before = await received(peer);
          await new Promise((done) => setTimeout(done, 400));
          const now = await received(peer);
          const track = peer.getReceivers()[0]?.track;
          const tap = taps.at(-1);
          const announced = peer.remoteDescription?.sdp.match(/a=ssrc:\d+/g) ?? [];
          return [
            `${peer.connectionState} ${peer.getTransceivers()[0]?.currentDirection}`,
            `${[...new Set(announced)].join()} announced`,
            `streams ${before.streams.join('; ')} then ${now.streams.join('; ')}`,
            `transport ${before.packets.join()} then ${now.packets.join()}`,
            `track ${track?.readyState}${track?.muted ? ' muted' : ''}`,
            tap?.track === track ? `listened to, ${tap?.context.state}` : 'not listened to',
          ].join('\n  ');
        });
      return (await Promise.all(told)).join('\n');
    },
    /** Number of tracks that arrived since the page was loaded. */
    get tracks() {
      return taps.length;
    },
    /** Waits until the newest track carries the frequency; resolves with the time of that, ms since the epoch. */
    async firstTone(hz, timeoutMs = 10_000) {
      const until = performance.now() + timeoutMs;
      while (performance.now() < until) {
        const tap = taps.at(-1);
        if (tap !== undefined) {
          // 512 samples are about a hundredth of a second: short enough to time with, long enough to tell the tone.
          const samples = new Float32Array(512);
          tap.analyser.getFloatTimeDomainData(samples);
          if (amplitude(samples, hz, tap.context.sampleRate) > 0.05) return Date.now();
        }
        await new Promise((done) => setTimeout(done, 4));
      }
      throw new Error(`${hz} Hz was not heard within ${timeoutMs} ms`);
    },
    /**
     * Listens to the newest track for `ms`: mean and greatest amplitude per frequency, and the mean loudness.
     * Everything is zero when nothing arrived yet.
     */
    async hear(hertz, ms) {
      const tones = hertz.map((hz) => ({ hz, mean: 0, max: 0 }));
      const tap = taps.at(-1);
      if (tap === undefined) return { loudness: 0, tones };
      await tap.context.resume();
      const samples = new Float32Array(tap.analyser.fftSize);
      const until = performance.now() + ms;
      let windows = 0;
      let loudness = 0;
      while (performance.now() < until) {
        await new Promise((done) => setTimeout(done, 30));
        tap.analyser.getFloatTimeDomainData(samples);
        windows += 1;
        let sum = 0;
        for (const sample of samples) sum += sample * sample;
        loudness += Math.sqrt(sum / samples.length);
        for (const tone of tones) {
          const found = amplitude(samples, tone.hz, tap.context.sampleRate);
          tone.mean += found;
          tone.max = Math.max(tone.max, found);
        }
      }
      for (const tone of tones) tone.mean /= windows;
      return { loudness: loudness / windows, tones };
    },
  };
})();
